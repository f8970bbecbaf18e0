"""Xanadu, an invented country for tests of the core: whole hours, no night, no holiday.

A request is answered within an hour, its default window opens three hours after the request and
lasts an hour; it can be cancelled until an hour before, and we stop half an hour earlier. The
window of a day is at noon UTC. Nothing in it is law, so its rules are code: whoever wants a
country with data copies ``es``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from relevo.porting.profile import (
    Awaited,
    DonorTerms,
    HubAnswer,
    HubConduct,
    HubKind,
    MultipleTerms,
    Operator,
    Reaction,
    RecipientTerms,
    Rejection,
    RejectionReason,
    Resubmit,
    Silence,
    WhoActs,
    Window,
)
from relevo.profiles.book import Edition
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_HOUR = timedelta(hours=1)
_ALWAYS = Calendar(
    zone="UTC",
    weekend=frozenset(),
    holidays=frozenset(),
    hours=(((time(0), time(23, 59, 59, 999_999)),),) * 7,
)
_DONOR = DonorTerms(
    answer_after_minutes=0,
    answer_within_minutes=1,
    hold_answer_before_minutes=10,
    alarm_share_percent=50,
    alarm_before_minutes=15,
    retry_minutes=5,
    undo_days=1,
    causes={reason: reason.value for reason in RejectionReason},
)
_OPERATORS = {
    name: Operator(name, name.title(), f"{n}", f"0000{n}", f"70000{n}", f"71000{n}")
    for n, name in enumerate(("altamar", "brisa", "cantil", "duna"), start=1)
}
_KNOWN = {
    reason.value: Rejection(
        reason.value,
        reason,
        WhoActs.NOBODY if reason is RejectionReason.NO_ANSWER else WhoActs.DESK,
        Resubmit.AT_ONCE if reason is RejectionReason.NO_ANSWER else Resubmit.AFTER_REPAIR,
        f"rejection.{reason.value}",
    )
    for reason in RejectionReason
    if reason is not RejectionReason.UNRECOGNISED
}


@dataclass(frozen=True, slots=True)
class XanaduClock:
    """Times, the same for both hubs; one of them does all by itself, the other one nothing."""

    def conduct(self, hub: HubKind) -> HubConduct:
        does = hub is HubKind.MOBILE
        return HubConduct(ends_silence=does, checks_at_once=does, moves_numbers=does)

    def calendar(self, hub: HubKind) -> Calendar:
        return _ALWAYS

    def opens_at(self, hub: HubKind, at: Moment) -> Moment:
        return at

    def reply_from(self, hub: HubKind, requested_at: Moment) -> Moment:
        return requested_at

    def reply_due(self, hub: HubKind, requested_at: Moment) -> Moment:
        return requested_at + _HOUR

    def silence(self, hub: HubKind, awaited: Awaited) -> Silence:
        return Silence(look_minutes=2, alarm_minutes=360)

    def donor(self, hub: HubKind) -> DonorTerms:
        return _DONOR

    def multiple(self, hub: HubKind) -> MultipleTerms:
        return MultipleTerms(numbers_max=100, mixes_payment=True)

    def recipient(self, hub: HubKind) -> RecipientTerms:
        return RecipientTerms(
            release_minutes=0,
            look_spread_minutes=0,
            requests_per_day=0,
            ask_customer_from=time(0),
            ask_customer_until=time(23, 59),
            remind_at=time(9),
            visit_within_working_days=1,
            visit_ends=time(20),
        )

    def default_window(self, hub: HubKind, requested_at: Moment) -> Window:
        return Window(requested_at + 3 * _HOUR, requested_at + 4 * _HOUR)

    def window_on(self, hub: HubKind, day: date) -> Window:
        noon = _ALWAYS.at(day, time(12))
        return Window(noon, noon + _HOUR)

    def latest_window_day(self, hub: HubKind, requested_at: Moment) -> date:
        return _ALWAYS.local(requested_at).date() + timedelta(days=30)


@dataclass(frozen=True, slots=True)
class XanaduWindows(XanaduClock):
    """What can be undone, planned and held."""

    def cancel_until(self, hub: HubKind, window: Window) -> Moment:
        return window.opens - _HOUR

    def safety_at(self, hub: HubKind, window: Window) -> Moment:
        return window.opens - 3 * _HOUR / 2

    def chain_window(
        self,
        hub: HubKind,
        at: Moment,
        *,
        steps: int,
        ready_by: Moment | None = None,
        wish: date | None = None,
    ) -> Window:
        settled = at + steps * _HOUR
        needed = max(settled, ready_by or settled) + 2 * _HOUR
        if wish is not None:
            noon = self.window_on(hub, wish).opens
            needed = max(needed, noon)
        return Window(needed, needed + _HOUR)

    def hold_until(self, ceased_at: Moment) -> Moment:
        return ceased_at + timedelta(days=30)

    def theft_block_until(self, hub: HubKind, since: Moment, *, extended: bool) -> Moment | None:
        return None

    def resale_at(self, since: Moment) -> Moment:
        return since + timedelta(days=10)

    def may_port_while_held(self, own_range: bool) -> bool:
        return not own_range


@dataclass(frozen=True, slots=True)
class Xanadu(XanaduWindows):
    """The profile."""

    code: str = "xa@2000-01-01"
    zone: str = "UTC"

    def in_numbering_plan(self, number: Msisdn) -> bool:
        return number.startswith("+")

    def rejection(self, hub: HubKind, code: str) -> Rejection:
        unknown = Rejection(
            code,
            RejectionReason.UNRECOGNISED,
            WhoActs.DESK,
            Resubmit.NEVER,
            "rejection.unrecognised",
        )
        return _KNOWN.get(code, unknown)

    def hub_answer(self, code: str) -> HubAnswer:
        try:
            return HubAnswer(code, Reaction(code))
        except ValueError:
            return HubAnswer(code, Reaction.UNRECOGNISED)

    def operator(self, name: str) -> Operator | None:
        return _OPERATORS.get(name)

    def operators(self) -> tuple[Operator, ...]:
        return tuple(_OPERATORS.values())

    def operator_coded(self, hub: HubKind, code: str) -> Operator | None:
        for known in _OPERATORS.values():
            if code == (known.mobile_code if hub == HubKind.MOBILE else known.fixed_code):
                return known
        return None

    def town_fits(self, postcode: str, city: str, province: str) -> str | None:
        return None

    def courier_calendar(self) -> Calendar:
        return _ALWAYS

    def card_ready_by(self, ordered_at: Moment) -> Moment:
        return ordered_at + _HOUR


def profile() -> tuple[Edition, ...]:
    """Its one edition."""
    return (Edition(country="xa", valid_from=date(2000, 1, 1), valid_until=None, rules=Xanadu()),)
