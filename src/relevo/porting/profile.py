"""What a country must tell the porting processes: windows, deadlines, reasons, places.

The protocol is owned here, by those who need it; ``relevo.profiles`` implements it. Everything
is read only and pure: the same question always gets the same answer, so that a process which
pinned ``code`` replays byte for byte, whatever the law has become since.

Moments come back in UTC. An input outside what the rules foresee (a request made while the hub
is shut, a wish on a Sunday) never raises: it counts as if made at the next opening, or moves to
the next working day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
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
    NUMBER_BLOCKED = "number_blocked"  # a theft is being looked into
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


class Awaited(StrEnum):
    """Whose word is missing; the alarms of the fixed hub are named so (porting-es 5.2)."""

    DONOR = "donor"  # no answer to a request of ours (A22)
    QUEUE = "queue"  # the hub queued it and named a day; no answer since (A21)
    US = "us"  # our answer as the donor, or the hub's word that it has our notice (A02)
    CHANGE = "change"  # the hub's word that the change is made (A03)


@dataclass(frozen=True, slots=True)
class Silence:
    """What follows when a word is missing after its limit."""

    look_minutes: int  # so long after the limit it is looked for
    alarm_minutes: int  # so long after the limit it is somebody's task


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator as both hubs know it."""

    name: str
    label: str  # as customers read it
    mobile_code: str  # 3 digits
    fixed_code: str  # 5 characters
    nrn_mobile: str  # 6 digits, the first 7 or 9
    nrn_fixed: str  # 6 digits


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConduct:
    """What a clearing house does of itself; what it does not do is left to us."""

    ends_silence: bool
    """It turns the donor's silence into a rejection. Otherwise we take the request back."""

    checks_at_once: bool
    """Its no to a request is in its answer. Otherwise it may come as news, after a yes."""

    moves_numbers: bool
    """A confirmed number moves in its window. Otherwise the recipient says when it has moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorTerms:
    """How a donor answers at one hub."""

    answer_after_minutes: int
    """So long after the reply window opens our answers begin."""

    answer_within_minutes: int
    """Over so long the answers of a window are spread, by their references."""

    hold_answer_before_minutes: int
    """A plan of force majeure holds the answer back until so long before the limit."""

    alarm_share_percent: int
    """Of the reply window: an answer that the hub does not have by then is an alarm."""

    alarm_before_minutes: int
    """So long before the limit it is an alarm once more."""

    retry_minutes: int
    """So often we try again while the hub is away."""

    undo_days: int
    """So long after the window a number that left can be asked back without a new port."""

    causes: Mapping[RejectionReason, str]
    """Our reasons for a no in the hub's code; one that is left out cannot be said there."""

    checks_holder: bool = True
    """The request names the holder (or the card) to be compared. Otherwise the recipient vouches
    for the mandate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleTerms:
    """What a hub takes as one request for several numbers."""

    numbers_max: int  # in one request; 1: it takes none for several
    mixes_payment: bool  # prepaid and contract lines in one request


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientTerms:
    """How we go about as the recipient at one hub."""

    release_minutes: int
    """What waited for the opening goes out within so long, the most urgent first."""

    look_spread_minutes: int
    """Looks that fall due together, as at the end of a slot, are spread over so long."""

    requests_per_day: int
    """Our own quota of a day; 0: none is known."""

    ask_customer_from: time
    ask_customer_until: time
    """In these hours he is asked for a paper, so that he can call back."""

    remind_at: time
    """On the day before the change the customer is reminded of it."""

    visit_within_working_days: int
    """A first day is planned with a visit so soon, until the field service has named its slot."""

    visit_ends: time
    """When such a visit is over at the latest."""


class HubRules(Protocol):
    """The times of the clearing houses, and how they behave."""

    def conduct(self, hub: HubKind) -> HubConduct:
        """What the hub does of itself."""

    def calendar(self, hub: HubKind) -> Calendar:
        """Working days and opening hours of the hub itself."""

    def opens_at(self, hub: HubKind, at: Moment) -> Moment:
        """When we may next talk to the hub: ``at`` itself when it is open for us."""

    def reply_from(self, hub: HubKind, requested_at: Moment) -> Moment:
        """When the donor's time to answer begins; a no before it is refused."""

    def reply_due(self, hub: HubKind, requested_at: Moment) -> Moment:
        """The donor must have answered before this moment; silence then is a rejection."""

    def silence(self, hub: HubKind, awaited: Awaited) -> Silence:
        """What follows when a word that is awaited does not come."""

    def donor(self, hub: HubKind) -> DonorTerms:
        """How we answer there as the donor."""

    def multiple(self, hub: HubKind) -> MultipleTerms:
        """What the hub takes as one request for several numbers."""

    def recipient(self, hub: HubKind) -> RecipientTerms:
        """How we go about there as the recipient."""

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

    def theft_block_until(self, hub: HubKind, since: Moment, *, extended: bool) -> Moment | None:
        """Until when a stolen number may be kept from being ported; None where no such rule is
        known. ``extended``: when it takes longer to find out."""

    def resale_at(self, since: Moment) -> Moment:
        """When a number that is back in its range since then may be sold again."""

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

    def operators(self) -> tuple[Operator, ...]:
        """All of them, as people choose from them."""

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
