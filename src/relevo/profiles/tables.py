"""The files of a country: the one module here that opens any. All of it is read once."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def toml(country: str, name: str) -> dict[str, Any]:
    """A TOML file in the folder of a country."""
    return tomllib.loads(_text(country, name))


@cache
def rows(country: str, name: str) -> tuple[dict[str, str], ...]:
    """A table with ``;`` and a header line."""
    return tuple(csv.DictReader(_text(country, name).splitlines(), delimiter=";", strict=True))


def _text(country: str, name: str) -> str:
    return (files(f"relevo.profiles.{country}") / name).read_text(encoding="utf-8")
