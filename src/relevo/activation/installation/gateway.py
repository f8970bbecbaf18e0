"""What is needed of whoever sends technicians into houses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from relevo.activation.installation.messages import (
    AccessTested,
    BookVisit,
    CancelVisit,
    ProbeAccess,
    VisitBooked,
    VisitDeclined,
    VisitSeen,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitNews:
    """One thing that happened to one of our visits."""

    seq: int
    reference: str  # ours: the id of the installation
    seen: VisitSeen


class FieldService(Protocol):
    """Takes visits. Every method may raise Temporary or Permanent."""

    def book(self, wanted: BookVisit) -> VisitBooked | VisitDeclined:
        """Book a visit; the same reference and number are the same visit."""

    def cancel(self, wanted: CancelVisit) -> None:
        """Nobody has to come; a visit that is over or unknown is let be."""

    def test(self, wanted: ProbeAccess) -> AccessTested:
        """What the exchange sees at the end of an access."""

    def news(self, after: int) -> list[VisitNews]:
        """What happened to our visits since the event of that number."""
