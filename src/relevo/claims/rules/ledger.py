"""Rule 11: what was told before and is told otherwise now says that it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relevo.claims.facts import facts_with, lines_of
from relevo.claims.fold import folded
from relevo.claims.lexicon import pattern
from relevo.claims.model import Finding, KnownFact, Snapshot
from relevo.claims.rules.money import topic_of
from relevo.claims.sentences import sentences_of
from relevo.claims.spot import money_in
from relevo.claims.statements import Statement, statements
from relevo.claims.subjects import Spoken, spoken
from relevo.claims.timing import Timed, timed

_CHANGED = pattern("promises", "said", "changed")
_DATED = frozenset({"window", "cancel", "parcel", "bill"})
_AGAINST = {
    "confirmed": {"cancelled", "rejected"},
    "requested": {"cancelled"},
    "rejected": {"confirmed"},
    "cancelled": {"confirmed", "ported", "live"},
    "delivered": {"in_transit", "out_for_delivery", "attempt_failed", "lost", "returning"},
}
"""What cannot follow by the ordinary course of things."""
_AGAINST_ANY = frozenset[str]().union(*_AGAINST.values())
_Owed = tuple[tuple[str, ...], Decimal, tuple[int, int]]
_TOLD_MOST = 40
"""Messages that are looked back at: what was said long before was superseded long ago."""


_SAID_AGAIN = re.compile(
    r"\b(?:como|tal y como|tal como|igual que|as|like|just as)\s+"
    r"(?:(?:ya|siempre|antes|always)\s+)*$"
)


def owns_up(parts: tuple[Spoken, ...]) -> bool:
    """Whether a text says that something told before holds no more; "as we said" does not."""
    return any(
        not _SAID_AGAIN.search(part.sentence.text[: match.start()])
        for part in parts
        for match in _CHANGED.finditer(part.sentence.text)
    )


def taken_back(
    parts: tuple[Spoken, ...], times_said: tuple[Timed, ...], snapshot: Snapshot, today: date
) -> frozenset[date]:
    """Days that were told before and are no day of any fact, in a text that owns up to a change."""
    right = {str(fact.value) for fact in snapshot.facts}
    named = {day.day for each in times_said for day in each.days}
    wrong = {day for day in named if not any(str(day) in value for value in right)}
    if not wrong or not owns_up(parts):
        return frozenset()  # what was told is read only where it can excuse something
    told = {
        day.day
        for said in snapshot.said
        for each in timed(spoken(sentences_of(said.text, snapshot.language), snapshot), today)
        for day in each.days
    }
    return frozenset(wrong & told)


def amounts_taken_back(parts: tuple[Spoken, ...], snapshot: Snapshot) -> frozenset[Decimal]:
    """Amounts that were told before, in a text that owns up to a change and names another."""
    named = {money.amount for part in parts for money in money_in(part.sentence.text)}
    if len(named) <= 1 or not owns_up(parts):
        return frozenset()
    told = {money.amount for said in snapshot.said for money in money_in(folded(said.text))}
    return frozenset(named & told) if named - told else frozenset()


def findings(
    parts: tuple[Spoken, ...],
    said: tuple[Statement, ...],
    times_said: tuple[Timed, ...],
    snapshot: Snapshot,
    today: date,
) -> list[Finding]:
    """What a text says otherwise than before, without owning up to it."""
    dated = [each for each in (_named(one, snapshot) for one in times_said) if _is_dated(each)]
    stated = [each for each in said if not each.negated and each.word in _AGAINST_ANY]
    owed = list(_owed(parts))
    if owns_up(parts) or not (dated or stated or owed):
        return []  # what was told is read only where something can be said otherwise
    told = [
        spoken(sentences_of(each.text, snapshot.language), snapshot)
        for each in sorted(snapshot.said, key=lambda each: each.at)[-_TOLD_MOST:]
    ]
    return [
        *(_dates(told, dated, snapshot, today) if dated else ()),
        *(_amounts(told, owed) if owed else ()),
        *(_states(told, stated) if stated else ()),
    ]


def _named(each: Timed, snapshot: Snapshot) -> Timed:
    """A bare date of a line that is the day of its window speaks of the window."""
    if each.about not in {"", "date"}:
        return each
    days = {str(day.day) for day in each.absolute}
    windows = [f for f in facts_with(snapshot, "port_window") if f.subject in each.subjects]
    of_window = any(str(one)[:10] in days for f in windows for one in _values(f))
    return replace(each, about="window") if of_window else each


def _values(fact: KnownFact) -> tuple[str, ...]:
    return fact.value if isinstance(fact.value, tuple) else ()


def _is_dated(each: Timed) -> bool:
    return each.about in _DATED and bool(each.absolute) and each.manner.is_stated


def _subjects(each: Timed, snapshot: Snapshot) -> tuple[str, ...]:
    if each.about in {"parcel", "bill"}:
        return (each.about,)
    return each.subjects or lines_of(snapshot) or snapshot.addressee.numbers


def _dates(
    told: list[tuple[Spoken, ...]], now_said: list[Timed], snapshot: Snapshot, today: date
) -> Iterator[Finding]:
    before: dict[tuple[str, str], set[date]] = {}
    for parts in told:
        if owns_up(parts):
            before.clear()  # from then on another word holds
        for each in timed(parts, today):
            if _is_dated(each):
                for subject in _subjects(each, snapshot):
                    before[each.about, subject] = {day.day for day in each.absolute}
    for each in now_said:
        days = {day.day for day in each.absolute}
        for subject in _subjects(each, snapshot):
            old = before.get((each.about, subject))
            if old and not days & old:
                yield _finding(each.span, str(min(days)), ", ".join(map(str, sorted(old))))
                break


def _amounts(told: list[tuple[Spoken, ...]], owed: list[_Owed]) -> Iterator[Finding]:
    before: dict[tuple[str, ...], set[Decimal]] = {}
    for earlier in told:
        for numbers, amount, _ in _owed(earlier):
            before[numbers] = {amount}
    for numbers, amount, span in owed:
        old = before.get(numbers) or (before.get(()) if len(before) == 1 else None)
        if old is None and not numbers and len(before) == 1:
            old = next(iter(before.values()))
        if old and amount not in old:
            yield _finding(span, f"{amount} EUR", ", ".join(f"{each} EUR" for each in old))


def _owed(parts: tuple[Spoken, ...]) -> Iterator[_Owed]:
    for part in parts:
        for money in money_in(part.sentence.text):
            if topic_of(part.sentence.text, money, "") == "owed":
                span = part.sentence.span(money.start, money.end)
                yield part.about(money.start, money.end), money.amount, span


def _states(told: list[tuple[Spoken, ...]], said: list[Statement]) -> Iterator[Finding]:
    before: dict[str, str] = {}
    for parts in told:
        for each in statements(parts):
            if not each.negated and each.word in _AGAINST:
                for subject in each.subjects or ("",):
                    before[subject] = each.word
    for each in said:
        for subject in each.subjects or ("",):
            old = before.get(subject, "")
            if each.word in _AGAINST.get(old, ()):
                yield _finding(each.span, each.word, old)
                break


def _finding(span: tuple[int, int], says: str, before: str) -> Finding:
    why = "the customer was told otherwise: say that it changes"
    return Finding(rule=11, span=span, says=says, facts_say=f"told before: {before}", why=why)
