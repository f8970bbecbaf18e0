"""Whose a case is: one owner, who is not lost, and who hands over only to somebody who accepts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from relevo.activation.activation.messages import LifeSignBack, LifeSignLost
from relevo.care.case.messages import (
    AbsorbCase,
    AcknowledgeEscalation,
    AnswerOffer,
    AppointOwner,
    CaseAbsorbed,
    CaseEscalated,
    CaseHandedOver,
    CaseMerged,
    CaseReopened,
    CaseResolved,
    EndTrouble,
    EscalationAcknowledged,
    FindOwner,
    MergeCase,
    OfferCase,
    OfferDeclined,
    OfferExpired,
    TroubleEnded,
)
from relevo.care.case.model import Case
from relevo.care.model import TroubleKind
from relevo.engine.process import Heard, Refusal, TimerFired, advance
from relevo.notices.voice.messages import CaseKnown
from relevo.orders.held import SimKind
from relevo.orders.order.messages import OrderAccepted
from relevo.profiles.es.care import rights
from relevo.promises.promise.messages import PromiseKept, PromiseReleased
from relevo.sims.dispatch.messages import ParcelTroubled
from relevo.testing.explore import Taken
from relevo.testing.vocabulary.cast import MAIN, ORDER, PARTY, RECIPIENT, RULES, SECOND
from relevo.testing.vocabulary.heard import sample
from relevo.testing.vocabulary.kinds import SPEECHES
from relevo.wiring import processes

T0 = datetime(2019, 1, 14, 13, 15, tzinfo=UTC)
LOST, BACK, PARCEL = sample(LifeSignLost), sample(LifeSignBack), sample(ParcelTroubled)
CASE = next(each for each in processes() if each.kind == "care.case")
TO_ANA = OfferCase(to="ana", by="eva", note="He calls at six", until=T0 + timedelta(hours=2))
YES = AnswerOffer(by="ana", accepts=True, called="Ana", note="I call him")
NO = AnswerOffer(by="ana", accepts=False, note="On leave from tomorrow")


class Desk:
    """A case with a clock."""

    def __init__(self) -> None:
        self.state: Case = CASE.blank(f"{ORDER}/case")
        self.at = T0
        self.facts: list[Any] = []
        self.tells: list[Any] = []
        self.effects: list[Any] = []
        self.timers: dict[str, datetime] = {}
        accepted = OrderAccepted(
            customer=PARTY,
            recipient=RECIPIENT,
            lines=(MAIN, SECOND),
            moving=("M1", "M2"),
            sim=SimKind.CARD,
            wish=None,
            rules=RULES,
            consent_at=T0,
        )
        self.hear(accepted, "")

    def hear(self, fact: Any, path: str = "/activation/M2") -> None:
        self.tell(Heard(source=f"{ORDER}{path}", fact=fact))

    def tell(self, message: Any) -> Refusal | None:
        step = advance(CASE, self.state, message, self.at)
        if isinstance(step, Refusal):
            return step
        self.state = step.state
        self.facts += step.decision.facts
        self.effects += step.decision.effects
        self.tells += [tell.message for tell in step.decision.tells]
        for timer in step.decision.timers:
            self.timers.pop(timer.name, None)
            if timer.due is not None:
                self.timers[timer.name] = timer.due
        return None

    def wait(self, **span: int) -> None:
        end = self.at + timedelta(**span)
        while due := [(at, name) for name, at in self.timers.items() if at <= end]:
            at, name = min(due)
            del self.timers[name]
            self.at = max(self.at, at)
            self.tell(TimerFired(name=name))
        self.at = end


def in_evas_hands() -> Desk:
    desk = Desk()
    desk.hear(LOST)
    desk.tell(AppointOwner(staff="eva", called="Eva"))
    return desk


def told_owner(desk: Desk) -> str:
    return [each for each in desk.tells if isinstance(each, CaseKnown)][-1].owner


def test_an_offered_case_stays_with_its_owner_until_the_other_one_accepts() -> None:
    desk = in_evas_hands()
    desk.tell(TO_ANA)
    assert desk.state.owner == "Eva"
    desk.tell(YES)
    assert (desk.state.owner, desk.state.staff, desk.state.offer) == ("Ana", "ana", None)
    handed = desk.facts[-1]
    assert isinstance(handed, CaseHandedOver)
    assert (handed.was, handed.note) == ("Eva", "He calls at six")
    assert told_owner(desk) == "Ana"


def test_a_declined_offer_leaves_the_case_where_it_was_and_says_why() -> None:
    desk = in_evas_hands()
    desk.tell(TO_ANA)
    desk.tell(NO)
    assert desk.state.owner == "Eva"
    assert desk.facts[-1] == OfferDeclined(
        key=desk.state.key, to="ana", why="On leave from tomorrow", at=T0
    )


def test_an_offer_that_nobody_answers_ends_by_itself() -> None:
    desk = in_evas_hands()
    desk.tell(TO_ANA)
    desk.at = desk.timers["offer_ends"]
    desk.tell(TimerFired(name="offer_ends"))
    assert isinstance(desk.facts[-1], OfferExpired)
    assert desk.state.owner == "Eva"
    assert isinstance(desk.tell(YES), Refusal), "too late: it was not his any more to take"


@pytest.mark.parametrize(
    "offered",
    [
        OfferCase(to="ana", by="eva", note="  ", until=T0 + timedelta(hours=2)),
        OfferCase(to="eva", by="eva", note="to myself", until=T0 + timedelta(hours=2)),
        OfferCase(to="ana", by="eva", note="yesterday", until=T0),
    ],
)
def test_a_case_is_not_offered_without_a_note_to_oneself_or_for_no_time(offered: OfferCase) -> None:
    assert isinstance(in_evas_hands().tell(offered), Refusal)


def test_nobody_takes_what_was_offered_to_somebody_else() -> None:
    desk = in_evas_hands()
    desk.tell(TO_ANA)
    assert isinstance(desk.tell(AnswerOffer(by="leo", accepts=True)), Refusal)
    assert isinstance(
        desk.tell(OfferCase(to="leo", by="eva", note="or you", until=TO_ANA.until)), Refusal
    )
    assert desk.state.owner == "Eva"


def test_reopening_finds_the_same_owner_and_asks_for_another_only_through_the_roster() -> None:
    desk = in_evas_hands()
    desk.hear(BACK)
    desk.hear(LOST)
    reopened = [each for each in desk.facts if isinstance(each, CaseReopened)]
    assert [each.owner for each in reopened] == ["Eva"]
    assert desk.state.staff == "eva"


def test_two_cases_of_one_customer_become_one_and_both_records_say_so() -> None:
    one, other = in_evas_hands(), in_evas_hands()
    was = one.state.key
    one.tell(
        MergeCase(
            into="PT-777777", order="OTHER", owner="Ana", staff="ana", by="eva", why="same cut"
        )
    )
    other.tell(AbsorbCase(key="PT-555555", order="OTHER", by="eva", why="same cut"))
    assert (one.state.key, one.state.owner, one.state.own_key) == ("PT-777777", "Ana", was)
    assert isinstance(one.facts[-1], CaseMerged)
    assert isinstance(other.facts[-1], CaseAbsorbed)
    assert told_owner(one) == "Ana"
    assert one.state.troubles, "its own troubles and clocks go on"


def test_a_level_that_nobody_acknowledges_goes_to_the_next_one() -> None:
    desk = Desk()
    desk.hear(LOST)
    desk.wait(minutes=61)
    first = [each for each in desk.facts if isinstance(each, CaseEscalated)]
    assert [each.level for each in first] == [1]
    desk.wait(minutes=31)
    climbed = [each for each in desk.facts if isinstance(each, CaseEscalated)]
    assert [(each.level, each.why) for each in climbed[1:]] == [(2, "unacknowledged")]


def test_a_level_that_is_acknowledged_waits_for_its_time() -> None:
    desk = Desk()
    desk.hear(LOST)
    desk.wait(minutes=61)
    desk.tell(AcknowledgeEscalation(by="leo", note="with the donor"))
    assert isinstance(desk.facts[-1], EscalationAcknowledged)
    desk.wait(minutes=31)
    assert desk.state.level == 1
    desk.wait(minutes=30)
    assert desk.state.level == 2, "the law's clock runs on, whoever has it in hand"
    assert desk.state.acknowledged_by == "", "and the new level has to be acknowledged again"


def test_the_minutes_of_a_slow_ladder_are_working_minutes() -> None:
    friday_evening = datetime(2019, 1, 18, 18, 45, tzinfo=UTC)
    due = rights().acknowledge_due(frozenset({TroubleKind.LINE_STUCK}), 1, friday_evening)
    assert due == datetime(2019, 1, 21, 7, 15, tzinfo=UTC)


def test_above_the_duty_manager_only_time_climbs() -> None:
    assert rights().acknowledge_due(frozenset({TroubleKind.NUMBER_DEAD}), 3, T0) is None


def test_terms_of_the_law_bind_from_their_day() -> None:
    before = rights().answers(TroubleKind.COMPLAINT, datetime(2025, 12, 1, 9, tzinfo=UTC))
    assert [each.name for each in before] == ["complaint_month"]
    since = datetime(2026, 1, 7, 9, tzinfo=UTC)
    after = rights().answers(TroubleKind.COMPLAINT, since)
    assert [each.name for each in after] == ["complaint", "complaint_month"]
    assert after[0].due.astimezone(UTC).date().isoformat() == "2026-01-28"
    dead = rights().answers(TroubleKind.NUMBER_DEAD, since)
    assert [each.due - since for each in dead] == [timedelta(hours=2)]


def test_a_new_case_looks_for_an_owner_of_real_staff() -> None:
    desk = Desk()
    desk.hear(PARCEL)
    assert desk.effects == [FindOwner(order=ORDER, key=desk.state.key)]


NEVER_BY_TIME = (CaseResolved, TroubleEnded, PromiseKept, PromiseReleased)


@pytest.mark.parametrize("kind", ["care.case", "promises.promise"])
def test_nothing_is_closed_because_time_ran_out(kind: str) -> None:
    """Ley 10/2025, article 13.2: walked through every state that the vocabulary reaches."""
    process = next(each for each in processes() if each.kind == kind)
    closed: list[object] = []
    fired = 0

    def law(_process: object, taken: Taken) -> None:
        nonlocal fired
        if isinstance(taken.message, TimerFired):
            fired += 1
            closed.extend(f for f in taken.decision.facts if isinstance(f, NEVER_BY_TIME))

    SPEECHES[kind].walk(process, law)
    assert fired > 10
    assert closed == []


def test_a_trouble_that_a_person_ends_says_who_and_why() -> None:
    desk = Desk()
    desk.hear(PARCEL)
    desk.tell(EndTrouble(kind="parcel_troubled", subject="M2", by="eva", why="he has it"))
    ended = [each for each in desk.facts if isinstance(each, TroubleEnded)]
    assert [each.how for each in ended] == ["eva: he has it"]
