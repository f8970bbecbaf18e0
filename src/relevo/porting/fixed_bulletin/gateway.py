"""What the fixed hub says to all operators, and of numbers about which records contradict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from relevo.porting.fixed_incoherence.messages import (
    IncoherenceAnswered,
    IncoherenceClosed,
    IncoherenceRaised,
)
from relevo.porting.gateway import News
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeMoved:
    """Numbers that are an operator's from a moment on, and where they are routed."""

    first: Msisdn
    last: Msisdn
    nrn: str
    operator: str  # by our name; the hub's code when we have none
    since: Moment
    reference: str  # the hub's process


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtNews:
    """One notice about an incoherence."""

    notice_id: str
    reference: str
    said: IncoherenceRaised | IncoherenceAnswered | IncoherenceClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is new for everybody, and the place from which to read on next time.

    ``undone`` are processes that did not come about after they had been confirmed to all. ``ends``
    are the news of our own requests that tell an end: held against what we believe of them.
    """

    moves: tuple[RangeMoved, ...]
    undone: tuple[str, ...]
    doubts: tuple[DoubtNews, ...]
    ends: tuple[News, ...]
    place: str


class BoardHouse(Protocol):
    """A hub that tells all operators what it confirms. Raises as ``ClearingHouse`` does."""

    def board(self, after: str) -> Board:
        """What is new since a place, oldest first."""

    def ask_for_all(self) -> None:
        """Have everything listed that moved before we listened; asking twice asks once."""

    def doubt_reference(self, about: str) -> str:
        """An id for an incoherence that we report; the same matter has the same id."""
