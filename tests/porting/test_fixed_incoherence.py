"""Records that contradict one another: what the ledger decides, what a person decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.porting.conftest import RULES, Play

from relevo.care.openers import ending, opening
from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.fixed_incoherence.decider import incoherence_process
from relevo.porting.fixed_incoherence.messages import (
    AnswerIncoherence,
    DecideIncoherence,
    IncoherenceAnswered,
    IncoherenceAnswerGiven,
    IncoherenceChecked,
    IncoherenceClosed,
    IncoherenceOverdue,
    IncoherenceRaised,
    IncoherenceSettled,
    IncoherenceWithDesk,
)
from relevo.porting.fixed_incoherence.model import Finding, Matter, NumberSpan, Verdict
from relevo.porting.profile import PortingProfile
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

MONDAY = "2019-01-14T09:00:00+01:00"
F = Msisdn("+34976000101")
MATTER = Matter(
    reference="D1",
    raised_by="cantil",
    us="brisa",
    finding=Finding.REPORTED,
    cause="0002",
    text="it is not routed",
    spans=(NumberSpan(first=F, last=F),),
    rules=RULES,
)
OURS = IncoherenceChecked(ours=1, others=0, unknown=0)
NOBODYS = IncoherenceChecked(ours=0, others=0, unknown=1)
MIXED = IncoherenceChecked(ours=1, others=1, unknown=0)
PERSON = DecideIncoherence(verdict=Verdict.NOT_OURS, by="ana", why="seen on the switch")


@pytest.fixture
def reported(book: Callable[[str], PortingProfile]) -> Play:
    """Another operator has reported one."""
    play = Play(incoherence_process(book), "din-D1/incoherence")
    return play.when(IncoherenceRaised(matter=MATTER), MONDAY)


@pytest.fixture
def found(book: Callable[[str], PortingProfile]) -> Play:
    """We have found one ourselves."""
    matter = replace(MATTER, raised_by="brisa", finding=Finding.REJECTED_AFTER_MOVE)
    play = Play(incoherence_process(book), "din-D1/incoherence")
    return play.when(IncoherenceRaised(matter=matter), MONDAY)


@pytest.mark.parametrize(("ledger", "verdict"), [(OURS, Verdict.OURS), (NOBODYS, Verdict.NOT_OURS)])
def test_what_the_ledger_says_clearly_is_answered_at_once(
    reported: Play, ledger: IncoherenceChecked, verdict: Verdict
) -> None:
    assert reported.names == ["IncoherenceOpened", "CheckIncoherence"]
    reported.when(ledger, MONDAY)
    assert reported.names == ["IncoherenceAnswerGiven", "AnswerIncoherence"]
    assert reported.fact(IncoherenceAnswerGiven).verdict is verdict
    assert reported.when(ledger, MONDAY).names == []


def test_what_it_does_not_decide_is_a_persons_and_the_other_side_knows_that_we_look(
    reported: Play,
) -> None:
    reported.when(MIXED, MONDAY)
    assert reported.names == ["IncoherenceWithDesk", "AnswerIncoherence"]
    (looking,) = reported.last.effects
    assert isinstance(looking, AnswerIncoherence)
    assert looking.verdict is Verdict.LOOKING
    reported.when(PERSON, MONDAY)
    assert reported.fact(IncoherenceAnswerGiven).by == "ana"
    assert reported.state.phase == "answered"


def test_a_person_does_not_answer_what_is_answered_or_asked_of_others(
    reported: Play, found: Play
) -> None:
    reported.when(OURS, MONDAY).when(PERSON, MONDAY)
    assert reported.refusal is not None
    found.when(OURS, MONDAY).when(PERSON, MONDAY)
    assert found.refusal is not None


def test_what_we_found_is_reported_with_what_we_know(found: Play) -> None:
    found.when(OURS, MONDAY)
    assert found.names == ["IncoherenceReported", "ReportIncoherence"]
    theirs = IncoherenceAnswered(by="altamar", verdict=Verdict.OURS, text="01")
    assert found.when(theirs, MONDAY).names == ["IncoherenceAnswerSeen"]
    assert found.when(theirs, MONDAY).names == []


def test_an_answer_that_nobody_understands_goes_to_the_desk(found: Play) -> None:
    found.when(OURS, MONDAY)
    odd = IncoherenceAnswered(by="altamar", verdict=Verdict.UNCLEAR, text="77 ???")
    assert found.when(odd, MONDAY).names == ["IncoherenceAnswerSeen", "IncoherenceWithDesk"]


def test_what_could_not_be_sent_goes_to_the_desk(reported: Play) -> None:
    reported.when(OURS, MONDAY)
    parked = EffectParked(effect_id="e", effect="porting.answer_incoherence", reason="12 tries")
    assert reported.when(parked, MONDAY).names == ["IncoherenceWithDesk"]
    assert reported.when(parked, MONDAY).names == []


@pytest.mark.parametrize(
    ("end", "by"),
    [
        (IncoherenceClosed(were_right=True, at=instant(MONDAY), text="01"), "hub"),
        (DecideIncoherence(verdict=None, by="ana", why="both agree"), "ana"),
    ],
)
def test_only_the_hub_or_a_person_settles_it(reported: Play, end: object, by: str) -> None:
    reported.when(OURS, MONDAY).when(end, MONDAY)
    assert reported.fact(IncoherenceSettled).by == by
    assert reported.when(end, MONDAY).names == []


def test_silence_is_said_once_each_working_day_until_it_is_settled(reported: Play) -> None:
    reported.when(OURS, MONDAY)
    assert reported.timers["overdue"] == instant("2019-01-14T15:00:00+01:00")
    reported.when(TimerFired(name="overdue"), "2019-01-18T15:00:00+01:00")
    assert reported.names == ["IncoherenceOverdue"]
    assert reported.timers["overdue"] == instant("2019-01-21T15:00:00+01:00")


def test_a_matter_under_unknown_rules_is_refused(book: Callable[[str], PortingProfile]) -> None:
    play = Play(incoherence_process(book), "din-D1/incoherence")
    play.when(IncoherenceRaised(matter=replace(MATTER, rules="es@1850-01-01")), MONDAY)
    assert play.refusal is not None
    play.when(PERSON, MONDAY)
    assert play.refusal.reason == "not_open"


def test_what_nobody_can_decide_by_rule_or_answers_late_is_a_task_until_it_is_answered() -> None:
    source = "din-D1/incoherence"
    unclear = opening(source, IncoherenceWithDesk(reference="D1", why="it is not what we have"))
    late = opening(source, IncoherenceOverdue(reference="D1", times=2))
    assert unclear is not None
    assert late is not None
    assert (late.kind, late.subject, late.detail) == (unclear.kind, "din-D1", "overdue (2)")
    for fact in (
        IncoherenceAnswerGiven(reference="D1", verdict=Verdict.OURS, by="ana", why="seen"),
        IncoherenceSettled(reference="D1", by="hub", text=""),
    ):
        over = ending(source, fact)
        assert over is not None
        assert over.is_of(late.trouble(instant(MONDAY)))
