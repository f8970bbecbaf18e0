"""One parcel: where it is, what was seen of it, and what the sender was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relevo.values.moment import Moment


class ParcelState(StrEnum):
    """The states of rights-care 4.1."""

    LABEL_CREATED = "label_created"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    OUT = "out"
    ATTEMPT_FAILED = "attempt_failed"
    AT_PICKUP = "at_pickup"
    REDIRECTED = "redirected"
    HELD = "held"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    DAMAGED = "damaged"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Place:
    """An address on a label."""

    street: str
    postcode: str
    city: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelOrder:
    """What the sender asks for."""

    reference: str  # a repeated order with the same reference is the same order
    contents: tuple[str, ...]  # ICCIDs
    name: str
    address: Place
    phone: str = ""
    pin: str | None = None  # what the receiver says at the door
    handed_over_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One thing that happened to a parcel; an exception names its reason and what to do."""

    state: ParcelState
    reason: str | None = None
    action: str | None = None
    proof: str | None = None


@dataclass(slots=True)
class Parcel:
    """One parcel on its way."""

    code: str
    order: ParcelOrder
    address: Place
    expected_on: date
    state: ParcelState = ParcelState.LABEL_CREATED
    shown: ParcelState = ParcelState.LABEL_CREATED  # what the sender can see of it
    attempts: int = 0
    leg: int = 0  # grows with each new plan; what was planned before is void
    is_delivered_for_real: bool = False
    silent_until: Moment | None = None
    wanted_on: date | None = None  # the day that its sender asked for

    @property
    def is_over(self) -> bool:
        """Whether nothing more can happen to it by itself."""
        return self.state in (
            ParcelState.DELIVERED,
            ParcelState.RETURNED,
            ParcelState.LOST,
            ParcelState.DAMAGED,
        )
