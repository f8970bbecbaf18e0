"""A real PowerDNS is kept as the ledger is and read back over DNS, whatever becomes of it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from relevo.adapters.enum_powerdns.client import PowerDns
from relevo.adapters.enum_powerdns.feed import Drift, EnumFeed
from relevo.adapters.enum_powerdns.settings import EnumSettings, WrongEnum, enum_name, read_enum
from relevo.adapters.http import client
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.cli import app
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.engine.performer import Permanent, Temporary
from relevo.numbering.actions import FirstHolder, hand_over, open_custody
from relevo.numbering.moves import Ground, HandOver, hold_of
from relevo.numbering.routing.actions import write_plan
from relevo.numbering.routing.model import RoutingPlan
from relevo.testing.debian import NotInstalled
from relevo.testing.patience import until
from relevo.testing.postgres import clone, wipe
from relevo.testing.powerdns import KEY, PowerDnsServer
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

pytestmark = pytest.mark.service

AT = instant("2026-11-23T01:00:00+00:00")
OURS, THEIRS = Msisdn("+34600000101"), Msisdn("+34611000101")
IN = ";npdi@192.0.2.20:5060;user=phone"
OUT = ";npdi;rn=799901;rn-context=+34@192.0.2.30:5060;user=phone"
PLAN = RoutingPlan(
    us=frozenset({"brisa"}),
    operators={"altamar": {"+346": "799901"}, "brisa": {"+346": "799902"}},
    ranges={"+34600": "brisa", "+34611": "altamar"},
)


@pytest.fixture(scope="module")
def ledger(postgres: Server) -> str:
    dsn = clone(postgres, "enum_tests")
    migrate(dsn, ("relevo.numbering",))
    return dsn


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PowerDnsServer]:
    try:
        with PowerDnsServer.running(tmp_path / "dns") as running:
            yield running
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture
def settings(server: PowerDnsServer, tmp_path: Path) -> EnumSettings:
    key = tmp_path / "key"
    key.write_text(KEY + "\n")
    return EnumSettings(
        url=f"http://127.0.0.1:{server.api}",
        key_file=str(key),
        dns=f"127.0.0.1:{server.dns}",
        country="+34",
        switch="192.0.2.20:5060",
        interconnect="192.0.2.30:5060",
        batch=50,
        dns_within_s=1.0,
    )


@pytest.fixture
def dns(settings: EnumSettings) -> Iterator[PowerDns]:
    client = PowerDns(settings)
    client.make_zone()
    client.make_zone()  # once more changes nothing
    yield client
    client.close()


@pytest.fixture
def feed(ledger: str, dns: PowerDns, settings: EnumSettings) -> Iterator[EnumFeed]:
    with connect(ledger) as connection:
        write_plan(connection, PLAN)
    known(ledger, {OURS: "brisa", THEIRS: "altamar"})
    made = EnumFeed(ledger, dns, settings, SystemClock())
    yield made
    made.close()
    wipe(ledger)


def known(ledger: str, holders: dict[Msisdn, str]) -> None:
    with connect(ledger) as connection:
        rows = [
            FirstHolder(number=number, holder=holder, at=AT, caused_by="test@1")
            for number, holder in holders.items()
        ]
        open_custody(connection.cursor(), rows)


def moved(ledger: str, number: Msisdn, holder: str, ground: Ground) -> None:
    at = AT + timedelta(hours=1)
    row = HandOver(number=number, holder=holder, at=at, ground=ground, caused_by="test@2")
    with connect(ledger) as connection:
        hand_over(connection.cursor(), [row])


def test_what_the_ledger_says_is_answered_over_dns_and_only_differences_are_written(
    feed: EnumFeed, dns: PowerDns, ledger: str
) -> None:
    assert feed.push() == 2
    assert (dns.answered(OURS), dns.answered(THEIRS)) == (IN, OUT)
    assert feed.push() == 0
    moved(ledger, THEIRS, "brisa", Ground.PORTED)
    moved(ledger, OURS, hold_of("brisa"), Ground.CUT)
    assert feed.push() == 2
    assert (dns.answered(OURS), dns.answered(THEIRS)) == ("", IN)
    assert feed.push() == 0
    assert feed.drift() == []


def test_what_somebody_else_changed_is_found_and_put_right_and_strange_numbers_are_only_told(
    feed: EnumFeed, dns: PowerDns
) -> None:
    feed.push()
    dns.write({OURS: "", THEIRS: IN, "+34699000000": IN})
    found = feed.drift()
    assert found == [
        Drift(number=OURS, wanted=IN, answered=""),
        Drift(number=THEIRS, wanted=OUT, answered=IN),
        Drift(number="+34699000000", wanted="", answered=IN),
    ]
    feed.forget([each.number for each in found])
    assert feed.push() == 2
    assert [each.number for each in feed.drift()] == ["+34699000000"]


def test_a_server_killed_in_the_middle_has_everything_once_it_is_back(
    feed: EnumFeed, dns: PowerDns, ledger: str, server: PowerDnsServer
) -> None:
    many = {Msisdn(f"+346000{n:05d}"): "brisa" for n in range(1000)}
    known(ledger, many)
    half_done = threading.Event()

    def kill(done: int) -> None:
        if done >= 300 and not half_done.is_set():
            half_done.set()
            server.kill()

    with pytest.raises(Temporary):
        feed.push(kill)
    with pytest.raises(Temporary):
        feed.push()
    server.start()
    rest = feed.push()
    assert 0 < rest <= 701
    assert feed.drift() == []
    assert {dns.answered(number) for number in many} == {IN}
    assert len(list(dns.numbers())) == 1001


def test_a_frozen_server_is_told_in_time_and_nothing_of_it_is_believed(
    feed: EnumFeed, ledger: str, server: PowerDnsServer, settings: EnumSettings
) -> None:
    feed.push()
    hasty = PowerDns(settings)
    hasty._http = client(settings.url, 0.5, {"X-API-Key": settings.key()})
    server.signal(signal.SIGSTOP)
    try:
        moved(ledger, THEIRS, "brisa", Ground.PORTED)
        impatient = EnumFeed(ledger, hasty, settings, SystemClock())
        for ask in (impatient.push, impatient.drift):
            with pytest.raises(Temporary):
                ask()
        impatient.close()
        hasty.close()
    finally:
        server.signal(signal.SIGCONT)
    pushed: list[int] = []

    def goes_through() -> bool:
        with suppress(Temporary):  # while it still answers what nobody waits for any more
            pushed.append(feed.push())
        return bool(pushed)

    until(goes_through, "the server takes it")
    assert pushed == [1]
    until(lambda: feed.drift() == [], "the server answers what was written")


def test_it_is_kept_and_checked_from_the_command_line(
    feed: EnumFeed,
    dns: PowerDns,
    settings: EnumSettings,
    ledger: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", ledger)
    file = tmp_path / "enum.toml"
    words = {name: getattr(settings, name) for name in ("url", "key_file", "dns", "country")}
    words |= {"switch": settings.switch, "interconnect": settings.interconnect}
    file.write_text("".join(f'{name} = "{word}"\n' for name, word in words.items()))

    def run(*options: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["ported", "enum", str(file), *options])
        return done.exit_code, done.output

    assert run() == (0, "2 numbers written\n")
    assert run("--check") == (0, "")
    dns.write({OURS: ""})
    assert run("--check") == (1, f"{OURS}  -  not  {IN}\n")
    assert run("--reconcile") == (0, f"{OURS}  -  not  {IN}\n1 numbers written\n")
    assert run("--check") == (0, "")
    assert feed.push() == 0


def test_a_wrong_key_is_a_fault_that_no_repeating_mends(
    settings: EnumSettings, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("wrong")
    stranger = PowerDns(settings)
    with pytest.raises(Permanent, match="401"):
        stranger.make_zone()
    stranger.close()


def test_a_file_that_cannot_be_used_names_the_field(tmp_path: Path) -> None:
    file = tmp_path / "enum.toml"
    good = {
        "url": "http://127.0.0.1:8081",
        "key_file": "key",
        "dns": "127.0.0.1:53",
        "country": "+34",
        "switch": "192.0.2.20:5060",
        "interconnect": "192.0.2.30:5060",
    }
    for name, wrong in {"url": "dns", "dns": "localhost", "country": "34", "switch": "a!b"}.items():
        file.write_text("".join(f'{k} = "{v}"\n' for k, v in {**good, name: wrong}.items()))
        with pytest.raises(WrongEnum, match=f"{name}: write it"):
            read_enum(file)
    file.write_text("".join(f'{k} = "{v}"\n' for k, v in good.items()))
    assert read_enum(file).zone == "4.3.e164.arpa."
    with pytest.raises(WrongEnum, match="key_file: No such file"):
        read_enum(file).key()
    assert enum_name(OURS) == "1.0.1.0.0.0.0.0.6.4.3.e164.arpa."
