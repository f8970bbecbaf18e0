"""The files of this country: the one module here that opens any. All of it is read once."""

from __future__ import annotations

import csv
import gzip
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_HERE = files("relevo.profiles.es")


@cache
def toml(name: str) -> dict[str, Any]:
    """A TOML file beside this module."""
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """A table with ``;`` and a header line."""
    text = (_HERE / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(), delimiter=";", strict=True))


@cache
def lines(name: str) -> tuple[str, ...]:
    """A text file, line by line."""
    return tuple((_HERE / name).read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=1)
def postcodes() -> str:
    """The table of postcodes, unpacked but not parsed: a look-up is a search (decision 0003)."""
    packed = (_HERE / "postcodes.csv.gz").read_bytes()
    return "\n" + gzip.decompress(packed).decode("utf-8")
