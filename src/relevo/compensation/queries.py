"""Reads the schedules that come with the program: countries in which we do not port.

A country that we port in has its table in its profile.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from relevo.compensation.tariff import Tariff, read_tariff

_FOLDER = "relevo.compensation.schedules"


@cache
def tariffs() -> dict[str, Tariff]:
    """Every schedule that lies in ``schedules/``, by its country."""
    found = {}
    for file in sorted(files(_FOLDER).iterdir(), key=lambda each: each.name):
        country, dot, ending = file.name.rpartition(".")
        if dot and ending == "toml":
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            found[country] = read_tariff(country, table)
    return found
