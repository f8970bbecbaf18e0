"""What is different about a fixed number: the hub's queue, its announcements, its silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.porting.conftest import Play

from relevo.engine.process import TimerFired
from relevo.porting.port_in.messages import (
    CancellationMissed,
    CancelPortIn,
    HubAccepted,
    HubDeclined,
    HubState,
    PortInCompleted,
    PortInConfirmed,
    PortInQueuedAtHub,
    PortInRejected,
    PortStateSeen,
    RequestPortIn,
    Witness,
)
from relevo.porting.profile import Awaited, HubKind, PortingProfile, Window
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

REFERENCE = "902K7Q2M9XA"
MONDAY = "2019-01-14T09:00:00+01:00"
WINDOW = Window(
    opens=instant("2019-01-16T10:00:00+01:00"), closes=instant("2019-01-16T13:00:00+01:00")
)
FERROR = HubDeclined(code="FERROR", text="no válido", of="request", field="field 3")


def seen(state: HubState, at: str = MONDAY, **more: object) -> PortStateSeen:
    given = {"window": WINDOW} if state is HubState.CONFIRMED else {}
    return PortStateSeen(
        reference=REFERENCE,
        state=state,
        witness=Witness.MAILBOX,
        at=instant(at),
        **{**given, **more},  # type: ignore[arg-type]
    )


@pytest.fixture
def requested(port: Play, asked: Callable[..., RequestPortIn]) -> Play:
    """A request that the hub has taken; its answer is due by Monday 15:00."""
    request = asked(number=Msisdn("+34976000101"), hub=HubKind.FIXED, line="F")
    accepted = HubAccepted(
        reference=REFERENCE,
        donor="altamar",
        window=WINDOW,
        reply_due=instant("2019-01-14T15:00:00+01:00"),
    )
    return port.when(request, MONDAY).when(accepted, MONDAY)


def test_the_day_of_the_queue_moves_the_limit_and_a_window_that_would_come_too_soon(
    requested: Play,
) -> None:
    requested.when(seen(HubState.REQUESTED, expected_on=date(2019, 1, 18)), MONDAY)
    queued = requested.fact(PortInQueuedAtHub)
    assert queued.reply_due == instant("2019-01-18T14:10:00+01:00")
    assert queued.window.opens == instant("2019-01-22T10:00:00+01:00")
    assert queued.cancel_until == instant("2019-01-21T10:00:00+01:00")
    assert requested.timers["reply_due"] == instant("2019-01-18T14:12:00+01:00")
    assert requested.timers["window_opens"] > queued.window.opens


def test_the_same_day_told_twice_is_no_news_and_none_is_after_the_answer(requested: Play) -> None:
    queued = seen(HubState.REQUESTED, expected_on=date(2019, 1, 18))
    assert requested.when(queued, MONDAY).names == ["PortInQueuedAtHub"]
    assert requested.when(queued, MONDAY).names == []
    requested.when(seen(HubState.CONFIRMED), MONDAY)
    later = seen(HubState.REQUESTED, expected_on=date(2019, 1, 21))
    assert requested.when(later, MONDAY).names == []


@pytest.mark.parametrize(
    ("queued", "alarm_at"),
    [(False, "2019-01-14T21:30:00+01:00"), (True, "2019-01-18T20:30:00+01:00")],
)
def test_a_silence_is_alarming_after_its_own_limit_and_then_the_request_is_taken_back(
    requested: Play, queued: bool, alarm_at: str
) -> None:
    if queued:
        requested.when(seen(HubState.REQUESTED, expected_on=date(2019, 1, 18)), MONDAY)
        requested.when(TimerFired(name="reply_due"), "2019-01-18T14:12:00+01:00")
        assert requested.names == ["ReplyOverdue", "QueryPort"]
    requested.when(TimerFired(name="reply_due"), alarm_at)
    assert "PortInUnrecognised" in requested.names
    assert "CancellationAsked" in requested.names


def test_what_is_announced_has_not_happened_yet(requested: Play) -> None:
    requested.when(seen(HubState.CONFIRMED), MONDAY)
    announced = seen(HubState.PORTED, "2019-01-16T10:00:00+01:00")
    assert requested.when(announced, "2019-01-15T18:00:00+01:00").names == ["PortInAnnounced"]
    assert requested.state.phase == "confirmed"
    assert requested.when(announced, "2019-01-15T18:01:00+01:00").names == []
    requested.when(TimerFired(name="window_opens"), "2019-01-16T10:00:15+01:00")
    assert requested.fact(PortInCompleted).at == instant("2019-01-16T10:00:00+01:00")


def test_an_announcement_confirms_what_was_not_known_to_be_accepted(requested: Play) -> None:
    moves_at = "2019-01-17T12:00:00+01:00"
    requested.when(seen(HubState.PORTED, moves_at), "2019-01-15T18:00:00+01:00")
    assert requested.names == ["PortInConfirmed", "PortInAnnounced"]
    window = requested.fact(PortInConfirmed).window
    assert (window.opens, window.closes) == (
        instant(moves_at),
        instant("2019-01-17T15:00:00+01:00"),
    )
    requested.when(TimerFired(name="window_opens"), "2019-01-16T10:00:15+01:00")
    assert requested.names == []
    assert requested.timers["window_opens"] == instant("2019-01-17T12:00:15+01:00")


def test_what_was_announced_can_be_rejected_until_it_moves(requested: Play) -> None:
    requested.when(seen(HubState.CONFIRMED), MONDAY)
    requested.when(seen(HubState.PORTED, "2019-01-16T10:00:00+01:00"), "2019-01-15T18:00:00+01:00")
    requested.when(seen(HubState.REJECTED, cause="0020"), "2019-01-15T19:00:00+01:00")
    assert requested.fact(PortInRejected).code == "0020"
    assert requested.state.phase == "rejected"


def test_what_moves_although_we_want_it_back_is_ours_all_the_same(requested: Play) -> None:
    requested.when(seen(HubState.CONFIRMED), MONDAY)
    requested.when(CancelPortIn(why="customer"), "2019-01-14T12:00:00+01:00")
    requested.when(seen(HubState.PORTED, "2019-01-16T10:00:00+01:00"), "2019-01-14T18:00:00+01:00")
    assert requested.state.phase == "cancelling"
    requested.when(TimerFired(name="window_opens"), "2019-01-16T10:00:15+01:00")
    assert requested.names == ["CancellationMissed", "PortInCompleted"]


def test_a_file_that_could_not_be_read_counts_once(requested: Play) -> None:
    requested.when(CancelPortIn(why="customer"), MONDAY)
    requested.when(FERROR, "2019-01-14T09:10:00+01:00")
    assert requested.names[:2] == ["PortInUnread", "CancellationMissed"]
    assert requested.fact(CancellationMissed).code == "FERROR"
    assert requested.when(FERROR, "2019-01-14T09:11:00+01:00").names == []
    assert requested.state.phase == "requested"
    requested.when(CancelPortIn(why="customer"), "2019-01-14T09:20:00+01:00")
    assert requested.when(FERROR, "2019-01-14T09:30:00+01:00").names == []
    assert requested.state.phase == "cancelling"


def test_another_file_that_could_not_be_read_ends_the_request(requested: Play) -> None:
    requested.when(CancelPortIn(why="customer"), MONDAY)
    requested.when(FERROR, "2019-01-14T09:10:00+01:00")
    other = HubDeclined(code="FERROR", text="no válido", of="request", field="field 12")
    requested.when(other, "2019-01-14T09:12:00+01:00")
    assert requested.state.phase == "rejected"


@pytest.mark.parametrize(
    ("code", "understood"),
    [("0003", True), ("0069", True), ("0072", False), ("0004", False), ("0068", False)],
)
def test_a_cause_outside_of_its_set_or_unknown_is_somebodys_task(
    requested: Play, code: str, understood: bool
) -> None:
    requested.when(seen(HubState.REJECTED, cause=code), MONDAY)
    rejected = requested.fact(PortInRejected)
    assert (rejected.reason != "unrecognised") is understood
    assert ("PortInUnrecognised" in requested.names) is not understood


def test_each_alarm_has_its_minutes_as_dated_terms(rules: PortingProfile) -> None:
    for awaited in Awaited:
        silence = rules.silence(HubKind.FIXED, awaited)
        assert 0 < silence.look_minutes < silence.alarm_minutes
