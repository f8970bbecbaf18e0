"""The Netherlands as a porting profile: the terms of one edition, put together."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
from relevo.profiles.codes import Codes
from relevo.profiles.courier import CourierTerms
from relevo.profiles.frame import chain_window
from relevo.profiles.nl.hub import ReferenceHub
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_POSTCODE = re.compile(r"[1-9]\d{3} ?[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutchHubs:
    """Times of the clearing house; it is one, and treats mobile and fixed numbers differently."""

    hubs: Mapping[HubKind, ReferenceHub]
    does: HubConduct
    unanswered: Silence
    as_donor: DonorTerms
    as_one: MultipleTerms
    as_recipient: RecipientTerms

    def conduct(self, hub: HubKind) -> HubConduct:
        return self.does

    def calendar(self, hub: HubKind) -> Calendar:
        return self.hubs[hub].frame.calendar

    def opens_at(self, hub: HubKind, at: Moment) -> Moment:
        return self.hubs[hub].opens_at(at)

    def reply_from(self, hub: HubKind, requested_at: Moment) -> Moment:
        return self.hubs[hub].reply_from(requested_at)

    def reply_due(self, hub: HubKind, requested_at: Moment) -> Moment:
        return self.hubs[hub].reply_due(requested_at)

    def silence(self, hub: HubKind, awaited: Awaited) -> Silence:
        return self.unanswered

    def donor(self, hub: HubKind) -> DonorTerms:
        return self.as_donor

    def multiple(self, hub: HubKind) -> MultipleTerms:
        return self.as_one

    def recipient(self, hub: HubKind) -> RecipientTerms:
        return self.as_recipient

    def default_window(self, hub: HubKind, requested_at: Moment) -> Window:
        return self.hubs[hub].frame.default_window(requested_at)

    def window_on(self, hub: HubKind, day: date) -> Window:
        return self.hubs[hub].frame.window_on(day)

    def latest_window_day(self, hub: HubKind, requested_at: Moment) -> date:
        return self.hubs[hub].frame.latest_window_day(requested_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutchWindows(DutchHubs):
    """What can be undone, planned and held."""

    hold_months: int
    resale_days: int
    may_port: Mapping[bool, bool]  # by "of the donor's own range"

    def cancel_until(self, hub: HubKind, window: Window) -> Moment:
        return self.hubs[hub].cancel_until(window)

    def safety_at(self, hub: HubKind, window: Window) -> Moment:
        return self.hubs[hub].frame.safety_before(self.cancel_until(hub, window))

    def chain_window(
        self,
        hub: HubKind,
        at: Moment,
        *,
        steps: int,
        ready_by: Moment | None = None,
        wish: date | None = None,
    ) -> Window:
        return chain_window(self.hubs[hub], at, steps=steps, ready_by=ready_by, wish=wish)

    def hold_until(self, ceased_at: Moment) -> Moment:
        calendar = self.calendar(HubKind.MOBILE)
        ceased = calendar.local(ceased_at)
        year, month = divmod(ceased.year * 12 + ceased.month - 1 + self.hold_months, 12)
        last = monthrange(year, month + 1)[1]
        return calendar.at(date(year, month + 1, min(ceased.day, last)), ceased.time())

    def theft_block_until(self, hub: HubKind, since: Moment, *, extended: bool) -> Moment | None:
        return None

    def resale_at(self, since: Moment) -> Moment:
        calendar = self.calendar(HubKind.MOBILE)
        back = calendar.local(since)
        return calendar.at(back.date() + timedelta(days=self.resale_days), back.time())

    def may_port_while_held(self, own_range: bool) -> bool:
        return self.may_port[own_range]


@dataclass(frozen=True, slots=True, kw_only=True)
class Netherlands(DutchWindows):
    """The porting profile of the Netherlands in one edition."""

    code: str
    zone: str
    calling_code: str
    codes: Codes
    courier: CourierTerms
    contract: str
    """What the request says of the donor's contract; empty: nothing."""

    def in_numbering_plan(self, number: Msisdn) -> bool:
        return number.startswith(f"+{self.calling_code}")

    def rejection(self, hub: HubKind, code: str) -> Rejection:
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
        """There is no table of postcodes yet: only the form of one is checked."""
        fits = _POSTCODE.fullmatch(postcode)
        return None if fits else "no Dutch postcode (four digits and two letters, as in 1234 AB)"

    def courier_calendar(self) -> Calendar:
        return self.courier.calendar

    def card_ready_by(self, ordered_at: Moment) -> Moment:
        return self.courier.ready_by(ordered_at)
