"""What a country must tell the porting processes: windows, deadlines, reasons, places.

The protocol is owned here, by those who need it; ``relevo.profiles`` implements it. Everything
is read only and pure: the same question always gets the same answer, so that a process which
pinned ``code`` replays byte for byte, whatever the law has become since.

Moments come back in UTC. An input outside what the rules foresee (a request made while the hub
is shut, a wish on a Sunday) never raises: it counts as if made at the next opening, or moves to
the next working day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from relevo.values.calendar import Calendar
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class HubKind(StrEnum):
    """Which clearing house a number goes through."""

    MOBILE = "mobile"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Window:
    """The span in which a number changes operator; within it an interruption is foreseen."""

    opens: Moment
    closes: Moment


class RejectionReason(StrEnum):
    """Why the donor or the hub says no, in our words."""

    HOLDER_MISMATCH = "holder_mismatch"
    CARD_MISMATCH = "card_mismatch"
    NUMBER_IN_CEASE = "number_in_cease"
    CARD_REPORTED_LOST = "card_reported_lost"
    FORCE_MAJEURE = "force_majeure"
    NO_ANSWER = "no_answer"
    NUMBER_UNKNOWN = "number_unknown"
    INCOMPLETE = "incomplete"
    UNRECOGNISED = "unrecognised"


class WhoActs(StrEnum):
    """Whose move it is after a rejection."""

    DESK = "desk"
    CUSTOMER = "customer"
    DONOR = "donor"
    NOBODY = "nobody"


class Resubmit(StrEnum):
    """When the same request may be made again."""

    AT_ONCE = "at_once"
    AFTER_REPAIR = "after_repair"
    NEXT_DAY = "next_day"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A counterpart's code, and what follows from it. ``remedy`` is the key of a text."""

    code: str
    reason: RejectionReason
    who_acts: WhoActs
    resubmit: Resubmit
    remedy: str


class Reaction(StrEnum):
    """What we do about the hub's answer to a call of ours."""

    ACCEPTED = "accepted"
    ALREADY_DONE = "already_done"
    ADOPT_EXISTING = "adopt_existing"
    CORRECT_DONOR = "correct_donor"
    RETRY_SOON = "retry_soon"
    RETRY_NEXT_OPENING = "retry_next_opening"
    PARK_DONOR_UNTIL_TOMORROW = "park_donor_until_tomorrow"
    RELAUNCH_ONCE = "relaunch_once"
    LOG_IN_AGAIN = "log_in_again"
    OUR_FAULT = "our_fault"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """A response code of the hub, and our reaction."""

    code: str
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator as both hubs know it."""

    name: str
    label: str  # as customers read it
    mobile_code: str  # 3 digits
    fixed_code: str  # 5 characters
    nrn_mobile: str  # 6 digits, the first 7 or 9
    nrn_fixed: str  # 6 digits


class HubRules(Protocol):
    """The times of the clearing houses."""

    def calendar(self, hub: HubKind) -> Calendar:
        """Working days and opening hours of the hub itself."""

    def opens_at(self, hub: HubKind, at: Moment) -> Moment:
        """When we may next talk to the hub: ``at`` itself when it is open for us."""

    def reply_due(self, hub: HubKind, requested_at: Moment) -> Moment:
        """The donor must have answered before this moment; silence then is a rejection."""

    def default_window(self, hub: HubKind, requested_at: Moment) -> Window:
        """The window that the hub gives a request without a wish."""

    def window_on(self, hub: HubKind, day: date) -> Window:
        """The window of that day, or of the next working day when it is not one."""

    def latest_window_day(self, hub: HubKind, requested_at: Moment) -> date:
        """The last working day that a request made then may name as its wish."""


class WindowRules(Protocol):
    """What may still be undone, and until when."""

    def cancel_until(self, hub: HubKind, window: Window) -> Moment:
        """The regulator's limit: at this moment it is too late."""

    def safety_at(self, hub: HubKind, window: Window) -> Moment:
        """Our own limit before it, at which the hub is open for us."""

    def chain_window(
        self,
        hub: HubKind,
        at: Moment,
        *,
        steps: int,
        ready_by: Moment | None = None,
        wish: date | None = None,
    ) -> Window:
        """The earliest window with room for ``steps`` requests, one after the other.

        Each request waits for the next opening and gets its answer at the last moment; all
        answers and the card (``ready_by``) are there before ``safety_at`` of that window; it is
        not before the default window of the last request, nor before the wish. It may lie after
        ``latest_window_day``: the caller compares.
        """

    def hold_until(self, ceased_at: Moment) -> Moment:
        """Until when a number whose contract ended can still be ported by its last holder."""

    def may_port_while_held(self, own_range: bool) -> bool:
        """Whether a request may be made in that time; a number of the donor's own range or not."""


class CodeRules(Protocol):
    """What the counterparts' codes mean."""

    def rejection(self, hub: HubKind, code: str) -> Rejection:
        """The meaning of a cause; an unknown one is ``unrecognised`` and goes to the desk."""

    def hub_answer(self, code: str) -> HubAnswer:
        """The meaning of a response code; an unknown one is ``unrecognised``."""

    def operator(self, name: str) -> Operator | None:
        """The operator of that name; None when there is none."""

    def operator_coded(self, hub: HubKind, code: str) -> Operator | None:
        """The operator with that code at that hub; None when there is none."""


class PlaceRules(Protocol):
    """Addresses and parcels."""

    def town_fits(self, postcode: str, city: str, province: str) -> str | None:
        """None when they fit, else what the postcode belongs to ("Cuarte de Huerva")."""

    def courier_calendar(self) -> Calendar:
        """Working days and hours of the courier."""

    def in_numbering_plan(self, number: Msisdn) -> bool:
        """Whether the number is one of this country; its hubs know no others."""

    def card_ready_by(self, ordered_at: Moment) -> Moment:
        """When a card ordered then is in the customer's hands at the latest, if all goes well."""


class PortingProfile(HubRules, WindowRules, CodeRules, PlaceRules, Protocol):
    """A country's rules of porting, in one edition."""

    @property
    def code(self) -> str:
        """The edition, for example ``es@2012-06-01``; processes pin it."""

    @property
    def zone(self) -> str:
        """The time zone in which people read times."""
