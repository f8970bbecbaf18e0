"""Working days and opening hours, as data; every answer holds across clock changes.

``WorkingDays`` knows days, ``Calendar`` adds hours. Moments come back in UTC: two datetimes of
the same zone are compared by their wall clock, which lies in the night when the clocks go back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from relevo.values.moment import Moment, Span

Hours = tuple[time, time]
"""Opening and closing time of one stretch; closing is not open any more."""

_ONE_DAY = timedelta(days=1)
DAYS_SEARCHED_MAX = 400
"""No calendar is shut for longer than this; a table that says so is wrong."""


class CalendarFault(ValueError):
    """The calendar's own data are nonsense (never an input of a process)."""


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days count. ``weekend`` holds weekdays, Monday being 0."""

    zone: str
    weekend: frozenset[int]
    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether the day is neither of a weekend nor a holiday."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def working_day_after(self, day: date, n: int = 1) -> date:
        """The n-th working day after ``day``; with n=0 the day itself, or the next working one."""
        return self._walk(day, n, _ONE_DAY)

    def working_day_before(self, day: date, n: int = 1) -> date:
        """The n-th working day before ``day``; with n=0 the day itself, or the last working one."""
        return self._walk(day, n, -_ONE_DAY)

    def local(self, moment: Moment) -> datetime:
        """The same instant as people there read it."""
        return moment.astimezone(_zone(self.zone))

    def at(self, day: date, clock: time) -> Moment:
        """The instant of a local time. A time that the clocks skip is the moment of the skip;
        one that comes twice is its first."""
        return _instant(self.zone, day, clock.replace(tzinfo=None, fold=0))

    def _walk(self, day: date, n: int, step: Span) -> date:
        if n < 0:
            raise CalendarFault(f"{n} working days: ask for the other direction instead")
        left = n
        for _ in range(DAYS_SEARCHED_MAX * (n + 1)):
            if left == 0 and self.is_working_day(day):
                return day
            day += step
            if left and self.is_working_day(day):
                left -= 1
        raise CalendarFault(f"no working day within {DAYS_SEARCHED_MAX} days of {day}")


@lru_cache(maxsize=4096)
def _instant(zone_name: str, day: date, clock: time) -> Moment:
    """``WorkingDays.at``. All that happens on a day asks for the same few openings and limits."""
    zone = _zone(zone_name)
    wanted = datetime.combine(day, clock, tzinfo=zone)
    there = wanted.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return there
    # Skipped: fold=1 reads the time with the offset after the change, which lies before it.
    return _change_between(wanted.replace(fold=1).astimezone(UTC), there, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> Moment:
    """The instant between two at which the zone's offset changes (to the second)."""
    offset = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


@dataclass(frozen=True, slots=True)
class Calendar(WorkingDays):
    """Working days with opening hours: for each weekday, Monday first, its stretches in order."""

    hours: tuple[tuple[Hours, ...], ...]

    def is_open(self, moment: Moment) -> bool:
        """Whether the moment lies in a stretch (its start included, its end not)."""
        return any(opens <= moment < closes for opens, closes in self._stretches(moment, 0))

    def next_opening(self, moment: Moment) -> Moment:
        """The moment itself when open, else the start of the next stretch."""
        for opens, closes in self._stretches(moment, DAYS_SEARCHED_MAX):
            if moment < closes:
                return max(moment, opens)
        raise CalendarFault(f"never open within {DAYS_SEARCHED_MAX} days of {moment.isoformat()}")

    def last_closing(self, moment: Moment) -> Moment:
        """The moment itself when open (or just closing), else the end of the stretch before."""
        day = self.local(moment).date()
        for back in range(DAYS_SEARCHED_MAX):
            for opens, closes in reversed(self._day(day - back * _ONE_DAY)):
                if opens < moment:
                    return min(moment, closes)
        raise CalendarFault(f"never open within {DAYS_SEARCHED_MAX} days of {moment.isoformat()}")

    def add_working_time(self, moment: Moment, minutes: int) -> Moment:
        """The moment after so many open minutes; never later than needed (an end, not a start)."""
        if minutes < 0:
            raise CalendarFault(f"{minutes} minutes: a working time cannot be negative")
        left = timedelta(minutes=minutes)
        here = self.next_opening(moment)
        while True:
            for opens, closes in self._stretches(here, DAYS_SEARCHED_MAX):
                start = max(opens, here)
                if start >= closes:
                    continue
                if start + left <= closes:
                    return start + left
                left -= closes - start
                here = closes

    def working_minutes_between(self, start: Moment, end: Moment) -> int:
        """Whole open minutes from start to end; negative when the end is before the start."""
        if end < start:
            return -self.working_minutes_between(end, start)
        open_for = timedelta()
        days = (self.local(end).date() - self.local(start).date()).days
        for opens, closes in self._stretches(start, days):
            open_for += max(min(closes, end) - max(opens, start), timedelta())
        return open_for // timedelta(minutes=1)

    def _stretches(self, moment: Moment, days: int) -> Iterator[tuple[Moment, Moment]]:
        day = self.local(moment).date()
        for ahead in range(days + 1):
            yield from self._day(day + ahead * _ONE_DAY)

    def _day(self, day: date) -> tuple[tuple[Moment, Moment], ...]:
        if not self.is_working_day(day):
            return ()
        return tuple((self.at(day, a), self.at(day, b)) for a, b in self.hours[day.weekday()])
