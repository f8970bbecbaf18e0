"""What is known of an order's complaints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.moment import Moment


class ComplaintsPhase(StrEnum):
    UNKNOWN = "unknown"  # the order is not known yet
    QUIET = "quiet"  # no complaint is open
    OPEN = "open"
    OVERDUE = "overdue"  # one is open beyond the law's last term; it stays open


class Topic(StrEnum):
    """What a complaint is about: the terms hang on it."""

    GENERAL = "general"
    BILLING = "billing"
    CONTINUITY = "continuity"


class Outcome(StrEnum):
    UPHELD = "upheld"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One point of a complaint. Every one gets an answer of its own."""

    text: str
    answer: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The clocks of a complaint."""

    near: Moment  # somebody higher looks from here on
    answer: Moment  # our term
    latest: Moment  # the last term: from here on the ways on are open


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint. It is closed by an answer that went out, and by nothing else."""

    key: str
    topic: Topic
    channel: str  # on which it came; the answer goes back the same way
    text: str
    questions: tuple[Question, ...]
    filed_at: Moment
    by: str  # "customer", or who took it down
    due: Due
    source: str = ""  # the message it came with
    receipt: str = ""  # "" not yet, "asked", "sent", "stopped"
    missing: str = ""  # what we wait for; the clock stands
    asking: str = ""  # what we are about to ask him for
    asks: int = 0  # how many times we wanted to
    stopped: tuple[str, ...] = ()  # why the check stopped the last text
    complete_by: Moment | None = None
    near_told: bool = False
    overdue: bool = False
    tries: int = 0  # answers proposed
    proposed: Outcome | None = None
    outcome: Outcome | None = None
    answered_at: Moment | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is None

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The questions without an answer, by their place."""
        return tuple(n for n, each in enumerate(self.questions) if not each.answer)


@state("care.complaints_state")
class Complaints:
    id: str
    phase: ComplaintsPhase = ComplaintsPhase.UNKNOWN
    order: str = ""
    rules: str = ""
    language: str = ""
    holder: str = ""
    complaints: tuple[Complaint, ...] = ()

    def __post_init__(self) -> None:
        known = self.phase is not ComplaintsPhase.UNKNOWN
        assert known == bool(self.rules), "complaints rest on a country's terms"

    def named(self, key: str) -> Complaint | None:
        """The complaint with this key."""
        return next((each for each in self.complaints if each.key == key), None)

    @property
    def open_ones(self) -> tuple[Complaint, ...]:
        return tuple(each for each in self.complaints if each.is_open)
