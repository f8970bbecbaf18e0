"""What a mass fault knows of itself."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.moment import Moment, Span

SAID_AHEAD = Span(minutes=10)
"""So long before an update is due it is written, as each case's own is."""


class FaultPhase(StrEnum):
    NEW = "new"
    OPEN = "open"
    ENDED = "ended"


class FaultReason(StrEnum):
    """Why a fault refuses a word."""

    OPEN_ALREADY = "open_already"
    NOT_OPEN = "not_open"
    NOTHING_SAID = "nothing_said"
    DUE_IN_THE_PAST = "due_in_the_past"


@state("care.fault_state")
class Fault:
    id: str
    phase: FaultPhase = FaultPhase.NEW
    kind: str = ""  # of the trouble that each of its customers has
    cause: str = ""  # as the facts say it; "" for any of that kind
    since: Moment | None = None
    texts: dict[str, str] = field(default_factory=dict)  # language -> the words of all
    is_confirmed: bool = False  # whether the cause is known, and not only suspected
    step: int = 0  # how often its words have changed
    next_update: Moment | None = None
    every: Span | None = None  # how far apart its updates are
    brand: str = ""  # whose customers hear of it; "" for all of a site of one brand
