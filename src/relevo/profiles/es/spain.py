"""Spain as a porting profile: the terms of one edition, put together."""

from __future__ import annotations

from collections.abc import Mapping
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
    RecipientTerms,
    Rejection,
    Silence,
    Window,
)
from relevo.profiles.codes import unrecognised
from relevo.profiles.es.codes import Codes
from relevo.profiles.es.fixed import FixedHub
from relevo.profiles.es.mobile import MobileHub, month_later
from relevo.profiles.es.places import Postcodes
from relevo.profiles.frame import chain_window
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierTerms:
    """What the courier promises."""

    calendar: Calendar
    hand_over_until: time
    delivered_working_days: int
    delivered_until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTerms:
    """What becomes of a number after the end of its contract."""

    months: int
    resale_days: int
    may_port: Mapping[bool, bool]  # by "of the donor's own range"
    theft_block_days: Mapping[HubKind, tuple[int, int]]  # at first, and at most


@dataclass(frozen=True, slots=True, kw_only=True)
class SpainHubs:
    """Times of both hubs."""

    mobile: MobileHub
    fixed: FixedHub
    donors: Mapping[HubKind, DonorTerms]
    multiples: Mapping[HubKind, MultipleTerms]
    recipients: Mapping[HubKind, RecipientTerms]

    def donor(self, hub: HubKind) -> DonorTerms:
        return self.donors[hub]

    def multiple(self, hub: HubKind) -> MultipleTerms:
        return self.multiples[hub]

    def recipient(self, hub: HubKind) -> RecipientTerms:
        return self.recipients[hub]

    def conduct(self, hub: HubKind) -> HubConduct:
        return self._of(hub).conduct

    def calendar(self, hub: HubKind) -> Calendar:
        return self._of(hub).frame.calendar

    def opens_at(self, hub: HubKind, at: Moment) -> Moment:
        return self._of(hub).opens_at(at)

    def reply_from(self, hub: HubKind, requested_at: Moment) -> Moment:
        return self._of(hub).reply_from(requested_at)

    def reply_due(self, hub: HubKind, requested_at: Moment) -> Moment:
        return self._of(hub).reply_due(requested_at)

    def silence(self, hub: HubKind, awaited: Awaited) -> Silence:
        return self._of(hub).silences[awaited]

    def default_window(self, hub: HubKind, requested_at: Moment) -> Window:
        return self._of(hub).frame.default_window(requested_at)

    def window_on(self, hub: HubKind, day: date) -> Window:
        return self._of(hub).frame.window_on(day)

    def latest_window_day(self, hub: HubKind, requested_at: Moment) -> date:
        return self._of(hub).frame.latest_window_day(requested_at)

    def _of(self, hub: HubKind) -> MobileHub | FixedHub:
        return self.mobile if hub == HubKind.MOBILE else self.fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class SpainWindows(SpainHubs):
    """What can be undone, planned and held."""

    hold: HoldTerms

    def cancel_until(self, hub: HubKind, window: Window) -> Moment:
        return self._of(hub).cancel_until(window)

    def safety_at(self, hub: HubKind, window: Window) -> Moment:
        return self._of(hub).frame.safety_before(self.cancel_until(hub, window))

    def chain_window(
        self,
        hub: HubKind,
        at: Moment,
        *,
        steps: int,
        ready_by: Moment | None = None,
        wish: date | None = None,
    ) -> Window:
        return chain_window(self._of(hub), at, steps=steps, ready_by=ready_by, wish=wish)

    def hold_until(self, ceased_at: Moment) -> Moment:
        calendar = self.mobile.frame.calendar
        ceased = calendar.local(ceased_at)
        return calendar.at(month_later(ceased.date(), self.hold.months), ceased.time())

    def theft_block_until(self, hub: HubKind, since: Moment, *, extended: bool) -> Moment | None:
        if hub not in self.hold.theft_block_days:
            return None
        calendar = self._of(hub).frame.calendar
        begins, days = calendar.local(since), self.hold.theft_block_days[hub][extended]
        return calendar.at(begins.date() + timedelta(days=days), begins.time())

    def resale_at(self, since: Moment) -> Moment:
        calendar = self.mobile.frame.calendar
        back = calendar.local(since)
        return calendar.at(back.date() + timedelta(days=self.hold.resale_days), back.time())

    def may_port_while_held(self, own_range: bool) -> bool:
        return self.hold.may_port[own_range]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spain(SpainWindows):
    """The porting profile of Spain in one edition."""

    code: str
    zone: str
    calling_code: str
    codes: Codes
    courier: CourierTerms
    postcodes: Postcodes

    def in_numbering_plan(self, number: Msisdn) -> bool:
        return number.startswith(f"+{self.calling_code}")

    def rejection(self, hub: HubKind, code: str) -> Rejection:
        if hub == HubKind.FIXED and code not in self.fixed.denials:
            return unrecognised(code)
        return self.codes.rejection(hub, code)

    def hub_answer(self, code: str) -> HubAnswer:
        return self.codes.hub_answer(code)

    def operator(self, name: str) -> Operator | None:
        return self.codes.operator(name)

    def operators(self) -> tuple[Operator, ...]:
        return self.codes.operators

    def operator_coded(self, hub: HubKind, code: str) -> Operator | None:
        return self.codes.operator_coded(hub, code)

    def town_fits(self, postcode: str, city: str, province: str) -> str | None:
        return self.postcodes.fit(postcode, city, province)

    def courier_calendar(self) -> Calendar:
        return self.courier.calendar

    def card_ready_by(self, ordered_at: Moment) -> Moment:
        calendar = self.courier.calendar
        ordered = calendar.local(ordered_at)
        day = calendar.working_day_after(ordered.date(), 0)
        if day == ordered.date() and ordered.time() > self.courier.hand_over_until:
            day = calendar.working_day_after(day + timedelta(days=1), 0)
        arrives = calendar.working_day_after(day, self.courier.delivered_working_days)
        return calendar.at(arrives, self.courier.delivered_until)
