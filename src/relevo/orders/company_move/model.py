"""What the move of a company knows of itself: a line of batches before the gate of each donor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.moment import Moment
from relevo.values.person import Holder


class MovePhase(StrEnum):
    """Where the move is."""

    BLANK = "blank"
    UNDER_WAY = "under_way"
    DONE = "done"  # every number works, or somebody decided that it does not move


class MoveRefusal(StrEnum):
    """Why we say no to a command."""

    ALREADY_STARTED = "already_started"
    NOT_STARTED = "not_started"
    RULES_UNKNOWN = "rules_unknown"
    OPERATOR_UNKNOWN = "operator_unknown"
    NOTHING_TO_MOVE = "nothing_to_move"
    LANE_NOT_STOPPED = "lane_not_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A batch in the line, and the day that the company wishes."""

    batch: str
    wish: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The line before one donor. One batch stands at the gate, so that a quota stops them all."""

    donor: str
    waiting: tuple[Waiting, ...] = ()
    at_gate: str = ""  # the batch whose request the hub has not taken yet
    rejected: int = 0  # whole requests that the donor said no to, before its first yes
    has_confirmed: bool = False
    is_stopped: bool = False  # the donor says no to all of them: somebody has to look


@state("orders.company_move_state")
class Move:
    """The move of one company. ``open`` are the batches that have not ended, with their donors."""

    id: str
    phase: MovePhase = MovePhase.BLANK
    holder: Holder | None = None
    recipient: str = ""
    rules: str = ""
    consent_at: Moment | None = None
    batches: int = 0  # planned at the start
    listed: int = 0  # of those that were planned at the start
    lanes: tuple[Lane, ...] = ()
    open: dict[str, str] = field(default_factory=dict)

    def lane(self, donor: str) -> Lane:
        """The line before this donor."""
        return next((each for each in self.lanes if each.donor == donor), Lane(donor=donor))
