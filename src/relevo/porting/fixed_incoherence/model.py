"""What an incoherence knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.msisdn import Msisdn


class Finding(StrEnum):
    """What does not fit."""

    REPORTED = "reported"  # by another operator, who says it in its text
    REJECTED_AFTER_MOVE = "rejected_after_move"
    MOVED_AFTER_END = "moved_after_end"


class Verdict(StrEnum):
    """Whose the numbers are, as whoever was asked says."""

    OURS = "ours"  # of the one who answers
    NOT_OURS = "not_ours"
    LOOKING = "looking"
    UNCLEAR = "unclear"  # an answer of which we do not know what it means


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSpan:
    """Numbers that follow one another."""

    first: Msisdn
    last: Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What it is about. ``raised_by`` is an operator, and may be ourselves."""

    reference: str
    raised_by: str
    us: str
    finding: Finding
    cause: str  # as it stands in the record
    text: str
    spans: tuple[NumberSpan, ...]
    rules: str  # profile code, pinned


class IncoherencePhase(StrEnum):
    """Where it stands."""

    BLANK = "blank"
    CHECKING = "checking"  # our own ledger is being asked
    WITH_DESK = "with_desk"
    ANSWERED = "answered"  # by us; the hub has to close it
    REPORTED = "reported"  # by us; the other side has to answer
    SETTLED = "settled"


class IncoherenceRefusal(StrEnum):
    """Why we say no to a command."""

    NOT_OPEN = "not_open"
    NOT_ASKED_OF_US = "not_asked_of_us"
    RULES_UNKNOWN = "rules_unknown"


@state("porting.incoherence_state")
class Incoherence:
    """One matter between two operators and the hub."""

    process_id: str
    phase: IncoherencePhase = IncoherencePhase.BLANK
    matter: Matter | None = None
    given: Verdict | None = None  # our answer
    seen: Verdict | None = None  # theirs
    overdue: int = 0

    def __post_init__(self) -> None:
        if self.phase is not IncoherencePhase.BLANK and self.matter is None:
            raise AssertionError(f"{self.phase} without what does not fit")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.matter.rules if self.matter is not None else ""
