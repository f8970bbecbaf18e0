"""A recovery, step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.recovery.messages import (
    AskDonorDesk,
    DeskAnswered,
    NumberCut,
    NumberHasMoved,
    NumberRecovered,
    NumberSeenAlive,
    ReactivationAsked,
    ReactivationPromised,
    RecoverNumber,
    RecoveryEscalated,
    RecoveryOvertaken,
    RecoveryReminded,
)
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

GOOD = instant("2019-01-14T14:00:00+01:00")
CUT = instant("2019-01-14T14:06:00+01:00")
NOTICED = "2019-01-14T14:15:00+01:00"
BY = instant("2019-01-15T08:15:00+01:00")
BACK = instant("2019-01-14T18:20:00+01:00")
RECOVER = RecoverNumber(
    number=Msisdn("+34600000102"),
    donor="altamar",
    recipient="brisa",
    order="R7",
    line="M2",
    rules="es@2012-06-01",
    last_good_at=GOOD,
    noticed_at=instant(NOTICED),
)


def answer(verdict: str, topic: str = "reactivate", **more: Any) -> DeskAnswered:
    return DeskAnswered(topic=topic, verdict=verdict, at=BACK, **more)


@pytest.fixture
def asked_for(recovery: Any) -> Any:
    return recovery.when(RECOVER, NOTICED)


@pytest.fixture
def promised(asked_for: Any) -> Any:
    accepted = answer("accepted", ceased_at=CUT, expected_by=BY)
    return asked_for.when(accepted, "2019-01-14T14:50:00+01:00")


def test_a_cut_number_goes_into_the_hold_and_the_desk_is_asked_at_once(asked_for: Any) -> None:
    assert asked_for.names == ["NumberCut", "ReactivationAsked", "AskDonorDesk"]
    assert asked_for.fact(NumberCut).at == GOOD
    assert asked_for.timers["hold_ends"] == asked_for.fact(NumberCut).held_until
    letter = asked_for.last.effects[0]
    assert isinstance(letter, AskDonorDesk)
    assert (letter.operator, letter.sender, letter.topic) == ("altamar", "brisa", "reactivate")
    assert "70.3" in letter.grounds


def test_a_desk_without_an_answer_is_chased_and_escalated(asked_for: Any) -> None:
    assert asked_for.timers["answer_due"] == instant("2019-01-14T16:15:00+01:00")
    asked_for.when(TimerFired(name="answer_due"), "2019-01-14T16:15:00+01:00")
    assert asked_for.names == ["RecoveryEscalated", "ReactivationAsked", "AskDonorDesk"]
    assert asked_for.fact(RecoveryEscalated).why == "no_answer"


def test_a_desk_that_never_answers_is_chased_until_the_hold_ends(asked_for: Any) -> None:
    letters = 1
    while asked_for.timers["answer_due"] < asked_for.timers["hold_ends"]:
        asked_for.when(TimerFired(name="answer_due"), asked_for.timers["answer_due"].isoformat())
        letters += len(asked_for.last.effects)
    assert 15 < letters < 40
    asked_for.when(TimerFired(name="hold_ends"), asked_for.timers["hold_ends"].isoformat())
    assert asked_for.names == ["HoldEnded"]


def test_the_desk_names_when_it_was_cut_and_when_it_will_be_back(promised: Any) -> None:
    fact = promised.fact(ReactivationPromised)
    assert (fact.by, fact.ceased_at) == (BY, CUT)
    assert promised.timers["promised_by"] > BY


def test_a_promise_that_is_missed_is_chased(promised: Any) -> None:
    promised.when(TimerFired(name="promised_by"), "2019-01-15T08:30:00+01:00")
    assert promised.fact(RecoveryEscalated).why == "promise_missed"
    assert promised.state.phase == "asked"


def test_a_refusal_is_escalated_and_not_accepted(asked_for: Any) -> None:
    asked_for.when(answer("refused"), "2019-01-14T15:00:00+01:00")
    assert asked_for.names == ["RecoveryEscalated"]
    assert asked_for.state.phase == "asked"


def _refuse_for_weeks(recovery: Any) -> list[tuple[str, Any]]:
    """Every letter gets a no within the hour, until the hold ends: the facts with their days."""
    said: list[tuple[str, Any]] = []
    while recovery.timers["answer_due"] < recovery.timers["hold_ends"]:
        due = recovery.timers["answer_due"]
        for message, at in (
            (TimerFired(name="answer_due"), due),
            (answer("refused"), due + timedelta(minutes=50)),
        ):
            recovery.when(message, at.isoformat())
            said += [(at.date().isoformat(), fact) for fact in recovery.last.facts]
    return said


def test_weeks_of_refusals_climb_the_ladder_to_its_top_and_no_further(asked_for: Any) -> None:
    said = _refuse_for_weeks(asked_for)
    levels = [fact.level for _, fact in said if isinstance(fact, RecoveryEscalated)]
    assert levels == [1, 2, 3, 4, 5]
    assert asked_for.state.level == 5


def test_at_the_top_of_the_ladder_its_owner_is_reminded_once_a_day_and_the_desk_asked(
    asked_for: Any,
) -> None:
    said = _refuse_for_weeks(asked_for)
    reminded = [(day, fact) for day, fact in said if isinstance(fact, RecoveryReminded)]
    days = [day for day, _ in reminded]
    assert len(days) == len(set(days)) > 15
    assert {(fact.level, fact.why) for _, fact in reminded} == {(5, "refused")}
    asked = [day for day, fact in said if isinstance(fact, ReactivationAsked)]
    assert len([day for day in asked if day > days[0]]) == len(days) - 1


def test_a_desk_that_is_silent_at_the_top_of_the_ladder_is_said_to_be_so(asked_for: Any) -> None:
    for _ in range(7):
        asked_for.when(TimerFired(name="answer_due"), asked_for.timers["answer_due"].isoformat())
    assert asked_for.names == ["RecoveryReminded", "ReactivationAsked", "AskDonorDesk"]
    assert asked_for.fact(RecoveryReminded).why == "no_answer"


def test_an_answer_that_we_do_not_know_is_escalated(asked_for: Any) -> None:
    asked_for.when(answer("perhaps"), "2019-01-14T15:00:00+01:00")
    assert asked_for.fact(RecoveryEscalated).why == "not_understood:perhaps"


def test_the_desk_alone_does_not_prove_that_the_number_is_back(promised: Any) -> None:
    promised.when(answer("done", served_again_at=BACK), BACK.isoformat())
    assert promised.names == ["ReactivationReported"]
    promised.when(TimerFired(name="proof_due"), "2019-01-14T19:05:00+01:00")
    assert promised.fact(RecoveryEscalated).why == "said_done_but_dead"
    assert promised.names[-1] == "AskDonorDesk"


def test_desk_first_then_probe_gives_the_exact_times(promised: Any) -> None:
    promised.when(answer("done", served_again_at=BACK), BACK.isoformat())
    probed = instant("2019-01-14T18:30:00+01:00")
    promised.when(NumberSeenAlive(at=probed), probed.isoformat())
    fact = promised.fact(NumberRecovered)
    assert (fact.dead_from, fact.dead_until) == (CUT, BACK)


def test_probe_first_then_desk_gives_the_exact_times_once(promised: Any) -> None:
    probed = instant("2019-01-14T18:30:00+01:00")
    promised.when(NumberSeenAlive(at=probed), probed.isoformat())
    assert promised.names == ["NumberReached", "AskDonorDesk"]
    assert promised.last.effects[0].topic == "status"
    promised.when(answer("done", served_again_at=BACK), "2019-01-14T18:35:00+01:00")
    assert promised.fact(NumberRecovered).dead_until == BACK
    assert (
        promised.when(answer("done", served_again_at=BACK), "2019-01-14T18:36:00+01:00").names == []
    )


def test_a_desk_that_stays_silent_is_waited_for_two_working_hours_only(promised: Any) -> None:
    probed = instant("2019-01-14T18:30:00+01:00")
    promised.when(NumberSeenAlive(at=probed), probed.isoformat())
    assert promised.timers["settle_due"] == instant("2019-01-15T08:30:00+01:00")
    promised.when(TimerFired(name="settle_due"), "2019-01-15T08:30:00+01:00")
    assert promised.fact(NumberRecovered).dead_until == probed


@pytest.mark.parametrize("said", ["2019-01-14T13:00:00+01:00", "2019-01-14T19:00:00+01:00"])
def test_a_time_that_cannot_be_is_not_taken_from_the_desk(promised: Any, said: str) -> None:
    probed = instant("2019-01-14T18:30:00+01:00")
    promised.when(NumberSeenAlive(at=probed), probed.isoformat())
    promised.when(answer("done", served_again_at=instant(said)), "2019-01-14T19:10:00+01:00")
    assert promised.names == []


@pytest.mark.parametrize("said", ["2019-01-14T13:59:00+01:00", "2019-01-14T14:16:00+01:00"])
def test_a_cease_that_our_probes_contradict_is_not_taken(asked_for: Any, said: str) -> None:
    asked_for.when(
        answer("accepted", ceased_at=instant(said), expected_by=BY), "2019-01-14T15:00:00+01:00"
    )
    assert asked_for.fact(ReactivationPromised).ceased_at is None


def test_a_number_ported_out_of_its_hold_is_not_waited_for(promised: Any) -> None:
    moved = instant("2019-01-16T02:00:00+01:00")
    promised.when(NumberHasMoved(at=moved), moved.isoformat())
    fact = promised.fact(RecoveryOvertaken)
    assert (fact.dead_from, fact.dead_until) == (CUT, moved)


def test_a_number_ported_before_the_desk_opened_is_dead_since_the_desk_says(asked_for: Any) -> None:
    moved = instant("2019-01-15T02:00:00+01:00")
    asked_for.when(NumberHasMoved(at=moved), moved.isoformat())
    assert asked_for.names == ["NumberLeftHold", "AskDonorDesk"]
    assert set(asked_for.timers) == {"settle_due"}
    asked_for.when(answer("as_given"), "2019-01-15T08:20:00+01:00")
    assert asked_for.names == []
    asked_for.when(answer("as_given", topic="status", ceased_at=CUT), "2019-01-15T08:40:00+01:00")
    fact = asked_for.fact(RecoveryOvertaken)
    assert (fact.dead_from, fact.dead_until) == (CUT, moved)


def test_a_number_ported_and_a_desk_that_says_nothing_is_dead_since_our_last_probe(
    asked_for: Any,
) -> None:
    moved = instant("2019-01-15T02:00:00+01:00")
    asked_for.when(NumberHasMoved(at=moved), moved.isoformat())
    due = asked_for.timers["settle_due"]
    asked_for.when(TimerFired(name="settle_due"), due.isoformat())
    assert asked_for.fact(RecoveryOvertaken).dead_from == GOOD


def test_a_desk_that_cannot_be_reached_is_escalated(asked_for: Any) -> None:
    lost = EffectParked(effect_id="x#1.1", effect="porting.ask_donor_desk", reason="down")
    assert asked_for.when(lost, "2019-01-14T20:00:00+01:00").names == ["RecoveryEscalated"]
    assert "answer_due" in asked_for.timers


def test_an_unknown_edition_is_refused(recovery: Any) -> None:
    refused = recovery.when(replace(RECOVER, rules="es@1850-01-01"), NOTICED).refusal
    assert refused.reason == "rules_unknown"
