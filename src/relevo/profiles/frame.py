"""What all clearing houses have in common: opening hours, a window of the day, margins.

A country's hub is one frame and two rules of its own: when a reply is due, and until when a
request can be cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from relevo.porting.profile import Window
from relevo.values.calendar import Calendar, Hours
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFrame:
    """The hours of a hub; every number of it comes from the country's data."""

    calendar: Calendar  # the hub's own opening hours
    talk: Calendar  # when we talk to it: within its hours, with a margin
    window: Hours  # in which numbers move, on a working day
    default_working_days: int  # from the day of the request to that of the window
    window_days_max: int  # a wish may lie so many days after the request
    safety_margin_minutes: int

    def counted_day(self, requested_at: Moment) -> date:
        """The working day as on which a request counts: the hub's next opening."""
        return self.calendar.local(self.calendar.next_opening(requested_at)).date()

    def default_window(self, requested_at: Moment) -> Window:
        day = self.counted_day(requested_at)
        return self.window_on(self.calendar.working_day_after(day, self.default_working_days))

    def window_on(self, day: date) -> Window:
        working = self.calendar.working_day_after(day, 0)
        opens, closes = self.window
        return Window(self.calendar.at(working, opens), self.calendar.at(working, closes))

    def latest_window_day(self, requested_at: Moment) -> date:
        asked = self.calendar.local(requested_at).date()
        return self.calendar.working_day_before(asked + timedelta(days=self.window_days_max), 0)

    def safety_before(self, limit: Moment) -> Moment:
        """Our margin before a limit; at that moment we can talk to the hub."""
        wanted = limit - timedelta(minutes=self.safety_margin_minutes)
        if self.talk.is_open(wanted):
            return wanted
        closing = self.talk.last_closing(wanted)
        return closing - timedelta(minutes=self.safety_margin_minutes)


class ChainRules(Protocol):
    """What the planning of a chain asks of one hub."""

    def opens_at(self, at: Moment) -> Moment: ...
    def reply_due(self, requested_at: Moment) -> Moment: ...
    def cancel_until(self, window: Window) -> Moment: ...

    @property
    def frame(self) -> HubFrame: ...


def chain_window(
    hub: ChainRules, at: Moment, *, steps: int, ready_by: Moment | None, wish: date | None
) -> Window:
    """The earliest window with room for ``steps`` requests made one after the other.

    Worst case at every step: the request waits for the next opening, and the answer comes at its
    last moment. With no step at all only the card and the wish count.
    """
    settled = asked = hub.opens_at(at)
    for _ in range(steps):
        asked = hub.opens_at(settled)
        settled = hub.reply_due(asked)
    if ready_by is not None:
        settled = max(settled, ready_by)
    calendar = hub.frame.calendar
    earliest = hub.frame.default_window(asked) if steps else hub.frame.window_on(_day(hub, at))
    day = max(_day(hub, earliest.opens), wish or date.min)
    window = hub.frame.window_on(day)
    while hub.frame.safety_before(hub.cancel_until(window)) <= settled:
        window = hub.frame.window_on(calendar.working_day_after(_day(hub, window.opens)))
    return window


def _day(hub: ChainRules, moment: Moment) -> date:
    return hub.frame.calendar.local(moment).date()
