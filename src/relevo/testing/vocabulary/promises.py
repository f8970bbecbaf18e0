"""What may happen to a promise."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.engine.process import TimerFired
from relevo.promises.promise.messages import KeepPromise, MakePromise, MovePromise, ReleasePromise
from relevo.promises.promise.model import Promise
from relevo.testing.vocabulary.cast import AT, DAY, HOUR, ORDER
from relevo.values.moment import Moment

DUE = AT + DAY
MOVES_MAX = 2


def promise_words(promise: Promise) -> Iterator[tuple[object, Moment]]:
    """Made, moved, kept in time or late, released, overdue; also in the wrong order."""
    made = MakePromise(what="call_back", to=ORDER, due=DUE, owner="desk", rests_on=("a word",))
    yield made, AT
    yield made, DUE + HOUR
    yield (
        MakePromise(what="call_back", to=ORDER, due=DUE + DAY, owner="desk", rests_on=()),
        AT,
    )
    due = promise.due or DUE
    if promise.moved < MOVES_MAX:
        for at in (AT, due):
            yield MovePromise(due=due + DAY, why="redated"), at
    yield MovePromise(due=due, why="redated"), AT
    yield MovePromise(due=AT, why="redated"), AT
    for at in (AT, due, due + HOUR):
        yield KeepPromise(evidence="message:1"), at
    yield ReleasePromise(why="withdrawn"), AT
    yield TimerFired(name="at_risk"), AT
    yield TimerFired(name="due"), AT
