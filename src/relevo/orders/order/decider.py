"""What an order decides. It commands its lines and hears their facts; ``plan.py`` joins them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, assert_never, get_args

from relevo.engine.process import (
    NOTHING,
    Decision,
    Heard,
    ProcessType,
    Refusal,
    Tell,
    Timer,
    TimerFired,
)
from relevo.orders.group import Group, groups_of
from relevo.orders.hearing import LINE_FACTS, hear
from relevo.orders.held import Choice, HeldLine, SimKind
from relevo.orders.line.messages import (
    LineDead,
    LineImpaired,
    LineLive,
    LineNotTakenBack,
    PrepareLine,
    TakeLineOut,
    WatchHeldLine,
)
from relevo.orders.order.folding import OrderFact, evolve, undecided_lines, with_view
from relevo.orders.order.following import follow, released_view, tell_line
from relevo.orders.order.lifecycle import LIFECYCLE
from relevo.orders.order.messages import (
    CheckFailedAgain,
    CheckPassed,
    DecideNumber,
    GroupResumed,
    LineMovedAlone,
    NumberDecided,
    NumberUndecided,
    OrderAccepted,
    OrderStuck,
    PlaceOrder,
    ResumeGroup,
    WithdrawOrder,
)
from relevo.orders.order.model import Order, Phase, Reason
from relevo.orders.order.withdrawing import when_withdrawing, withdraw
from relevo.orders.view import GONE, ON_ITS_WAY, LineView, Standing, to_install, view_of
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

Book = Callable[[str], PortingProfile]

TIMES_ASKED_MAX = 3
"""An undecided number is asked about so often, a day apart; then a person calls."""

ASK_AGAIN_AFTER = timedelta(days=1)
ORDER_LIMIT = timedelta(days=45)
"""Longer than the latest wish (30 days) and all re-datings: an order of this age is a failure."""


def order_process(book: Book) -> ProcessType[Order]:
    """The kind of process that is one order; ``book`` gives the rules that it pinned."""

    def decide(order: Order, message: Any, at: Moment) -> Decision | Refusal:
        match order.phase:
            case Phase.DRAFTED:
                return _when_drafted(book, order, message, at)
            case Phase.UNDER_WAY:
                return _when_under_way(book(order.rules), order, message, at)
            case Phase.WITHDRAWING:
                return when_withdrawing(order, message)
            case Phase.CLOSED | Phase.WITHDRAWN:
                return NOTHING
            case _:
                assert_never(order.phase)

    return ProcessType(
        kind="orders.order",
        version=1,
        blank=lambda process_id: Order(key=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Order,
        messages=(PlaceOrder, DecideNumber, WithdrawOrder, ResumeGroup),
        facts=get_args(OrderFact),
        hears=LINE_FACTS,
        timers=frozenset({"safety", "decision_reminder", "order_limit", "withdrawal_limit"}),
    )


def _when_drafted(book: Book, order: Order, message: Any, at: Moment) -> Decision | Refusal:
    if isinstance(message, PlaceOrder):
        return _accept(book(message.rules), order, message, at)
    if isinstance(message, DecideNumber | WithdrawOrder | ResumeGroup):
        return Refusal(reason=Reason.NOT_PLACED)
    return NOTHING


def _when_under_way(
    rules: PortingProfile, order: Order, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case Heard(fact=fact) if isinstance(fact, LINE_FACTS):
            return _hear(rules, order, fact, at)
        case TimerFired(name="safety"):
            return follow(order, NOTHING, order.views, rules=rules, at=at)
        case TimerFired(name="decision_reminder"):
            return _ask_again(order, at)
        case TimerFired(name="order_limit"):
            return Decision(facts=(OrderStuck(line="", why="order_limit"),))
        case DecideNumber():
            return _decide_number(rules, order, message, at)
        case WithdrawOrder():
            return withdraw(order, message, at)
        case ResumeGroup():
            return _resume(rules, order, message, at)
        case PlaceOrder():
            return Refusal(reason=Reason.ALREADY_PLACED)
        case _:
            return NOTHING


def _accept(rules: PortingProfile, order: Order, asked: PlaceOrder, at: Moment) -> Decision:
    ways = {asked.sims.get(line, asked.sim) for line in asked.moving}
    accepted = OrderAccepted(
        customer=asked.customer,
        recipient=asked.recipient,
        lines=asked.lines,
        moving=asked.moving,
        sim=asked.sim,
        wish=asked.wish,
        rules=asked.rules,
        consent_at=asked.consent_at,
        card_due=rules.card_ready_by(at) if SimKind.CARD in ways else None,
        sims=asked.sims,
        consent=asked.consent,
    )
    taken = evolve(order, accepted)
    unclear = undecided_lines(taken.views)
    questions = tuple(_question(line, asked=1) for line in asked.lines if line.id in unclear)
    for question in questions:
        taken = evolve(taken, question)
    tells = tuple(
        tell_line(order.key, line.id, _prepare(taken, line))
        if line.id in asked.moving
        else _watch(taken, line)
        for line in asked.lines
        if line.id in asked.moving or line.id in unclear
    )
    timers = [Timer(name="order_limit", due=at + ORDER_LIMIT)]
    if questions:
        timers.append(Timer(name="decision_reminder", due=at + ASK_AGAIN_AFTER))
    said = Decision(facts=(accepted, *questions), tells=tells, timers=tuple(timers))
    views = tuple(
        to_install(view, line, rules, at) if line.id in asked.moving else view
        for view, line in zip(taken.views, asked.lines, strict=True)
    )
    return follow(order, said, views, rules=rules, at=at)


def _prepare(order: Order, line: HeldLine) -> PrepareLine:
    assert order.customer is not None and order.consent_at is not None  # noqa: PT018
    return PrepareLine(
        line=line,
        customer=order.customer,
        recipient=order.recipient,
        sim=order.sim_of(line.id),
        rules=order.rules,
        consent_at=order.consent_at,
    )


def _watch(order: Order, line: HeldLine) -> Tell:
    watch = WatchHeldLine(
        line=line,
        recipient=order.recipient,
        rules=order.rules,
        contact=order.customer.contact if order.customer else None,
    )
    return tell_line(order.key, line.id, watch)


def _question(line: HeldLine, *, asked: int) -> NumberUndecided:
    return NumberUndecided(
        line=line.id, number=line.number, depends_on=line.depends_on, asked=asked
    )


def _ask_again(order: Order, at: Moment) -> Decision:
    open_ = [view.id for view in order.views if view.standing is Standing.UNDECIDED]
    lines = [line for line in order.lines if line.id in open_]
    if not lines:
        return NOTHING
    if order.times_asked >= TIMES_ASKED_MAX:
        return Decision(
            facts=tuple(OrderStuck(line=line.id, why="number_undecided") for line in lines)
        )
    asked = order.times_asked + 1
    return Decision(
        facts=tuple(_question(line, asked=asked) for line in lines),
        timers=(Timer(name="decision_reminder", due=at + ASK_AGAIN_AFTER),),
    )


def _decide_number(
    rules: PortingProfile, order: Order, asked: DecideNumber, at: Moment
) -> Decision | Refusal:
    line, view = order.line(asked.line), order.view(asked.line)
    if line is None or view is None:
        return Refusal(reason=Reason.NO_SUCH_LINE, detail=asked.line)
    known = (order.decisions or {}).get(asked.line)
    if known is asked.choice:
        return NOTHING  # said twice
    if known is Choice.CEASE:
        return Refusal(reason=Reason.NUMBER_ALREADY_CEASED, detail=asked.line)
    if view.standing not in {Standing.UNDECIDED, Standing.STAYING}:
        return Refusal(reason=Reason.LINE_ALREADY_MOVING, detail=asked.line)
    decided = NumberDecided(
        line=line.id,
        choice=asked.choice,
        by=asked.by,
        channel=asked.channel,
        dies_with=_dies_with(order, line) if asked.choice is Choice.KEEP else "",
    )
    after, tells = _decided(rules, order, line, asked.choice, at)
    left = [one for one in after.views if one.standing is Standing.UNDECIDED]
    timers = () if left else (Timer(name="decision_reminder", due=None),)
    said = Decision(facts=(decided,), tells=tells, timers=timers)
    return follow(order, said, after.views, rules=rules, at=at)


def _decided(
    rules: PortingProfile, order: Order, line: HeldLine, choice: Choice, at: Moment
) -> tuple[Order, tuple[Tell, ...]]:
    """The order with that decision, and what its line is told."""
    match choice:
        case Choice.PORT:
            by_post = order.sim_of(line.id) is SimKind.CARD
            due = rules.card_ready_by(at) if by_post else None
            joined = to_install(view_of(line, Standing.WAITING, due), line, rules, at)
            tell = tell_line(order.key, line.id, _prepare(order, line))
            return with_view(order, replace(joined, alive=_alive(order, line))), (tell,)
        case Choice.KEEP:
            return with_view(order, view_of(line, Standing.STAYING)), ()
        case Choice.CEASE:
            tell = tell_line(order.key, line.id, TakeLineOut(why="ceased"))
            return with_view(order, view_of(line, Standing.STAYING)), (tell,)


def _alive(order: Order, line: HeldLine) -> bool:
    view = order.view(line.id)
    return view is None or view.alive


def _dies_with(order: Order, line: HeldLine) -> str:
    """The customer decides, also that a number dies; but he is told that it does."""
    principal = order.view(line.depends_on)
    leaves = principal is not None and principal.standing in ON_ITS_WAY | GONE
    return line.depends_on if leaves else ""


def _hear(rules: PortingProfile, order: Order, fact: Any, at: Moment) -> Decision:
    view = order.view(fact.line)
    if view is None:
        return NOTHING
    after = hear(view, fact)
    facts: tuple[Any, ...] = _checks(order, view, fact)
    if isinstance(fact, LineNotTakenBack) and after.standing is not view.standing:
        facts = (*facts, LineMovedAlone(line=fact.line, why=fact.why))
    if after == view and not facts:
        return NOTHING
    views = with_view(order, after).views
    if view.stuck and view.given_up and not after.stuck:  # what it waited for has happened
        mended = ResumeGroup(line=view.id, by="nobody", why="line_mended")
        return _released(rules, order, views, mended, at)
    return follow(order, Decision(facts=facts), views, rules=rules, at=at)


def _checks(order: Order, view: LineView, fact: Any) -> tuple[CheckPassed | CheckFailedAgain, ...]:
    if isinstance(fact, LineLive) and view.standing in ON_ITS_WAY | GONE:
        return () if fact.line in order.passed else (CheckPassed(line=fact.line),)
    if isinstance(fact, LineDead | LineImpaired) and fact.line in order.passed:
        return (CheckFailedAgain(line=fact.line),)
    return ()


def _resume(
    rules: PortingProfile, order: Order, asked: ResumeGroup, at: Moment
) -> Decision | Refusal:
    group = next((one for one in groups_of(order.views) if _is_in(one, asked.line)), None)
    if group is None or not any(view.given_up for view in group.lines):
        return Refusal(reason=Reason.NOTHING_TO_RESUME, detail=asked.line)
    return _released(rules, order, order.views, asked, at)


def _is_in(group: Group, line: str) -> bool:
    return any(view.id == line for view in group.lines)


def _released(
    rules: PortingProfile,
    order: Order,
    views: tuple[LineView, ...],
    asked: ResumeGroup,
    at: Moment,
) -> Decision:
    """The group of this line is planned again, from the beginning."""
    group = next(one for one in groups_of(views) if _is_in(one, asked.line))
    names = tuple(view.id for view in group.lines)
    freed = tuple(released_view(view) if view.id in names else view for view in views)
    resumed = GroupResumed(lines=names, by=asked.by, why=asked.why)
    return follow(order, Decision(facts=(resumed,)), freed, rules=rules, at=at)
