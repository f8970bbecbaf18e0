"""The explorer: walks every state that a small vocabulary reaches, without chance.

Random tests miss structure: a uniform choice of messages leaves the first phase only now and then.
The explorer takes a process and a vocabulary (for a state: the messages worth trying, each with its
moment) and walks breadth first from the blank state until nothing new turns up. On every step it
holds the laws that every process must keep:

* ``decide`` never raises, and says the same when asked twice;
* every move is in the table (``advance`` asserts it), and every edge of the table is walked;
* the state is the fold of the facts; a final phase ignores everything;
* every fact, effect and timer that the process declares turns up at least once, and every message
  that it understands is tried.

A vocabulary says which timers to try; the explorer knows which are armed. An armed one fires at its
due moment or later, but not after another one that is due before it, and moves the walk on. One
that is not armed may still be on its way when it is disarmed: it is tried, the laws are held
against it, and the walk does not count on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from relevo.engine.process import (
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    TimerFired,
    advance,
    wire_name,
)
from relevo.values.moment import Moment

Vocabulary = Callable[[Any], Iterable[tuple[object, Moment]]]
"""For a state, the messages worth trying and the moment of each."""

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """One message taken in one state, and what came of it."""

    before: Any
    message: object
    at: Moment
    after: Any
    decision: Decision


Law = Callable[[ProcessType[Any], Taken], None]
"""Looks at a step; it raises AssertionError, or keeps its own list, when the step breaks it."""


@dataclass(slots=True)
class Walk:
    """What an exploration saw. Edges are pairs of phases; a state is known by its JSON."""

    states: int = 0
    steps: int = 0
    phases: dict[str, Any] = field(default_factory=dict)
    """Every phase that was reached, with the first state in it."""
    edges: set[Edge] = field(default_factory=set)
    tried: set[type] = field(default_factory=set)
    facts: set[type] = field(default_factory=set)
    effects: set[type] = field(default_factory=set)
    timers: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)
    untimed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Phases that were seen to wait without any timer, each with a way that leads there. A phase
    in which a timer led to a fact or a tell is not one: then it is somebody else's task."""
    cut_short: bool = False

    def unwalked(self, process: ProcessType[Any]) -> list[str]:
        """What the process declares and the walk did not see; empty when it is complete."""
        declared = {
            (str(before), str(after))
            for before, afters in process.lifecycle.items()
            for after in afters
        }
        words = (*process.messages, *process.hears, *((EffectParked,) if process.effects else ()))
        missing = [f"edge {before} -> {after}" for before, after in sorted(declared - self.edges)]
        missing += [f"fact {wire_name(fact)}" for fact in process.facts if fact not in self.facts]
        missing += [
            f"effect {wire_name(effect)}"
            for effect in process.effects
            if effect not in self.effects
        ]
        missing += [f"timer {name}" for name in sorted(process.timers - self.timers)]
        missing += [f"message {wire_name(word)}" for word in words if word not in self.tried]
        return missing


