"""What a batch knows of itself: numbers of one company at one donor, and the request for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relevo.engine.process import state
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class BatchPhase(StrEnum):
    """Where the batch is."""

    BLANK = "blank"
    WAITING = "waiting"  # in the line of its donor
    ASKING = "asking"  # a request is under way
    CHECKING = "checking"  # it was rejected as a whole: who is it?
    PROVING = "proving"  # the numbers have moved, and not all were seen to work
    STOPPED = "stopped"  # somebody has to repair it
    DIVIDED = "divided"  # all its numbers went on in other batches
    DROPPED = "dropped"  # the company takes them out
    DONE = "done"


class BatchRefusal(StrEnum):
    """Why we say no to a command."""

    NOT_PLANNED = "not_planned"
    ALREADY_PLANNED = "already_planned"
    NO_NUMBERS = "no_numbers"
    NOT_STOPPED = "not_stopped"
    NOTHING_CHANGED = "nothing_changed"
    OTHER_NUMBERS = "other_numbers"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyNumber:
    """One number as the company's list has it; the new card is in its hands already."""

    number: Msisdn
    new_iccid: Iccid
    prepaid: bool = False
    donor_iccid: Iccid | None = None
    depends_on: Msisdn | None = None  # the number on whose card it lives at the donor


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """What a batch asks for, of whom, for whom."""

    order: str  # the key of the move
    numbers: tuple[CompanyNumber, ...]
    donor: str
    recipient: str
    holder: Holder
    rules: str
    consent_at: Moment
    wish: date | None = None


@state("orders.company_batch_state")
class Batch:
    """One batch. Pieces of it are batches of their own, with ids that begin with its own."""

    id: str
    phase: BatchPhase = BatchPhase.BLANK
    plan: BatchPlan | None = None
    attempt: int = 0  # requests made so far
    silences: int = 0  # requests that ended because nobody answered
    pieces: int = 0  # batches made out of this one
    window: Window | None = None
    cause: str = ""  # the wire code of the last no

    def __post_init__(self) -> None:
        if self.phase is not BatchPhase.BLANK and self.plan is None:
            raise AssertionError(f"{self.phase} without a plan")

    @property
    def name(self) -> str:
        """Its place in the move: 7, or 7.2 for the second piece of it."""
        return self.id.rpartition("/")[2]


def groups_of(numbers: tuple[CompanyNumber, ...]) -> tuple[tuple[CompanyNumber, ...], ...]:
    """Numbers that go together or not at all: each principal with what lives on its card."""
    roots = {each.number: each.depends_on for each in numbers}
    grouped: dict[Msisdn, list[CompanyNumber]] = {}
    for each in numbers:
        root = each.number
        while (above := roots.get(root)) is not None and above in roots:
            root = above
        grouped.setdefault(root, []).append(each)
    return tuple(tuple(group) for group in grouped.values())
