"""The words of the check before sending, as data: ``*.toml`` beside this file.

Each entry is a list of patterns for spelt-out text (``claims/plain.py``): small letters, no
accents, "don't" for "dont". ``{operator}`` stands for any company's name, and for "us".
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def page(name: str) -> dict[str, Any]:
    """A whole file, for what is no list of patterns."""
    file = files("relevo.claims.lexicon").joinpath(f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def companies() -> tuple[str, ...]:
    """Names of companies that may be named: operators and couriers."""
    return tuple(page("companies")["names"])


def _compiled(patterns: list[str]) -> re.Pattern[str]:
    names = "|".join(companies())
    written = (
        each.replace("{operator}", f"(?:{names}|nosotros|us)").replace("{company}", f"(?:{names})")
        for each in patterns
    )
    return re.compile("|".join(f"(?:{each})" for each in written))


@cache
def pattern(name: str, table: str, word: str) -> re.Pattern[str]:
    """A pattern that matches where one of an entry's does."""
    return _compiled(page(name)[table][word]["patterns"])


@cache
def vocabulary(name: str, table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """All entries of a table, in the order in which they are written."""
    return tuple((word, pattern(name, table, word)) for word in page(name)[table])


@cache
def words(name: str, table: str, word: str) -> tuple[str, ...]:
    """A plain list of words."""
    return tuple(page(name)[table][word].split())
