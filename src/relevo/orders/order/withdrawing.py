"""Taking an order back: whole, and only while none of its lines has moved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    Heard,
    Refusal,
    Tell,
    Timer,
    TimerFired,
)
from relevo.orders.hearing import LINE_FACTS, hear
from relevo.orders.line.messages import (
    LineNotTakenBack,
    TakeLineOut,
)
from relevo.orders.order.folding import with_view
from relevo.orders.order.following import BUNDLE_WORKS, tell_line
from relevo.orders.order.messages import (
    DecideNumber,
    LineMovedAlone,
    LineNoted,
    OrderStuck,
    OrderWithdrawing,
    OrderWithdrawn,
    PlaceOrder,
    ResumeGroup,
    WithdrawOrder,
)
from relevo.orders.order.model import Order, Reason
from relevo.orders.process_ids import PROMISE, promise_process
from relevo.orders.view import GONE, ON_ITS_WAY, Standing
from relevo.promises.promise.messages import ReleasePromise
from relevo.values.moment import Moment

WITHDRAWAL_LIMIT = timedelta(days=5)


def when_withdrawing(order: Order, message: Any) -> Decision | Refusal:
    match message:
        case Heard(fact=fact) if isinstance(fact, LINE_FACTS):
            return hear_withdrawing(order, fact)
        case TimerFired(name="withdrawal_limit"):
            return Decision(facts=(OrderStuck(line="", why="withdrawal_limit"),))
        case PlaceOrder():
            return Refusal(reason=Reason.ALREADY_PLACED)
        case DecideNumber() | ResumeGroup():
            return Refusal(reason=Reason.BEING_WITHDRAWN)
        case _:
            return NOTHING


def withdraw(order: Order, asked: WithdrawOrder, at: Moment) -> Decision | Refusal:
    gone = [view.id for view in order.views if view.standing in GONE]
    if gone:
        return Refusal(reason=Reason.LINE_HAS_MOVED, detail=", ".join(gone))
    moving = (view.id for view in order.views if view.standing in ON_ITS_WAY)
    tells = tuple(
        tell_line(order.key, line, TakeLineOut(why="withdrawn"))
        for line in (*moving, *order.watched_only)
    )
    off = ("safety", "decision_reminder", "order_limit")
    return Decision(
        facts=(OrderWithdrawing(why=asked.why, by=asked.by),),
        tells=tells,
        timers=(
            *(Timer(name=name, due=None) for name in off),
            Timer(name="withdrawal_limit", due=at + WITHDRAWAL_LIMIT),
        ),
    )


def hear_withdrawing(order: Order, fact: Any) -> Decision:
    view = order.view(fact.line)
    if view is None or (after := hear(view, fact)) == view:
        return NOTHING
    facts: list[Any] = [LineNoted(view=after)]
    if isinstance(fact, LineNotTakenBack):
        facts.append(LineMovedAlone(line=fact.line, why=fact.why))
    settled = {Standing.OUT, Standing.LIVE, Standing.STAYING, Standing.UNDECIDED}
    if any(one.standing not in settled for one in with_view(order, after).views):
        return Decision(facts=tuple(facts))
    released = ReleasePromise(why=order.withdrawn_why)
    tells = tuple(
        Tell(kind=PROMISE, to=promise_process(order.key, BUNDLE_WORKS, number), message=released)
        for number in range(1, order.promise_number + 1)
    )
    return Decision(
        facts=(*facts, OrderWithdrawn(why=order.withdrawn_why)),
        tells=tells,
        timers=(Timer(name="withdrawal_limit", due=None),),
    )
