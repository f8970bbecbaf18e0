"""What the customer was told before: all that a later message can be held against.

A message is read as he read it, on the day on which it was said: "tomorrow" is the day after that
one. So it never has to be read again, however many messages follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from relevo.claims.amounts import month_of, topic_of
from relevo.claims.asking import asked
from relevo.claims.facts import local
from relevo.claims.lexicon import pattern
from relevo.claims.model import Snapshot
from relevo.claims.sentences import sentences_of
from relevo.claims.spot import money_in
from relevo.claims.statements import Statement, statements
from relevo.claims.subjects import Reader, Spoken, spoken
from relevo.claims.timing import Timed, timed

_CHANGED = pattern("promises", "said", "changed")
_SAID_AGAIN = re.compile(
    r"\b(?:como|tal y como|tal como|igual que|as|like|just as)\s+"
    r"(?:(?:ya|siempre|antes|always)\s+)*$"
)
_STANDS = re.compile(
    r"(?: you)? (?:still |sigue[ns]? |siguen? )?"
    r"(?:holds?|stands?|applies|apply|is (?:still )?(?:right|good)"
    r"|en pie|vale[n]?|valid[ao]s?|igual)\b"
)
""" "The date we gave you still holds" takes nothing back."""
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
class Sum:
    """An amount that is owed or billed. No subjects: for whatever the text is about."""

    topic: str  # "owed" | "bill"
    subjects: tuple[str, ...]  # numbers; of a bill its month as a word, when it is named
    amount: Decimal  # euros
    span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one message said."""

    at: datetime  # of the place where it is read
    owns_up: bool  # that something told before holds no more
    days: frozenset[date]
    dated: tuple[Dated, ...]
    sums: tuple[Sum, ...]
    amounts: frozenset[Decimal]  # of any kind, in euros
    states: tuple[tuple[str, str], ...]  # subject, "parcel" or "", word
    able: tuple[tuple[str, str], ...]  # subject or "", what works in full
    asks: frozenset[str]  # items


def said_before(snapshot: Snapshot) -> tuple[Told, ...]:
    """What the customer was told, the oldest first."""
    latest = sorted(snapshot.said, key=lambda each: each.at)[-_LOOKED_BACK_AT:]
    reader = Reader.of(snapshot)
    return tuple(
        _told(each.text, snapshot.language, reader, local(snapshot, each.at)) for each in latest
    )


@lru_cache(maxsize=8192)
def _told(text: str, language: str, reader: Reader, at: datetime) -> Told:
    parts = spoken(sentences_of(text, language), reader)
    times_said, said = timed(parts, at.date()), statements(parts)
    return Told(
        at=at,
        owns_up=owns_up(parts),
        days=frozenset(one.day for each in times_said for one in each.days),
        dated=tuple(map(dated, filter(is_dated, times_said))),
        sums=tuple(sums(parts)),
        amounts=frozenset(money.amount for part in parts for money in money_in(part.sentence.text)),
        states=tuple(
            (subject, each.word)
            for each in said
            if not each.negated and each.kind in {"state", "parcel"}
            for subject in subjects_of(each)
        ),
        able=tuple(
            (subject, each.word)
            for each in said
            if not each.negated and not each.partly and each.kind == "capability"
            for subject in subjects_of(each)
        ),
        asks=frozenset(each.item for each in asked(parts)),
    )


def owns_up(parts: tuple[Spoken, ...]) -> bool:
    """Whether a text says that something told before holds no more; "as we said" does not."""
    return any(
        not _SAID_AGAIN.search(part.sentence.text[: match.start()])
        and not (match[0][:2] != "no" and _STANDS.match(part.sentence.text[match.end() :]))
        for part in parts
        for match in _CHANGED.finditer(part.sentence.text)
    )


def is_dated(each: Timed) -> bool:
    """Whether it names a date, as the speaker's own word, for something that has one."""
    return each.about in _DATED and bool(each.absolute) and each.manner.is_stated


def dated(each: Timed) -> Dated:
    """The date that is named."""
    return Dated(each.about, each.subjects, frozenset(day.day for day in each.absolute))


def subjects_of(each: Statement) -> tuple[str, ...]:
    """What a statement is about, as it is kept."""
    return ("parcel",) if each.kind == "parcel" else each.subjects or ("",)


def sums(parts: tuple[Spoken, ...]) -> Iterator[Sum]:
    """The amounts that a text says the customer gets, or is billed; none that it denies."""
    for part in parts:
        text = part.sentence.text
        for money in money_in(text):
            topic = topic_of(text, money, "")
            manner = part.sentence.manner(money.start, money.end)
            if topic in {"owed", "bill"} and manner.is_stated and not manner.negated:
                about = part.about(money.start, money.end)
                about = month_of(text) if topic == "bill" else about
                span = part.sentence.span(money.start, money.end)
                yield Sum(topic, about, money.amount, span)
