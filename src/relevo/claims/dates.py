"""Dates and times as people write them in Spanish and English, made absolute where they can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "enero january ene jan",
            "febrero february feb",
            "marzo march mar",
            "abril april abr apr",
            "mayo may",
            "junio june jun",
            "julio july jul",
            "agosto august ago aug",
            "septiembre september setiembre sept sep set",
            "octubre october oct",
            "noviembre november nov",
            "diciembre december dic dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lunes monday",
            "martes tuesday",
            "miercoles wednesday",
            "jueves thursday",
            "viernes friday",
            "sabado saturday",
            "domingo sunday",
        )
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?({_MONTH})\b\.?(?:\s*(?:de|del|,)?\s*(\d{{4}}))?"
)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s*(\d{{4}}))?")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_SLASHED = re.compile(r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?\b")
_WEEKDAY = re.compile(
    rf"\b(?:el|este|on|this|next|proximo)\s+({'|'.join(_WEEKDAYS)})(?:\s+(\d{{1,2}})\b(?!:))?"
)
_TIME = re.compile(r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)\b(?!\s*(?:€|eur))")
_HOUR = re.compile(
    r"\b(?:a las|las|la|at|by|before|after|until|till|desde las|hasta las)\s+(\d{1,2})"
    r"(?!\s*(?:[:.,/]?\d|de (?:" + _MONTH + r")|%|€))\s*(?:h\b|horas)?\s*"
    r"(?:(de la tarde|de la noche|pm|p\.m\.)|(de la manana|am|a\.m\.))?"
)
_TODAY = re.compile(r"\b(?:hoy|today)\b")
_TOMORROW = re.compile(
    r"(?<!pasado )(?<!de la )(?<!por la )(?<!esta )(?<!la )(?<!del )\b(?:manana|tomorrow)\b"
)
_AFTER_TOMORROW = re.compile(r"\b(?:pasado manana|the day after tomorrow)\b")


@dataclass(frozen=True, slots=True)
class DateSeen:
    """A date in a text. ``relative``: written as "mañana" or a bare weekday, resolved by now."""

    start: int
    end: int
    day: date
    relative: bool


@dataclass(frozen=True, slots=True)
class TimeSeen:
    start: int
    end: int
    minutes: int  # since midnight


def dates_in(text: str, today: date) -> tuple[DateSeen, ...]:
    """All dates of a folded text, in order; what cannot be a date is passed over."""
    found: dict[int, DateSeen] = {}
    for match in _DAY_MONTH.finditer(text):
        _keep(found, match, _near(today, _MONTHS[match[2]], int(match[1]), match[3]))
    for match in _MONTH_DAY.finditer(text):
        _keep(found, match, _near(today, _MONTHS[match[1]], int(match[2]), match[3]))
    for match in _ISO.finditer(text):
        _keep(found, match, _day(int(match[1]), int(match[2]), int(match[3])))
    for match in _SLASHED.finditer(text):
        _keep(found, match, _near(today, int(match[2]), int(match[1]), match[3]))
    for match in _WEEKDAY.finditer(text):
        _keep_weekday(found, match, today)
    for pattern, days in ((_TODAY, 0), (_TOMORROW, 1), (_AFTER_TOMORROW, 2)):
        for match in pattern.finditer(text):
            _keep(found, match, today + timedelta(days=days), relative=True)
    return tuple(found[start] for start in sorted(found))


def times_in(text: str) -> tuple[TimeSeen, ...]:
    """All times of day of a folded text, in order."""
    found: dict[int, TimeSeen] = {}
    for match in _TIME.finditer(text):
        found[match.start(1)] = TimeSeen(
            match.start(), match.end(), int(match[1]) * 60 + int(match[2])
        )
    for match in _HOUR.finditer(text):
        hour = int(match[1])
        if match.start(1) in found or hour > 24:
            continue
        if match[2] and hour < 12:
            hour += 12
        found[match.start(1)] = TimeSeen(match.start(1), match.end(), hour * 60 % 1440)
    return tuple(found[start] for start in sorted(found))


def _keep(
    found: dict[int, DateSeen], match: re.Match[str], day: date | None, *, relative: bool = False
) -> None:
    start, end = match.span()
    taken = any(seen.start < end and start < seen.end for seen in found.values())
    if day is not None and not taken:
        found[start] = DateSeen(start, end, day, relative)


def _keep_weekday(found: dict[int, DateSeen], match: re.Match[str], today: date) -> None:
    ahead = (_WEEKDAYS[match[1]] - today.weekday()) % 7
    day = today + timedelta(days=ahead)
    if match[2]:
        by_number = _near(today, today.month, int(match[2]), None)
        following = _near(today, today.month % 12 + 1, int(match[2]), None)
        fitting = [d for d in (by_number, following) if d and d.weekday() == _WEEKDAYS[match[1]]]
        day = fitting[0] if fitting else by_number or day
    _keep(found, match, day, relative=not match[2])


def _near(today: date, month: int, day: int, year: str | None) -> date | None:
    """The date in the year that is meant: the one written, else the one nearest to today."""
    if year:
        number = int(year)
        return _day(number + 2000 if number < 100 else number, month, day)
    options = [_day(today.year + offset, month, day) for offset in (-1, 0, 1)]
    real = [option for option in options if option]
    return min(real, key=lambda option: abs(option - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
