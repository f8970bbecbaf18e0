"""As the donor: the answer is by rule and in time, service lasts until the number has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.process import TimerFired, replay
from relevo.porting.cease.messages import ServiceRead
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.judging import judge
from relevo.porting.port_out.messages import (
    ApproveForceMajeure,
    NumberAsked,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    PortOutUnreached,
    ProposeForceMajeure,
    ServedFound,
    TryPortOutAgain,
    UndoPortOut,
)
from relevo.porting.port_out.model import Asked, PortOutPhase, Verdict
from relevo.porting.profile import HubKind, PortingProfile
from relevo.testing.vocabulary import donor
from relevo.testing.vocabulary.cast import CARD, ESIM_CARD, MAIN_NUMBER, SECOND_NUMBER
from relevo.testing.vocabulary.donor import HANGING_NUMBER, REFERENCE, served
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

MONDAY = "2019-01-14"
MORNING = f"{MONDAY}T10:00:00+01:00"
ANSWER_TIME = instant(f"{MONDAY}T14:30:00+01:00")
LIMIT = instant(f"{MONDAY}T20:00:00+01:00")
SWITCH = "2019-01-16T02:00:15+01:00"
MINUTE = timedelta(minutes=1)


def asked(*numbers: Msisdn, is_multiple: bool = False, **changed: Any) -> PortOutAsked:
    """A request of a Monday morning; the hub's own times."""
    given = donor.asked(*numbers, is_multiple=is_multiple)
    return replace(
        given, answer_from=instant(f"{MONDAY}T14:00:00+01:00"), answer_until=LIMIT, **changed
    )


def found(*lines: ServedLine, dependants: tuple[ServedLine, ...] = ()) -> ServedFound:
    return ServedFound(lines=lines, dependants=dependants)


def fired(out: Any, name: str) -> Any:
    """The timer goes off when it is due."""
    return out.when(TimerFired(name=name), out.timers.pop(name).isoformat())


def seen(state: HubState, at: str, **more: Any) -> PortOutSeen:
    return PortOutSeen(
        reference=REFERENCE, state=state, witness=Witness.QUERY, at=instant(at), **more
    )


def taken() -> PortOutAnswerTaken:
    return PortOutAnswerTaken(reference=REFERENCE)


def confirmed(out: Any, *, dependants: tuple[ServedLine, ...] = ()) -> Any:
    out.when(asked(), MORNING)
    fired(out, "answer_due")
    out.when(found(served(MAIN_NUMBER), dependants=dependants), f"{MONDAY}T14:35:00+01:00")
    return out.when(taken(), f"{MONDAY}T14:35:01+01:00")


# -- the rule (porting-es 3.8) ----------------------------------------------------------------


def verdict(
    rules: PortingProfile, line: ServedLine | None, *, at: Moment = ANSWER_TIME, **changed: Any
) -> Verdict:
    message = asked(**changed)
    wanted = Asked(**{name: getattr(message, name) for name in Asked.__dataclass_fields__})
    return judge(rules, wanted, found(*((line,) if line else ())), at)


def test_the_document_decides_over_a_contract_whatever_the_name(rules: PortingProfile) -> None:
    line = replace(served(MAIN_NUMBER), holder_name="Somebody else")
    assert verdict(rules, line).code == ""
    assert verdict(rules, line, document_number="b-99286320").code == ""
    assert verdict(rules, line, document_number="A58818501").code == "RECH_IDENT"
    assert verdict(rules, line, document_type="NIF").code == "RECH_IDENT"


