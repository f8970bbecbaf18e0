"""Spain's terms for complaints, from the table."""

from __future__ import annotations

from functools import cache

from relevo.care.complaint.terms import TableTerms, read_terms
from relevo.profiles import tables
from relevo.values.calendar import WorkingDays


@cache
def complaint_terms(days: WorkingDays) -> TableTerms:
    """The terms, counted on these working days."""
    return read_terms(tables.toml("es", "complaint.toml"), days)
