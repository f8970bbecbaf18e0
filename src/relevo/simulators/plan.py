"""What a world is made from: customers, their lines at the donor, and what goes wrong.

The keys are those of the scenario contract. Whoever reads a scenario file builds these values;
a world can as well be planned in a test. One customer is a world of his own; many make a company.

Whom a fault strikes follows from its occasion, not from whose file it is in. Where the occasion
names a number, an order or a parcel (a rejection, a doubled notice, a lost card), the faults of
that customer strike, and those of the company. Where it names none (the hub is down, a session is
lost), any fault strikes, and everybody feels it: a hub has one door. What is shared by nature is
shared by all only when the company has the fault: a spent quota, a courier that says nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relevo.values.moment import Moment, Span
from relevo.values.simcard import make_iccid


class LineKind(StrEnum):
    """What a line is to the network."""

    FIXED = "fixed"
    MOBILE = "mobile"
    FIBRE = "fibre"


CAPABILITIES: dict[LineKind, tuple[str, ...]] = {
    LineKind.FIXED: ("calls_out", "calls_in"),
    LineKind.MOBILE: ("calls_out", "calls_in", "sms_out", "sms_in", "data"),
    LineKind.FIBRE: ("data",),
}
"""What a line of each kind can do when all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlan:
    """Where the customer lives and takes parcels."""

    street: str
    postcode: str
    city: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPlan:
    """The customer as the donor's files have him, and how he decides when he is asked."""

    name: str
    document_type: str  # NIF, NIE, CIF, PAS
    document_number: str
    email: str
    contact: str  # a number that is not being moved
    address: AddressPlan
    business: bool = False
    language: str = "es"
    decides: tuple[tuple[str, str], ...] = ()  # (line id, port | keep | cease)
    new_cards: tuple[str, ...] = ()  # in his hands already; put in when their numbers have moved


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """One line that the donor serves when the story begins."""

    id: str
    kind: LineKind
    donor: str
    number: str | None = None  # a fibre may have none
    access: str | None = None  # then the network knows it by this
    payment: str | None = None  # postpaid | prepaid, mobile only
    iccid: str | None = None  # the donor's card, prepaid only
    depends_on: str | None = None  # line id; lives on that line's card
    monthly_fee: Decimal | None = None
    average_3m: Decimal | None = None

    @property
    def name(self) -> str:
        """Under which the network knows the line: its number, or the access of one without."""
        return self.number or self.access or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPlan:
    """One mobile line that we serve when the story begins, and that others may ask us for.

    Its holder is the customer of the story, unless it has a document of its own.
    """

    id: str
    number: str
    document: tuple[str, str] | None = None  # type and number of another holder
    payment: str = "postpaid"
    iccid: str | None = None  # our card; drawn up from the number without one
    ported_from: str | None = None  # the holder of its range; None: a number of our own range
    barred: bool = False  # the card was reported lost or stolen
    ceased_at: Moment | None = None
    is_returned: bool = False  # our files say it went back; the hub has not heard of it
    depends_on: str | None = None  # id of another served line, on whose card it lives
    is_known: bool = True  # our own files have it

    @property
    def card(self) -> str:
        """The number of its card."""
        return self.iccid or make_iccid("8934099", int(self.number[-9:]))

    @property
    def line(self) -> LinePlan:
        """As any line of this world."""
        return LinePlan(
            id=self.id,
            kind=LineKind.MOBILE,
            donor=self.ported_from or "",
            number=self.number,
            payment=self.payment,
            iccid=self.card,
            depends_on=self.depends_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PortOutPlan:
    """Another operator asks us for numbers: all of them in one request."""

    numbers: tuple[str, ...]
    recipient: str
    due: Moment  # at the hub's next opening
    document: tuple[str, str] | None = None  # as the form has it; None: as it is
    iccid: str | None = None  # of the one number; None: its card if prepaid; empty: none
    wish: date | None = None
    cancel_after: Span | None = None  # since the request was made
    agrees: bool = True  # to a reduced list
    force_majeure: str = ""  # why our own desk refuses it, two persons at one; empty: by rule

    @property
    def is_multiple(self) -> bool:
        """Whether it is one request for several numbers."""
        return len(self.numbers) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UnduePlan:
    """Our desk learns that a number was ported without being owed, from us or to us."""

    number: str
    other: str  # who has it, or from whom it came
    why: str
    due: Moment
    is_ours: bool  # it was taken from us; otherwise it came to us
    document: tuple[str, str] | None = None  # of its holder before; None: as our books have it


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """One thing that goes wrong; armed from the start without ``after``, ``at`` or ``on``."""

    where: str  # donor | hub | courier | field | network | care | order
    what: str
    line: str | None = None  # line id; without it, whatever comes first
    after: Span | None = None  # since the start of the story
    at: Moment | None = None
    on: str | None = None  # name of a fact of the product
    times: int = 1
    cause: str | None = None  # donor reject, hub refuse: the wire code
    by: Span | None = None  # donor late, cut_early; hub delay
    lasts: Span | None = None  # the key "for": hub down, courier silent, network partial and stale
    lines: tuple[str, ...] = ()  # donor partial: what *is* confirmed
    missing: tuple[str, ...] = ()  # network partial
    origin: str | None = None  # network routing_stale
    item: str | None = None  # care asks_for_held
    channel: str | None = None  # care wrong_answer
    text: str | None = None
    at_point: str | None = None  # order crash


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPlan:
    """All that the world of one customer needs to begin."""

    starts: Moment
    customer: CustomerPlan
    lines: tuple[LinePlan, ...]
    recipient: str  # us
    profile: str = "es"
    seed: int = 1
    faults: tuple[FaultPlan, ...] = ()
    more_holidays: tuple[date, ...] = ()  # besides the national ones
    fewer_holidays: tuple[date, ...] = ()  # national ones that the hubs work on
    served: tuple[ServedPlan, ...] = ()
    port_outs: tuple[PortOutPlan, ...] = ()
    undue_ports: tuple[UnduePlan, ...] = ()

    @property
    def all_lines(self) -> tuple[LinePlan, ...]:
        """What other operators serve for him, and what we do."""
        return (*self.lines, *(each.line for each in self.served))

    def line_named(self, name: str) -> LinePlan | None:
        """The line with this number or id."""
        for line in self.all_lines:
            if name in (line.number, line.id, line.access):
                return line
        return None


class UnfitCompany(ValueError):
    """These customers cannot live in one world; the text says what they share or do not share."""


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """Customers in one world, and what goes wrong for whoever comes first, or for all of them.

    Raises UnfitCompany.
    """

    customers: tuple[WorldPlan, ...]
    faults: tuple[FaultPlan, ...] = ()

    def __post_init__(self) -> None:
        wrong = [*self._doubled(), *self._mixed(), *self._misplaced()]
        if not self.customers:
            wrong.append("a company has at least one customer")
        if wrong:
            raise UnfitCompany("; ".join(wrong))

    @property
    def starts(self) -> Moment:
        """When the first customer comes."""
        return min(customer.starts for customer in self.customers)

    def _doubled(self) -> Iterator[str]:
        lines = Counter(line.name for plan in self.customers for line in plan.all_lines)
        reached = Counter(plan.customer.contact for plan in self.customers)
        mails = Counter(plan.customer.email.lower() for plan in self.customers)
        for counted in (lines + reached, mails):
            for name in (name for name, times in counted.items() if times > 1):
                yield f"{name} is used twice: each line, contact and e-mail is one customer's own"

    def _mixed(self) -> Iterator[str]:
        """There is one recipient, and one calendar of the hubs."""
        of_all: dict[str, set[Hashable]] = {
            "recipient": {plan.recipient for plan in self.customers},
            "profile": {plan.profile for plan in self.customers},
            "calendar": {(plan.more_holidays, plan.fewer_holidays) for plan in self.customers},
        }
        for name, values in of_all.items():
            if len(values) > 1:
                yield f"all customers of a company have the same {name}"

    def _misplaced(self) -> Iterator[str]:
        for fault in self.faults:
            if fault.where == "care" or fault.line or fault.lines:
                yield f"{fault.where} {fault.what}: a fault of one customer stands in his own file"
