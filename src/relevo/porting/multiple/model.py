"""What a multiple request knows of itself: one reference, one window, a verdict for each number.

``Standing`` and ``Wait`` are those of a request for one number: the hub keeps the same clocks for
both. What is different are the numbers, and the groups among them that must never be split.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.porting.port_in.model import Standing, Wait
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class MultiplePhase(StrEnum):
    """Where a request is."""

    BLANK = "blank"
    QUEUED = "queued"  # written down, and lies at our side
    SENT = "sent"  # on its way; whether the hub has it is not known
    REQUESTED = "requested"  # the hub has it, the donor has not answered
    AGREEING = "agreeing"  # the donor left some out, and the hub waits for our yes or no
    CONFIRMED = "confirmed"
    CANCELLING = "cancelling"  # we want it back
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class MultipleRefusal(StrEnum):
    """Why we say no to a command."""

    ALREADY_ASKED = "already_asked"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    NO_NUMBERS = "no_numbers"
    OPERATOR_UNKNOWN = "operator_unknown"
    RULES_UNKNOWN = "rules_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedNumber:
    """One number of the request; a prepaid one is validated by the donor's card."""

    number: Msisdn
    donor_iccid: Iccid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMultiple:
    """The request as we wrote it down. ``groups``: numbers that go together or not at all."""

    numbers: tuple[WantedNumber, ...]
    groups: tuple[tuple[Msisdn, ...], ...]
    hub: HubKind
    donor: str
    recipient: str
    holder: Holder
    order: str
    rules: str
    consent_at: Moment
    contract_code: str
    window: Window | None

    @property
    def all_numbers(self) -> tuple[Msisdn, ...]:
        """The bare numbers, in the order of the request."""
        return tuple(wanted.number for wanted in self.numbers)

    def splits(self, confirmed: frozenset[Msisdn]) -> bool:
        """Whether going on with these alone would tear a group apart."""
        return any(0 < len(confirmed.intersection(group)) < len(group) for group in self.groups)


_NEEDS_STANDING = frozenset(
    {
        MultiplePhase.REQUESTED,
        MultiplePhase.AGREEING,
        MultiplePhase.CONFIRMED,
        MultiplePhase.COMPLETED,
    }
)


@state("porting.multiple_state")
class Multiple:
    """One request for several numbers. A second attempt is a process of its own."""

    process_id: str
    phase: MultiplePhase = MultiplePhase.BLANK
    asked: AskedMultiple | None = None
    standing: Standing | None = None
    confirmed: tuple[Msisdn, ...] = ()  # what the donor said yes to; empty until then
    agrees: bool = False  # our answer to the reduced list
    sendings: int = 0
    waits: tuple[Wait, ...] = ()  # every time it had to lie at our side
    is_confirmed: bool = False
    is_overdue: bool = False  # the donor's limit passed in silence
    cancel_why: str = ""
    puzzles: tuple[str, ...] = ()  # codes that somebody was asked to look at

    def __post_init__(self) -> None:
        if self.phase is not MultiplePhase.BLANK and self.asked is None:
            raise AssertionError(f"{self.phase} without what was asked")
        if self.phase in _NEEDS_STANDING and self.standing is None:
            raise AssertionError(f"{self.phase} without what the hub made of it")
        if self.phase is MultiplePhase.AGREEING and not self.confirmed:
            raise AssertionError("agreeing to a list that nobody knows")
        if self.phase is MultiplePhase.CANCELLING and not self.cancel_why:
            raise AssertionError("cancelling without a reason")

    def waited(self, why: Wait) -> int:
        """How many times it lay at our side for this reason."""
        return self.waits.count(why)
