"""An order's story at any of its moments: its facts up to there, folded by the processes' rules.

Nothing is worked out a second time for the past: the states of a moment are what ``evolve`` made of
the facts by then, and a page that shows today shows the last moment by the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from relevo.engine.process import ProcessType
from relevo.tracking.labels import Labels
from relevo.tracking.timeline import Mood, Step, step_of
from relevo.values.moment import Moment

Kinds = Mapping[str, ProcessType[Any]]
States = Mapping[str, Any]


class Entry(Protocol):
    """A fact with its place in the history, as the journal has it."""

    @property
    def process_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> Moment: ...
    @property
    def fact(self) -> Any: ...
    @property
    def seq(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A moment at which something happened that people are told of."""

    seq: int
    step: Step

    @property
    def is_trouble(self) -> bool:
        """Whether one jumps to it when one looks for what went wrong."""
        return self.step.mood in {Mood.TROUBLE, Mood.CAUGHT}


def up_to(entries: Sequence[Entry], seq: int | None) -> Sequence[Entry]:
    """The facts until that one, it included; all of them without a number."""
    return entries if seq is None else [entry for entry in entries if entry.seq <= seq]


def states_of(entries: Iterable[Entry], kinds: Kinds) -> dict[str, Any]:
    """The state of every process after these facts."""
    states: dict[str, Any] = {}
    for entry in entries:
        process = kinds[entry.kind]
        if type(entry.fact) not in process.facts:
            continue  # an operator's act: part of the history, not of the state
        before = states.get(entry.process_id)
        if before is None:
            before = process.blank(entry.process_id)
        states[entry.process_id] = process.evolve(before, entry.fact)
    return states


def stops_of(entries: Iterable[Entry], labels: Labels) -> tuple[Stop, ...]:
    """The moments of a story, the oldest first."""
    found = []
    for entry in entries:
        step = step_of(entry.process_id, entry.fact, at=entry.at, labels=labels)
        if step is not None:
            found.append(Stop(seq=entry.seq, step=step))
    return tuple(found)


def stop_at(stops: Sequence[Stop], seq: int | None) -> int:
    """The place of the last moment that is not after ``seq``; the last one without a number."""
    if seq is None:
        return len(stops) - 1
    return max((place for place, stop in enumerate(stops) if stop.seq <= seq), default=0)
