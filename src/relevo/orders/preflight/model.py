"""The words of a pre-flight: what is known of a number, and what is said of it.

A verdict never says no without saying what to do. Reasons carry words of a closed list, so that
each page and channel can say them in the customer's language; ``why`` and ``remedy`` are for the
desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from relevo.customers.model import FieldFault
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document
from relevo.values.simcard import Iccid


class Outcome(IntEnum):
    """What may be done, the gravest last: of several reasons the gravest counts."""

    GO = 0
    MIND = 1  # it can be ordered; somebody should know this
    ASK = 2  # one answer of the customer is missing
    STOP = 3  # ordered like this it would be rejected, or harm somebody


class Word(StrEnum):
    """Why a number gets the verdict that it gets."""

    MALFORMED = "malformed"
    BLOCK_UNKNOWN = "block_unknown"
    ALREADY_OURS = "already_ours"
    SERVED_BY_ANOTHER = "served_by_another"
    BACK_IN_ITS_RANGE = "back_in_its_range"
    HELD_AND_PORTABLE = "held_and_portable"
    HELD_AND_NOT_PORTABLE = "held_and_not_portable"
    HOLD_IS_OVER = "hold_is_over"
    NUMBER_UNASSIGNED = "number_unassigned"
    HOLDER_REFUSED_BEFORE = "holder_refused_before"
    CARD_REFUSED_BEFORE = "card_refused_before"
    PERHAPS_PREPAID = "perhaps_prepaid"
    PREPAID_ON_ANOTHERS_CARD = "prepaid_on_anothers_card"
    CARD_OF_ANOTHER_NUMBER = "card_of_another_number"
    LIVE_ORDER = "live_order"
    LIVE_REQUEST = "live_request"
    DIES_WITH_PRINCIPAL = "dies_with_principal"
    TAKES_ALONG = "takes_along"
    LIVES_ON_ANOTHER = "lives_on_another"
    UNDECIDED = "undecided"
    LATER_THAN_MAY_BE_ASKED = "later_than_may_be_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason. ``about`` are the numbers, names or lines that the word speaks of."""

    word: Word
    outcome: Outcome
    why: str
    remedy: str = ""
    about: tuple[str, ...] = ()
    until: Moment | None = None
    days_left: int | None = None
    fault: FieldFault | None = None  # of a malformed field: which one, and in which way


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An earlier request for the number that was rejected, and what it had said."""

    reason: str  # of porting.profile.RejectionReason
    document: Document
    iccid: Iccid | None
    prepaid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InBulletin:
    """What the hub's bulletin says of a number. Operators by name; empty when it has none."""

    serving: str
    range_holder: str
    is_in_process: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What our own books, and the hub's bulletin where it was asked, say of a number."""

    holder: str = ""  # as the ledger of custody has it; empty when we never heard of it
    held_since: Moment | None = None  # since when that holder has it
    live_order: str = ""
    live_request: str = ""  # our own open request, by its contract code
    refused: tuple[Refused, ...] = ()
    card_carries: Msisdn | None = None  # the other number that the stated card carries
    bulletin: InBulletin | None = None  # None when it was not asked or did not answer
    is_unassigned: bool = False  # the bulletin was asked, and does not know the number


Books = dict[Msisdn, Known]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarliestDay:
    """The first window that can be promised. ``rests_on`` is what made it that late."""

    window: Window
    rests_on: str  # "confirmation_chain" | "card_delivery" | "wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberVerdict:
    """What is said of one line of the order form."""

    line: str
    number: Msisdn | None
    is_moving: bool
    reasons: tuple[Reason, ...]
    earliest: EarliestDay | None

    @property
    def outcome(self) -> Outcome:
        """The gravest of its reasons."""
        return max((reason.outcome for reason in self.reasons), default=Outcome.GO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What is said of the whole form; ``faults`` are those of no single line."""

    numbers: tuple[NumberVerdict, ...]
    faults: tuple[FieldFault, ...] = field(default=())

    @property
    def outcome(self) -> Outcome:
        """The gravest of all."""
        own = Outcome.STOP if self.faults else Outcome.GO
        return max((own, *(number.outcome for number in self.numbers)))
