"""What a port-in knows of itself.

Two small values carry what belongs together: ``Asked`` is what we want (fixed when the request is
written down), ``Standing`` is what the hub made of it. Which of them must be there in a phase is
a table, asserted whenever a state is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relevo.engine.process import state
from relevo.porting.profile import HubKind, Window
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class PortInPhase(StrEnum):
    """Where a request is."""

    BLANK = "blank"
    QUEUED = "queued"  # written down, and lies at our side
    SENT = "sent"  # on its way; whether the hub has it is not known
    REQUESTED = "requested"  # the hub has it, the donor has not answered
    CONFIRMED = "confirmed"
    CANCELLING = "cancelling"  # we want it back
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class PortInRefusal(StrEnum):
    """Why we say no to a command."""

    ALREADY_ASKED = "already_asked"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    OPERATOR_UNKNOWN = "operator_unknown"
    RULES_UNKNOWN = "rules_unknown"


class Wait(StrEnum):
    """Why a request lies at our side."""

    HUB_CLOSED = "hub_closed"
    HUB_SAYS_CLOSED = "hub_says_closed"  # at an hour at which our calendar has it open
    RETRY_SOON = "retry_soon"
    RELAUNCH = "relaunch"
    QUOTA = "quota"
    HUB_UNREACHABLE = "hub_unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request as we wrote it down. ``window`` is a wish; None leaves it to the hub."""

    number: Msisdn
    hub: HubKind
    donor: str
    recipient: str
    holder: Holder
    order: str
    line: str
    rules: str
    consent_at: Moment
    contract_code: str
    window: Window | None
    donor_iccid: Iccid | None
    prepaid: bool
    held_at_donor: bool
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the hub made of it."""

    reference: str
    window: Window
    reply_due: Moment
    cancel_until: Moment


_NEEDS_ASKED = frozenset(PortInPhase) - {PortInPhase.BLANK}
_NEEDS_STANDING = frozenset(
    {PortInPhase.REQUESTED, PortInPhase.CONFIRMED, PortInPhase.COMPLETED},
)


@state("porting.port_in_state")
class PortIn:
    """One request for one number. A second attempt is a process of its own."""

    process_id: str
    phase: PortInPhase = PortInPhase.BLANK
    asked: Asked | None = None
    standing: Standing | None = None
    sendings: int = 0
    waits: tuple[Wait, ...] = ()  # every time it had to lie at our side
    corrections: int = 0  # how often the hub named another donor, and we followed
    is_confirmed: bool = False
    is_overdue: bool = False  # the donor's limit passed in silence
    cancel_why: str = ""
    puzzles: tuple[str, ...] = ()  # codes that somebody was asked to look at
    expected_on: date | None = None  # it lies in the hub's queue until that day
    announced_at: Moment | None = None  # the hub told everybody that it moves then
    unread: tuple[str, ...] = ()  # what the hub said of files that it could not read

    def __post_init__(self) -> None:
        if self.phase in _NEEDS_ASKED and self.asked is None:
            raise AssertionError(f"{self.phase} without what was asked")
        if self.phase in _NEEDS_STANDING and self.standing is None:
            raise AssertionError(f"{self.phase} without what the hub made of it")
        if self.phase is PortInPhase.CANCELLING and not self.cancel_why:
            raise AssertionError("cancelling without a reason")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.asked.rules if self.asked is not None else ""

    @property
    def was_corrected(self) -> bool:
        """Whether the donor is not the one that the order names."""
        return self.corrections > 0

    def waited(self, why: Wait) -> int:
        """How many times it lay at our side for this reason."""
        return self.waits.count(why)
