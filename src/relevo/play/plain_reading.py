"""The judge's own reading of what arrived at the customer, by plain comparison.

The product has an extractor of claims that stands before every channel. The judge must not use it:
whatever that one overlooks would be overlooked twice. This reading is simple: sentences, the
numbers in them, and a table of patterns (``plain_words.toml``).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_NUMBER = "<n>"


@dataclass(frozen=True, slots=True)
class Saying:
    """One sentence, folded, and the numbers that it is about (empty: of no one in particular)."""

    text: str
    numbers: tuple[str, ...]


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The table of patterns."""
    file = files("relevo.play").joinpath("plain_words.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=128)
def _compiled(table: str, key: str) -> re.Pattern[str]:
    content = words()
    return re.compile(content[table][key] if table else content[key])


def says(text: str, table: str, key: str = "pattern") -> bool:
    """Whether a folded text matches a pattern of the table."""
    return _compiled(table, key).search(text) is not None


def folded(text: str) -> str:
    """In small letters and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def sayings(text: str, known: Iterable[str]) -> list[Saying]:
    """The sentences of a message. One without a number speaks of those named before it."""
    spoken_of: tuple[str, ...] = ()
    found = []
    patterns = {number: _spelled(number) for number in known}
    for raw in _SENTENCE_END.split(folded(text)):
        sentence, named = raw, []
        for number, pattern in patterns.items():
            sentence, times = pattern.subn(_NUMBER, sentence)
            if times:
                named.append(number)
        spoken_of = tuple(named) or spoken_of
        if sentence.strip():
            found.append(Saying(sentence.strip(), spoken_of))
    return found


def names(text: str, number: str) -> bool:
    """Whether the text names this number, in any spacing."""
    return _spelled(number).search(text) is not None


@lru_cache(maxsize=256)
def _spelled(number: str) -> re.Pattern[str]:
    national = re.sub(r"\D", "", number).removeprefix("34")
    spaced = r"[\s.\-]*".join(national)
    return re.compile(rf"(?<!\d)(?:(?:\+|00)?34[\s.\-]*)?{spaced}(?!\d)")


def states_now(saying: Saying) -> bool:
    """Whether it says how things are, and not how they were, will be or might be."""
    return not says(saying.text, "", "not_now")


def is_negated(saying: Saying) -> bool:
    """Whether it denies."""
    return says(saying.text, "", "negated")


def tells_the_past(saying: Saying) -> bool:
    """Whether it tells how things were."""
    return says(saying.text, "", "past")


def days_in(saying: Saying, near: date) -> set[date]:
    """The days that a sentence names; without a year they are the nearest ones."""
    months = words()["months"]
    found: set[date] = set()
    for day, month, month_first, day_after in _days().findall(saying.text):
        found |= _nearest(int(day or day_after), months[month or month_first], near)
    return found


@lru_cache(maxsize=1)
def _days() -> re.Pattern[str]:
    month = "|".join(words()["months"])
    return re.compile(rf"\b(\d{{1,2}})(?:\s+de)?\s+({month})\b|\b({month})\s+(\d{{1,2}})\b")


def _nearest(day: int, month: int, near: date) -> set[date]:
    candidates = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    return {min(candidates, key=lambda one: abs(one - near))} if candidates else set()


def asks_for(text: str) -> tuple[str, ...]:
    """Which held things a message asks the customer for."""
    asked: set[str] = set()
    for saying in sayings(text, ()):
        if says(saying.text, "asks") and not says(saying.text, "asks", "declined"):
            asked |= {thing for thing in words()["held"] if says(saying.text, "held", thing)}
    return tuple(sorted(asked))
