"""Working days and half-day slots, as the world outside keeps them.

Written again here on purpose, from the fact sheet (porting-es 3.5) and the public holidays of the
``holidays`` package: a mistake in the product's calendar must not cancel out against the same
mistake in the world that it is tried in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from relevo.values.moment import Moment, utc

ZONE = ZoneInfo("Europe/Madrid")
OPENS = time(8)
TURNS = time(14)  # where the morning slot ends and the afternoon slot begins
CLOSES = time(20)
SWITCHES = time(2)
WAKES = time(8)
SLEEPS = time(22)


@lru_cache(maxsize=64)
def _national(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ES", years=[year]))


@dataclass(frozen=True, slots=True)
class Slot:
    """One half of a working day: in it a request is made, or a donor answers."""

    begins: Moment
    ends: Moment


@dataclass(frozen=True, slots=True)
class Hours:
    """When people work in this world."""

    more: frozenset[date] = frozenset()
    fewer: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday but for national holidays, as corrected by the plan."""
        if day in self.fewer:
            return True
        return day.weekday() < 5 and day not in self.more and day not in _national(day.year)

    def working_day_after(self, day: date, n: int = 1) -> date:
        """The n-th working day after this one (which is itself not counted)."""
        while n > 0:
            day += timedelta(days=1)
            n -= self.is_working_day(day)
        return day

    def working_day_before(self, day: date) -> date:
        """The last working day before this one."""
        day -= timedelta(days=1)
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def is_open(self, moment: Moment) -> bool:
        """Whether offices and hubs work now."""
        here = local(moment)
        return self.is_working_day(here.date()) and OPENS <= here.time() < CLOSES

    def next_opening(self, moment: Moment) -> Moment:
        """This moment if it is a working one, else when the next working day begins."""
        if self.is_open(moment):
            return utc(moment)
        here = local(moment)
        day = here.date()
        if not (self.is_working_day(day) and here.time() < OPENS):
            day = self.working_day_after(day)
        return at(day, OPENS)

    def add_working_minutes(self, moment: Moment, minutes: float) -> Moment:
        """This many minutes of working time later."""
        left = timedelta(minutes=minutes)
        moment = self.next_opening(moment)
        while True:
            closes = at(local(moment).date(), CLOSES)
            if moment + left <= closes:
                return moment + left
            left -= closes - moment
            moment = self.next_opening(closes)

    def reply_slot(self, moment: Moment) -> Slot:
        """The slot Tv of porting-es 3.5: the half day after the one of the request."""
        here = local(moment)
        if here.time() < TURNS:
            return Slot(at(here.date(), TURNS), at(here.date(), CLOSES))
        following = self.working_day_after(here.date())
        return Slot(at(following, OPENS), at(following, TURNS))


def local(moment: Moment) -> datetime:
    """The moment on the clocks of the peninsula."""
    return moment.astimezone(ZONE)


def at(day: date, hour: time) -> Moment:
    """That hour of that day on the clocks of the peninsula."""
    return utc(datetime.combine(day, hour, ZONE))


def is_awake(moment: Moment) -> bool:
    """Whether the customer is up: 08:00 to 22:00."""
    return WAKES <= local(moment).time() < SLEEPS


def when_awake(moment: Moment, minutes: float) -> Moment:
    """So many minutes later, never at night: then, so many minutes after he got up."""
    if not is_awake(moment):
        moment = _gets_up(moment)
    due = moment + timedelta(minutes=minutes)
    while not is_awake(due):
        due = _gets_up(due) + timedelta(minutes=minutes % 60)
    return due


def _gets_up(moment: Moment) -> Moment:
    here = local(moment)
    day = here.date() if here.time() < WAKES else here.date() + timedelta(days=1)
    return at(day, WAKES)
