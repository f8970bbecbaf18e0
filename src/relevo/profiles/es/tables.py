"""The files of this country. All of it is read once."""

from __future__ import annotations

import gzip
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from relevo.profiles import tables

_HERE = files("relevo.profiles.es")


def toml(name: str) -> dict[str, Any]:
    """A TOML file beside this module."""
    return tables.toml("es", name)


def rows(name: str) -> tuple[dict[str, str], ...]:
    """A table with ``;`` and a header line."""
    return tables.rows("es", name)


@cache
def lines(name: str) -> tuple[str, ...]:
    """A text file, line by line."""
    return tuple((_HERE / name).read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=1)
def postcodes() -> str:
    """The table of postcodes, unpacked but not parsed: a look-up is a search (decision 0003)."""
    packed = (_HERE / "postcodes.csv.gz").read_bytes()
    return "\n" + gzip.decompress(packed).decode("utf-8")
