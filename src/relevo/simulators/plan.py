"""What a world is made from: the customer, his lines at the donor, and what goes wrong.

The keys are those of the scenario contract. Whoever reads a scenario file builds these values;
a world can as well be planned in a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relevo.values.moment import Moment, Span


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """One line that the donor serves when the story begins."""

    id: str
    kind: LineKind
    donor: str
    number: str | None = None  # a fibre may have none
    payment: str | None = None  # postpaid | prepaid, mobile only
    iccid: str | None = None  # the donor's card, prepaid only
    depends_on: str | None = None  # line id; lives on that line's card
    monthly_fee: Decimal | None = None
    average_3m: Decimal | None = None

    @property
    def name(self) -> str:
        """Under which the network knows the line: its number, or its id if it has none."""
        return self.number or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """One thing that goes wrong; armed from the start without ``after``, ``at`` or ``on``."""

    where: str  # donor | hub | courier | network | care | order
    what: str
    line: str | None = None  # line id; without it, whatever comes first
    after: Span | None = None  # since the start of the story
    at: Moment | None = None
    on: str | None = None  # name of a fact of the product
    times: int = 1
    cause: str | None = None  # donor reject: the wire code
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
    """All that a world needs to begin."""

    starts: Moment
    customer: CustomerPlan
    lines: tuple[LinePlan, ...]
    recipient: str
    profile: str = "es"
    seed: int = 1
    faults: tuple[FaultPlan, ...] = ()
    more_holidays: tuple[date, ...] = ()  # besides the national ones
    fewer_holidays: tuple[date, ...] = ()  # national ones that the hubs work on

    def line_named(self, name: str) -> LinePlan | None:
        """The line with this number or id."""
        for line in self.lines:
            if name in (line.number, line.id):
                return line
        return None
