"""Calendars of Spain; how they are made is the same in every country (``profiles.days``)."""

from __future__ import annotations

from functools import partial

from relevo.profiles import days
from relevo.profiles.days import calendar_of

__all__ = ["calendar_of", "holidays_of"]

holidays_of = partial(days.holidays_of, "ES")
"""The days that do not count in the calendar of that name (``mobile``, ``courier`` ...)."""
