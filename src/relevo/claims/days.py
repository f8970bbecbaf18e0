"""Days as people write them, made absolute where they can be. ``today`` is the addressee's day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from relevo.claims.ordinals import COUNTED, number_of

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
            "lunes monday lun mon",
            "martes tuesday tue tues",
            "miercoles wednesday mie wed",
            "jueves thursday jue thu thur thurs",
            "viernes friday vie fri",
            "sabado saturday sab sat",
            "domingo sunday dom sun",
        )
    )
    for name in names.split()
}


def _any(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH, _WEEKDAY, _WORD = _any(_MONTHS), _any(_WEEKDAYS), _any(COUNTED)
_LONG_WEEKDAY = _any({name: n for name, n in _WEEKDAYS.items() if len(name) > 5})
_NTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{_WORD})"
_YEAR = r"(?:\s*(?:de|del|,)?\s*(\d{4})\b(?!\s*€))?"
_NAMED = rf"(?:\b({_WEEKDAY})\b[\s,.]*(?:dia\s+|the\s+|el\s+)?)?"
_DAY_MONTH = re.compile(rf"{_NAMED}\b({_NTH})\s*(?:de|of|-)?\s*\b({MONTH})\b\.?{_YEAR}")
_MONTH_DAY = re.compile(
    rf"{_NAMED}\b({MONTH})\.?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd"
    rf"|th)?\b(?![:.]\d)(?:,?\s*(\d{{4}}))?"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_SLASHED = re.compile(
    rf"{_NAMED}\b(\d{{1,2}})\s?[/.-]\s?(\d{{1,2}})(?:\s?[/.-]\s?(\d{{4}}|\d{{2}}))?\b(?!\s*(?:€"
    rf"|eur|h\b|:))"
)
_TWO_DAYS = re.compile(
    rf"\b(\d{{1,2}})\s*(?:y|o|al|a|and|to|-)\s*(?:el\s+)?(?=\d{{1,2}}\s*(?:de\s+)?(?:{MONTH})\b)"
)
_BARE_WEEKDAY = re.compile(
    rf"\b(?:(?:el|este|proximo|on|this|next|del|para el|hasta el|until|till|by|for|before"
    rf"|pasado)\s+)*"
    rf"({_LONG_WEEKDAY})\b(?:[\s,]*(?:dia\s+|the\s+|el\s+)?(\d{{1,2}})(?:st|nd|rd"
    rf"|th)?\b(?!\s*[:.h€]\d|\s*h\b))?"
)
_DAY_ALONE = re.compile(
    r"\b(?:el|del|al|dia|hasta el|para el|on the|the|by the"
    r"|until the)\s+(?:dia\s+)?(\d{1,2})(?P<nth>st|nd|rd|th)?\b"
    rf"(?!\s*(?:(?:de|of)\s+(?:{MONTH})|[:.,/-]?\d|%|€|eur|h\b|horas?|min|dias?|lineas?|numeros?"
    rf"|por|de la (?:tarde|manana"
    r"|noche)"
    r"|days?|hours?|lines?|numbers?|of (?:the|your|them)))"
)
_RELATIVE_DAYS = (
    (
        re.compile(
            r"\b(?:hoy|today|tonight|esta (?:tarde|noche|manana)|this (?:morning|afternoon"
            r"|evening))\b"
        ),
        0,
    ),
    (
        re.compile(
            r"(?<!pasado )(?<!de la )(?<!por la )(?<!esta )(?<!a la )(?<!por )(?<!de )(?<!la )"
            r"\b(?:manana|(?<!day after )tomorrow)\b"
        ),
        1,
    ),
    (re.compile(r"\bde manana\b(?= (?:a|por|mismo|no|\d))|\bel de manana\b|\bpara manana\b"), 1),
    (re.compile(r"\b(?:pasado manana|the day after tomorrow)\b"), 2),
    (re.compile(r"(?<!antes de )(?<!de antes )\b(?:ayer|anoche|yesterday|last night)\b"), -1),
    (re.compile(r"\b(?:anteayer|antes de ayer|the day before yesterday)\b"), -2),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in a text. ``relative``: written as "mañana" or a bare weekday, resolved by today."""

    start: int
    end: int
    day: date
    relative: bool = False
    weekday: int | None = None  # the one that is written beside it
    word: str = ""  # of a relative one

    @property
    def weekday_is_wrong(self) -> bool:
        """Whether it is called by the name of another day of the week."""
        return self.weekday is not None and self.day.weekday() != self.weekday


