"""Times of day as people write them: "14:30", "las 2 de la madrugada", "de 2 a 6", "at noon"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relevo.claims.days import MONTH, Day
from relevo.claims.ordinals import COUNTED, number_of


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, or a span of two. ``options``: "at 6" may be the evening's."""

    start: int
    end: int
    options: frozenset[int]  # minutes since midnight
    until: frozenset[int] = frozenset()  # of a span


_EVENING = (
    r"de (?:la|esta|esa) (?:misma )?(?:tarde|noche)|por la (?:tarde|noche)|tarde|pm|p\.\s?m\.?"
    r"|(?:in the|this) (?:afternoon|evening)|at night|tonight"
)
_MORNING = (
    r"de (?:la|esta|esa) (?:misma )?(?:manana|madrugada)|am|a\.\s?m\.?|(?:in the|this) morning"
    r"|de madrugada"
)
_NIGHT = re.compile(r"noche|night")
_HALF = rf"(?:\s*(?P<half>{_EVENING})\b|\s*(?P<early>{_MORNING})\b)?"
_HOUR_WORD = "|".join(name for name, number in COUNTED.items() if number <= 24)
_HOUR = rf"(?:[01]?\d|2[0-4]|{_HOUR_WORD})"
_CLOCK = re.compile(
    rf"\b(?P<hour>[01]?\d|2[0-4])\s?(?:[:h]|\.(?=\d\d(?!\d|\s*(?:€"
    rf"|eur))))\s?(?P<minute>[0-5]\d)\s?(?:h\b|hs\b|horas?)?{_HALF}"
    r"(?!\s*(?:€|eur))"
)
_CLOCK_H = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4])\s?(?:h\b|hs\b)(?!\s*(?:mas|habiles))"
    r"|\b(?P<en>1?\d)\s?(?P<en_half>am|pm)\b"
)
_AT = re.compile(
    rf"\b(?:a las?|las|sobre las|hacia las|desde las?|hasta las?|para las|antes de las?|antes del?"
    rf"|at|by|before|after|until"
    rf"|till|around|from)\s+(?P<hour>{_HOUR})\b(?!\s*(?:[:.,/-]\d|h\d|%|€|eur|de (?:{MONTH})\b"
    rf"|(?:{MONTH})\b|dias?|horas?"
    rf" (?:habiles|desde)|lineas|days?|hours?|minut|numeros|lines|numbers|euros|th\b|st\b|rd\b"
    rf"|nd\b|o tres|o dos))"
    rf"(?:\s+(?:y\s+(?P<past>media|cuarto)|menos\s+(?P<short>cuarto))\b)?\s*(?:h\b|horas?\b"
    rf"|en punto|o'clock)?{_HALF}"
)
_SPAN = re.compile(
    rf"\b(?:de|desde las?|entre las?|from|between|entre)\s+(?P<one>{_HOUR})(?::00|h)?\s*(?:am\b"
    rf"|pm\b)?\s*"
    rf"(?:a|y|hasta|to|and|-|until)\s*(?:las?\s+)?(?P<two>{_HOUR})(?::00|h\b)?"
    rf"(?!\s*(?:[:.,/-]\d|%|€|de (?:{MONTH})|dias|(?:{MONTH})|horas habiles|semanas|days|weeks"
    rf"|minut|euros|lineas)|\d)"
    rf"\b{_HALF}"
)
_DASHED = re.compile(
    rf"(?<![\d/.-])(?P<one>\d{{1,2}})\s?-\s?(?P<two>\d{{1,2}})(?:\s?h\b|\s?{_MORNING}\b)(?![\d/-])"
)
_NOON = re.compile(r"\b(?:a |al )?(?:mediodia|noon|midday)\b")
_MIDNIGHT = re.compile(r"\b(?:a )?(?:medianoche|midnight)\b")


