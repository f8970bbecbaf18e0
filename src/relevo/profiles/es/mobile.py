"""The mobile hub's clock: two half-day slots (facts/porting-es.md, 3.5 and 3.6).

The donor answers in the half-day slot after the one in which the request was made; at its end,
to the second, silence becomes a rejection. The default window is that of the second working day
after the request, whichever the slot. A request can be cancelled until 14:00 of the working day
before the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import ClassVar

from relevo.porting.profile import Awaited, HubConduct, Silence, Window
from relevo.profiles.es.terms import TermsFault
from relevo.profiles.frame import HubFrame
from relevo.values.calendar import Hours
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class MobileHub:
    """The *Nodo Central*."""

    conduct: ClassVar[HubConduct] = HubConduct(
        ends_silence=True, checks_at_once=True, moves_numbers=True
    )
    frame: HubFrame
    slots: tuple[Hours, ...]
    cancel_time: time
    return_working_days: int
    silences: Mapping[Awaited, Silence]

    def __post_init__(self) -> None:
        if tuple(sorted(self.slots)) != self.slots or not self.slots:
            raise TermsFault("mobile.slots must follow one another; sort them by their start")

    def opens_at(self, at: Moment) -> Moment:
        return self.frame.talk.next_opening(at)

    def reply_from(self, requested_at: Moment) -> Moment:
        day, (opens, _) = self._reply_slot(requested_at)
        return self.frame.calendar.at(day, opens)

    def reply_due(self, requested_at: Moment) -> Moment:
        day, (_, closes) = self._reply_slot(requested_at)
        return self.frame.calendar.at(day, closes)

    def _reply_slot(self, requested_at: Moment) -> tuple[date, Hours]:
        """The half-day slot after the one in which the request counts as made."""
        calendar = self.frame.calendar
        counted = calendar.local(calendar.next_opening(requested_at))
        later = [slot for slot in self.slots if slot[0] > counted.time()]
        if later:
            return counted.date(), later[0]
        return calendar.working_day_after(counted.date()), self.slots[0]

    def cancel_until(self, window: Window) -> Moment:
        calendar = self.frame.calendar
        day = calendar.local(window.opens).date()
        return calendar.at(calendar.working_day_before(day), self.cancel_time)

    def return_window(self, ceased_on: date, months: int) -> Window:
        """When a ceased number goes back to its range holder, unless it is ported before."""
        calendar = self.frame.calendar
        return self.frame.window_on(
            calendar.working_day_after(month_later(ceased_on, months), self.return_working_days)
        )


def month_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (Código Civil, art. 5)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29):
        if last <= day.day:
            try:
                return date(year, month + 1, last)
            except ValueError:
                continue
    return date(year, month + 1, 28)
