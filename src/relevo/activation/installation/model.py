"""What an installation knows of itself: one access to lay, and the visit that is to lay it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class Phase(StrEnum):
    """Where the installation is."""

    UNASKED = "unasked"
    BOOKING = "booking"  # the field service has not answered
    AGREED = "agreed"  # there is a day and a slot
    TESTING = "testing"  # they say that it is done; nobody has seen it work
    PROVEN = "proven"  # seen to work from the exchange
    FAILED = "failed"  # another visit would not help; somebody has to act
    STOPPED = "stopped"


class Outcome(StrEnum):
    """What came of a visit, in our vocabulary."""

    DONE = "done"
    LATE = "late"  # not an outcome yet: they come after the slot
    CUSTOMER_ABSENT = "customer_absent"
    NO_ACCESS = "no_access"
    NO_FREE_PORT = "no_free_port"
    ADDRESS_WRONG = "address_wrong"
    ANOTHER_VISIT = "needs_another_visit"
    CANCELLED = "cancelled_by_contractor"
    NO_WORD = "no_word"  # ours: the slot is long over and nobody said anything
    NOT_WORKING = "not_working"  # ours: said to be done, and the exchange sees nothing
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A stretch of a day in which somebody is at home and the technician comes."""

    opens: Moment
    closes: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the access is laid, and for whom."""

    access: str  # the name under which the network knows it
    order: str
    line: str
    name: str
    phone: Msisdn
    address: Address


@state("activation.installation")
class Installation:
    """One access. Visits are counted from 1; only the newest one can still happen."""

    id: str
    phase: Phase = Phase.UNASKED
    site: Site | None = None
    visit: int = 0
    wanted: Slot | None = None  # the slot that was asked for; None: the earliest
    slot: Slot | None = None  # the one that is agreed
    others: tuple[Slot, ...] = ()  # free besides it: the customer may take one of them
    is_late: bool = False
    failed_visits: int = 0
    tests: int = 0  # of the newest visit

    def __post_init__(self) -> None:
        """What must be known in each phase."""
        if self.phase is not Phase.UNASKED and self.site is None:
            raise AssertionError(f"{self.id}: {self.phase} without knowing where")
        if self.phase in {Phase.AGREED, Phase.TESTING} and self.slot is None:
            raise AssertionError(f"{self.id}: {self.phase} without a slot")
