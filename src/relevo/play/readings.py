"""Turns what TOML gives into values of a scenario, or says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from relevo.play.durations import duration
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment, Span, instant

T = TypeVar("T")
Reading = Callable[[object], T]
"""Turns what TOML gave into a value, or raises Malformed."""


class NoSuchLine(Malformed):
    """Names a line, by its ``id`` or its ``number``, that the file does not have."""

    def __init__(self, why: str, remedy: str, *, seeks: str) -> None:
        super().__init__(why, remedy)
        self.seeks = seeks


def text(value: object) -> str:
    """A text that says something."""
    if not isinstance(value, str):
        raise Malformed(f"{value!r} is not a text", "put it in quotes")
    if not value.strip():
        raise Malformed("is empty", "write something between the quotes")
    return value


def truth(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Malformed(f"{value!r} is neither true nor false", "write true or false")
    return value


def whole(value: object) -> int:
    """A whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(f"{value!r} is not a count", "write a whole number, 0 or more")
    return value


def count(value: object) -> int:
    """A whole number of at least 1."""
    if whole(value) == 0:
        raise Malformed("0 times is never", "write 1 or more, or leave the table out")
    return whole(value)


def euros(value: object) -> Decimal:
    """An amount in euros with at most two decimals."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Malformed(f"{value!r} is not an amount", "write for example 21.50, without quotes")
    amount = Decimal(str(value))
    if not amount.is_finite() or amount < 0:
        raise Malformed(f"{value} is not an amount of money", "write 0.00 or more")
    if amount != round(amount, 2):
        raise Malformed(f"{value} has more than two decimals", "write euros and cents")
    return round(amount, 2)


def moment(value: object) -> Moment:
    """An instant with offset, as TOML has it or as a text."""
    if isinstance(value, str):
        try:
            value = instant(value)
        except ValueError:
            raise Malformed(f"{value!r} is not an instant with offset", _INSTANT) from None
    if not isinstance(value, datetime):
        raise Malformed(f"{_shown(value)} is not an instant", _INSTANT)
    if value.tzinfo is None:
        raise Malformed(f"{value.isoformat()} has no offset", _INSTANT)
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Malformed(
            f"{value.isoformat()} is too far away", f"write a year of {_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return value


_INSTANT = "write for example 2019-01-13T11:59:00+01:00"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # far enough from the ends of the calendar to count from it


def day(value: object) -> date:
    """A date, as TOML has it or as a text."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Malformed(f"{value!r} is not a date", "write for example 2019-01-18") from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Malformed(f"{_shown(value)} is not a date", "write for example 2019-01-18")
    return value


def days(value: object) -> tuple[date, ...]:
    """A list of dates."""
    if not isinstance(value, list):
        raise Malformed(f"{_shown(value)} is not a list", "write for example [2019-01-16]")
    return tuple(day(each) for each in value)


def span(value: object) -> Span:
    """A duration longer than nothing."""
    length = duration(text(value))
    if not length:
        raise Malformed("lasts no time at all", "write for example PT2H")
    return length


def wait(value: object) -> Span:
    """A duration, which may be none at all (``PT0S``)."""
    return duration(text(value))


def texts(value: object) -> tuple[str, ...]:
    """A list of texts, none of them twice."""
    if not isinstance(value, list):
        raise Malformed(f"{_shown(value)} is not a list", 'write for example ["M1", "M2"]')
    listed = tuple(text(one) for one in value)
    double = sorted({one for one in listed if listed.count(one) > 1})
    if double:
        raise Malformed(f"names {double[0]!r} twice", "name it once")
    return listed


def one_of(*allowed: str) -> Reading[str]:
    """One of these words."""

    def read(value: object) -> str:
        if value not in allowed:
            near = get_close_matches(str(value), allowed, n=1)
            meant = f" (you may mean {near[0]!r})" if near else ""
            words = " or ".join(allowed) if len(allowed) < 4 else f"one of {', '.join(allowed)}"
            raise Malformed(f"{_shown(value)} is not known here{meant}", f"write {words}")
        return str(value)

    return read


def some_of(*allowed: str) -> Reading[tuple[str, ...]]:
    """A list of some of these words."""
    single = one_of(*allowed)

    def read(value: object) -> tuple[str, ...]:
        return tuple(single(one) for one in texts(value))

    return read


def _shown(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)
