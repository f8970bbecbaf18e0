"""What the customer was told before: all that a later message can be held against.

A message is read as he read it, on the day on which it was said: "tomorrow" is the day after that
one. So it never has to be read again, however many messages follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from relevo.claims.amounts import topic_of
from relevo.claims.asking import asked
from relevo.claims.facts import local
from relevo.claims.lexicon import pattern
from relevo.claims.model import Snapshot
from relevo.claims.sentences import sentences_of
from relevo.claims.spot import money_in
from relevo.claims.statements import statements
from relevo.claims.subjects import Reader, Spoken, spoken
from relevo.claims.timing import Timed, timed

_CHANGED = pattern("promises", "said", "changed")
_SAID_AGAIN = re.compile(
    r"\b(?:como|tal y como|tal como|igual que|as|like|just as)\s+"
    r"(?:(?:ya|siempre|antes|always)\s+)*$"
)
_DATED = frozenset({"window", "cancel", "parcel", "bill"})
_LOOKED_BACK_AT = 100
"""Messages: what was said long before was superseded long ago."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that was named for something. No subjects: for whatever the text is about."""

    about: str  # "window" | "cancel" | "parcel" | "bill"
    subjects: tuple[str, ...]
    days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Owed:
    """An amount that the customer gets. No subjects: for whatever the text is about."""

    subjects: tuple[str, ...]
    amount: Decimal  # euros
    span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one message said."""

    owns_up: bool  # that something told before holds no more
    days: frozenset[date]
    dated: tuple[Dated, ...]
    owed: tuple[Owed, ...]
    amounts: frozenset[Decimal]  # of any kind, in euros
    states: tuple[tuple[str, str], ...]  # subject or "", word
    asks: frozenset[str]  # items


def said_before(snapshot: Snapshot) -> tuple[Told, ...]:
    """What the customer was told, the oldest first."""
    latest = sorted(snapshot.said, key=lambda each: each.at)[-_LOOKED_BACK_AT:]
    reader = Reader.of(snapshot)
    return tuple(
        _told(each.text, snapshot.language, reader, local(snapshot, each.at).date())
        for each in latest
    )


@lru_cache(maxsize=8192)
def _told(text: str, language: str, reader: Reader, day: date) -> Told:
    parts = spoken(sentences_of(text, language), reader)
    times_said = timed(parts, day)
    return Told(
        owns_up=owns_up(parts),
        days=frozenset(one.day for each in times_said for one in each.days),
        dated=tuple(map(dated, filter(is_dated, times_said))),
        owed=tuple(owed(parts)),
        amounts=frozenset(money.amount for part in parts for money in money_in(part.sentence.text)),
        states=tuple(
            (subject, each.word)
            for each in statements(parts)
            if not each.negated
            for subject in each.subjects or ("",)
        ),
        asks=frozenset(each.item for each in asked(parts)),
    )


def owns_up(parts: tuple[Spoken, ...]) -> bool:
    """Whether a text says that something told before holds no more; "as we said" does not."""
    return any(
        not _SAID_AGAIN.search(part.sentence.text[: match.start()])
        for part in parts
        for match in _CHANGED.finditer(part.sentence.text)
    )


def is_dated(each: Timed) -> bool:
    """Whether it names a date, as the speaker's own word, for something that has one."""
    return each.about in _DATED and bool(each.absolute) and each.manner.is_stated


def dated(each: Timed) -> Dated:
    """The date that is named."""
    return Dated(each.about, each.subjects, frozenset(day.day for day in each.absolute))


def owed(parts: tuple[Spoken, ...]) -> Iterator[Owed]:
    """The amounts that a text says the customer gets."""
    for part in parts:
        for money in money_in(part.sentence.text):
            if topic_of(part.sentence.text, money, "") == "owed":
                span = part.sentence.span(money.start, money.end)
                yield Owed(part.about(money.start, money.end), money.amount, span)
