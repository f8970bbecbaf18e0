"""What follows from a change in an order: the plan's moves, the promise, the closing.

Every change goes through here, so that the plan is read after each of them, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from functools import reduce
from typing import Any

from relevo.engine.process import Decision, Tell, Timer
from relevo.orders.line.messages import AskPort, TakeLineOut, TakePortBack
from relevo.orders.order.folding import evolve
from relevo.orders.order.messages import (
    GroupRedated,
    LineNoted,
    OrderClosed,
    OrderStuck,
    PromiseGiven,
    PromiseTakenBack,
    WindowChosen,
)
from relevo.orders.order.model import Order
from relevo.orders.plan import (
    AskLine,
    ChooseDay,
    GiveUp,
    Move,
    MoveDay,
    Settled,
    TakeLineBack,
    next_look,
    settle,
)
from relevo.orders.process_ids import LINE, PROMISE, line_process, promise_process
from relevo.orders.view import GONE, ON_ITS_WAY, LineView, Standing
from relevo.porting.profile import PortingProfile
from relevo.promises.promise.messages import (
    KeepPromise,
    MakePromise,
    MovePromise,
    ReleasePromise,
)
from relevo.values.moment import Moment

BUNDLE_WORKS = "bundle_works"
"""The promise of every order: by then each of its lines works."""

OWNER = "porting_desk"
PROMISED_BY = time(20, 0)
"""By the end of the working day of the move (LGTel 70.3: within one working day)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What goes into the journal, and who is told."""

    facts: tuple[Any, ...] = ()
    tells: tuple[Tell, ...] = ()


def follow(
    before: Order, said: Decision, views: tuple[LineView, ...], *, rules: PortingProfile, at: Moment
) -> Decision:
    """``said`` and all that follows from it; ``views`` are the lines as they stand with it."""
    after = reduce(evolve, said.facts, before)
    plan = settle(views, rules=rules, at=at, wish=after.wish)
    made = [_made(after.key, move) for move in plan.moves]
    noted = tuple(LineNoted(view=view) for view in plan.lines if view != after.view(view.id))
    promised = _promise(after, plan, rules, at)
    closed = _closing(after, plan.lines)
    parts = (*made, Follow(facts=noted), promised, closed)
    facts = (*said.facts, *(fact for part in parts for fact in part.facts))
    look = None if closed.facts else next_look(plan.lines, rules=rules, at=at)
    return Decision(
        facts=facts,
        tells=(*said.tells, *(tell for part in parts for tell in part.tells)),
        timers=(*said.timers, Timer(name="safety", due=look)) if not closed.facts else (),
    )


def tell_line(order: str, line: str, message: Any) -> Tell:
    """A message to a line of this order."""
    return Tell(kind=LINE, to=line_process(order, line), message=message)


def _made(order: str, move: Move) -> Follow:
    match move:
        case ChooseDay():
            chosen = WindowChosen(
                lines=tuple(move.windows), windows=move.windows, rests_on=move.rests_on
            )
            return Follow(facts=(chosen,))
        case MoveDay():
            redated = GroupRedated(
                lines=tuple(move.windows),
                was=move.was,
                windows=move.windows,
                because_line=move.because.line,
                why=move.because.why,
            )
            return Follow(facts=(redated,))
        case AskLine():
            return Follow(tells=(tell_line(order, move.line, AskPort(window=move.window)),))
        case TakeLineBack():
            return Follow(tells=(tell_line(order, move.line, TakePortBack(why=move.why)),))
        case GiveUp():
            stuck = OrderStuck(line=move.because.line, why=move.why, undated=move.lines)
            return Follow(facts=(stuck,))


def _promise(order: Order, plan: Settled, rules: PortingProfile, at: Moment) -> Follow:
    """One promise for the whole bundle: given when the last line has its day, moved with it.

    A promise that is due already cannot be moved: it is broken, and another one is given. A group
    that has no day any more has no promise either: it is taken back, and the customer is told.
    """
    if any(isinstance(move, GiveUp) for move in plan.moves):
        return _taken_back(order, at)
    due = _bundle_due(plan.lines, rules)
    if due is None or due == order.promise_due or due <= at:
        return Follow()
    can_be_moved = order.promise_due is not None and at < order.promise_due
    number = order.promise_number if can_be_moved else order.promise_number + 1
    message: MovePromise | MakePromise
    if can_be_moved:
        message = MovePromise(due=due, why=_why_moved(plan))
    else:
        rests_on = [move.rests_on for move in plan.moves if isinstance(move, ChooseDay)]
        message = MakePromise(
            what=BUNDLE_WORKS, to=order.key, due=due, owner=OWNER, rests_on=tuple(rests_on)
        )
    to = promise_process(order.key, BUNDLE_WORKS, number)
    return Follow(
        facts=(PromiseGiven(number=number, due=due),),
        tells=(Tell(kind=PROMISE, to=to, message=message),),
    )


def _taken_back(order: Order, at: Moment) -> Follow:
    if order.promise_due is None or at >= order.promise_due:
        return Follow()
    to = promise_process(order.key, BUNDLE_WORKS, order.promise_number)
    released = Tell(kind=PROMISE, to=to, message=ReleasePromise(why="no_day"))
    return Follow(facts=(PromiseTakenBack(number=order.promise_number),), tells=(released,))


def _why_moved(plan: Settled) -> str:
    moved = [move.because.why for move in plan.moves if isinstance(move, MoveDay)]
    return moved[0] if moved else "number_decided"


def _bundle_due(lines: tuple[LineView, ...], rules: PortingProfile) -> Moment | None:
    moving = [line for line in lines if line.standing in ON_ITS_WAY | GONE]
    if not moving or any(line.window is None for line in moving):
        return None
    dues = []
    for line in moving:
        calendar = rules.calendar(line.hub)
        opens = line.window.opens if line.window else None
        if opens is not None:
            day = calendar.working_day_after(calendar.local(opens).date(), 0)
            dues.append(calendar.at(day, PROMISED_BY))
    return max(dues)


def _closing(order: Order, lines: tuple[LineView, ...]) -> Follow:
    """The order closes when every service of the welcome letter has been seen to work."""
    moving = [line for line in lines if line.standing in ON_ITS_WAY | GONE]
    waits = any(line.standing is Standing.UNDECIDED for line in lines)
    if waits or not moving or any(line.standing is not Standing.LIVE for line in moving):
        return Follow()
    names = tuple(line.id for line in moving)
    kept = KeepPromise(evidence=f"lines_live:{','.join(names)}")
    promises = tuple(
        Tell(kind=PROMISE, to=promise_process(order.key, BUNDLE_WORKS, number), message=kept)
        for number in range(1, order.promise_number + 1)
    )
    stay = tuple(
        tell_line(order.key, line, TakeLineOut(why="order_closed")) for line in order.watched_only
    )
    return Follow(facts=(OrderClosed(lines=names),), tells=(*promises, *stay))


def released_view(view: LineView) -> LineView:
    """The view of a line whose group a person gave back to the plan."""
    return replace(view, given_up=False, redatings=0)
