"""The explorer: walks every state that a small vocabulary reaches, without chance.

Random tests miss structure: a uniform choice of messages leaves the first phase only now and then.
The explorer takes a process and a vocabulary (for a state: the messages worth trying, each with its
moment) and walks breadth first from the blank state until nothing new turns up. On every step it
holds the laws that every process must keep:

* ``decide`` never raises, and says the same when asked twice;
* every move is in the table (``advance`` asserts it), and every edge of the table is walked;
* the state is the fold of the facts; a final phase ignores everything;
* every fact, effect and timer that the process declares turns up at least once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from relevo.engine.process import Decision, ProcessType, Refusal, advance, wire_name
from relevo.values.moment import Moment

Vocabulary = Callable[[Any], Iterable[tuple[object, Moment]]]
"""For a state, the messages worth trying and the moment of each."""

Edge = tuple[str, str]


@dataclass(slots=True)
class Walk:
    """What an exploration saw. Edges are pairs of phases; a state is known by its JSON."""

    states: int = 0
    steps: int = 0
    edges: set[Edge] = field(default_factory=set)
    facts: set[type] = field(default_factory=set)
    effects: set[type] = field(default_factory=set)
    timers: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)
    cut_short: bool = False

    def unwalked(self, process: ProcessType[Any]) -> list[str]:
        """What the process declares and the walk did not see; empty when it is complete."""
        declared = {
            (str(before), str(after))
            for before, afters in process.lifecycle.items()
            for after in afters
        }
        missing = [f"edge {before} -> {after}" for before, after in sorted(declared - self.edges)]
        missing += [f"fact {wire_name(fact)}" for fact in process.facts if fact not in self.facts]
        missing += [
            f"effect {wire_name(effect)}"
            for effect in process.effects
            if effect not in self.effects
        ]
        missing += [f"timer {name}" for name in sorted(process.timers - self.timers)]
        return missing


def identity(state: object) -> bytes:
    """The state as canonical JSON: equal states have equal identities."""
    return msgspec.json.encode(state, order="deterministic")


def explore(
    process: ProcessType[Any],
    vocabulary: Vocabulary,
    *,
    process_id: str = "R0/line/M2",
    states_max: int = 20_000,
) -> Walk:
    """Walk all states that the vocabulary reaches, holding the laws on every step.

    Raises AssertionError (with the message that did it) when a law is broken. ``cut_short`` is set
    when ``states_max`` was reached before the walk ran dry.
    """
    walk = Walk()
    start = process.blank(process_id)
    seen = {identity(start)}
    waiting: deque[Any] = deque([start])
    while waiting:
        before = waiting.popleft()
        walk.states += 1
        for after in _steps(process, before, vocabulary(before), walk):
            known = identity(after)
            if known in seen:
                continue
            if len(seen) >= states_max:
                walk.cut_short = True
                continue
            seen.add(known)
            waiting.append(after)
    return walk


def _steps(
    process: ProcessType[Any], before: Any, tries: Iterable[tuple[object, Moment]], walk: Walk
) -> Iterator[Any]:
    for message, at in tries:
        walk.steps += 1
        first, again = _twice(process, before, message, at)
        assert first == again, f"{process.kind} decided {message!r} in two ways"
        if isinstance(first, Refusal):
            walk.refusals.add(first.reason)
            continue
        decision: Decision = first.decision
        if before.phase in process.final:
            assert decision == Decision(), f"{process.kind} acts on {message!r} in {before.phase}"
            continue
        walk.edges |= _edges(process, before, decision)
        walk.facts |= {type(fact) for fact in decision.facts}
        walk.effects |= {type(effect) for effect in decision.effects}
        walk.timers |= {timer.name for timer in decision.timers if timer.due is not None}
        yield first.state


def _twice(process: ProcessType[Any], before: Any, message: object, at: Moment) -> tuple[Any, Any]:
    try:
        return (
            advance(process, before, message, at),
            advance(process, before, message, at),
        )
    except Exception as broken:
        raise AssertionError(
            f"{process.kind} in {before.phase} broke on {message!r}: {broken!r}"
        ) from broken


def _edges(process: ProcessType[Any], before: Any, decision: Decision) -> set[Edge]:
    edges: set[Edge] = set()
    state = before
    for fact in decision.facts:
        moved = process.evolve(state, fact)
        if moved.phase != state.phase:
            edges.add((str(state.phase), str(moved.phase)))
        state = moved
    return edges
