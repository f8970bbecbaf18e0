"""What the voice knows of a customer's order, and what it has to say. Plain values, all pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.claims.model import Claim, Held
from relevo.orders.order.messages import HeldLine, LineKind, Party, SimKind
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid


class Topic(StrEnum):
    """What a message is about; the key of its text in every language."""

    WELCOME = "welcome"
    ASK_NUMBER = "ask_number"
    DATED = "dated"
    REDATED = "redated"
    UNDATED = "undated"
    REMINDER = "reminder"
    ESIM = "esim"
    PUT_IN = "put_in"
    NUMBER_DEAD = "number_dead"
    NUMBER_BACK = "number_back"
    PARTIAL = "partial"
    WORKS_AGAIN = "works_again"
    ACTION_NEEDED = "action_needed"
    PROMISE_MOVED = "promise_moved"
    PROMISE_BROKEN = "promise_broken"
    UPDATE = "update"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    CANCELLED_LATE = "cancelled_late"
    VISIT = "visit"
    REPLY = "reply"  # written by a member of staff
    PARCEL = "parcel"  # its card comes on another day, or by another shipment, than he was told
    FAULT = "fault"  # one cause that many customers feel: all read the same words


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    SOCIAL = "social"  # an open network on which he has proven who he is; answers only


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something to say, waiting for its moment. ``note`` is a detail that would be lost by then."""

    topic: Topic
    line: str
    due: Moment
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """A line of the customer as the voice knows it. All states here come from facts of others."""

    id: str
    kind: LineKind
    number: Msisdn | None
    donor: str
    depends_on: str
    moving: bool
    sim: SimKind | None = None
    undecided: bool = False
    requested_at: Moment | None = None
    confirmed_at: Moment | None = None
    window: Window | None = None
    cancel_until: Moment | None = None
    pin: str = ""
    tracking_code: str = ""
    parcel_state: str = ""
    parcel_expected: str = ""  # ISO date
    parcel_reason: str = ""
    iccid: Iccid | None = None
    esim_code: str = ""
    in_hand: bool = False
    cut_at: Moment | None = None  # by the donor, and not back yet
    recovering: bool = False
    back_by: Moment | None = None  # what the donor's desk promised
    dead_since: Moment | None = None
    dead_seen_at: Moment | None = None
    dead_at_donor: bool = False
    dead_until: Moment | None = None  # end of the last outage
    back_except: tuple[str, ...] = ()  # networks that did not know it yet when it came back
    moved_at: Moment | None = None
    provisioned_at: Moment | None = None
    registered_at: Moment | None = None
    needs: tuple[str, ...] = ()  # what a line of its kind has to be able to do
    works: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()  # "data", or "calls_in:altamar,duna" when only some get through
    works_at: Moment | None = None
    live_at: Moment | None = None
    out: bool = False
    told_dead: bool = False
    told_put_in: bool = False
    told_partial: bool = False
    told_opens: Moment | None = None  # the day of its move, as he was told last
    told_parcel: str = ""  # shipment and day of its card, as he was told last

    @property
    def parcel_now(self) -> str:
        """Shipment and day of its card; "" while there is none."""
        return f"{self.tracking_code} {self.parcel_expected}".strip()

    @property
    def unheard_from(self) -> tuple[str, ...]:
        """The networks from which calls do not get through, as probes of all of them have shown."""
        for each in self.lacks:
            name, _, networks = each.partition(":")
            if name == "calls_in":
                return tuple(networks.split(",")) if networks else ()
        return self.back_except

    @property
    def lacking(self) -> tuple[str, ...]:
        """What does not work, as far as it was tried: nothing is tried without the card in it."""
        if self.works_at is not None or self.registered_at is None:
            return self.lacks
        known = {each.partition(":")[0] for each in self.lacks}
        unseen = (n for n in self.needs if n not in self.works and n not in known)
        return tuple(sorted({*self.lacks, *unseen}))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen:
    key: str
    owner: str
    opened_at: Moment
    next_update: Moment | None = None
    resolved_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What is owed for a line, and how it was worked out."""

    line: str
    number: Msisdn | None
    amount_eur_cents: int
    minutes: int
    month_minutes: int
    average_3m_eur_cents: int
    monthly_fee_eur_cents: int
    factor: int
    rule: str
    dead_from: Moment
    dead_until: Moment
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSeen:
    id: str
    what: str
    due: Moment
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSeen:
    """A mass fault that concerns this customer, until it is over."""

    id: str
    kind: str
    cause: str
    is_confirmed: bool
    next_update: Moment | None
    told: bool = False  # he has read of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message of the ledger: what was said to the customer."""

    key: str
    at: Moment
    channel: str
    topic: str
    subjects: tuple[str, ...]
    text: str
    claims: tuple[Claim, ...]
    subject: str = ""  # its subject line


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A message handed to a channel that has not said yet that it took it."""

    key: str
    channel: str
    to: str
    subject: str
    text: str
    fallback: bool  # it is already the second channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One step of the short history in the final letter; ``what`` is the key of a text."""

    what: str
    line: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything that the voice may speak from."""

    order: str
    rules: str
    customer: Party
    recipient: str
    lines: tuple[LineSeen, ...]
    held_lines: tuple[HeldLine, ...]
    case: CaseSeen | None = None
    promises: tuple[PromiseSeen, ...] = ()
    credits: tuple[Credit, ...] = ()
    faults: tuple[FaultSeen, ...] = ()
    held: tuple[Held, ...] = ()
    said: tuple[Told, ...] = ()
    history: tuple[Happening, ...] = ()
    unanswered: bool = False  # the customer said something that nobody answered yet
    closed_at: Moment | None = None
    messages: int = 0  # how many were sent

    def line(self, line_id: str) -> LineSeen | None:
        """The line of that id, if there is one."""
        return next((line for line in self.lines if line.id == line_id), None)

    def numbered(self, number: str) -> LineSeen | None:
        """The line with that number, if it is one of this customer."""
        return next((line for line in self.lines if line.number == number), None)