def test_the_card_decides_over_a_prepaid_line_and_the_document_does_not(
    rules: PortingProfile,
) -> None:
    line = served(MAIN_NUMBER, is_prepaid=True)
    right = (NumberAsked(number=MAIN_NUMBER, iccid=CARD),)
    wrong = (NumberAsked(number=MAIN_NUMBER, iccid=ESIM_CARD),)
    assert verdict(rules, line, numbers=right, document_number="A58818501").code == ""
    assert verdict(rules, line, numbers=wrong).code == "RECH_ICCID"
    assert verdict(rules, line).code == "RECH_ICCID"  # asked for as if it were a contract


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ServedStatus.ACTIVE, ""),
        (ServedStatus.BARRED_LOST, "RECH_PERDI"),
        (ServedStatus.RETURNED, "RECH_BNUME"),
        (ServedStatus.GONE, "RECH_IDENT"),
    ],
)
def test_how_the_line_stands_decides(
    rules: PortingProfile, status: ServedStatus, code: str
) -> None:
    assert verdict(rules, served(MAIN_NUMBER, status=status)).code == code


def test_a_number_that_nobody_knows_here_is_refused(rules: PortingProfile) -> None:
    assert verdict(rules, None).code == "RECH_IDENT"
    assert verdict(rules, replace(served(MAIN_NUMBER), operator="duna")).code == "RECH_IDENT"


def test_a_ceased_number_that_was_ported_to_us_is_its_last_holder_s(rules: PortingProfile) -> None:
    held = served(MAIN_NUMBER, status=ServedStatus.CEASED, is_own_range=False)
    assert verdict(rules, held).code == ""
    assert verdict(rules, held, document_number="A58818501").code == "RECH_IDENT"


def test_a_ceased_number_of_our_own_range_follows_the_edition_of_the_law(
    book: Callable[[str], PortingProfile],
) -> None:
    held = served(MAIN_NUMBER, status=ServedStatus.CEASED)
    assert verdict(book("es@2012-06-01"), held).code == "RECH_IDENT"
    assert verdict(book("es@2022-06-30"), held).code == ""
    long_after = ANSWER_TIME + timedelta(days=40)
    assert verdict(book("es@2022-06-30"), held, at=long_after).code == "RECH_IDENT"


def test_of_a_multiple_what_is_no_line_falls_out_alone(rules: PortingProfile) -> None:
    both = asked(MAIN_NUMBER, SECOND_NUMBER, is_multiple=True).numbers
    found_one = verdict(rules, served(MAIN_NUMBER), numbers=both, is_multiple=True)
    assert found_one.confirmed == (MAIN_NUMBER,)
    assert found_one.code == ""


def test_of_a_multiple_one_line_with_a_defect_sinks_all(rules: PortingProfile) -> None:
    message = asked(MAIN_NUMBER, SECOND_NUMBER, is_multiple=True)
    wanted = Asked(**{name: getattr(message, name) for name in Asked.__dataclass_fields__})
    lost = served(SECOND_NUMBER, status=ServedStatus.BARRED_LOST)
    sunk = judge(rules, wanted, found(served(MAIN_NUMBER), lost), ANSWER_TIME)
    assert (sunk.code, sunk.confirmed) == ("RECH_PERDI", ())


# -- in time ----------------------------------------------------------------------------------


def test_the_answer_is_due_soon_after_the_reply_window_opens(out: Any) -> None:
    out.when(asked(), MORNING)
    due = out.timers["answer_due"]
    assert ANSWER_TIME <= due <= ANSWER_TIME + 10 * MINUTE
    assert out.last.effects == ()


def test_a_request_that_comes_late_is_answered_at_once(out: Any) -> None:
    out.when(asked(), f"{MONDAY}T19:30:00+01:00")
    assert out.timers["answer_due"] == instant(f"{MONDAY}T19:30:00+01:00")


def test_what_we_serve_is_read_when_we_answer_and_not_when_we_are_asked(out: Any) -> None:
    out.when(asked(), MORNING)
    assert fired(out, "answer_due").names == ["PortOutChecking", "LookUpServed"]
    lost = served(MAIN_NUMBER, status=ServedStatus.BARRED_LOST)
    out.when(found(lost), f"{MONDAY}T14:35:00+01:00")
    assert out.last.effects[0].cause == "RECH_PERDI"


