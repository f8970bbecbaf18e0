"""The Netherlands' schedule of compensation: dead minutes are counted, no amount is known."""

from __future__ import annotations

from functools import cache

from relevo.compensation.by_table import TableSchedule
from relevo.compensation.tariff import read_tariff
from relevo.profiles import tables


@cache
def schedule() -> TableSchedule:
    """The schedule in force."""
    return TableSchedule(read_tariff("nl", tables.toml("nl", "compensation.toml")))
