"""How long a courier may say nothing, counted in the courier's own days."""

from __future__ import annotations

from datetime import date, time, timedelta

from relevo.values.calendar import Calendar
from relevo.values.moment import Moment

SILENCE_MINUTES = 24 * 60
"""Of working time. Aggregators wait 30 days for this; a SIM cannot (rights-care 4.1)."""

LATE_SCAN = timedelta(hours=1)
"""A scan of the last minute of a working day still has to reach us."""


def scan_due(hours: Calendar, ordered_at: Moment) -> Moment:
    """When the first scan must have come: 24 h on working days, to the end of that round."""
    here = hours.local(ordered_at)
    if hours.is_working_day(here.date()):
        following = hours.working_day_after(here.date())
        due = hours.at(following, here.time())
    else:
        due = hours.at(hours.working_day_after(here.date()), time(23, 59))
    return _end_of_round(hours, hours.local(due).date())


def silence_due(hours: Calendar, seen_at: Moment) -> Moment:
    """When the next scan must have come."""
    return hours.add_working_time(seen_at, SILENCE_MINUTES)


def expected_passed(hours: Calendar, expected_on: date) -> Moment:
    """When a parcel that was announced for a day has not come on that day."""
    return _end_of_round(hours, expected_on)


def _end_of_round(hours: Calendar, day: date) -> Moment:
    return hours.last_closing(hours.at(day, time(23, 59))) + LATE_SCAN
