"""What a text promises, and by when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from relevo.claims.clocks import Clock
from relevo.claims.days import Day
from relevo.claims.lexicon import pattern
from relevo.claims.moments import moments_in
from relevo.claims.sentences import Sentence
from relevo.claims.subjects import Spoken

_LATER = pattern("promises", "promise", "later")
_NOW = pattern("promises", "promise", "now")
_VAGUE = pattern("times", "word", "vague")
_BOUND = pattern("promises", "promise", "bound")
_WATCHED = pattern("promises", "promise", "watched")
_TWICE_DENIED = re.compile(r"\b(?:no|nunca|won't|will not|not)\b[^.;:]{0,50}\b(?:sin|without)\b")
_CONSENTED = re.compile(r"[,.]?\s*¿?\s*(?:si|ok|okay|vale|yes|right|de acuerdo)\s*\?\W*$")
""" "I'll call you later, yes?" asks for leave, and promises."""
_WHEN_WE_CAN = re.compile(
    r"\b(?:(?:en cuanto|cuando) (?:pueda|podamos|sepa|sepamos|tenga|tengamos)"
    r"|(?:as soon as|when|once) (?:i|we) (?:can|know|hear|have|get))\b"
)
"""A condition of whoever promises is no time and no condition."""
_RIGHTS = pattern("promises", "promise", "no_promise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """One promise: its words, its times, and whether it waits for something that we watch."""

    words: str
    days: tuple[Day, ...]
    clocks: tuple[Clock, ...]
    vague: str  # "soon"; empty when it has no such word
    is_bound: bool  # "as soon as your line works": the event itself is the due time
    sentence: Sentence
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """The place in the original."""
        return self.sentence.span(self.start, self.end)

    @property
    def absolute(self) -> tuple[Day, ...]:
        """The days that are written as dates."""
        return tuple(day for day in self.days if not day.relative)


def pledges(parts: tuple[Spoken, ...], today: date) -> tuple[Pledge, ...]:
    """All promises of a text, those of one sentence as one."""
    return tuple(found for part in parts for found in _of(part, today))


def _of(part: Spoken, today: date) -> Iterator[Pledge]:
    sentence, text = part.sentence, part.sentence.text
    moments = moments_in(text, today)
    match = next(
        (
            each
            for each in sorted(
                (*_LATER.finditer(text), *(_NOW.finditer(text) if moments else ())),
                key=lambda one: one.start(),
            )
            if _promises(sentence, *each.span())
        ),
        None,
    )
    if match is None or _RIGHTS.search(text):
        return
    vague = _VAGUE.search(text)
    low, high = match.start(), match.end()
    near = _near(sentence, (*moments.days, *moments.clocks), low)
    yield Pledge(
        words=text[low:high],
        days=tuple(each for each in near if isinstance(each, Day)),
        clocks=tuple(each for each in near if isinstance(each, Clock)),
        vague=vague[0] if vague else "",
        is_bound=_is_bound(text),
        sentence=sentence,
        start=min([low, *(each.start for each in near)]),
        end=max([high, *(each.end for each in near)]),
    )


def _is_bound(text: str) -> bool:
    """Whether the promise waits for something of the line or the parcel, which we watch."""
    mark = _BOUND.search(text)
    return mark is not None and _WATCHED.search(text, mark.end()) is not None


def _promises(sentence: Sentence, start: int, end: int) -> bool:
    """Whether words here are a promise: not denied, asked, told of others, or a condition."""
    manner = sentence.manner(start, end)
    if (manner.asked and not _CONSENTED.search(sentence.text)) or manner.reported:
        return False
    if manner.negated and not _TWICE_DENIED.search(sentence.text[: start + 1]):
        return False
    if not manner.supposed or _WHEN_WE_CAN.search(sentence.text[:start]):
        return True
    begin, _ = sentence.clause(start)
    before = sentence.text[begin:start]
    return len(before.split()) > 3  # "if it does not come we send another": no comma between


def _near(sentence: Sentence, seen: tuple[Day | Clock, ...], low: int) -> list[Day | Clock]:
    """The times of a promise: those behind it; else those before it in the same breath."""
    after = [each for each in seen if each.start >= low]
    if after:
        days_before = [
            each for each in seen if isinstance(each, Day) and low - 60 < each.start < low
        ]
        own = [each for each in days_before if not sentence.manner(each.start, each.end).reported]
        return after if any(isinstance(each, Day) for each in after) else [*own, *after]
    return [
        each
        for each in seen
        if low - each.start < 60
        and ";" not in sentence.text[each.start : low]
        and not sentence.manner(each.start, each.end).reported
    ]