def days_in(text: str, today: date) -> tuple[Day, ...]:
    """All days of a text, in order; what cannot be a date is passed over."""
    found: list[Day] = []
    for span, day, weekday in _written_dates(text, today):
        _keep(found, span, day, weekday)
    for match in _TWO_DAYS.finditer(text):
        after = next((day for day in found if day.start >= match.end() - 1), None)
        if after:
            _keep(found, match.span(1), _day(after.day.year, after.day.month, int(match[1])))
    _weekdays(text, today, found)
    for match in _DAY_ALONE.finditer(text):
        of_numbers = re.match(r"\s*(?:y|and|or|o)\s+(?:el\s+)?\d{3}", text[match.end() :])
        if match["nth"] or not of_numbers:
            _keep(found, match.span(), _day_alone(today, int(match[1])))
    for words, ahead in _RELATIVE_DAYS:
        for match in words.finditer(text):
            if not any(seen.start < match.end() and match.start() < seen.end for seen in found):
                day = today + timedelta(days=ahead)
                found.append(Day(match.start(), match.end(), day, relative=True, word=match[0]))
    return tuple(sorted(found, key=lambda each: each.start))


def _keep(
    found: list[Day], span: tuple[int, int], day: date | None, weekday: str | None = None
) -> None:
    taken = any(seen.start < span[1] and span[0] < seen.end for seen in found)
    if day is not None and not taken:
        found.append(Day(*span, day, weekday=_WEEKDAYS[weekday] if weekday else None))


def _written_dates(
    text: str, today: date
) -> Iterator[tuple[tuple[int, int], date | None, str | None]]:
    """Dates with a month, in each way of writing them, and the weekday beside them."""
    for match in _DAY_MONTH.finditer(text):
        day = _near(today, _MONTHS[match[3]], number_of(match[2]), match[4], match[1])
        yield match.span(), day, match[1]
    for match in _MONTH_DAY.finditer(text):
        day = _near(today, _MONTHS[match[2]], int(match[3]), match[4], match[1])
        yield match.span(), day, match[1]
    for match in _ISO.finditer(text):
        yield match.span(), _day(int(match[1]), int(match[2]), int(match[3])), None
    for match in _SLASHED.finditer(text):
        if not _is_a_price_or_time(text, match):
            day = _near(today, int(match[3]), int(match[2]), match[4], match[1])
            yield match.span(), day, match[1]


def _weekdays(text: str, today: date, found: list[Day]) -> None:
    for match in _BARE_WEEKDAY.finditer(text):
        if any(seen.start < match.end() and match.start() < seen.end for seen in found):
            continue
        named = _WEEKDAYS[match[1]]
        if match[2]:
            day = _day_alone(today, int(match[2]), named)
            if day:
                found.append(Day(match.start(), match.end(), day, weekday=named))
            continue
        ahead = (named - today.weekday()) % 7
        day = today + timedelta(days=ahead)
        found.append(Day(match.start(), match.end(), day, relative=True, word=match[1]))


def _is_a_price_or_time(text: str, match: re.Match[str]) -> bool:
    """ "8.30" is a time, "1.94" an amount, "24/7" a manner of speaking."""
    written = match[0]
    if written.startswith("24/7"):
        return True
    if "/" in written or (written.count("-") and match[4]):
        return False
    before = text[: match.start()]
    if "." in written and not match[4]:
        return True
    return bool(
        re.search(r"(?:a las|at|from|de|entre|between|desde las|las|horario)\s*$", before)
    ) and ("-" in written)


def _day_alone(today: date, number: int, weekday: int | None = None) -> date | None:
    options = [
        day
        for months in (-1, 0, 1)
        if (day := _day(*_shifted(today.year, today.month, months), number))
    ]
    fitting = [day for day in options if weekday is None or day.weekday() == weekday]
    ahead = [day for day in fitting or options if day >= today - timedelta(days=7)]
    return min(ahead or options, key=lambda day: abs(day - today), default=None)


def _shifted(year: int, month: int, by: int) -> tuple[int, int]:
    count = year * 12 + month - 1 + by
    return count // 12, count % 12 + 1


_WHICH_YEAR = timedelta(days=100)
"""Days from which on a weekday may tell which year is meant; of a near day it tells an error."""


def _near(
    today: date, month: int, day: int, year: str | None, weekday: str | None = None
) -> date | None:
    """The date in the year that is meant: the one written, else the one nearest to today, of those
    that fall on the weekday where one does."""
    if year:
        number = int(year)
        return _day(number + 2000 if number < 100 else number, month, day)
    options = [_day(today.year + offset, month, day) for offset in (-1, 0, 1)]
    real = [option for option in options if option]
    nearest = min(real, key=lambda option: abs(option - today), default=None)
    if weekday and nearest and abs(nearest - today) > _WHICH_YEAR:
        real = [each for each in real if each.weekday() == _WEEKDAYS[weekday]] or real
    return min(real, key=lambda option: abs(option - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