def test_a_yes_that_the_hub_took_waits_for_the_window(out: Any) -> None:
    confirmed(out)
    assert out.state.phase is PortOutPhase.CONFIRMED
    assert set(out.timers) == {"window_opens"}


def test_while_the_hub_is_away_the_answer_is_tried_more_often_near_the_limit(out: Any) -> None:
    out.when(asked(), MORNING)
    fired(out, "answer_due")
    out.when(found(served(MAIN_NUMBER)), f"{MONDAY}T14:35:00+01:00")
    away = PortOutUnreached(reference=REFERENCE, reason="away")
    pauses = []
    for clock in ("14:36", "19:00", "19:45"):
        at = f"{MONDAY}T{clock}:00+01:00"
        pauses.append(out.when(away, at).timers["retry"] - instant(at))
    assert pauses[0] == 10 * MINUTE
    assert pauses == sorted(pauses, reverse=True)
    assert pauses[2] < 3 * MINUTE
    assert fired(out, "retry").names == ["ConfirmPortOut"]


def test_an_answer_that_does_not_arrive_is_an_alarm_at_half_time_and_an_hour_before(
    out: Any,
) -> None:
    out.when(asked(), MORNING)
    alarms = []
    while "alarm" in out.timers:
        alarms.append(out.timers["alarm"])
        assert fired(out, "alarm").names == ["PortOutAnswerAtRisk"]
    assert alarms == [LIMIT - timedelta(hours=3), LIMIT - timedelta(hours=1)]


def test_a_refused_answer_is_somebody_s_task_and_can_be_tried_again(out: Any) -> None:
    out.when(asked(), MORNING)
    fired(out, "answer_due")
    out.when(found(), f"{MONDAY}T14:35:00+01:00")
    early = PortOutAnswerRefused(reference=REFERENCE, code="RECH TIEMP", text="14:00-20:00")
    out.when(early, f"{MONDAY}T14:35:01+01:00")
    assert out.names == ["PortOutUnrecognised", "QueryPortOut"]
    out.when(TryPortOutAgain(by="ana"), f"{MONDAY}T15:00:00+01:00")
    assert out.state.phase is PortOutPhase.CHECKING


def test_after_the_limit_we_look_because_no_mailbox_tells_a_donor_of_his_silence(out: Any) -> None:
    out.when(asked(), MORNING)
    assert fired(out, "reply_over").names == ["QueryPortOut"]
    silent = seen(HubState.REJECTED, f"{MONDAY}T20:00:00+01:00", cause="RECH_NORES")
    out.when(silent, f"{MONDAY}T20:02:01+01:00")
    ended = out.last.facts[0]
    assert (ended.code, ended.reason, ended.ours) == ("RECH_NORES", "no_answer", False)


# -- four eyes --------------------------------------------------------------------------------


def test_force_majeure_takes_two_different_people(out: Any) -> None:
    out.when(asked(), MORNING)
    out.when(ProposeForceMajeure(by="Ana", why="the exchange burns"), MORNING)
    out.when(ApproveForceMajeure(by=" ana "), MORNING)
    assert out.refusal is not None
    assert out.refusal.reason == "same_person"
    out.when(ApproveForceMajeure(by="Luis"), MORNING)
    assert out.timers["retry"] == instant(f"{MONDAY}T14:00:00+01:00")  # inside the reply window
    assert fired(out, "retry").last.effects[0].cause == "RECH_FMAYO"
    approved = next(fact for fact in out.facts if type(fact).__name__ == "ForceMajeureApproved")
    assert (approved.proposed_by, approved.by) == ("Ana", "Luis")


def test_a_plan_that_nobody_approves_does_not_keep_us_silent(out: Any) -> None:
    out.when(asked(), MORNING)
    out.when(ProposeForceMajeure(by="Ana", why="the exchange burns"), MORNING)
    assert out.timers["answer_due"] == LIMIT - timedelta(minutes=90)
    fired(out, "answer_due")
    assert out.names == ["ForceMajeureVoided", "PortOutChecking", "LookUpServed"]


