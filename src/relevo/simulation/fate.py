"""What became of a seed, and of its company: plain values that go from one process to another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relevo.simulation.laws import Breach
from relevo.simulation.sketch import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One customer when all is over."""

    seed: int
    kinds: tuple[str, ...]  # of his lines
    ending: str  # "closed" | "withdrawn" | "a person has it"
    facts: int
    drawn: tuple[str, ...]  # the faults that were planned for him alone
    struck: tuple[str, ...]  # those of them that struck
    breaches: tuple[Breach, ...]
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFate:
    """One company. ``broke_off`` says why it was not played to its end; then nobody has a fate."""

    company: int
    fates: tuple[Fate, ...]
    drawn: tuple[str, ...]  # what was planned for everybody
    struck: tuple[str, ...]
    broke_off: str = ""


def shown_kind(where: str, what: str, at_point: str | None) -> str:
    """A kind of fault in words; a crash together with its point."""
    point = f" at {at_point}" if at_point else ""
    return f"{where} {what}{point}"


def kind_of(fault: Table) -> str:
    """The kind of a fault of a sketch."""
    return shown_kind(fault["where"], fault["what"], fault.get("at_point"))


def kinds_of(faults: Iterable[Table]) -> tuple[str, ...]:
    """The kinds of these faults, each as often as it is there."""
    return tuple(kind_of(fault) for fault in faults)
