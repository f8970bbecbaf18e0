"""One cause, many customers, one truth.

A person opens it (the desk proposes it when many cases have one cause). Its words go to all whom
it concerns, once, each through his own voice and its check; whoever is hit later hears the same.
The next update that they were told comes by itself when nobody writes one: it is so still.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from relevo.care.fault.lifecycle import LIFECYCLE
from relevo.care.fault.messages import (
    EndFault,
    FaultEnded,
    FaultOpened,
    FaultUpdated,
    FaultUpdateRepeated,
    OpenFault,
    TellFault,
    UpdateFault,
)
from relevo.care.fault.model import SAID_AHEAD, Fault, FaultPhase, FaultReason
from relevo.engine.process import NOTHING, Decision, ProcessType, Refusal, Timer, TimerFired
from relevo.values.moment import Moment, Span

LOOKS_EVERY = Span(minutes=5)
"""So long somebody who is hit later may wait for the words that all others have."""

_CLOCKS = ("look", "update")
FaultFact = FaultOpened | FaultUpdated | FaultUpdateRepeated | FaultEnded


def fault_process() -> ProcessType[Fault]:
    """The process ``care.fault``; a family of its own, ``fault-{code}/fault``."""
    return ProcessType(
        kind="care.fault",
        version=1,
        blank=lambda process_id: Fault(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Fault,
        messages=(OpenFault, UpdateFault, EndFault),
        facts=(FaultOpened, FaultUpdated, FaultUpdateRepeated, FaultEnded),
        effects=(TellFault,),
        timers=frozenset(_CLOCKS),
    )


def decide(fault: Fault, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match fault.phase:
        case FaultPhase.NEW:
            return _when_new(fault, message, at)
        case FaultPhase.OPEN:
            return _when_open(fault, message, at)
        case FaultPhase.ENDED:
            return NOTHING
        case _:
            assert_never(fault.phase)


def evolve(fault: Fault, fact: FaultFact) -> Fault:
    """Fold one fact."""
    match fact:
        case FaultOpened():
            return replace(
                fault,
                phase=FaultPhase.OPEN,
                kind=fact.kind,
                cause=fact.cause,
                since=fact.since,
                texts=fact.texts,
                step=1,
                is_confirmed=fact.is_confirmed,
                next_update=fact.next_update,
                every=fact.next_update - fact.at,
                brand=fact.brand,
            )
        case FaultUpdated():
            return replace(
                fault,
                texts=fact.texts,
                step=fact.step,
                is_confirmed=fact.is_confirmed,
                next_update=fact.next_update,
                every=fact.next_update - fact.at,
            )
        case FaultUpdateRepeated():
            return replace(fault, step=fact.step, next_update=fact.next_update)
        case FaultEnded():
            return replace(
                fault, phase=FaultPhase.ENDED, texts=fact.texts, step=fact.step, next_update=None
            )
        case _:
            assert_never(fact)


def _when_new(fault: Fault, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case OpenFault():
            if why_not := _unfit(message, at):
                return why_not
            opened = FaultOpened(
                kind=message.kind,
                cause=message.cause,
                since=message.since,
                texts=message.texts,
                next_update=message.next_update,
                by=message.by,
                at=at,
                is_confirmed=message.is_confirmed,
                brand=message.brand,
            )
            return _told(evolve(fault, opened), opened, at)
        case UpdateFault() | EndFault():
            return Refusal(reason=FaultReason.NOT_OPEN)
        case _:
            return NOTHING


def _when_open(fault: Fault, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case UpdateFault():
            if dict(message.texts) == dict(fault.texts) and (
                message.next_update == fault.next_update
            ):
                return NOTHING
            return _unfit(message, at) or _updated(fault, message, at)
        case EndFault():
            return _unfit(message, at) or _ended(fault, message, at)
        case OpenFault():
            same = dict(message.texts) == dict(fault.texts)
            return NOTHING if same else Refusal(reason=FaultReason.OPEN_ALREADY, detail=fault.id)
        case TimerFired(name="look"):
            look = Timer(name="look", due=at + LOOKS_EVERY)
            return Decision(effects=(_telling(fault),), timers=(look,))
        case TimerFired(name="update"):
            return _repeated(fault, at)
        case _:
            return NOTHING


def _unfit(message: OpenFault | UpdateFault | EndFault, at: Moment) -> Refusal | None:
    if not message.texts or not all(text.strip() for text in message.texts.values()):
        return Refusal(reason=FaultReason.NOTHING_SAID, detail="texts: one for each language")
    if isinstance(message, EndFault):
        return None
    if message.next_update <= at + SAID_AHEAD:
        return Refusal(
            reason=FaultReason.DUE_IN_THE_PAST, detail=f"next_update {message.next_update:%H:%M}"
        )
    return None


def _updated(fault: Fault, message: UpdateFault, at: Moment) -> Decision:
    updated = FaultUpdated(
        step=fault.step + 1,
        texts=message.texts,
        next_update=message.next_update,
        by=message.by,
        at=at,
        is_confirmed=message.is_confirmed,
    )
    return _told(evolve(fault, updated), updated, at)


def _repeated(fault: Fault, at: Moment) -> Decision:
    """Nobody wrote an update: it is so still, and the next one is as far away as this one was."""
    assert fault.next_update is not None, "what is open has a next update"
    assert fault.every is not None, "and a rhythm"
    if at < fault.next_update - SAID_AHEAD:
        return NOTHING
    repeated = FaultUpdateRepeated(
        step=fault.step + 1, next_update=fault.next_update + fault.every, at=at
    )
    return _told(evolve(fault, repeated), repeated, at)


def _told(after: Fault, fact: FaultFact, at: Moment) -> Decision:
    assert after.next_update is not None, "what is open has a next update"
    return Decision(
        facts=(fact,),
        effects=(_telling(after),),
        timers=(
            Timer(name="look", due=at + LOOKS_EVERY),
            Timer(name="update", due=max(at, after.next_update - SAID_AHEAD)),
        ),
    )


def _ended(fault: Fault, message: EndFault, at: Moment) -> Decision:
    ended = FaultEnded(step=fault.step + 1, texts=message.texts, by=message.by, at=at)
    return Decision(
        facts=(ended,),
        effects=(_telling(evolve(fault, ended)),),
        timers=tuple(Timer(name=name, due=None) for name in _CLOCKS),
    )


def _telling(fault: Fault) -> TellFault:
    assert fault.since is not None, "a fault that was opened has a beginning"
    return TellFault(
        fault=fault.id.partition("/")[0],
        step=fault.step,
        kind=fault.kind,
        cause=fault.cause,
        since=fault.since,
        texts=fault.texts,
        next_update=fault.next_update,
        is_confirmed=fault.is_confirmed,
        is_over=fault.phase is FaultPhase.ENDED,
        brand=fault.brand,
    )
