"""What a promise decides. It can be moved only before it is due, and by telling; broken, it says
so itself, before the customer asks (architecture, idea 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, assert_never, get_args

from relevo.engine.process import NOTHING, Decision, ProcessType, Refusal, Timer, TimerFired
from relevo.promises.promise.lifecycle import LIFECYCLE
from relevo.promises.promise.messages import (
    KeepPromise,
    MakePromise,
    MovePromise,
    PromiseAtRisk,
    PromiseBroken,
    PromiseKept,
    PromiseKeptLate,
    PromiseMade,
    PromiseMoved,
    PromiseReleased,
    ReleasePromise,
)
from relevo.promises.promise.model import Phase, Promise, Reason
from relevo.values.moment import Moment

AT_RISK_PERCENT = 80
"""The share of its span after which an open promise is looked at by its owner."""

PromiseFact = (
    PromiseMade
    | PromiseAtRisk
    | PromiseMoved
    | PromiseKept
    | PromiseBroken
    | PromiseKeptLate
    | PromiseReleased
)


def promise_process() -> ProcessType[Promise]:
    """The kind of process that is one promise."""
    return ProcessType(
        kind="promises.promise",
        version=1,
        blank=lambda process_id: Promise(process_id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Promise,
        messages=(MakePromise, MovePromise, KeepPromise, ReleasePromise),
        facts=get_args(PromiseFact),
        timers=frozenset({"at_risk", "due"}),
    )


def decide(promise: Promise, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match promise.phase:
        case Phase.UNMADE:
            return _when_unmade(message, at)
        case Phase.MADE | Phase.AT_RISK:
            return _when_open(promise, message, at)
        case Phase.BROKEN:
            return _when_broken(promise, message)
        case Phase.KEPT | Phase.KEPT_LATE | Phase.RELEASED:
            return NOTHING
        case _:
            assert_never(promise.phase)


def evolve(promise: Promise, fact: PromiseFact) -> Promise:
    """Fold one fact."""
    match fact:
        case PromiseMade():
            return replace(
                promise,
                phase=Phase.MADE,
                what=fact.what,
                to=fact.to,
                due=fact.due,
                owner=fact.owner,
                rests_on=fact.rests_on,
            )
        case PromiseAtRisk():
            return replace(promise, phase=Phase.AT_RISK)
        case PromiseMoved():
            return replace(promise, phase=Phase.MADE, due=fact.due, moved=promise.moved + 1)
        case PromiseBroken():
            return replace(promise, phase=Phase.BROKEN)
        case PromiseKept():
            return replace(promise, phase=Phase.KEPT)
        case PromiseKeptLate():
            return replace(promise, phase=Phase.KEPT_LATE)
        case PromiseReleased():
            return replace(promise, phase=Phase.RELEASED)
        case _:
            assert_never(fact)


def _when_unmade(message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case MakePromise() if message.due <= at:
            return Refusal(reason=Reason.DUE_IN_THE_PAST, detail=message.due.isoformat())
        case MakePromise():
            made = PromiseMade(
                what=message.what,
                to=message.to,
                due=message.due,
                owner=message.owner,
                rests_on=message.rests_on,
            )
            return Decision(facts=(made,), timers=_clocks(at, message.due))
        case MovePromise() | KeepPromise() | ReleasePromise():
            return Refusal(reason=Reason.NEVER_MADE)
        case _:
            return NOTHING


def _when_open(promise: Promise, message: Any, at: Moment) -> Decision | Refusal:
    due = _due(promise)
    match message:
        case MakePromise():
            return (
                NOTHING if _is_the_same(promise, message) else Refusal(reason=Reason.ALREADY_MADE)
            )
        case MovePromise():
            return _move(promise, message, at)
        case KeepPromise() if at <= due:
            kept = PromiseKept(what=promise.what, due=due, evidence=message.evidence)
            return Decision(facts=(kept,))
        case KeepPromise():  # the timer is on its way: late is late, to the second
            late = PromiseKeptLate(what=promise.what, due=due, evidence=message.evidence)
            return Decision(facts=(_broken(promise), late))
        case ReleasePromise():
            return Decision(facts=(PromiseReleased(what=promise.what, why=message.why),))
        case TimerFired(name="at_risk") if promise.phase is Phase.MADE:
            risk = PromiseAtRisk(what=promise.what, due=due, owner=promise.owner)
            return Decision(facts=(risk,))
        case TimerFired(name="due") if at >= due:
            return Decision(facts=(_broken(promise),), timers=(Timer(name="at_risk", due=None),))
        case _:
            return NOTHING


def _when_broken(promise: Promise, message: Any) -> Decision | Refusal:
    match message:
        case KeepPromise():
            late = PromiseKeptLate(what=promise.what, due=_due(promise), evidence=message.evidence)
            return Decision(facts=(late,))
        case ReleasePromise():
            return Decision(facts=(PromiseReleased(what=promise.what, why=message.why),))
        case MovePromise():
            return Refusal(reason=Reason.TOO_LATE_TO_MOVE, detail=_due(promise).isoformat())
        case MakePromise():
            return Refusal(reason=Reason.ALREADY_MADE)
        case _:
            return NOTHING


def _move(promise: Promise, message: MovePromise, at: Moment) -> Decision | Refusal:
    due = _due(promise)
    if at >= due:
        return Refusal(reason=Reason.TOO_LATE_TO_MOVE, detail=due.isoformat())
    if message.due <= at:
        return Refusal(reason=Reason.DUE_IN_THE_PAST, detail=message.due.isoformat())
    if message.due == due:
        return NOTHING
    moved = PromiseMoved(what=promise.what, was_due=due, due=message.due, why=message.why)
    return Decision(facts=(moved,), timers=_clocks(at, message.due))


def _clocks(at: Moment, due: Moment) -> tuple[Timer, ...]:
    seconds = int((due - at).total_seconds()) * AT_RISK_PERCENT // 100
    return (Timer(name="at_risk", due=at + timedelta(seconds=seconds)), Timer(name="due", due=due))


def _broken(promise: Promise) -> PromiseBroken:
    return PromiseBroken(what=promise.what, due=_due(promise), owner=promise.owner)


def _is_the_same(promise: Promise, asked: MakePromise) -> bool:
    return (asked.what, asked.to, asked.due) == (promise.what, promise.to, promise.due)


def _due(promise: Promise) -> Moment:
    assert promise.due is not None
    return promise.due