@dataclass(frozen=True, slots=True)
class _Round:
    """What is the same in all steps of one exploration."""

    process: ProcessType[Any]
    walk: Walk
    periodic: frozenset[str]
    laws: tuple[Law, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A state that was reached, the timers armed there, and the way that led to it first."""

    state: Any
    armed: Mapping[str, Moment]
    told: bool = False  # a limit was reached and stated
    came_from: _Place | None = None
    by: Taken | None = None

    @property
    def way(self) -> tuple[str, ...]:
        """The messages that lead here, in words."""
        if self.came_from is None or self.by is None:
            return ()
        return (*self.came_from.way, f"{self.by.message!r} at {self.by.at.isoformat()}")

    @property
    def known_as(self) -> tuple[bytes, frozenset[str], bool]:
        """Due moments are left out: a timer that is armed again would never come to an end."""
        return identity(self.state), frozenset(self.armed), self.told and not self.armed


def identity(state: object) -> bytes:
    """The state as canonical JSON: equal states have equal identities."""
    return msgspec.json.encode(state, order="deterministic")


def explore(
    process: ProcessType[Any],
    vocabulary: Vocabulary,
    *,
    process_id: str = "R0/line/M2",
    states_max: int = 20_000,
    periodic: frozenset[str] = frozenset(),
    laws: tuple[Law, ...] = (),
) -> Walk:
    """Walk all states that the vocabulary reaches, holding the laws on every step.

    A ``periodic`` timer comes again and again: others need not wait for it.
    Raises AssertionError (with the message that did it) when a law is broken. ``cut_short`` is set
    when ``states_max`` was reached before the walk ran dry.
    """
    walk = Walk()
    round_ = _Round(process, walk, periodic, laws)
    start = _Place(process.blank(process_id), {})
    seen = {start.known_as}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        is_known_end = place.state.phase in process.final and place.state.phase in walk.phases
        _note_place(process, walk, place)
        if is_known_end:
            continue  # an end ignores everything; the first state of each was tried in full
        for message, at in vocabulary(place.state):
            after = _step(round_, place, message, at)
            if after is None or after.known_as in seen:
                continue
            if len(seen) >= states_max:
                walk.cut_short = True
                continue
            seen.add(after.known_as)
            waiting.append(after)
    return walk


def _note_place(process: ProcessType[Any], walk: Walk, place: _Place) -> None:
    walk.states += 1
    phase = place.state.phase
    walk.phases.setdefault(str(phase), place.state)
    rests = phase in process.final or phase == process.blank("").phase
    if not rests and not place.armed and not place.told:
        walk.untimed.setdefault(str(phase), place.way)


def _step(round_: _Round, place: _Place, message: object, at: Moment) -> _Place | None:
    """Take one message; the place that it leads to, None when the walk does not go there."""
    walk = round_.walk
    walk.steps += 1
    walk.tried.add(type(message.fact) if isinstance(message, Heard) else type(message))
    armed = dict(place.armed)
    stale = False
    if isinstance(message, TimerFired):
        stale = message.name not in armed
        at = max(at, armed.pop(message.name, at))
        stale |= any(due < at for name, due in armed.items() if name not in round_.periodic)
    taken = _take(round_, place, message, at)
    for law in round_.laws:
        law(round_.process, taken)
    if stale:
        return None
    decision = taken.decision
    walk.edges |= _edges(round_.process, taken)
    walk.facts |= {type(fact) for fact in decision.facts}
    walk.effects |= {type(effect) for effect in decision.effects}
    for timer in decision.timers:
        armed.pop(timer.name, None)
        if timer.due is not None:
            armed[timer.name] = timer.due
            walk.timers.add(timer.name)
    if isinstance(message, TimerFired) and (decision.facts or decision.tells):
        told = True
    else:
        told = place.told and taken.after.phase == place.state.phase
    return _Place(taken.after, armed, told, place, taken)


def _take(round_: _Round, place: _Place, message: object, at: Moment) -> Taken:
    process, before = round_.process, place.state
    try:
        step = advance(process, before, message, at)
        again = process.decide(before, message, at)
    except Exception as broken:
        raise AssertionError(
            f"{process.kind} in {before.phase} broke on {message!r}: {broken!r}\n"
            f"on the way {_lines(place.way)}"
        ) from broken
    if isinstance(step, Refusal):
        assert step == again, f"{process.kind} decided {message!r} in two ways"
        round_.walk.refusals.add(step.reason)
        return Taken(before, message, at, before, Decision())
    if before.phase in process.final:
        assert step.decision == Decision(), f"{process.kind} acts on {message!r} in {before.phase}"
    else:
        assert step.decision == again, f"{process.kind} decided {message!r} in two ways"
    return Taken(before, message, at, step.state, step.decision)


def _edges(process: ProcessType[Any], taken: Taken) -> set[Edge]:
    edges: set[Edge] = set()
    state = taken.before
    for fact in taken.decision.facts:
        moved = process.evolve(state, fact)
        if moved.phase != state.phase:
            edges.add((str(state.phase), str(moved.phase)))
        state = moved
    return edges


def _lines(way: tuple[str, ...]) -> str:
    return "\n  ".join(("", *way))
