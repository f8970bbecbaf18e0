"""A fibre in the house: every outcome of a visit, the customer's one tap, and the proof."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from relevo.activation.installation.decider import (
    ANSWER_WITHIN,
    FAILED_VISITS_MAX,
    TEST_AGAIN,
    TESTS_MAX,
    WORD_WITHIN,
    installation_process,
)
from relevo.activation.installation.messages import (
    AccessSilent,
    AccessTested,
    BookVisit,
    CancelVisit,
    ChooseVisitSlot,
    InstallAccess,
    InstallationAsked,
    InstallationFailed,
    InstallationProven,
    InstallationStopped,
    ProbeAccess,
    StopInstallation,
    VisitAgreed,
    VisitAsked,
    VisitBooked,
    VisitDeclined,
    VisitDone,
    VisitFailed,
    VisitLate,
    VisitSeen,
)
from relevo.activation.installation.model import Outcome, Phase, Slot
from relevo.engine.process import Decision, EffectParked, Refusal, TimerFired, advance
from relevo.testing.vocabulary.cast import AT, DAY, HOUR
from relevo.testing.vocabulary.installation import OTHER, SITE, SLOT
from relevo.values.moment import Moment

PROCESS = installation_process()


class Case:
    """One installation, spoken to step by step."""

    def __init__(self) -> None:
        self.state: Any = PROCESS.blank("R7/installation/W1")
        self.last = Decision()
        self.refusal = ""
        self.when(InstallAccess(site=SITE))

    def when(self, message: object, at: Moment = AT) -> Case:
        step = advance(PROCESS, self.state, message, at)
        if isinstance(step, Refusal):
            self.refusal = step.reason
            return self
        self.state, self.last = step.state, step.decision
        return self

    def booked(self) -> Case:
        return self.when(VisitBooked(visit=self.state.visit, slot=SLOT, others=(OTHER,)))

    def seen(self, outcome: Outcome, at: Moment = SLOT.opens) -> Case:
        return self.when(VisitSeen(visit=self.state.visit, outcome=outcome, at=at), at)

    def tested(self, *, works: bool) -> Case:
        visit, test = self.state.visit, self.state.tests + 1
        tested = AccessTested(visit=visit, test=test, works=works, at=SLOT.closes)
        return self.when(tested, SLOT.closes)

    def facts(self) -> list[type]:
        return [type(fact) for fact in self.last.facts]

    def effects(self) -> list[type]:
        return [type(effect) for effect in self.last.effects]

    def timer(self, name: str) -> Moment | None:
        return next(timer.due for timer in self.last.timers if timer.name == name)


def test_a_visit_is_booked_agreed_done_and_only_then_looked_at() -> None:
    case = Case()
    assert case.facts() == [InstallationAsked, VisitAsked]
    assert case.effects() == [BookVisit]
    assert case.timer("booking_due") == AT + ANSWER_WITHIN
    assert case.booked().facts() == [VisitAgreed]
    assert case.timer("visit_due") == SLOT.closes + WORD_WITHIN
    assert case.seen(Outcome.DONE).facts() == [VisitDone]
    assert case.effects() == [ProbeAccess]
    assert case.state.phase is Phase.TESTING
    assert case.tested(works=True).facts() == [InstallationProven]


@pytest.mark.parametrize(
    ("outcome", "missed_by"),
    [
        (Outcome.CUSTOMER_ABSENT, "customer"),
        (Outcome.NO_ACCESS, "nobody"),
        (Outcome.ANOTHER_VISIT, "nobody"),
        (Outcome.CANCELLED, "contractor"),
    ],
)
def test_what_another_visit_mends_is_booked_again_at_once(outcome: Outcome, missed_by: str) -> None:
    case = Case().booked().seen(outcome)
    assert case.facts() == [VisitFailed, VisitAsked]
    assert case.last.facts[0].missed_by == missed_by
    assert case.last.facts[1].visit == 2
    assert case.effects() == [BookVisit]


@pytest.mark.parametrize(
    "outcome", [Outcome.NO_FREE_PORT, Outcome.ADDRESS_WRONG, Outcome.UNRECOGNISED]
)
def test_what_no_visit_mends_is_somebodys_task(outcome: Outcome) -> None:
    case = Case().booked().seen(outcome)
    assert case.facts() == [VisitFailed, InstallationFailed]
    assert not case.effects()
    assert case.state.phase is Phase.FAILED


def test_a_failure_that_was_mended_brings_another_visit() -> None:
    case = Case().booked().seen(Outcome.NO_FREE_PORT).when(InstallAccess(site=SITE))
    assert case.facts() == [VisitAsked]
    assert case.state.phase is Phase.BOOKING


def test_after_several_visits_in_vain_a_person_looks() -> None:
    case = Case()
    for _ in range(FAILED_VISITS_MAX):
        case.booked().seen(Outcome.CUSTOMER_ABSENT)
    assert case.last.facts[-1] == InstallationFailed(line="W1", why="visits_used_up")


def test_a_technician_who_is_late_is_waited_for_longer() -> None:
    case = Case().booked().seen(Outcome.LATE, SLOT.closes)
    assert case.facts() == [VisitLate]
    assert case.timer("visit_due") == SLOT.closes + 2 * WORD_WITHIN
    assert case.seen(Outcome.LATE, SLOT.closes + HOUR).facts() == []
    assert case.seen(Outcome.DONE, SLOT.closes + 2 * HOUR).facts() == [VisitDone]


def test_a_slot_that_passes_without_a_word_is_a_visit_that_nobody_made() -> None:
    case = Case().booked()
    case.when(TimerFired(name="visit_due"), SLOT.closes + WORD_WITHIN)
    assert case.facts() == [VisitFailed, VisitAsked]
    assert case.last.facts[0].outcome is Outcome.NO_WORD
    assert case.last.facts[0].missed_by == "contractor"


def test_an_installation_that_nobody_made_is_found_out_before_anybody_relies_on_it() -> None:
    case = Case().booked().seen(Outcome.DONE)
    for _ in range(TESTS_MAX - 1):
        assert case.tested(works=False).facts() == [AccessSilent]
        assert case.timer("test_due") == SLOT.closes + TEST_AGAIN
        assert case.when(TimerFired(name="test_due"), SLOT.closes).effects() == [ProbeAccess]
    assert case.tested(works=False).facts() == [AccessSilent, VisitFailed, VisitAsked]
    assert case.last.facts[1].outcome is Outcome.NOT_WORKING


def test_a_look_that_is_told_twice_counts_once() -> None:
    case = Case().booked().seen(Outcome.DONE).tested(works=False)
    again = AccessTested(visit=1, test=1, works=False, at=SLOT.closes)
    assert case.when(again, SLOT.closes).facts() == []


def test_a_test_that_cannot_be_made_says_nothing_of_the_access() -> None:
    case = Case().booked().seen(Outcome.DONE)
    case.when(EffectParked(effect_id="e", effect="activation.probe_access", reason="away"))
    assert case.facts() == []
    assert case.timer("test_due") == AT + TEST_AGAIN


def test_the_customer_moves_the_visit_with_one_tap() -> None:
    case = Case().booked().when(ChooseVisitSlot(slot=OTHER, by="customer"))
    assert case.facts() == [VisitAsked]
    (book,) = case.last.effects
    assert isinstance(book, BookVisit)
    assert (book.visit, book.wanted) == (2, OTHER)
    case.when(VisitSeen(visit=1, outcome=Outcome.CUSTOMER_ABSENT, at=SLOT.opens), SLOT.opens)
    assert case.facts() == []  # the old visit means nothing any more


def test_a_slot_that_is_gone_meanwhile_gives_way_to_the_earliest() -> None:
    case = Case().booked().when(ChooseVisitSlot(slot=OTHER, by="customer"))
    case.when(VisitDeclined(visit=2, field="slot", text="taken"))
    assert case.facts() == [VisitAsked]
    assert case.last.facts[0].wanted is None


@pytest.mark.parametrize(
    ("slot", "at", "why"),
    [
        (Slot(opens=AT + 9 * DAY, closes=AT + 9 * DAY + HOUR), AT, "slot_not_free"),
        (OTHER, SLOT.opens, "visit_has_begun"),
        (OTHER, OTHER.opens + timedelta(minutes=1), "slot_not_free"),
    ],
)
def test_only_a_free_slot_and_only_in_time(slot: Slot, at: Moment, why: str) -> None:
    assert Case().booked().when(ChooseVisitSlot(slot=slot, by="customer"), at).refusal == why


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (VisitDeclined(visit=1, field="access", text="unknown"), "declined_access"),
        (TimerFired(name="booking_due"), "not_booked"),
        (EffectParked(effect_id="e", effect="activation.book_visit", reason="away"), "not_booked"),
    ],
)
def test_a_visit_that_cannot_be_booked_is_somebodys_task(message: object, why: str) -> None:
    case = Case().when(message)
    assert case.facts() == [InstallationFailed]
    assert case.last.facts[0].why == why


def test_a_line_that_leaves_the_order_needs_no_technician() -> None:
    case = Case().booked().when(StopInstallation(why="withdrawn"))
    assert case.facts() == [InstallationStopped]
    assert case.effects() == [CancelVisit]


def test_what_was_proven_stays_proven() -> None:
    case = Case().booked().seen(Outcome.DONE).tested(works=True)
    assert case.when(StopInstallation(why="withdrawn")).facts() == []
    assert case.when(InstallAccess(site=SITE)).facts() == []