# -- leaving, and back ------------------------------------------------------------------------


def test_an_open_window_alone_stops_nothing(out: Any) -> None:
    confirmed(out)
    assert fired(out, "window_opens").names == ["QueryPortOut"]
    out.when(seen(HubState.CONFIRMED, SWITCH), SWITCH)
    assert out.state.phase is PortOutPhase.CONFIRMED
    assert out.names == []


def test_service_stops_when_the_hub_says_that_the_number_moved(out: Any) -> None:
    confirmed(out)
    out.when(seen(HubState.PORTED, "2019-01-16T02:00:00+01:00"), SWITCH)
    assert out.names == ["NumbersLeft", "StopService"]
    assert fired(out, "service_due").names == ["ReadService"]
    still = ServiceRead(number=MAIN_NUMBER, is_served=True, at=instant(SWITCH))
    assert out.when(still, SWITCH).names == ["StopService"]
    off = replace(still, is_served=False)
    assert out.when(off, SWITCH).names == ["LineStopped", "PortOutCompleted"]


@pytest.mark.parametrize("by_hub", [True, False])
def test_a_port_that_failed_is_rolled_back_until_the_number_works(out: Any, by_hub: bool) -> None:
    confirmed(out)
    out.when(seen(HubState.PORTED, "2019-01-16T02:00:00+01:00"), SWITCH)
    later = "2019-01-16T03:00:00+01:00"
    if by_hub:
        out.when(seen(HubState.CANCELLED, later), later)
    else:
        out.when(UndoPortOut(by="ana", why="their network is down"), later)
    assert out.names == ["PortOutUndone", "RestoreService"]
    assert out.last.effects[0].iccid == CARD
    off = ServiceRead(number=MAIN_NUMBER, is_served=False, at=instant(later))
    assert out.when(off, later).names == ["RestoreService"]
    out.when(replace(off, is_served=True), later)
    assert out.names == ["LineRestored", "PortOutRestored"]
    assert replay(out.process, out.state.process_id, tuple(out.facts)) == out.state


def test_older_news_do_not_bring_back_what_left(out: Any) -> None:
    confirmed(out)
    out.when(seen(HubState.PORTED, "2019-01-16T02:00:00+01:00"), SWITCH)
    out.when(seen(HubState.CANCELLED, f"{MONDAY}T15:00:00+01:00"), SWITCH)
    assert out.state.phase is PortOutPhase.STOPPING


def test_what_ends_with_the_number_is_said_with_our_yes_and_is_not_cut_by_it(out: Any) -> None:
    hanging = served(HANGING_NUMBER, depends_on=MAIN_NUMBER)
    confirmed(out, dependants=(hanging,))
    told = out.last.facts[1]
    assert [ending.number for ending in told.endings] == [HANGING_NUMBER]
    assert told.cancel_until == instant("2019-01-15T14:00:00+01:00")
    out.when(seen(HubState.PORTED, "2019-01-16T02:00:00+01:00"), SWITCH)
    assert [effect.number for effect in out.last.effects] == [MAIN_NUMBER]
    off = ServiceRead(number=MAIN_NUMBER, is_served=False, at=instant(SWITCH))
    (wish,) = out.when(off, SWITCH).last.tells
    assert (wish.kind, wish.message.number) == ("porting.cease", HANGING_NUMBER)


def test_a_hub_that_has_no_word_for_our_reason_gets_no_invented_one(out: Any) -> None:
    out.when(asked(hub=HubKind.FIXED), MORNING)
    fired(out, "answer_due")
    lost = served(MAIN_NUMBER, status=ServedStatus.BARRED_LOST)
    out.when(found(lost), f"{MONDAY}T14:35:00+01:00")
    assert out.names == ["PortOutChecked", "PortOutUnrecognised"]
    assert "alarm" in out.timers
    assert out.last.effects == ()
