"""What a port-out knows of itself.

``Asked`` is what the other operator wants, fixed when the request comes; ``Verdict`` is what we
make of it, found at the moment of answering. Which of them must be there in a phase is asserted
whenever a state is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.customers.served import Reader
from relevo.engine.process import state
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document
from relevo.values.simcard import Iccid


class PortOutPhase(StrEnum):
    """Where a request to us is."""

    BLANK = "blank"
    ASKED = "asked"  # it waits for its moment in the reply window
    CHECKING = "checking"  # what we serve is being looked up
    ANSWERING = "answering"  # our answer is on its way; whether the hub has it is not known
    AWAITING = "awaiting"  # we confirmed some only: the recipient says whether he takes these
    CONFIRMED = "confirmed"  # we serve it until the hub says that it moved
    STOPPING = "stopping"  # it moved, and our service is being stopped
    LEFT = "left"  # it is served elsewhere, and may have to come back
    REACTIVATING = "reactivating"  # we serve it again until the failed port is mended
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    GONE = "gone"
    RESTORED = "restored"


class PortOutRefusal(StrEnum):
    """Why we say no to a command."""

    RULES_UNKNOWN = "rules_unknown"
    ANSWERED_ALREADY = "answered_already"
    NOTHING_TO_APPROVE = "nothing_to_approve"
    NAME_MISSING = "name_missing"
    SAME_PERSON = "same_person"
    CANNOT_BE_SAID = "cannot_be_said"
    NOTHING_TO_UNDO = "nothing_to_undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAsked:
    """One number of a request; ``iccid`` is the donor's card, given for a prepaid line only."""

    number: Msisdn
    iccid: Iccid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request as the hub showed it."""

    reference: str
    hub: HubKind
    donor: str
    recipient: str
    document_type: str
    document_number: str
    numbers: tuple[NumberAsked, ...]
    is_multiple: bool
    asked_at: Moment
    answer_from: Moment
    answer_until: Moment
    window: Window
    rules: str
    is_admitted: bool = False  # a port back that we have agreed to: answered at once


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """A number that was taken from an operator unduly, as far as it is known here."""

    number: Msisdn
    goes_back_to: str
    is_blocked: bool  # nobody else may have it now
    admitted_to: Document | None = None  # we let it go back to its holder from before


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberVerdict:
    """What we found of one number. ``reason`` is empty when nothing stands against it."""

    number: Msisdn
    reason: str
    is_line: bool  # in service here; a defect of such a line sinks a whole request (3.9.2)
    iccid: Iccid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A service of the same customer that ends with a number: another number, or a named one."""

    ends_with: Msisdn
    number: Msisdn | None = None
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Our answer: yes to these numbers, or no with a code."""

    numbers: tuple[NumberVerdict, ...] = ()
    reason: str = ""
    code: str = ""
    endings: tuple[Ending, ...] = ()
    reader: Reader | None = None

    @property
    def confirmed(self) -> tuple[Msisdn, ...]:
        """The numbers to which we say yes."""
        if self.reason:
            return ()
        return tuple(each.number for each in self.numbers if not each.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceMajeure:
    """A plan to refuse on this ground; nothing follows from it before a second person agrees."""

    by: str
    why: str


_NEEDS_VERDICT = frozenset(
    {PortOutPhase.ANSWERING, PortOutPhase.AWAITING},
)


@state("porting.port_out_state")
class PortOut:
    """One request to us as the donor."""

    process_id: str
    phase: PortOutPhase = PortOutPhase.BLANK
    asked: Asked | None = None
    verdict: Verdict | None = None
    confirmed: tuple[Msisdn, ...] = ()  # as the hub has it
    window: Window | None = None  # the one of the confirmation: it may have moved
    plan: ForceMajeure | None = None
    alarms: int = 0
    puzzles: tuple[str, ...] = ()  # what somebody was asked to look at
    left_at: Moment | None = None
    stopped: tuple[Msisdn, ...] = ()  # numbers that our network does not serve any more

    def __post_init__(self) -> None:
        if self.phase is not PortOutPhase.BLANK and self.asked is None:
            raise AssertionError(f"{self.phase} without what was asked")
        if self.phase in _NEEDS_VERDICT and self.verdict is None:
            raise AssertionError(f"{self.phase} without a verdict")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.asked.rules if self.asked is not None else ""

    def card_of(self, number: Msisdn) -> Iccid | None:
        """The card that carried the number here."""
        verdicts = self.verdict.numbers if self.verdict else ()
        return next((each.iccid for each in verdicts if each.number == number), None)

    @property
    def served(self) -> tuple[Msisdn, ...]:
        """Those of the confirmed numbers that were in service with us."""
        if self.verdict is None:
            return self.confirmed
        out = {each.number for each in self.verdict.numbers if not each.is_line}
        return tuple(number for number in self.confirmed if number not in out)