def clocks_in(text: str, days: tuple[Day, ...]) -> tuple[Clock, ...]:
    """All times of day of a text, in order; spans of two as one."""
    found: list[Clock] = []

    def keep(clock: Clock) -> None:
        in_a_day = any(day.start <= clock.start < day.end for day in days)
        if not in_a_day and not any(c.start < clock.end and clock.start < c.end for c in found):
            found.append(clock)

    for match in _CLOCK.finditer(text):
        hour = int(match["hour"])
        if hour <= 24 and not (match["half"] and hour > 12):
            clear = len(match["hour"]) > 1  # "6:30" may be the evening's, "06:30" is not
            exact = _hours(hour, match["half"], match["early"], exact=clear)
            options = frozenset((each + int(match["minute"])) % 1440 for each in exact)
            keep(Clock(match.start(), match.end(), options))
    for clock in (*_spans(text), *_hours_alone(text)):
        keep(clock)
    keep_last = [(_NOON, 720), (_MIDNIGHT, 0)]
    for pattern_, minutes in keep_last:
        for match in pattern_.finditer(text):
            keep(Clock(match.start(), match.end(), frozenset({minutes})))
    return _as_spans(tuple(sorted(found, key=lambda each: each.start)), text)


def _spans(text: str) -> Iterator[Clock]:
    for pattern_ in (_SPAN, _DASHED):
        for match in pattern_.finditer(text):
            groups = match.groupdict()
            one, two = number_of(match["one"]), number_of(match["two"])
            if one > 24 or two > 24:
                continue
            half, early = groups.get("half"), groups.get("early")
            yield Clock(
                match.start(), match.end(), _hours(one, half, early), _hours(two, half, early)
            )


def _hours_alone(text: str) -> Iterator[Clock]:
    for match in _AT.finditer(text):
        hour = number_of(match["hour"])
        if hour > 24:
            continue
        extra = {"media": 30, "cuarto": 15}.get(match["past"] or "", 0) - (
            15 if match["short"] else 0
        )
        options = _hours(hour, match["half"], match["early"])
        yield Clock(
            match.start("hour"), match.end(), frozenset((each + extra) % 1440 for each in options)
        )
    for match in _CLOCK_H.finditer(text):
        if match["en"]:
            half, early = ("pm", None) if match["en_half"] == "pm" else (None, "am")
            yield Clock(match.start(), match.end(), _hours(int(match["en"]), half, early))
        else:
            yield Clock(
                match.start(), match.end(), _hours(int(match["hour"]), None, None, exact=True)
            )


def _hours(
    hour: int, half: str | None, early: str | None, *, exact: bool = False
) -> frozenset[int]:
    """Minutes since midnight that an hour may mean."""
    if half and hour == 12 and _NIGHT.search(half):
        return frozenset({0})
    if half:
        return frozenset({(hour % 12 + 12) * 60 if hour <= 12 else hour * 60})
    if early:
        return frozenset({hour % 12 * 60 if hour == 12 and "m" in early[:2] else hour * 60})
    if exact or hour > 12 or hour == 0:
        return frozenset({hour * 60 % 1440})
    return frozenset({hour * 60 % 1440, (hour + 12) * 60 % 1440})


_BETWEEN = re.compile(
    r"\s*(?:h|hs|horas)?\s*(?:y|a|hasta|and|to|until|till|-|–|—)\s*(?:las\s+|la\s+)?"
)


def _as_spans(clocks: tuple[Clock, ...], text: str) -> tuple[Clock, ...]:
    """ "02:00 to 06:00" is one span."""
    joined: list[Clock] = []
    for each in clocks:
        last = joined[-1] if joined else None
        if last and not last.until and not each.until:
            between = text[last.end : each.start]
            if (_BETWEEN.fullmatch(between) and between.strip() not in {"y", "and"}) or (
                _BETWEEN.fullmatch(between)
                and re.search(r"(?:entre|between)\s*(?:las?\s*)?$", text[: last.start])
            ):
                joined[-1] = Clock(last.start, each.end, last.options, each.options)
                continue
        joined.append(each)
    return tuple(joined)
