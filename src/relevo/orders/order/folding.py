"""How the facts of an order add up to its state."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from relevo.orders.group import groups_of
from relevo.orders.held import Choice, SimKind
from relevo.orders.order.messages import (
    CheckFailedAgain,
    CheckPassed,
    GroupRedated,
    GroupResumed,
    LineMovedAlone,
    LineNoted,
    NumberDecided,
    NumberUndecided,
    OrderAccepted,
    OrderClosed,
    OrderStuck,
    OrderWithdrawing,
    OrderWithdrawn,
    PromiseGiven,
    PromiseTakenBack,
    WindowChosen,
)
from relevo.orders.order.model import Order, Phase
from relevo.orders.view import LineView, Standing, view_of

OrderFact = (
    OrderAccepted
    | NumberUndecided
    | NumberDecided
    | LineNoted
    | PromiseGiven
    | PromiseTakenBack
    | GroupResumed
    | WindowChosen
    | GroupRedated
    | LineMovedAlone
    | CheckPassed
    | CheckFailedAgain
    | OrderStuck
    | OrderClosed
    | OrderWithdrawing
    | OrderWithdrawn
)


def evolve(order: Order, fact: OrderFact) -> Order:
    """Fold one fact. What lines do is in ``LineNoted``; the others say why, for those outside."""
    match fact:
        case OrderAccepted():
            return _accepted(order, fact)
        case NumberUndecided():
            return _undecided(order, fact)
        case NumberDecided():
            return replace(order, decisions={**(order.decisions or {}), fact.line: fact.choice})
        case LineNoted():
            return with_view(order, fact.view)
        case PromiseGiven() | PromiseTakenBack():
            due = fact.due if isinstance(fact, PromiseGiven) else None
            return replace(order, promise_number=fact.number, promise_due=due)
        case CheckPassed() | CheckFailedAgain():
            return replace(order, passed=_checks_passed(order, fact))
        case OrderClosed():
            return replace(order, phase=Phase.CLOSED)
        case OrderWithdrawing():
            return replace(order, phase=Phase.WITHDRAWING, withdrawn_why=fact.why)
        case OrderWithdrawn():
            return replace(order, phase=Phase.WITHDRAWN)
        case WindowChosen() | GroupRedated() | GroupResumed() | LineMovedAlone() | OrderStuck():
            return order
        case _:
            assert_never(fact)


def _checks_passed(order: Order, fact: CheckPassed | CheckFailedAgain) -> tuple[str, ...]:
    left = tuple(line for line in order.passed if line != fact.line)
    return (*left, fact.line) if isinstance(fact, CheckPassed) else left


def with_view(order: Order, view: LineView) -> Order:
    """The order with one view exchanged."""
    views = tuple(view if one.id == view.id else one for one in order.views)
    return replace(order, views=views)


def undecided_lines(views: tuple[LineView, ...]) -> frozenset[str]:
    """The lines that nobody ordered and that the move touches: those of a group of which a line
    moves, and all others that the same donors hold (a port may end what is tied to it)."""
    moving = {view.id for view in views if view.standing is Standing.WAITING}
    donors = {view.donor for view in views if view.id in moving}
    touched = {
        view.id
        for group in groups_of(views)
        if any(view.id in moving for view in group.lines)
        for view in group.lines
    }
    return frozenset(
        view.id
        for view in views
        if view.id not in moving and (view.donor in donors or view.id in touched)
    )


def _accepted(order: Order, fact: OrderAccepted) -> Order:
    views = tuple(
        view_of(
            line,
            Standing.WAITING if line.id in fact.moving else Standing.STAYING,
            fact.card_due if by_post(fact, line.id) and line.id in fact.moving else None,
        )
        for line in fact.lines
    )
    return replace(
        order,
        phase=Phase.UNDER_WAY,
        customer=fact.customer,
        recipient=fact.recipient,
        lines=fact.lines,
        views=views,
        sim=fact.sim,
        wish=fact.wish,
        rules=fact.rules,
        consent_at=fact.consent_at,
        sims=fact.sims or None,
    )


def by_post(accepted: OrderAccepted, line: str) -> bool:
    """Whether the new card of this line travels."""
    return accepted.sims.get(line, accepted.sim) is SimKind.CARD


def _undecided(order: Order, fact: NumberUndecided) -> Order:
    view = order.view(fact.line)
    asked = replace(order, times_asked=max(order.times_asked, fact.asked))
    decided = (order.decisions or {}).get(fact.line, Choice.PORT) is not Choice.PORT
    if view is None or view.standing is not Standing.STAYING or decided:
        return asked
    return with_view(asked, replace(view, standing=Standing.UNDECIDED))
