"""Spain's schedule of compensation: RD 899/2009, articles 15 and 16, as the table has them."""

from __future__ import annotations

from functools import cache

from relevo.compensation.by_table import TableSchedule
from relevo.compensation.tariff import read_tariff
from relevo.profiles import tables


@cache
def schedule() -> TableSchedule:
    """The schedule in force (one edition so far: the decree was never amended)."""
    return TableSchedule(read_tariff("es", tables.toml("es", "compensation.toml")))
