"""Calendars of a country: its holidays for every year, regions and single days by data."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import holidays

from relevo.profiles.terms import WEEKDAYS, Terms, TermsFault
from relevo.values.calendar import Calendar, Hours


def holidays_of(country: str, table: dict[str, Any], calendar: str) -> frozenset[date]:
    """The days that do not count in the calendar of that name (``mobile``, ``courier`` ...).

    ``country`` is its code in the package `holidays`, for example ES.
    """
    years = (table["first_year"], table["last_year"])
    days = set(_published(country, None, *years))
    for region in table[calendar]["regions"]:
        days |= _published(country, region, *years)
    for change in table.get("change", ()):
        if not change.get("source"):
            raise TermsFault(f"the change on {change['on']} has no source; write where it is from")
        if calendar in change["calendars"]:
            (days.discard if change["working"] else days.add)(change["on"])
    return frozenset(days)


@cache
def _published(
    country: str, region: str | None, first_year: int, last_year: int
) -> frozenset[date]:
    """A holiday on a Sunday is left out where it was not moved: that day does not count anyway."""
    return frozenset(holidays.country_holidays(country, region, range(first_year, last_year + 1)))


def calendar_of(terms: Terms, days_off: frozenset[date], stretches: tuple[Hours, ...]) -> Calendar:
    """A calendar with the same hours on every working day."""
    weekend = frozenset(WEEKDAYS.index(day) for day in terms.texts("place.weekend"))
    return Calendar(
        zone=terms.text("place.zone"),
        weekend=weekend,
        holidays=days_off,
        hours=tuple(() if day in weekend else stretches for day in range(len(WEEKDAYS))),
    )
