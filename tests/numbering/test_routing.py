"""A switch is told where a call goes from the ledger itself, and a failed look-up is no answer.

The last tests ask through the configuration for Kamailio that is shipped, with a real Kamailio.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

import relevo
from relevo.adapters.postgres.embedded import Server, start, throwaway
from relevo.adapters.postgres.migrate import migrate
from relevo.adapters.probes_sip.heard import Heard
from relevo.adapters.probes_sip.origins import Origins
from relevo.adapters.probes_sip.prober import SipProber
from relevo.cli import app
from relevo.engine.connection import Connection, connect
from relevo.numbering.actions import FirstHolder, hand_over, open_custody
from relevo.numbering.moves import Ground, HandOver, hold_of
from relevo.numbering.routing.actions import open_to, take_ported, write_plan
from relevo.numbering.routing.model import NumberRoute, RoutingPlan, Status, WrongFile
from relevo.numbering.routing.queries import route_of
from relevo.testing.debian import NotInstalled
from relevo.testing.kamailio import Kamailio, kamailio
from relevo.testing.patience import until
from relevo.testing.phones_sip import Phones
from relevo.testing.ports import free_port
from relevo.testing.postgres import cache_folder, clone, wipe
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

CONFIG = Path(relevo.__file__).parents[2] / "deploy" / "kamailio-routing.cfg"
AT = instant("2026-11-23T01:00:00+00:00")
OURS, THEIRS, FOREIGN = Msisdn("+34600000101"), Msisdn("+34611000101"), Msisdn("+4930123456")
PLAN = RoutingPlan(
    us=frozenset({"brisa"}),
    operators={
        "altamar": {"+346": "799901", "+349": "799951"},
        "brisa": {"+346": "799902", "+349": "799952"},
        "cantil": {"+346": "799903"},
    },
    ranges={"+34600": "brisa", "+34611": "altamar", "+346": "cantil"},
)


@pytest.fixture(scope="module")
def ledger(postgres: Server) -> str:
    dsn = clone(postgres, "routing_tests")
    migrate(dsn, ("relevo.numbering",))
    return dsn


@pytest.fixture
def connection(ledger: str) -> Iterator[Connection]:
    with connect(ledger) as opened:
        write_plan(opened, PLAN)
        yield opened
        opened.rollback()
    wipe(ledger)


def known(connection: Connection, number: Msisdn, holder: str) -> None:
    row = FirstHolder(number=number, holder=holder, at=AT, caused_by="test@1")
    open_custody(connection.cursor(), [row])


def moved(connection: Connection, number: Msisdn, holder: str, ground: Ground) -> None:
    at = AT + timedelta(hours=1)
    row = HandOver(number=number, holder=holder, at=at, ground=ground, caused_by="test@2")
    hand_over(connection.cursor(), [row])


def filed(
    connection: Connection, rows: dict[str, str], *, sequence: int, is_full: bool = False
) -> bool:
    return take_ported(connection, rows.items(), sequence=sequence, is_full=is_full, at=AT)


def out(routing_number: str = "") -> NumberRoute:
    return NumberRoute(status=Status.OUT, routing_number=routing_number)


IN, NONE = NumberRoute(status=Status.IN), NumberRoute(status=Status.NONE)


def test_a_number_goes_where_its_holder_is_from_the_moment_it_is_handed_over(
    connection: Connection,
) -> None:
    known(connection, THEIRS, "altamar")
    assert route_of(connection, THEIRS) == out("799901")
    moved(connection, THEIRS, "brisa", Ground.PORTED)
    assert route_of(connection, THEIRS) == IN


def test_a_number_that_left_us_goes_out_though_the_file_does_not_know_it_yet(
    connection: Connection,
) -> None:
    filed(connection, {THEIRS: "799902"}, sequence=1, is_full=True)
    assert route_of(connection, THEIRS) == IN  # by the file alone: it was ported to us
    known(connection, THEIRS, "brisa")
    moved(connection, THEIRS, "cantil", Ground.PORTED)
    assert route_of(connection, THEIRS) == out("799903")


def test_a_number_of_ours_in_a_hold_is_in_nobodys_service(connection: Connection) -> None:
    known(connection, OURS, "brisa")
    assert route_of(connection, OURS) == IN
    moved(connection, OURS, hold_of("brisa"), Ground.CUT)
    assert route_of(connection, OURS) == NONE


def test_a_number_in_the_hold_of_another_is_his_to_answer_for(connection: Connection) -> None:
    known(connection, THEIRS, hold_of("altamar"))
    assert route_of(connection, THEIRS) == out("799901")


def test_a_number_that_nobody_told_us_of_goes_as_its_range_says(connection: Connection) -> None:
    assert route_of(connection, OURS) == IN  # our range: our switch knows
    assert route_of(connection, THEIRS) == out()
    assert route_of(connection, FOREIGN) == out()
    assert route_of(connection, "") == out()


def test_among_others_the_file_is_the_newer_word(connection: Connection) -> None:
    known(connection, THEIRS, "altamar")
    filed(connection, {THEIRS: "799903", OURS: "799901"}, sequence=1, is_full=True)
    assert route_of(connection, THEIRS) == out("799903")
    assert route_of(connection, OURS) == out("799901")  # of our range, and ported away long ago


def test_files_are_taken_in_whole_in_turn_and_once(connection: Connection) -> None:
    with pytest.raises(WrongFile, match="load a full file first"):
        filed(connection, {}, sequence=8)
    assert filed(connection, {THEIRS: "799903", OURS: "799901"}, sequence=7, is_full=True)
    assert filed(connection, {THEIRS: "", OURS: "799903"}, sequence=8)
    assert [route_of(connection, n) for n in (THEIRS, OURS)] == [out(), out("799903")]
    assert not filed(connection, {THEIRS: "799999"}, sequence=8)
    assert route_of(connection, THEIRS) == out()
    with pytest.raises(WrongFile, match="take in 9 first"):
        filed(connection, {THEIRS: "799999"}, sequence=10)
    assert filed(connection, {THEIRS: "799901"}, sequence=7, is_full=True)  # at any time
    assert [route_of(connection, n) for n in (THEIRS, OURS)] == [out("799901"), IN]


def test_a_file_that_contradicts_itself_changes_nothing(connection: Connection) -> None:
    rows = [(THEIRS, "799901"), (THEIRS, "799901"), (OURS, "799901")]
    assert take_ported(connection, rows, sequence=1, is_full=True, at=AT)
    connection.commit()
    rows = [(OURS, "799903"), (OURS, "")]
    with pytest.raises(WrongFile, match=r"\+34600000101 has two routes"):
        take_ported(connection, rows, sequence=2, is_full=False, at=AT)
    connection.rollback()
    write_plan(connection, PLAN)
    assert route_of(connection, OURS) == out("799901")


@pytest.mark.service
def test_the_plan_and_the_files_are_loaded_from_the_command_line(
    ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", ledger)
    plan, full = tmp_path / "routing.toml", tmp_path / "full.csv"
    plan.write_text(
        'us = ["brisa"]\n[operators.brisa]\n"+346" = "799902"\n'
        '[operators.altamar]\n"+346" = "799901"\n[ranges]\n"+34611" = "altamar"\n'
    )
    full.write_text(f"relevo-ported;full;7;2\n{THEIRS};799902\n{OURS};799901\n")
    said = [
        CliRunner().invoke(app, ["ported", *words])
        for words in (["plan", str(plan)], ["route", str(full)], ["route", str(full)])
    ]
    assert [each.exit_code for each in said] == [0, 0, 0], said
    assert said[0].output == "2 operators, 1 ranges\n"
    assert said[1].output == "full 7: 2 lines\n"
    with connect(ledger) as opened:
        assert [route_of(opened, n) for n in (THEIRS, OURS)] == [IN, out("799901")]
    full.write_text(f"relevo-ported;difference;9;1\n{THEIRS};799901\n")
    late = CliRunner().invoke(app, ["ported", "route", str(full)])
    assert (late.exit_code, "take in 8 first" in late.output) == (2, True)
    plan.write_text('us = ["duna"]\n[operators.brisa]\n"346" = "799902"\n[ranges]\n')
    wrong = CliRunner().invoke(app, ["ported", "plan", str(plan)])
    assert (wrong.exit_code, "us: operators has no 'duna'" in wrong.output) == (2, True)
    wipe(ledger)


@contextmanager
def switch(dsn: str, folder: Path, phones: Phones) -> Iterator[tuple[Kamailio, str]]:
    """The shipped configuration, with its marked lines changed."""
    port, known_as = free_port(), conninfo_to_dict(dsn)
    text = CONFIG.read_text(encoding="ascii")
    for was, now in {
        "127.0.0.1:5060": f"127.0.0.1:{port}",
        "127.0.0.1:5070": f"127.0.0.1:{phones.port}",
        "postgres://kamailio@127.0.0.1/relevo": f"postgres://kamailio@/{known_as['dbname']}",
    }.items():
        assert was in text
        text = text.replace(was, now)
    environment = {"PGHOST": str(known_as["host"])}
    with kamailio(text, folder, port=port, environment=environment) as running:
        yield running, f"127.0.0.1:{port}"


def call(number: str, at: str) -> Heard:
    times = {"t1_s": 0.02, "ring_s": 0.1, "progress_s": 3.0}
    origins = Origins(networks={"us": at}, callers={"us": "+34600000999"}, **times)  # type: ignore[arg-type]
    prober = SipProber(origins)
    try:
        (heard,) = prober.heard([number])
    finally:
        prober.close()
    return heard


@pytest.mark.service
def test_a_real_switch_asks_with_every_call_and_never_makes_404_of_a_failure(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(throwaway(cache=cache_folder()))
        dsn = server.create_database("routing")
        migrate(dsn, ("relevo.engine", "relevo.numbering"))
        phones = stack.enter_context(Phones.ringing())
        with connect(dsn) as connection:
            connection.execute("create role kamailio login")
            write_plan(connection, PLAN)
            open_to(connection, "kamailio")
            known(connection, OURS, "brisa")
            known(connection, THEIRS, "altamar")
            connection.commit()
            try:
                _, at = stack.enter_context(switch(dsn, tmp_path, phones))
            except NotInstalled as missing:
                pytest.skip(str(missing))
            assert call(OURS, at).code == 200
            assert call(THEIRS, at).code == 302
            moved(connection, OURS, hold_of("brisa"), Ground.CUT)
            moved(connection, THEIRS, "brisa", Ground.PORTED)
            assert [call(n, at).code for n in (OURS, THEIRS)] == [200, 302]  # not yet committed
            connection.commit()
            assert [call(n, at).code for n in (OURS, THEIRS)] == [404, 200]
            connection.execute("revoke execute on function number_route(text) from kamailio")
            connection.commit()
            assert call(OURS, at).code == 503
            open_to(connection, "kamailio")
            connection.commit()
            assert call(OURS, at).code == 404
        server.close()
        assert [call(n, at).code for n in (OURS, THEIRS)] == [503, 503]
        again = start(server.folder, durable=False)
        stack.callback(again.close, mode="immediate")
        until(lambda: call(THEIRS, at).code == 200, "Kamailio finds its database again")
        assert call(OURS, at).code == 404
