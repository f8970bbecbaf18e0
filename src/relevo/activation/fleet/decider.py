"""Many numbers put into service together, each proven by itself.

A line of a household has a process of its own, which tells of every step of its life. For the
20,000 lines of a company that would be half a million messages to say the same as one request for
a batch: serve these numbers, then try each of them. What is not given up is the proof: a number
counts as working when every capability was seen to work by test calls, never because a record says
so, and it is looked at for a week after, every hour at first. What it cannot tell is the minute at
which one of them died, as the process of a single line can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from relevo.activation.fleet.lifecycle import LIFECYCLE
from relevo.activation.fleet.messages import (
    FleetLost,
    FleetProbed,
    FleetProven,
    FleetReleased,
    FleetServed,
    FleetUnproven,
    FleetWorks,
    ProbeFleet,
    PutFleet,
    ServeFleet,
)
from relevo.activation.fleet.model import Fleet, FleetPhase
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
    wire_name,
)
from relevo.values.moment import Moment, Span

KIND = "activation.fleet"
PROBE_DUE, REMINDER_DUE = "probe_due", "reminder_due"

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RHYTHM: Mapping[Span, Span] = {10 * _MINUTE: 5 * _MINUTE, _HOUR: 20 * _MINUTE, _DAY: 30 * _MINUTE}
"""Until so long after the move, so often. The cards are put in when people come to work."""

WATCH_RHYTHM: Mapping[Span, Span] = {6 * _HOUR: _HOUR}
"""The same, once every number of it was seen to work: what a registry loses, it loses soon."""

RARELY = 6 * _HOUR
DEAD = 5 * _MINUTE
WATCH = 7 * _DAY
REMINDERS_MAX = 14


def decide(fleet: Fleet, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match message:
        case ServeFleet():
            return _serve(fleet, message, at)
        case _ if fleet.phase is FleetPhase.BLANK:
            return Refusal(reason="not_served_yet")
        case FleetProbed():
            return _probed(fleet, message, at)
        case TimerFired(name=name) if name == PROBE_DUE:
            return _look(fleet, at)
        case TimerFired(name=name) if name == REMINDER_DUE:
            return _remind(fleet, at)
        case EffectParked() if message.effect == wire_name(PutFleet):
            return Decision(effects=(_put(fleet),))  # a number must not stay without service
        case TimerFired() | EffectParked():
            return NOTHING
        case _:
            return Refusal(reason="not_understood")


def _serve(fleet: Fleet, message: ServeFleet, at: Moment) -> Decision | Refusal:
    if fleet.phase is not FleetPhase.BLANK:
        is_same = message.lines == fleet.lines
        return NOTHING if is_same else Refusal(reason="serves_other_numbers")
    if not message.lines:
        return Refusal(reason="no_numbers", detail="lines: name one or more")
    return Decision(
        facts=(FleetServed(lines=message.lines, at=message.at),),
        effects=(PutFleet(lines=message.lines),),
        timers=(
            Timer(name=PROBE_DUE, due=at + _pause(at, message.at)),
            Timer(name=REMINDER_DUE, due=at + _DAY),
        ),
    )


def _look(fleet: Fleet, at: Moment) -> Decision:
    """All of them, each time: one that worked may be gone while others are waited for."""
    since = fleet.watched_since
    if fleet.phase is FleetPhase.WATCHED and since is not None:
        if at - since >= WATCH:
            return Decision(facts=(FleetReleased(why="watched"),))
        pause = _pause(at, since, WATCH_RHYTHM)
    else:
        pause = _pause(at, fleet.since or at)
    return Decision(
        effects=(ProbeFleet(numbers=tuple(line.number for line in fleet.lines)),),
        timers=(Timer(name=PROBE_DUE, due=at + pause),),
    )


def _probed(fleet: Fleet, message: FleetProbed, at: Moment) -> Decision:
    """What was proven, and what is dead: that is served anew at once, and looked at soon."""
    worked, waiting = set(fleet.works), set(fleet.unproven)
    proven = tuple(number for number in message.works if number in waiting)
    lost = tuple(each for each in message.lacks if each.is_dead and each.number in worked)
    dead = {each.number for each in message.lacks if each.is_dead}
    facts: tuple[Any, ...] = ()
    timers: tuple[Timer, ...] = ()
    if lost:
        facts = (FleetLost(lacks=lost, at=message.at),)
        timers = (Timer(name=REMINDER_DUE, due=at + _DAY),)
    if proven:
        facts = (*facts, FleetProven(numbers=proven, at=message.at))
    if len(proven) == len(waiting) and not lost and fleet.phase is FleetPhase.PROVING:
        facts = (*facts, FleetWorks(at=message.at))
        pause = _pause(at, at, WATCH_RHYTHM)
        timers = (Timer(name=PROBE_DUE, due=at + pause), Timer(name=REMINDER_DUE, due=None))
    if not dead:
        return Decision(facts=facts, timers=timers)
    lines = tuple(line for line in fleet.lines if line.number in dead)
    soon = Timer(name=PROBE_DUE, due=at + DEAD)
    return Decision(facts=facts, effects=(PutFleet(lines=lines),), timers=(*timers, soon))


def _remind(fleet: Fleet, at: Moment) -> Decision:
    if fleet.phase is not FleetPhase.PROVING:
        return NOTHING
    if fleet.reminders >= REMINDERS_MAX:
        return Decision(facts=(FleetReleased(why="never_proven"),))
    reminder = FleetUnproven(lacks=fleet.unproven, reminder=fleet.reminders + 1, at=at)
    return Decision(
        facts=(reminder,),
        effects=(_put(fleet),),
        timers=(Timer(name=REMINDER_DUE, due=at + _DAY),),
    )


def _put(fleet: Fleet) -> PutFleet:
    waiting = set(fleet.unproven)
    return PutFleet(lines=tuple(line for line in fleet.lines if line.number in waiting))


def _pause(at: Moment, since: Moment, rhythm: Mapping[Span, Span] = RHYTHM) -> Span:
    for limit, pause in rhythm.items():
        if at - since < limit:
            return pause
    return RARELY


def evolve(fleet: Fleet, fact: Any) -> Fleet:
    """The fleet after this fact."""
    match fact:
        case FleetServed():
            return replace(fleet, phase=FleetPhase.PROVING, lines=fact.lines, since=fact.at)
        case FleetProven():
            return replace(fleet, works=(*fleet.works, *fact.numbers))
        case FleetWorks():
            return replace(fleet, phase=FleetPhase.WATCHED, watched_since=fact.at, reminders=0)
        case FleetLost():
            gone = {each.number for each in fact.lacks}
            works = tuple(number for number in fleet.works if number not in gone)
            return replace(fleet, phase=FleetPhase.PROVING, works=works, since=fact.at)
        case FleetUnproven():
            return replace(fleet, reminders=fact.reminder)
        case FleetReleased():
            is_good = fleet.phase is FleetPhase.WATCHED
            return replace(fleet, phase=FleetPhase.RELEASED if is_good else FleetPhase.GIVEN_UP)
        case _:
            return fleet


def fleet_process() -> ProcessType[Fleet]:
    """The process as the engine runs it."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: Fleet(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Fleet,
        messages=(ServeFleet, FleetProbed),
        facts=(
            FleetServed,
            FleetProven,
            FleetWorks,
            FleetLost,
            FleetUnproven,
            FleetReleased,
        ),
        effects=(PutFleet, ProbeFleet),
        timers=frozenset({PROBE_DUE, REMINDER_DUE}),
    )
