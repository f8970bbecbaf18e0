"""Days, times of day and relative words of a sentence, from spelt-out text (``plain``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from relevo.claims.clocks import Clock, clocks_in
from relevo.claims.days import Day, days_in
from relevo.claims.lexicon import pattern
from relevo.claims.spot import MoneySeen, money_in


@dataclass(frozen=True, slots=True)
class Moments:
    """All that a sentence says of time."""

    days: tuple[Day, ...]
    clocks: tuple[Clock, ...]
    vague: tuple[tuple[int, int], ...]  # "soon", "in a while", "this afternoon"

    @property
    def absolute(self) -> tuple[Day, ...]:
        """The days that are written as dates."""
        return tuple(day for day in self.days if not day.relative)

    def __bool__(self) -> bool:
        return bool(self.days or self.clocks or self.vague)


@lru_cache(maxsize=4096)  # what was said before is read again with each new message
def moments_in(text: str, today: date) -> Moments:
    """Days, times and vague words of a sentence."""
    days = days_in(text, today)
    clocks = clocks_in(text, days)
    sums = money_in(text)
    days = tuple(day for day in days if not _meets(day, sums))
    clocks = tuple(clock for clock in clocks if not _meets(clock, sums))
    vague = tuple(
        match.span()
        for match in pattern("times", "word", "vague").finditer(text)
        if not _dates_a_message(text, *match.span())
    )
    days = tuple(day for day in days if not _dates_a_message(text, day.start, day.end))
    return Moments(days, clocks, vague)


_MESSAGES = (
    r"(?:text|sms|message|e-?mail|letter|note|call|chat|mensaje|correo|carta|llamada|nota)s?"
)
_OF_IT = re.compile(
    rf"'s (?:\w+ )?{_MESSAGES}\b"
    rf"| (?:\w+ )?{_MESSAGES} (?:was|were|gave|said|had|told|named|is|wasn't|got|quoted|should)\b"
)
_IT_OF = re.compile(rf"\b{_MESSAGES}(?: \w+)? (?:de|del|of|from) $")


def _dates_a_message(text: str, start: int, end: int) -> bool:
    """ "This afternoon's text was wrong": when something was said, not when anything is."""
    return bool(_OF_IT.match(text[end:]) or _IT_OF.search(text[:start]))


def _meets(each: Day | Clock, sums: tuple[MoneySeen, ...]) -> bool:
    return any(one.start < each.end and each.start < one.end for one in sums)


def has_time(text: str) -> bool:
    """Whether a time of day is written."""
    return bool(clocks_in(text, ()))
