"""A country's ``terms.toml`` as values: what holds in one edition, read strictly.

A missing term, a wrong type or an entry without source is a mistake in the data and raises at
start, never in the middle of a port.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from relevo.values.calendar import Hours

T = TypeVar("T")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class TermsFault(ValueError):
    """The country's data contradict themselves or are incomplete."""


@dataclass(frozen=True, slots=True)
class EditionSpan:
    """From when to when (not included) the terms of a country stay the same."""

    country: str
    valid_from: date
    valid_until: date | None

    @property
    def code(self) -> str:
        return f"{self.country}@{self.valid_from.isoformat()}"


def edition_spans(country: str, table: Mapping[str, Any]) -> tuple[EditionSpan, ...]:
    """The editions of a country, each until the next one begins."""
    starts = [entry["valid_from"] for entry in table["edition"]]
    if starts != sorted(set(starts)):
        raise TermsFault("editions must begin one after the other; sort them by valid_from")
    ends = [*starts[1:], None]
    return tuple(EditionSpan(country, *span) for span in zip(starts, ends, strict=True))


class Terms:
    """The terms of one edition. A name is ``section.term``."""

    __slots__ = ("_entries", "_span")

    def __init__(self, table: Mapping[str, Any], span: EditionSpan) -> None:
        self._span = span
        self._entries = {
            f"{section}.{term}": entries
            for section, terms in table.items()
            if section != "edition"
            for term, entries in terms.items()
        }

    def number(self, name: str) -> int:
        return self._typed(name, int)

    def truth(self, name: str) -> bool:
        return self._typed(name, bool)

    def text(self, name: str) -> str:
        return self._typed(name, str)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(text) for text in self._typed(name, list))

    def clock(self, name: str) -> time:
        return _clock(name, self.text(name))

    def stretch(self, name: str) -> Hours:
        return _stretch(name, self.text(name))

    def stretches(self, name: str) -> tuple[Hours, ...]:
        return tuple(_stretch(name, text) for text in self.texts(name))

    def _typed(self, name: str, wanted: type[T]) -> T:
        value = self._value(name)
        if type(value) is not wanted:
            raise TermsFault(f"{name} is {value!r}; it must be of type {wanted.__name__}")
        return value

    def _value(self, name: str) -> object:
        entries = self._entries.get(name)
        if not entries:
            raise TermsFault(f"the term {name} is missing in terms.toml")
        until = self._span.valid_until
        held = [entry for entry in entries if until is None or entry["valid_from"] < until]
        if not held:
            raise TermsFault(f"no entry of {name} holds in the edition {self._span.code}")
        chosen = max(held, key=lambda entry: entry["valid_from"])
        if not chosen.get("source"):
            raise TermsFault(f"{name} has no source; write where it comes from")
        return chosen["value"]


def _clock(name: str, text: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError as wrong:
        raise TermsFault(f"{name}: {text!r} is not a time; write for example 14:00") from wrong


def _stretch(name: str, text: str) -> Hours:
    opens, dash, closes = text.partition("-")
    hours = (_clock(name, opens), _clock(name, closes if dash else ""))
    if hours[0] >= hours[1]:
        raise TermsFault(f"{name}: {text!r} ends before it begins")
    return hours
