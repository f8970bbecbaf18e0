"""An order and its lines together: the plan's moves reach the lines, their facts reach the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relevo.activation.activation.messages import LifeSignBack, LifeSignLost, LineWorks
from relevo.engine.process import (
    Decision,
    Heard,
    ProcessType,
    Refusal,
    Step,
    Tell,
    TimerFired,
    advance,
)
from relevo.orders.hearing import LINE_FACTS
from relevo.orders.held import Choice, HeldLine, LineKind, SimKind
from relevo.orders.line.decider import line_process
from relevo.orders.line.messages import (
    AskPort,
    LineCardReady,
    LineConfirmed,
    LineDead,
    LineLive,
    LineMended,
    LineMoved,
    LineNotTakenBack,
    LinePortFailed,
    LineStuck,
    LineTakenBack,
    LineTakenOut,
    TakeLineOut,
    WatchHeldLine,
)
from relevo.orders.order.decider import TIMES_ASKED_MAX, order_process
from relevo.orders.order.messages import (
    CheckFailedAgain,
    CheckPassed,
    DecideNumber,
    GroupRedated,
    GroupResumed,
    LineMovedAlone,
    NumberDecided,
    NumberUndecided,
    OrderAccepted,
    OrderClosed,
    OrderStuck,
    OrderWithdrawing,
    OrderWithdrawn,
    PlaceOrder,
    PromiseTakenBack,
    ResumeGroup,
    WindowChosen,
    WithdrawOrder,
)
from relevo.orders.order.model import Order, Phase, Reason
from relevo.orders.plan import REDATINGS_MAX
from relevo.orders.process_ids import line_name
from relevo.orders.view import Standing
from relevo.porting.port_in.messages import (
    CancellationMissed,
    CancelPortIn,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
    RequestPortIn,
    Witness,
)
from relevo.porting.profile import (
    HubKind,
    PortingProfile,
    RejectionReason,
    Resubmit,
    WhoActs,
    Window,
)
from relevo.promises.promise.messages import (
    KeepPromise,
    MakePromise,
    MovePromise,
    ReleasePromise,
)
from relevo.sims.dispatch.messages import CardInHand
from relevo.testing.explore import explore
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn

Book = Callable[[str], PortingProfile]
PLACED = instant("2019-01-13T11:59:00+01:00")
MONDAY = instant("2019-01-14T16:00:00+01:00")
TUESDAY = instant("2019-01-15T16:00:00+01:00")
WEDNESDAY = instant("2019-01-16T18:00:00+01:00")
DAY = timedelta(days=1)


class Family:
    """An order and its lines, joined as the engine joins them; the rest is scripted."""

    def __init__(self, book: Book) -> None:
        self.order_type = order_process(book)
        self.line_type = line_process(book)
        self.states: dict[str, Any] = {}
        self.facts: list[Any] = []
        self.outside: list[Tell] = []
        self.timers: dict[tuple[str, str], Moment] = {}
        self.at = PLACED

    @property
    def order(self) -> Order:
        order: Order = self.states["R1"]
        return order

    def standing(self, name: str) -> Standing:
        view = self.order.view(name)
        assert view is not None
        return view.standing

    def window(self, name: str) -> Window:
        view = self.order.view(name)
        assert view is not None
        assert view.window is not None
        return view.window

    def tell(self, message: object, at: Moment, to: str = "R1") -> Family:
        self.at = at
        mail = [(to, message)]
        while mail:
            target, word = mail.pop(0)
            mail += self._step(target, word)
        return self

    def hears(self, name: str, fact: object, at: Moment, source: str = "") -> Family:
        line = self.states[f"R1/line/{name}"]
        heard = Heard(source=source or f"R1/port/{name}/{line.attempt}", fact=fact)
        return self.tell(heard, at, f"R1/line/{name}")

    def of(self, kind: type) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def promises(self, kind: type) -> list[Tell]:
        return [tell for tell in self.outside if isinstance(tell.message, kind)]

    def requests(self) -> list[str]:
        return [line_name(tell.to) for tell in self.promises(RequestPortIn)]

    def _step(self, target: str, word: object) -> list[tuple[str, object]]:
        kind: ProcessType[Any] = self.line_type if "/line/" in target else self.order_type
        state = self.states.setdefault(target, kind.blank(target))
        step = advance(kind, state, word, self.at)
        assert isinstance(step, Step), step
        self.states[target] = step.state
        decision: Decision = step.decision
        self.facts += decision.facts
        for timer in decision.timers:
            self.timers.pop((target, timer.name), None)
            if timer.due is not None:
                self.timers[target, timer.name] = timer.due
        mail: list[tuple[str, object]] = []
        for tell in decision.tells:
            if tell.kind == "orders.line":
                mail.append((tell.to, tell.message))
            else:
                self.outside.append(tell)
        if "/line/" in target:
            heard = [fact for fact in decision.facts if type(fact) in LINE_FACTS]
            mail += [("R1", Heard(source=target, fact=fact)) for fact in heard]
        return mail


@pytest.fixture
def family(book: Book) -> Family:
    return Family(book)


@pytest.fixture
def placed(family: Family, place: Callable[..., PlaceOrder]) -> Family:
    return family.tell(place(), PLACED)


NUMBERS = {
    "F": Msisdn("+34976000101"),
    "M1": Msisdn("+34600000101"),
    "M2": Msisdn("+34600000102"),
}


def confirm(family: Family, name: str, at: Moment) -> None:
    window = family.states[f"R1/line/{name}"].window
    fact = PortInConfirmed(
        number=NUMBERS[name],
        reference=name,
        window=window,
        cancel_until=window.opens,
        witness=Witness.MAILBOX,
    )
    family.hears(name, fact, at)


def card(family: Family, name: str, at: Moment) -> None:
    iccid = family.states[f"R1/line/{name}"].iccid
    fact = CardInHand(number=NUMBERS[name], line=name, iccid=iccid, at=at, proof="pin:0000")
    family.hears(name, fact, at)


def complete(family: Family, name: str, at: Moment) -> None:
    fact = PortInCompleted(
        number=NUMBERS[name], donor="altamar", recipient="brisa", at=at, witness=Witness.MAILBOX
    )
    family.hears(name, fact, at)


def works(family: Family, name: str, at: Moment) -> None:
    family.hears(name, LineWorks(subject=NUMBERS[name], line=name, at=at), at)


def cancelled(family: Family, name: str, at: Moment) -> None:
    family.hears(name, PortInCancelled(number=NUMBERS[name], why="redated"), at)


def ready(family: Family) -> None:
    confirm(family, "M2", MONDAY)
    confirm(family, "F", MONDAY)
    confirm(family, "M1", TUESDAY)
    card(family, "M1", WEDNESDAY)
    card(family, "M2", WEDNESDAY)


# -- the clean way --------------------------------------------------------------------------------


def test_accepted_the_bundle_has_its_days_and_one_promise(placed: Family) -> None:
    assert isinstance(placed.facts[0], OrderAccepted)
    assert [sorted(fact.lines) for fact in placed.of(WindowChosen)] == [["F"], ["M1", "M2"]]
    promises = placed.promises(MakePromise)
    assert [tell.to for tell in promises] == ["R1/promise/bundle_works/1"]
    assert promises[0].message.due == instant("2019-01-18T20:00:00+01:00")
    assert placed.requests() == ["F", "M2"]


def test_the_principal_is_asked_when_the_second_line_is_confirmed(placed: Family) -> None:
    confirm(placed, "M2", MONDAY)
    assert placed.requests() == ["F", "M2", "M1"]


def test_when_every_line_was_seen_to_work_the_order_closes_and_the_promise_is_kept(
    placed: Family,
) -> None:
    ready(placed)
    friday = placed.window("M1").opens
    for name in NUMBERS:
        complete(placed, name, friday)
    works(placed, "F", friday + timedelta(hours=6))
    works(placed, "M1", friday + timedelta(hours=7))
    assert not placed.of(OrderClosed)
    works(placed, "M2", friday + timedelta(hours=8))
    assert [fact.line for fact in placed.of(CheckPassed)] == ["F", "M1", "M2"]
    assert placed.of(OrderClosed) == [OrderClosed(lines=("F", "M1", "M2"))]
    assert placed.promises(KeepPromise)
    assert placed.order.phase is Phase.CLOSED
    assert not placed.of(GroupRedated)


def test_a_line_that_fails_before_the_order_closes_has_to_pass_again(placed: Family) -> None:
    ready(placed)
    friday = placed.window("M1").opens
    for name in NUMBERS:
        complete(placed, name, friday)
    works(placed, "M1", friday)
    dead = LifeSignLost(
        subject="x", line="M1", serving="brisa", at_donor=False, last_good_at=friday, at=friday
    )
    placed.hears("M1", dead, friday)
    assert placed.of(CheckFailedAgain) == [CheckFailedAgain(line="M1")]
    works(placed, "F", friday)
    works(placed, "M2", friday)
    assert not placed.of(OrderClosed)
    works(placed, "M1", friday)
    assert placed.of(OrderClosed)


# -- trouble --------------------------------------------------------------------------------------


def test_the_true_story_the_second_line_dies_and_the_group_waits_for_it(placed: Family) -> None:
    """Confirmed and then cut: M1 may be asked, but neither leaves while M2 is dead."""
    confirm(placed, "F", MONDAY)
    confirm(placed, "M2", MONDAY)
    cut = LifeSignLost(
        subject="x", line="M2", serving="altamar", at_donor=True, last_good_at=MONDAY, at=MONDAY
    )
    placed.hears("M2", cut, MONDAY)
    confirm(placed, "M1", TUESDAY)
    card(placed, "M1", WEDNESDAY)
    card(placed, "M2", WEDNESDAY)
    placed.tell(TimerFired(name="safety"), instant("2019-01-17T13:30:00+01:00"))
    redated = placed.of(GroupRedated)
    assert len(redated) == 1
    assert (redated[0].because_line, redated[0].why) == ("M2", "number_dead")
    assert {line_name(tell.to) for tell in placed.promises(CancelPortIn)} == {"M1", "M2"}
    assert placed.promises(MovePromise)
    back = LifeSignBack(
        subject="x",
        line="M2",
        serving="altamar",
        at_donor=True,
        dead_from=MONDAY,
        dead_until=TUESDAY,
    )
    placed.hears("M2", back, instant("2019-01-17T13:40:00+01:00"))
    cancelled(placed, "M1", instant("2019-01-17T13:41:00+01:00"))
    cancelled(placed, "M2", instant("2019-01-17T13:42:00+01:00"))
    assert placed.requests() == ["F", "M2", "M1", "M2"], "again the second line first"
    assert placed.window("M1") == placed.window("M2")


def test_a_missing_card_redates_the_group_and_moves_the_promise_before_it_is_due(
    placed: Family,
) -> None:
    confirm(placed, "M2", MONDAY)
    confirm(placed, "F", MONDAY)
    confirm(placed, "M1", TUESDAY)
    card(placed, "M1", WEDNESDAY)
    at = instant("2019-01-17T13:30:00+01:00")
    placed.tell(TimerFired(name="safety"), at)
    assert [fact.why for fact in placed.of(GroupRedated)] == ["card_not_in_hand"]
    moved = placed.promises(MovePromise)
    assert moved[0].message.why == "card_not_in_hand"
    assert moved[0].message.due > instant("2019-01-18T20:00:00+01:00")
    assert placed.standing("F") is Standing.CONFIRMED, "the fixed line goes its own way"


def test_a_line_that_cannot_be_taken_back_moves_alone_and_the_rest_follows(
    placed: Family,
) -> None:
    confirm(placed, "M2", MONDAY)
    confirm(placed, "M1", TUESDAY)
    at = instant("2019-01-17T13:30:00+01:00")
    placed.tell(TimerFired(name="safety"), at)
    missed = CancellationMissed(number=NUMBERS["M1"], why="too_late", code="x")
    placed.hears("M1", missed, at)
    cancelled(placed, "M2", at)
    assert placed.of(LineMovedAlone) == [LineMovedAlone(line="M1", why="too_late")]
    assert placed.standing("M1") is Standing.BOUND
    assert placed.requests()[-1] == "M2"
    complete(placed, "M1", instant("2019-01-18T02:00:00+01:00"))
    assert placed.standing("M1") is Standing.MOVED


def test_a_group_is_never_redated_for_ever(placed: Family) -> None:
    at = instant("2019-01-17T13:30:00+01:00")
    for _ in range(4 * (REDATINGS_MAX + 1)):  # two groups, each with its own days
        placed.tell(TimerFired(name="safety"), at)
        for name in ("F", "M1", "M2"):
            if placed.standing(name) is Standing.GOING_BACK:
                cancelled(placed, name, at)
        at = placed.timers.get(("R1", "safety"), at)
    stuck = {fact.why for fact in placed.of(OrderStuck)}
    assert stuck == {"redated_too_often"}
    before = len(placed.requests())
    placed.tell(ResumeGroup(line="M1", by="desk", why="donor called"), at)
    assert placed.of(GroupResumed)
    assert len(placed.requests()) > before


def rejected_for_good(placed: Family) -> Moment:
    """The donor of M2 names a cause that only the customer can clear; returns the safety time."""
    rejected = PortInRejected(
        number=NUMBERS["M2"],
        code="RECH PERDI",
        reason=RejectionReason.CARD_REPORTED_LOST,
        who_acts=WhoActs.CUSTOMER,
        resubmit=Resubmit.NEVER,
        witness=Witness.MAILBOX,
    )
    placed.hears("M2", rejected, MONDAY)
    return instant("2019-01-17T13:30:00+01:00")


def test_a_line_that_waits_for_a_person_gets_no_day_after_day_and_the_promise_is_taken_back(
    placed: Family,
) -> None:
    confirm(placed, "F", MONDAY)
    safety = rejected_for_good(placed)
    placed.tell(TimerFired(name="safety"), safety)
    assert placed.of(GroupRedated) == []
    (stuck,) = placed.of(OrderStuck)
    assert (stuck.line, stuck.why, stuck.undated) == ("M2", "line_stuck", ("M1", "M2"))
    assert placed.of(PromiseTakenBack)
    assert placed.promises(ReleasePromise)
    assert placed.standing("F") is Standing.CONFIRMED, "the fixed line goes its own way"


def test_when_what_it_waited_for_has_happened_the_group_gets_a_day_and_a_promise_again(
    placed: Family,
) -> None:
    confirm(placed, "F", MONDAY)
    safety = rejected_for_good(placed)
    placed.tell(TimerFired(name="safety"), safety)
    days = len(placed.of(WindowChosen))
    placed.tell(TimerFired(name="ask_again"), safety, to="R1/line/M2")
    assert placed.of(GroupResumed)
    assert len(placed.of(WindowChosen)) == days + 1
    assert placed.requests()[-1] == "M2"
    assert len(placed.promises(MakePromise)) == 2


# -- decisions ------------------------------------------------------------------------------------


def test_a_number_left_out_is_asked_about_and_nothing_of_that_donor_leaves(
    family: Family, place: Callable[..., PlaceOrder]
) -> None:
    family.tell(place("F", "M1"), PLACED)
    assert [(fact.line, fact.depends_on) for fact in family.of(NumberUndecided)] == [("M2", "M1")]
    assert family.requests() == []
    assert not family.promises(MakePromise)
    assert family.states["R1/line/M2"].phase == "held"


def test_decided_to_port_it_joins_its_group_and_is_asked_first(
    family: Family, place: Callable[..., PlaceOrder]
) -> None:
    family.tell(place("F", "M1"), PLACED)
    family.tell(DecideNumber(line="M2", choice=Choice.PORT, by="customer", channel="sms"), PLACED)
    assert family.of(NumberDecided)[0].choice is Choice.PORT
    assert family.requests() == ["F", "M2"]
    assert len(family.promises(MakePromise)) == 1
    assert ("R1", "decision_reminder") not in family.timers


def test_decided_to_keep_what_dies_with_its_principal_the_customer_is_told_so(
    family: Family, place: Callable[..., PlaceOrder]
) -> None:
    family.tell(place("F", "M1"), PLACED)
    family.tell(DecideNumber(line="M2", choice=Choice.KEEP, by="customer", channel="sms"), PLACED)
    assert family.of(NumberDecided)[0].dies_with == "M1"
    assert family.requests() == ["F", "M1"]


def test_decided_to_cease_it_is_not_watched_any_more(
    family: Family, place: Callable[..., PlaceOrder]
) -> None:
    family.tell(place("F", "M1"), PLACED)
    cease = DecideNumber(line="M2", choice=Choice.CEASE, by="customer", channel="sms")
    family.tell(cease, PLACED)
    assert family.of(LineTakenOut)
    verdict = advance(family.order_type, family.order, replace(cease, choice=Choice.PORT), PLACED)
    assert isinstance(verdict, Refusal)
    assert verdict.reason == Reason.NUMBER_ALREADY_CEASED


def test_nobody_answers_reminders_are_bounded_and_then_a_person_calls(
    family: Family, place: Callable[..., PlaceOrder]
) -> None:
    family.tell(place("F", "M1"), PLACED)
    at = PLACED
    while ("R1", "decision_reminder") in family.timers:
        at = family.timers.pop(("R1", "decision_reminder"))
        family.tell(TimerFired(name="decision_reminder"), at)
    asked = [fact.asked for fact in family.of(NumberUndecided)]
    assert asked == list(range(1, TIMES_ASKED_MAX + 1))
    assert family.of(OrderStuck) == [OrderStuck(line="M2", why="number_undecided")]
    family.tell(DecideNumber(line="M2", choice=Choice.PORT, by="agent", channel="phone"), at)
    assert family.requests() == ["F", "M2"], "nothing was lost by waiting"


def test_what_another_donor_holds_is_no_question(
    family: Family, place: Callable[..., PlaceOrder], bundle: tuple[HeldLine, ...]
) -> None:
    elsewhere = HeldLine(
        id="X", kind=LineKind.MOBILE, number=Msisdn("+34600000199"), donor="cantil"
    )
    family.tell(place("F", "M1", "M2", lines=(*bundle, elsewhere)), PLACED)
    assert not family.of(NumberUndecided)
    assert "R1/line/X" not in family.states


def test_a_decision_about_a_line_that_moves_already_is_refused(placed: Family) -> None:
    keep = DecideNumber(line="M2", choice=Choice.KEEP, by="customer", channel="sms")
    verdict = advance(placed.order_type, placed.order, keep, MONDAY)
    assert isinstance(verdict, Refusal)
    assert verdict.reason == Reason.LINE_ALREADY_MOVING


# -- withdrawing ----------------------------------------------------------------------------------


def test_withdrawn_every_line_goes_back_and_the_promise_is_released(placed: Family) -> None:
    confirm(placed, "M2", MONDAY)
    placed.tell(WithdrawOrder(why="changed_mind", by="customer"), TUESDAY)
    assert placed.of(OrderWithdrawing)
    for name in ("F", "M1", "M2"):
        cancelled(placed, name, TUESDAY)
    assert placed.of(OrderWithdrawn) == [OrderWithdrawn(why="changed_mind")]
    assert placed.promises(ReleasePromise)
    assert placed.order.phase is Phase.WITHDRAWN


def test_after_a_line_has_moved_the_order_is_not_withdrawn(placed: Family) -> None:
    ready(placed)
    complete(placed, "F", WEDNESDAY)
    verdict = advance(
        placed.order_type, placed.order, WithdrawOrder(why="x", by="customer"), WEDNESDAY
    )
    assert isinstance(verdict, Refusal)
    assert (verdict.reason, verdict.detail) == (Reason.LINE_HAS_MOVED, "F")


def test_the_order_reaches_its_limit_and_says_so(placed: Family) -> None:
    placed.tell(TimerFired(name="order_limit"), PLACED + 45 * DAY)
    assert placed.of(OrderStuck) == [OrderStuck(line="", why="order_limit")]


# -- the law --------------------------------------------------------------------------------------


def test_every_edge_of_an_order_is_walked_and_no_message_ever_breaks_it(
    book: Book, rules: PortingProfile, place: Callable[..., PlaceOrder]
) -> None:
    process = order_process(book)
    window = rules.window_on(HubKind.MOBILE, date(2019, 1, 18))
    safety = rules.safety_at(HubKind.MOBILE, window)
    facts: list[Any] = []
    for name in ("M1", "M2"):
        facts += [
            LineConfirmed(line=name, window=window, cancel_until=window.opens),
            LineCardReady(line=name, iccid=None),
            LineTakenBack(line=name, why="redated"),
            LineNotTakenBack(line=name, why="too_late"),
            LineMoved(line=name, number=None, at=safety, iccid=None),
            LineLive(line=name, at=safety),
            LineTakenOut(line=name, why="withdrawn"),
        ]
    facts += [
        LineDead(line="M1", at_donor=False, at=safety),
        LinePortFailed(line="M1", code="x", reason="x", who_acts="desk", resubmit="never"),
        LineStuck(line="M1", who="desk", why="x"),
        LineMended(line="M1", how="x"),
    ]
    order = place("M1", sim=SimKind.ESIM)
    commands: list[object] = [
        replace(order, lines=order.lines[1:]),
        DecideNumber(line="M2", choice=Choice.PORT, by="customer", channel="sms"),
        DecideNumber(line="M2", choice=Choice.KEEP, by="customer", channel="sms"),
        WithdrawOrder(why="x", by="customer"),
        ResumeGroup(line="M1", by="desk", why="x"),
        *(TimerFired(name=name) for name in sorted(process.timers)),
    ]

    def tries(_: Order) -> Iterator[tuple[object, Moment]]:
        for message in commands:
            yield message, safety
        for fact in facts:
            yield Heard(source="R1/line/M1", fact=fact), safety

    walk = explore(process, tries, process_id="R1", states_max=1_500)
    missing = [
        each
        for each in walk.unwalked(process)
        if not each.startswith(("message", "heard")) or "orders.heard" in each
    ]
    assert missing == []


def test_the_lines_are_told_to_watch_what_stays_and_to_ask_in_the_window(
    family: Family, place: Callable[..., PlaceOrder]
) -> None:
    step = advance(family.order_type, family.order_type.blank("R1"), place("F", "M1"), PLACED)
    assert isinstance(step, Step)
    told = {tell.to: type(tell.message) for tell in step.decision.tells}
    assert told["R1/line/M2"] is WatchHeldLine
    assert not any(isinstance(tell.message, AskPort | TakeLineOut) for tell in step.decision.tells)
