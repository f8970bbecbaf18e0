"""A port that nobody owed goes back by an ordinary request, and whoever is asked cooperates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect
from relevo.engine.process import EffectParked, Heard, TimerFired
from relevo.engine.recorded import Recorded
from relevo.porting.cease.messages import ReadService, RestoreService, ServiceRead
from relevo.porting.port_in.messages import (
    PortInCancelled,
    PortInCompleted,
    PortInRejected,
    RequestPortIn,
    Witness,
)
from relevo.porting.port_out import answering
from relevo.porting.port_out.judging import judge
from relevo.porting.port_out.messages import ServedFound
from relevo.porting.port_out.model import WayBack
from relevo.porting.profile import HubKind, PortingProfile, RejectionReason
from relevo.porting.undue_port.messages import (
    AskBackAgain,
    BlockEnded,
    DropUnduePort,
    ExtendBlock,
    NumberBlocked,
    ReportUnduePort,
    SettleTheft,
    WayBackOpened,
)
from relevo.porting.undue_port.model import Side, UnduePhase, UndueRefusal, UndueWhy
from relevo.porting.undue_port.projections import write_undue
from relevo.porting.undue_port.queries import undue_ports_of, ways_back
from relevo.porting.undue_port.timing import WAY_BACK_OPEN
from relevo.testing.postgres import clone, wipe
from relevo.testing.vocabulary import donor
from relevo.testing.vocabulary.cast import (
    AT,
    DONOR,
    FIXED_NUMBER,
    HOLDER,
    MAIN_NUMBER,
    OTHER_DONOR,
    RECIPIENT,
)
from relevo.testing.vocabulary.donor import served
from relevo.testing.vocabulary.undue_port import FAMILY, matter
from relevo.values.moment import instant
from relevo.values.person import Document, DocumentType

MORNING = "2025-10-20T09:00:00+02:00"
LATER = "2025-10-23T02:00:20+02:00"
REQUEST = f"{FAMILY}/port/{MAIN_NUMBER}/1"
LAW = "es@2022-06-30"
STRANGER = Document(DocumentType.NIF, "00000000T")


def reported(side: Side, why: UndueWhy = UndueWhy.NOT_ASKED_FOR, **more: Any) -> ReportUnduePort:
    return ReportUnduePort(matter=matter(side, why, rules=LAW, **more), by="ana")


def no(code: str, reason: RejectionReason, attempt: int = 1) -> Heard:
    said = PortInRejected(
        number=MAIN_NUMBER,
        code=code,
        reason=reason,
        who_acts="desk",
        resubmit="after_repair",
        witness=Witness.QUERY,
    )
    return Heard(source=f"{FAMILY}/port/{MAIN_NUMBER}/{attempt}", fact=said)


def moved() -> Heard:
    back = PortInCompleted(
        number=MAIN_NUMBER,
        donor=RECIPIENT,
        recipient=DONOR,
        at=instant(LATER),
        witness=Witness.QUERY,
    )
    return Heard(source=REQUEST, fact=back)


def read(is_served: bool) -> ServiceRead:
    return ServiceRead(number=MAIN_NUMBER, is_served=is_served, at=instant(LATER))


def test_a_number_that_was_taken_is_asked_for_in_the_opposite_direction(undue: Any) -> None:
    undue.when(reported(Side.LOST), MORNING)
    (tell,) = undue.last.tells
    assert tell.to == REQUEST
    assert isinstance(tell.message, RequestPortIn)
    assert (tell.message.donor, tell.message.recipient) == (RECIPIENT, DONOR)
    assert tell.message.holder == HOLDER
    assert tell.message.window is None, "the hub's own next window is the earliest there is"


def test_it_is_served_again_as_before_and_looked_at_until_that_is_so(undue: Any) -> None:
    undue.when(reported(Side.LOST), MORNING).when(moved(), LATER)
    (restore,) = undue.last.effects
    assert restore == RestoreService(
        hub=HubKind.MOBILE, number=MAIN_NUMBER, iccid=undue.state.matter.iccid
    )
    undue.when(EffectParked(effect_id="e", effect="porting.restore_service", reason="no"), LATER)
    assert undue.names == ["UnduePortUnrecognised"]
    undue.when(TimerFired(name="service_due"), LATER)
    assert undue.last.effects == (ReadService(number=MAIN_NUMBER),)
    undue.when(read(is_served=False), LATER)
    assert undue.last.effects == (restore,)
    undue.when(read(is_served=True), LATER)
    assert undue.state.phase is UnduePhase.RETURNED
    assert undue.timers == {}


def test_silence_is_asked_again_and_a_no_waits_for_a_person(undue: Any) -> None:
    undue.when(reported(Side.LOST), MORNING)
    undue.when(no("RECH_NORES", RejectionReason.NO_ANSWER), LATER)
    assert undue.last.tells[0].to == f"{FAMILY}/port/{MAIN_NUMBER}/2"
    undue.when(no("RECH_NORES", RejectionReason.NO_ANSWER), LATER)
    assert undue.last.facts == (), "the request before is no news any more"
    undue.when(no("RECH_IDENT", RejectionReason.HOLDER_MISMATCH, attempt=2), LATER)
    assert undue.state.phase is UnduePhase.REFUSED
    another = replace(HOLDER, document=STRANGER)
    undue.when(AskBackAgain(by="luis", why="his father's name", holder=another), LATER)
    assert undue.last.tells[0].message.holder == another


def test_a_request_that_is_not_wanted_any_more_is_taken_back_if_there_is_time(undue: Any) -> None:
    undue.when(reported(Side.LOST), MORNING)
    undue.when(DropUnduePort(by="ana", why="he stays there"), MORNING)
    assert [tell.to for tell in undue.last.tells] == [REQUEST]
    undue.when(DropUnduePort(by="ana", why="he stays there"), MORNING)
    assert undue.last.tells == ()
    gone = Heard(source=REQUEST, fact=PortInCancelled(number=MAIN_NUMBER, why="error"))
    assert undue.when(gone, MORNING).state.phase is UnduePhase.DROPPED


def test_one_that_was_too_late_to_take_back_is_served(undue: Any) -> None:
    undue.when(reported(Side.LOST), MORNING)
    undue.when(DropUnduePort(by="ana", why="he stays there"), MORNING)
    assert undue.when(moved(), LATER).state.phase is UnduePhase.RESTORING


def test_what_came_to_us_unduly_has_its_way_back_open_for_a_month(undue: Any) -> None:
    undue.when(reported(Side.GAINED), MORNING)
    opened = undue.fact(WayBackOpened)
    assert (opened.goes_back_to, opened.document) == (RECIPIENT, HOLDER.document)
    undue.when(TimerFired(name="went_back_due"), MORNING)
    assert undue.last.effects == (ReadService(number=MAIN_NUMBER),)
    undue.when(read(is_served=True), MORNING)
    assert undue.last.facts == ()
    late = (instant(MORNING) + WAY_BACK_OPEN).isoformat()
    assert undue.when(TimerFired(name="went_back_due"), late).state.phase is UnduePhase.DROPPED


def test_it_is_over_when_our_network_has_let_go_of_it(undue: Any) -> None:
    undue.when(reported(Side.GAINED), MORNING)
    assert undue.when(read(is_served=False), LATER).state.phase is UnduePhase.RETURNED


@pytest.mark.parametrize("side", list(Side))
def test_a_stolen_fixed_number_is_blocked_for_fifteen_days(undue: Any, side: Side) -> None:
    undue.when(reported(side, UndueWhy.THEFT, number=FIXED_NUMBER), MORNING)
    blocked = undue.fact(NumberBlocked)
    assert undue.last.tells == ()
    assert blocked.until == instant("2025-11-04T09:00:00+01:00")
    assert blocked.goes_back_to == (DONOR if side is Side.LOST else RECIPIENT)
    undue.when(SettleTheft(was_undue=True, by="ana", why="the police report"), LATER)
    expected = UnduePhase.ASKING if side is Side.LOST else UnduePhase.ADMITTED
    assert undue.state.phase is expected


def test_it_is_blocked_for_longer_only_once(undue: Any) -> None:
    undue.when(reported(Side.LOST, UndueWhy.THEFT, number=FIXED_NUMBER), MORNING)
    longer = ExtendBlock(by="ana", why="no answer yet")
    undue.when(longer, LATER)
    assert undue.fact(NumberBlocked).until == instant("2025-12-04T09:00:00+01:00")
    undue.when(longer, LATER)
    assert undue.refusal is not None
    assert undue.refusal.reason == UndueRefusal.NOT_NOW


def test_a_block_that_nobody_settled_ends_and_stays_a_task(undue: Any) -> None:
    undue.when(reported(Side.LOST, UndueWhy.THEFT, number=FIXED_NUMBER), MORNING)
    undue.when(TimerFired(name="block_ends"), undue.timers["block_ends"].isoformat())
    assert undue.fact(BlockEnded).settled is False
    assert str(undue.state.phase) == UnduePhase.UNSETTLED
    undue.when(SettleTheft(was_undue=False, by="ana", why="he signed"), LATER)
    assert str(undue.state.phase) == UnduePhase.DROPPED


def test_where_no_block_is_known_a_stolen_number_is_asked_for_at_once(undue: Any) -> None:
    assert undue.when(reported(Side.LOST, UndueWhy.THEFT), MORNING).last.tells


def test_nobody_decides_without_a_name_and_a_reason(undue: Any) -> None:
    undue.when(reported(Side.LOST), MORNING)
    undue.when(DropUnduePort(by=" ", why="he stays"), MORNING)
    assert undue.refusal is not None
    assert undue.refusal.reason == UndueRefusal.NAME_MISSING


# ---- as the donor of what goes back


def verdict(book: Callable[[str], PortingProfile], way: WayBack, **changed: Any) -> str:
    asked = replace(donor.asked(MAIN_NUMBER), **changed)
    line = replace(served(MAIN_NUMBER), document=STRANGER)
    received = answering.received(book(asked.rules), asked, AT).facts[0].asked
    found = ServedFound(lines=(line,), dependants=(), ways_back=(way,))
    return judge(book(asked.rules), received, found, AT).reason


def test_who_admits_compares_the_holder_from_before(
    book: Callable[[str], PortingProfile],
) -> None:
    admitted = WayBack(
        number=MAIN_NUMBER,
        goes_back_to=RECIPIENT,
        is_blocked=False,
        admitted_to=HOLDER.document,
    )
    assert verdict(book, admitted) == ""
    assert verdict(book, admitted, document_number="00000001R") == "holder_mismatch"
    assert verdict(book, admitted, recipient=OTHER_DONOR) == "holder_mismatch"


def test_a_blocked_number_goes_to_nobody_else(book: Callable[[str], PortingProfile]) -> None:
    blocked = WayBack(number=MAIN_NUMBER, goes_back_to=DONOR, is_blocked=True)
    assert verdict(book, blocked) == RejectionReason.NUMBER_BLOCKED
    assert RejectionReason.NUMBER_BLOCKED not in book(LAW).donor(HubKind.FIXED).causes


def test_what_we_have_agreed_to_is_answered_as_the_window_opens(out: Any) -> None:
    given = replace(donor.asked(), answer_from=instant("2019-01-14T14:15:00+01:00"))
    port = out.when(replace(given, is_admitted=True), "2019-01-14T10:00:00+01:00")
    assert port.timers["answer_due"] == given.answer_from


def test_what_is_asked_of_us_otherwise_waits_for_its_turn(out: Any) -> None:
    given = replace(donor.asked(), answer_from=instant("2019-01-14T14:15:00+01:00"))
    port = out.when(given, "2019-01-14T10:00:00+01:00")
    assert port.timers["answer_due"] - given.answer_from > timedelta(minutes=1)


@pytest.fixture
def dsn_of_desk(postgres: Server) -> Iterator[str]:
    dsn = clone(postgres, "undue_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    yield dsn
    wipe(dsn)


def test_the_desk_and_the_donor_read_what_stands_for_a_number(dsn_of_desk: str, undue: Any) -> None:
    process = f"{FAMILY}/undue_port"
    undue.when(reported(Side.GAINED, UndueWhy.THEFT, number=FIXED_NUMBER), MORNING)
    undue.when(TimerFired(name="block_ends"), undue.timers["block_ends"].isoformat())
    undue.when(SettleTheft(was_undue=True, by="ana", why="the police report"), LATER)
    with connect(dsn_of_desk, name="test") as connection, connection.cursor() as cursor:
        seen = []
        for version, fact in enumerate(undue.facts, start=1):
            record = Recorded(
                process_id=process,
                kind=undue.process.kind,
                version=version,
                at=instant(MORNING),
                fact=fact,
                seq=version,
            )
            write_undue(cursor, [record])
            (row,) = undue_ports_of(cursor, [FIXED_NUMBER])
            (way,) = ways_back(cursor, [FIXED_NUMBER])
            seen.append((row.state, bool(row.task), way.is_blocked, way.admitted_to))
        assert seen == [
            ("blank", False, False, None),
            ("blocked", False, True, None),
            ("unsettled", True, False, None),
            ("unsettled", True, False, None),
            ("admitted", False, False, HOLDER.document),
        ]
