"""What is known of an undue port: whose number it is, who has it, and how far its return is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.porting.profile import HubKind
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class UnduePhase(StrEnum):
    """Where the return of a number is."""

    BLANK = "blank"
    BLOCKED = "blocked"  # a theft is looked into: until then the number is not ported
    UNSETTLED = "unsettled"  # the block is over, and nobody has said what it was
    ASKING = "asking"  # our request in the opposite direction is under way
    REFUSED = "refused"  # a no that somebody has to look at
    RESTORING = "restoring"  # the number is ours again, and our network is told
    ADMITTED = "admitted"  # we have it unduly, and let it go as soon as it is asked for
    RETURNED = "returned"
    DROPPED = "dropped"


class Side(StrEnum):
    """Which side of the undue port we are."""

    LOST = "lost"  # it left us: we ask for it
    GAINED = "gained"  # it came to us: we are asked


class UndueWhy(StrEnum):
    """Why the port should not have been (porting-es 3.9.3, 3.9.7, 8)."""

    NOT_ASKED_FOR = "not_asked_for"  # nobody asked for it
    CANCELLED_IN_TIME = "cancelled_in_time"  # it was taken back in time, and made all the same
    CANCELLED_LATE = "cancelled_late"  # the customer wants it back, and the limit was over
    THEFT = "theft"  # somebody took the number


class UndueRefusal(StrEnum):
    """Why we say no to a command."""

    RULES_UNKNOWN = "rules_unknown"
    OPERATOR_UNKNOWN = "operator_unknown"
    ALREADY_REPORTED = "already_reported"
    NAME_MISSING = "name_missing"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Which number, between whom, and who its holder was before."""

    number: Msisdn
    hub: HubKind
    side: Side
    us: str
    other: str  # who has it (lost), or from whom it came (gained)
    holder: Holder  # before the port that nobody owed
    why: UndueWhy
    rules: str
    iccid: Iccid | None = None  # our card, served again when the number is back
    donor_iccid: Iccid | None = None  # the card at the other operator, if he compares that
    address: Address | None = None  # of a fixed line

    @property
    def goes_back_to(self) -> str:
        """Whose the number was, and is to be again."""
        return self.us if self.side is Side.LOST else self.other


@state("porting.undue_port_state")
class UnduePort:
    """One number that has to go back."""

    process_id: str
    phase: UnduePhase = UnduePhase.BLANK
    matter: Matter | None = None
    attempt: int = 0
    blocked_until: Moment | None = None
    is_extended: bool = False
    is_called_off: bool = False  # we want our own request back
    admitted_until: Moment | None = None
    puzzles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.phase is not UnduePhase.BLANK and self.matter is None:
            raise AssertionError(f"{self.phase} without a number")
        if self.phase is UnduePhase.BLOCKED and self.blocked_until is None:
            raise AssertionError("blocked, but nobody knows until when")
        if self.phase is UnduePhase.ADMITTED and self.admitted_until is None:
            raise AssertionError("admitted, but nobody knows until when")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.matter.rules if self.matter is not None else ""
