"""What a durable process is: pure types, and one step of it.

A process is a value (its state) and four pure things: a table of phases, ``decide``, ``evolve``,
and the words it speaks. The engine around it stores, times and delivers; nothing here does.

    message --> decide(state, message, at) --> Decision(facts, effects, tells, timers) | Refusal
    state   --> evolve(state, fact)        --> state            (folded over the facts)

Rules that ``advance`` asserts on every step, in production too:

* every fact moves the phase along the process's table, or not at all;
* a phase without a successor (a final one) ignores everything and holds no timer;
* a refusal changes nothing.

``at`` is the moment at which the message was recorded, not the moment at which it is handled:
a history that is played again gives the same facts, byte for byte.

How processes hear of one another: a *tell* puts a message into another process's mailbox, in the
same transaction. A *route* (see ``catalogue``) delivers a copy of a fact as ``Heard`` to another
process of the same family, so that the one who speaks need not know who listens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, dataclass_transform

from relevo.values.moment import Moment

T = TypeVar("T")
Phase = StrEnum
"""Phases of one process are one StrEnum; a clerk would say them."""


class HasPhase(Protocol):
    """Every state is a frozen data class with a phase."""

    @property
    def phase(self) -> Any: ...


S = TypeVar("S", bound=HasPhase)


@dataclass(frozen=True, slots=True)
class Word:
    """One persisted type: what it is, and the name under which it is stored for ever."""

    role: str  # "message" | "fact" | "effect" | "state"
    name: str
    type: type
    renews: bool = False  # of an effect: done, it stands for those that were parked before it


WORDS: dict[str, Word] = {}
"""Every persisted word by its name. Names are never reused and never renamed."""

_NAME = "__wire_name__"


def _word(role: str, name: str, *, renews: bool = False) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        known = WORDS.get(name)
        if known is not None and _place(known.type) != _place(cls):
            raise ValueError(f"the wire name {name!r} is taken by {_place(known.type)}")
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        setattr(made, _NAME, name)
        WORDS[name] = Word(role, name, made, renews)
        return made

    return declare


def _place(cls: type) -> str:
    """Where a class is written: a module that is loaded again declares its words again."""
    return f"{cls.__module__}.{cls.__qualname__}"


@dataclass_transform(frozen_default=True, kw_only_default=True)
def message(name: str) -> Callable[[type[T]], type[T]]:
    """Declare a message: a command, a reply from outside, or a word from another process."""
    return _word("message", name)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(name: str) -> Callable[[type[T]], type[T]]:
    """Declare a fact: written once, never edited."""
    return _word("fact", name)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def effect(name: str, *, renews: bool = False) -> Callable[[type[T]], type[T]]:
    """Declare an effect: what the shell is to do outside, at least once.

    ``renews``: a process asks for the same thing again after it was parked. Once that is done, what
    was parked of this name before it is moot, and nobody's task any more.
    """
    return _word("effect", name, renews=renews)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def state(name: str) -> Callable[[type[T]], type[T]]:
    """Declare a state: what a process knows of itself."""
    return _word("state", name)


def wire_name(of: object) -> str:
    """The name under which a word (or its type) is stored. Raises TypeError if it has none."""
    cls = of if isinstance(of, type) else type(of)
    name = getattr(cls, _NAME, None)
    if not isinstance(name, str):
        raise TypeError(f"{cls.__qualname__} is not declared as message, fact, effect or state")
    return name


@message("engine.heard")
class Heard:
    """A fact of another process of the same family, delivered by a route."""

    source: str  # the id of the process whose fact it is
    fact: Any


@message("engine.timer_fired")
class TimerFired:
    """A timer of this process is due."""

    name: str


@message("engine.effect_parked")
class EffectParked:
    """An effect of this process was given up after its last attempt; somebody must look."""

    effect_id: str
    effect: str  # wire name
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Arm a timer (an armed one of the same name is moved), or disarm it with ``due=None``."""

    name: str
    due: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Put a message into the mailbox of another process of the same family.

    A process that does not exist yet is started by its first message.
    """

    kind: str
    to: str
    message: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows from a message."""

    facts: tuple[Any, ...] = ()
    effects: tuple[Any, ...] = ()
    tells: tuple[Tell, ...] = ()
    timers: tuple[Timer, ...] = ()


NOTHING = Decision()
"""The message is understood, and nothing follows from it (for example a doubled reply)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Our no. ``reason`` is a complete short phrase from the process's own enum."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessType(Generic[S]):
    """All that the engine must know of one kind of process."""

    kind: str
    version: int
    blank: Callable[[str], S]  # process id -> the state before the first message
    decide: Callable[[S, Any, Moment], Decision | Refusal]
    evolve: Callable[[S, Any], S]
    lifecycle: Mapping[Any, frozenset[Any]]
    state: type
    messages: tuple[type, ...]
    facts: tuple[type, ...]
    effects: tuple[type, ...] = ()
    hears: tuple[type, ...] = ()  # facts of others that arrive as Heard
    timers: frozenset[str] = frozenset()
    final: frozenset[Any] = field(init=False)
    """Phases without a successor."""

    def __post_init__(self) -> None:
        final = frozenset(phase for phase, after in self.lifecycle.items() if not after)
        object.__setattr__(self, "final", final)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[S]):
    """One message taken: the new state and what is to be stored with it."""

    state: S
    decision: Decision


class Misstep(AssertionError):
    """A decider broke a rule of its own process: a bug, never an input."""


def advance(process: ProcessType[S], before: S, message: object, at: Moment) -> Step[S] | Refusal:
    """Decide, fold the facts, and hold every move against the table of phases.

    Raises Misstep when the decider moves outside its table, emits a word that the process does
    not declare, or leaves a timer armed in a final phase.
    """
    if before.phase in process.final:
        return Step(state=before, decision=NOTHING)
    verdict = process.decide(before, message, at)
    if isinstance(verdict, Refusal):
        return verdict
    after = before
    for fact_ in verdict.facts:
        if type(fact_) not in process.facts:
            raise Misstep(f"{process.kind} does not declare the fact {type(fact_).__qualname__}")
        moved = process.evolve(after, fact_)
        if moved.phase != after.phase and moved.phase not in process.lifecycle[after.phase]:
            raise Misstep(
                f"{process.kind}: {wire_name(fact_)} moves {after.phase} to {moved.phase}, "
                "which is not in the table"
            )
        after = moved
    for effect_ in verdict.effects:
        if type(effect_) not in process.effects:
            raise Misstep(f"{process.kind} does not declare {type(effect_).__qualname__}")
    for timer in verdict.timers:
        if timer.name not in process.timers:
            raise Misstep(f"{process.kind} does not declare the timer {timer.name!r}")
        if timer.due is not None and after.phase in process.final:
            raise Misstep(f"{process.kind} arms {timer.name!r} in the final phase {after.phase}")
    return Step(state=after, decision=verdict)


def replay(process: ProcessType[S], process_id: str, facts: tuple[Any, ...]) -> S:
    """The state that these facts add up to."""
    state_ = process.blank(process_id)
    for fact_ in facts:
        state_ = process.evolve(state_, fact_)
    return state_


def family(process_id: str) -> str:
    """The family of a process: all that shares one order shares one bucket and one writer."""
    return process_id.partition("/")[0]
