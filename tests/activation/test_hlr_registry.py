"""Our registry on a real HLR: what phones hear, and what is left of a wish that was cut short.

The HLR is Debian's; it is killed, frozen, slowed and started again in the middle of what is asked.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from relevo.activation.ladder import Capability
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.adapters.registry_osmocom.ctrl import Ctrl, Request
from relevo.adapters.registry_osmocom.faults import HlrAway, HlrSlow
from relevo.adapters.registry_osmocom.records import Access
from relevo.cli import app
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.performer import Permanent, Temporary
from relevo.testing.debian import NotInstalled
from relevo.testing.hlr_site import SCHEMA, HlrSite, iccid_of, imsi_of, number_of, wanted
from relevo.testing.hlr_wire import Break, HlrWire
from relevo.testing.osmo_hlr import CTRL, OsmoHlr, osmo_hlr
from relevo.testing.patience import until
from relevo.testing.phones import NOT_ALLOWED, UNKNOWN_IMSI, Switch
from relevo.testing.postgres import wipe

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
ANA = number_of(101)
OLD, NEW = 1, 2
EVERYTHING = Access(cs=True, ps=True)
LATER = timedelta(minutes=1)


@pytest.fixture(scope="module")
def hlr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OsmoHlr]:
    try:
        with osmo_hlr(tmp_path_factory.mktemp("hlr")) as served:
            yield served
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    dsn = postgres.create_database("hlr")
    migrate(dsn, SCHEMA)
    return dsn


@pytest.fixture
def site(database: str, hlr: OsmoHlr) -> Iterator[HlrSite]:
    """An empty HLR and an empty database."""
    _empty(hlr)
    made = HlrSite(database, hlr, VirtualClock(START))
    yield made
    made.close()
    wipe(database)


@pytest.fixture
def switch(hlr: OsmoHlr) -> Iterator[Switch]:
    made = Switch(hlr.host)
    yield made
    made.close()


def imsi(card: int) -> str:
    return str(imsi_of(iccid_of(card)))


def events(site: HlrSite) -> list[tuple[str, str]]:
    return [(each.subject, each.answer.event) for each in site.news()]


def test_a_phone_is_let_in_when_its_line_is_active_and_not_before(
    site: HlrSite, switch: Switch
) -> None:
    assert switch.attach(imsi(NEW)).cause == UNKNOWN_IMSI
    worker = site.worker()

    worker.put(wanted(ANA, NEW, "reserved"), key="a")
    assert switch.attach(imsi(NEW)).cause == NOT_ALLOWED

    worker.put(wanted(ANA, NEW), key="b")
    seen = switch.attach(imsi(NEW))
    assert (seen.what, seen.msisdn) == ("accepted", ANA.removeprefix("+"))
    assert events(site) == [(ANA, "reserved"), (ANA, "provisioned")]
    record = worker.read(ANA, at=START)
    assert (record.present, record.state, record.iccid) == (True, "active", iccid_of(NEW))
    assert [each.state for each in record.log] == ["reserved", "active"]


def test_what_a_line_is_to_do_decides_over_calls_and_data(site: HlrSite) -> None:
    worker = site.worker()
    worker.put(wanted(ANA, NEW, capabilities=(Capability.DATA,)), key="a")
    (row,) = site.held(ANA)
    assert row is not None
    assert row.access == Access(cs=False, ps=True)


def test_when_the_card_is_changed_the_old_phone_is_put_off_at_once(
    site: HlrSite, switch: Switch
) -> None:
    worker = site.worker()
    worker.put(wanted(ANA, OLD), key="a")
    assert switch.attach(imsi(OLD)).what == "accepted"

    worker.put(wanted(ANA, NEW), key="b")

    until(lambda: switch.was_barred(imsi(OLD)), "the old phone is put off")
    assert switch.attach(imsi(OLD)).cause == NOT_ALLOWED
    assert switch.attach(imsi(NEW)).msisdn == ANA.removeprefix("+")
    assert events(site) == [(ANA, "provisioned")] * 2


def test_a_phone_that_is_on_hears_that_its_line_is_dropped(site: HlrSite, switch: Switch) -> None:
    worker = site.worker()
    worker.put(wanted(ANA, NEW), key="a")
    switch.attach(imsi(NEW))

    worker.drop(ANA, key="b")

    until(lambda: switch.was_barred(imsi(NEW)), "the phone is put off")
    assert events(site)[-1] == (ANA, "withdrawn")
    record = worker.read(ANA, at=START)
    assert not record.present
    assert record.log[-1].state == "absent"


def test_a_phone_that_is_on_hears_its_new_number(site: HlrSite, switch: Switch) -> None:
    other = number_of(102)
    worker = site.worker()
    worker.put(wanted(ANA, NEW), key="a")
    switch.attach(imsi(NEW))

    worker.drop(ANA, key="b")
    worker.put(wanted(other, NEW), key="c")

    until(lambda: switch.number_of(imsi(NEW)) == other.removeprefix("+"), "it has its number")


def test_a_new_card_that_is_refused_leaves_the_old_one_as_it_was(
    site: HlrSite, hlr: OsmoHlr, switch: Switch
) -> None:
    worker = site.worker()
    worker.put(wanted(ANA, OLD), key="a")
    switch.attach(imsi(OLD))
    with _refusing(hlr, imsi(NEW)):
        worker.put(wanted(ANA, NEW), key="b")

    (row,) = site.held(ANA)
    assert row is not None
    assert (row.imsi, row.access) == (imsi(OLD), EVERYTHING)
    assert switch.attach(imsi(OLD)).msisdn == ANA.removeprefix("+")
    assert switch.attach(imsi(NEW)).cause == NOT_ALLOWED
    last = site.news()[-1]
    assert (last.answer.event, last.answer.reason) == ("failed", "number_refused")


def test_a_card_that_has_another_number_keeps_it(site: HlrSite) -> None:
    other = number_of(102)
    worker = site.worker()
    worker.put(wanted(other, NEW), key="a")
    worker.put(wanted(ANA, NEW), key="b")

    held = site.held(ANA, other)
    assert held[0] is None
    assert held[1] is not None
    assert held[1].imsi == imsi(NEW)
    assert site.news()[-1].answer.reason == "card_in_use"


def test_a_card_that_is_not_in_stock_is_named_with_what_to_do(site: HlrSite) -> None:
    worker = site.worker()
    stranger = wanted(number_of(103), 7)
    strange = type(stranger)(
        subject=stranger.subject,
        iccid=iccid_of(7).replace("8934", "8931"),  # type: ignore[arg-type]
        state="active",
        capabilities=stranger.capabilities,
    )
    with pytest.raises(Permanent, match=r"card 8931\d+ is not in our stock.*batch file"):
        worker.put_many([(strange, "a"), (wanted(ANA, NEW), "b")])
    assert events(site) == [(ANA, "provisioned")], "it stops no other line"


@pytest.mark.parametrize("subject", ["fibre-7", "+34 611", ""])
def test_a_line_without_a_number_is_somebody_elses(site: HlrSite, subject: str) -> None:
    worker = site.worker()
    with pytest.raises(Permanent, match="mobile lines only"):
        worker.put(wanted(subject, NEW), key="a")
    with pytest.raises(Permanent, match="mobile lines only"):
        worker.drop(subject, key="b")


def test_a_request_that_is_repeated_is_the_same_request(site: HlrSite) -> None:
    first, second = site.worker(), site.worker()
    first.put(wanted(ANA, NEW), key="a")
    second.put(wanted(ANA, NEW), key="a")
    first.drop(ANA, key="b")
    second.put(wanted(ANA, NEW), key="a")  # the network told us late that it had arrived
    assert site.held(ANA) == [None]
    assert events(site) == [(ANA, "provisioned"), (ANA, "withdrawn")]


@pytest.mark.parametrize("how", list(Break))
def test_a_change_of_card_cut_at_any_command_is_finished_by_whoever_comes_next(
    site: HlrSite, hlr: OsmoHlr, how: Break
) -> None:
    """Wherever it is cut, the number ends on the new card, once, and the news say so once."""
    wire = HlrWire(hlr.host, CTRL)
    commands = 8  # two looks, a row, two switches, number off, number on, and the look back
    for nth in range(commands + 1):
        number, old, new = number_of(200 + nth), 1000 + 2 * nth, 1001 + 2 * nth
        site.worker().put(wanted(number, old), key=f"{nth} first")
        cut = site.worker(("127.0.0.1", wire.port))
        cut.read(number, at=START)
        wire.break_at(nth, how)
        if nth == commands:
            cut.put(wanted(number, new), key=f"{nth} swap")
            assert wire.is_whole
            break
        with pytest.raises(HlrAway):
            cut.put(wanted(number, new), key=f"{nth} swap")
        wire.mend()
        _later(site)

        news = [each.answer.event for each in site.worker().news(0) if each.subject == number]

        assert news == ["provisioned", "provisioned"], f"cut at {wire.questions}"
        (row,) = site.held(number)
        assert row is not None
        assert (row.imsi, row.access) == (imsi(new), EVERYTHING), f"cut at {wire.questions}"
    wire.close()


@pytest.mark.parametrize("nth", range(9))
def test_a_refused_change_of_card_that_is_cut_as_well_ends_on_the_old_card(
    site: HlrSite, hlr: OsmoHlr, nth: int
) -> None:
    site.worker().put(wanted(ANA, OLD), key="a")
    wire = HlrWire(hlr.host, CTRL)
    cut = site.worker(("127.0.0.1", wire.port))
    with _refusing(hlr, imsi(NEW)):
        wire.break_at(nth)
        with suppress(Temporary):
            cut.put(wanted(ANA, NEW), key="b")
        wire.mend()
        _later(site)
        site.worker().news(0)
    wire.close()
    (row,) = site.held(ANA)
    assert row is not None
    assert (row.imsi, row.access) == (imsi(OLD), EVERYTHING), f"cut at {wire.questions}"
    assert events(site) == [(ANA, "provisioned"), (ANA, "failed")]


def test_killed_in_the_middle_of_many_lines_it_loses_none_and_does_none_twice(
    site: HlrSite, hlr: OsmoHlr
) -> None:
    lines = [(wanted(number_of(nth), nth), f"put {nth}") for nth in range(300, 700)]
    wire = HlrWire(hlr.host, CTRL)
    worker = site.worker(("127.0.0.1", wire.port))
    wire.break_at(1100, then=hlr.kill)
    with pytest.raises(HlrAway):
        worker.put_many(lines)
    assert events(site) == []
    hlr.start()
    wire.mend()

    site.worker().put_many(lines)
    worker.put_many(lines)

    wire.close()
    assert sorted(events(site)) == sorted((line.subject, "provisioned") for line, _ in lines)
    held = site.held(*(line.subject for line, _ in lines))
    assert [row and row.imsi for row in held] == [imsi(nth) for nth in range(300, 700)]


def test_frozen_it_holds_nobody_up_and_what_it_does_when_it_wakes_comes_first(
    site: HlrSite, hlr: OsmoHlr
) -> None:
    worker = site.worker(within_s=1.5)
    worker.put(wanted(ANA, OLD), key="a")
    hlr.freeze()
    began = elapsed_seconds()
    try:
        for key in ("b", "b"):
            with pytest.raises(HlrSlow, match="did not answer in time"):
                worker.put(wanted(ANA, NEW), key=key)
        assert [each.answer.event for each in worker.news(0)] == ["provisioned"]
        assert elapsed_seconds() - began < 60
    finally:
        hlr.thaw()

    worker.drop(ANA, key="c")

    assert site.held(ANA) == [None]
    assert events(site) == [(ANA, "provisioned"), (ANA, "withdrawn")], "b was wanted no more"


def test_a_slow_hlr_is_waited_for(site: HlrSite, hlr: OsmoHlr) -> None:
    wire = HlrWire(hlr.host, CTRL)
    wire.delay_s = 0.05
    worker = site.worker(("127.0.0.1", wire.port), within_s=2)
    worker.put(wanted(ANA, OLD), key="a")
    worker.put(wanted(ANA, NEW), key="b")
    wire.close()
    assert events(site) == [(ANA, "provisioned")] * 2


def test_an_hlr_that_was_started_again_meanwhile_is_no_outage(site: HlrSite, hlr: OsmoHlr) -> None:
    worker = site.worker()
    worker.put(wanted(ANA, OLD), key="a")
    hlr.kill()
    hlr.start()
    worker.put(wanted(ANA, NEW), key="b")
    assert events(site) == [(ANA, "provisioned")] * 2


def test_the_keys_of_a_card_are_in_no_log_error_or_table(
    site: HlrSite, hlr: OsmoHlr, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    caplog.set_level(logging.DEBUG)
    worker = site.worker()
    worker.put(wanted(ANA, NEW), key="a")
    with closing(Ctrl(hlr.host)) as line:
        keys = Request(f"subscriber.by-imsi-{imsi(NEW)}.aud3g", f"milenage,{secret},OPC,{secret}")
        assert line.ask([keys])[0].value == "OK"
    worker.read(ANA, at=START)
    with _refusing(hlr, imsi(OLD)):
        worker.put(wanted(ANA, OLD), key="b")
    worker.drop(ANA, key="c")

    with connect(site.dsn) as connection:
        query = "select w::text from activation_registry_wish w"
        written = "".join(str(row) for row in connection.execute(query).fetchall())
    assert not re.search(secret[:8], written + caplog.text, re.IGNORECASE)
    with closing(sqlite3.connect(hlr.store)) as store:
        kept = store.execute("select count(*) from auc_3g").fetchone()
    assert kept == (1,), "a card that was dropped keeps its keys"


def test_what_drifted_is_found_both_ways_and_only_what_is_ours_is_put_right(
    site: HlrSite, hlr: OsmoHlr
) -> None:
    worker = site.worker()
    lost, moved, barred, dropped, right = (number_of(nth) for nth in range(801, 806))
    for nth, number in enumerate((lost, moved, barred, dropped, right)):
        worker.put(wanted(number, 80 + nth), key=f"put {nth}")
    worker.drop(dropped, key="drop")
    assert worker.drift() == []
    with closing(Ctrl(hlr.host)) as other:
        for variable, value in (
            (f"subscriber.by-imsi-{imsi(80)}.msisdn", "none"),
            (f"subscriber.by-imsi-{imsi(81)}.msisdn", "none"),
            ("subscriber.create", imsi(90)),
            (f"subscriber.by-imsi-{imsi(90)}.msisdn", moved.removeprefix("+")),
            (f"subscriber.by-imsi-{imsi(82)}.ps-enabled", "0"),
            (f"subscriber.by-imsi-{imsi(83)}.msisdn", dropped.removeprefix("+")),
            ("subscriber.create", imsi(91)),
            (f"subscriber.by-imsi-{imsi(91)}.msisdn", "34699999999"),
        ):
            assert not other.ask([Request(variable, value)])[0].is_refused, variable

    found = {each.subject: each.what for each in worker.drift(reconcile=True)}

    assert found == {
        lost: "missing",
        moved: "other_card",
        barred: "other_access",
        dropped: "extra",
        "+34699999999": "extra",
    }
    assert [each.subject for each in site.worker().drift()] == ["+34699999999"]


def test_the_command_says_what_drifted_by_its_exit_code(
    site: HlrSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", site.dsn)
    words = ["network", "drift", "--hlr", site.hlr.host, "--json"]
    site.worker().put(wanted(ANA, NEW), key="a")
    assert CliRunner().invoke(app, words).exit_code == 0
    with closing(Ctrl(site.hlr.host)) as other:
        other.ask([Request(f"subscriber.by-imsi-{imsi(NEW)}.msisdn", "none")])

    told = CliRunner().invoke(app, [*words, "--reconcile"])

    assert (told.exit_code, ANA in told.output, "missing" in told.output) == (1, True, True)
    assert CliRunner().invoke(app, words).exit_code == 0


class _refusing:  # noqa: N801 - reads like a word of the sentence
    """Its store lets this card have no number."""

    def __init__(self, hlr: OsmoHlr, card: str) -> None:
        self._store, self._card = hlr.store, card

    def __enter__(self) -> None:
        with closing(sqlite3.connect(self._store)) as store:
            store.execute(
                "create trigger refuses before update of msisdn on subscriber "
                f"when new.imsi = '{self._card}' and new.msisdn is not null "
                "begin select raise(abort, 'no'); end"
            )

    def __exit__(self, *_: object) -> None:
        with closing(sqlite3.connect(self._store)) as store:
            store.execute("drop trigger refuses")


def _empty(hlr: OsmoHlr) -> None:
    with closing(sqlite3.connect(hlr.store)) as store:
        for table in ("subscriber", "auc_2g", "auc_3g"):
            store.execute(f"delete from {table}")  # noqa: S608 - our own words
        store.commit()


def _later(site: HlrSite) -> None:
    clock = site.clock
    assert isinstance(clock, VirtualClock)
    clock.advance_to(clock.now() + LATER)
