"""Calendars of Spain: national holidays for every year, regions and single days by data."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import holidays

from relevo.profiles.es.terms import WEEKDAYS, Terms, TermsFault
from relevo.values.calendar import Calendar, Hours


def holidays_of(table: dict[str, Any], calendar: str) -> frozenset[date]:
    """The days that do not count in the calendar of that name (``mobile``, ``courier`` ...)."""
    years = (table["first_year"], table["last_year"])
    days = set(_published(None, *years))
    for region in table[calendar]["regions"]:
        days |= _published(region, *years)
    for change in table.get("change", ()):
        if not change.get("source"):
            raise TermsFault(f"the change on {change['on']} has no source; write where it is from")
        if calendar in change["calendars"]:
            (days.discard if change["working"] else days.add)(change["on"])
    return frozenset(days)


@cache
def _published(region: str | None, first_year: int, last_year: int) -> frozenset[date]:
    """A holiday on a Sunday is left out where it was not moved: that day does not count anyway."""
    return frozenset(holidays.country_holidays("ES", region, range(first_year, last_year + 1)))


def calendar_of(terms: Terms, days_off: frozenset[date], stretches: tuple[Hours, ...]) -> Calendar:
    """A calendar with the same hours on every working day."""
    weekend = frozenset(WEEKDAYS.index(day) for day in terms.texts("place.weekend"))
    return Calendar(
        zone=terms.text("place.zone"),
        weekend=weekend,
        holidays=days_off,
        hours=tuple(() if day in weekend else stretches for day in range(len(WEEKDAYS))),
    )
