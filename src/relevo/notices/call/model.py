"""A call: who, when, how long, which way, by whom, and where its recording is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relevo.values.moment import Moment

SOURCE, CHANNEL = "phone", "call"
DESK = "desk"
"""Before the ids of calls that no telephone system told of."""


class Direction(StrEnum):
    IN = "in"  # the customer called
    OUT = "out"  # he was called


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where a recording is, why it is kept and until when; and what its caller was told first."""

    id: str
    purpose: str
    preamble: str
    keep_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call."""

    id: str
    brand: str
    direction: Direction
    number: str
    began_at: Moment
    ended_at: Moment | None = None
    agent: str = ""
    order: str = ""
    noted_by: str = ""
    recording: Recording | None = None

    @property
    def minutes(self) -> int:
        """How long it took; a minute that was begun counts."""
        if self.ended_at is None:
            return 0
        return max(0, -int((self.began_at - self.ended_at).total_seconds() // 60))
