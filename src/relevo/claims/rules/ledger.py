"""Rule 11: what was told before and is told otherwise now says that it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from relevo.claims.facts import facts_with, lines_of
from relevo.claims.model import Finding, KnownFact, Snapshot
from relevo.claims.spot import money_in
from relevo.claims.statements import Statement
from relevo.claims.subjects import Spoken
from relevo.claims.timing import Timed
from relevo.claims.told import (
    Dated,
    Sum,
    Told,
    dated,
    is_dated,
    owns_up,
    said_before,
    subjects_of,
    sums,
)

_AGAINST = {
    "confirmed": {"cancelled", "rejected"},
    "requested": {"cancelled"},
    "rejected": {"confirmed"},
    "cancelled": {"confirmed", "ported", "live"},
    "delivered": {"in_transit", "out_for_delivery", "attempt_failed", "lost", "returning"},
}
"""What cannot follow by the ordinary course of things."""


def taken_back(
    parts: tuple[Spoken, ...], times_said: tuple[Timed, ...], snapshot: Snapshot
) -> frozenset[date]:
    """Days that were told before and are no day of any fact, in a text that owns up to a change."""
    right = {str(fact.value) for fact in snapshot.facts}
    named = {day.day for each in times_said for day in each.days}
    wrong = {day for day in named if not any(str(day) in value for value in right)}
    if not wrong or not owns_up(parts):
        return frozenset()  # what was told is read only where it can excuse something
    told = {day for each in said_before(snapshot) for day in each.days}
    return frozenset(wrong & told)


def amounts_taken_back(parts: tuple[Spoken, ...], snapshot: Snapshot) -> frozenset[Decimal]:
    """Amounts that were told before, in a text that owns up to a change and names another."""
    named = {money.amount for part in parts for money in money_in(part.sentence.text)}
    if len(named) <= 1 or not owns_up(parts):
        return frozenset()
    told = {amount for each in said_before(snapshot) for amount in each.amounts}
    return frozenset(named & told) if named - told else frozenset()


def findings(
    parts: tuple[Spoken, ...],
    said: tuple[Statement, ...],
    times_said: tuple[Timed, ...],
    snapshot: Snapshot,
) -> list[Finding]:
    """What a text says otherwise than before, without owning up to it."""
    dates = [each for each in (_named(one, snapshot) for one in times_said) if is_dated(each)]
    amounts = list(sums(parts))
    if owns_up(parts) or not (dates or said or amounts):
        return []  # what was told is read only where something can be said otherwise
    told = said_before(snapshot)
    return [
        *_dates(told, dates, snapshot),
        *_amounts(told, amounts),
        *_states(told, said, snapshot),
        *_abilities(told, said, snapshot),
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


def _subjects(each: Dated, snapshot: Snapshot) -> tuple[str, ...]:
    if each.about in {"parcel", "bill"}:
        return (each.about,)
    return each.subjects or lines_of(snapshot) or snapshot.addressee.numbers


def _dates(told: Sequence[Told], now_said: list[Timed], snapshot: Snapshot) -> Iterator[Finding]:
    before: dict[tuple[str, str], frozenset[date]] = {}
    for message in told:
        if message.owns_up:
            before.clear()  # from then on another word holds
        for each in message.dated:
            for subject in _subjects(each, snapshot):
                before[each.about, subject] = each.days
    for one in now_said:
        said = dated(one)
        for subject in _subjects(said, snapshot):
            old = before.get((said.about, subject))
            if old and not said.days & old:
                yield _finding(one.span, str(min(said.days)), ", ".join(map(str, sorted(old))))
                break


def _amounts(told: Sequence[Told], now_said: list[Sum]) -> Iterator[Finding]:
    for topic in ("owed", "bill"):
        before = {
            each.subjects: each.amount
            for message in told
            for each in message.sums
            if each.topic == topic
        }
        only = next(iter(before.values())) if len(before) == 1 else None
        for each in now_said:
            old = before.get(each.subjects) or (only if () in (each.subjects, *before) else None)
            if each.topic == topic and old and each.amount != old:
                yield _finding(each.span, f"{each.amount} EUR", f"{old} EUR")


def _states(
    told: Sequence[Told], now_said: Sequence[Statement], snapshot: Snapshot
) -> Iterator[Finding]:
    """What cannot follow what was told; and what was so already when another thing was told."""
    before: dict[str, tuple[str, datetime]] = {}
    for message in told:
        if message.owns_up:
            before.clear()
        before |= {subject: (word, message.at) for subject, word in message.states}
    for each in now_said:
        if each.negated or each.kind not in {"state", "parcel"}:
            continue
        for subject in subjects_of(each):
            old, at = before.get(subject, ("", snapshot.now))
            was_so = old != each.word and _was_so(snapshot, subject, each.word, at)
            if old and (each.word in _AGAINST.get(old, ()) or was_so):
                yield _finding(each.span, each.word, old)
                break


def _was_so(snapshot: Snapshot, subject: str, word: str, at: datetime) -> bool:
    """Whether a parcel was there already, by its fact, when it was told to be elsewhere."""
    return subject == "parcel" and any(
        fact.value == word and fact.since is not None and fact.since < at
        for fact in facts_with(snapshot, "state")
        if fact.subject[:7] == "parcel:"
    )


def _abilities(
    told: Sequence[Told], now_said: Sequence[Statement], snapshot: Snapshot
) -> Iterator[Finding]:
    """ "It can be called from everywhere", and now "not from cantil", with nothing in between."""
    before = {what: message.at for message in told for what in message.able}
    for each in now_said:
        if each.kind != "capability" or not (each.negated or each.partly):
            continue
        for subject in subjects_of(each):
            at = before.get((subject, each.word))
            since = [f.since for f in snapshot.facts if f.subject == subject and f.since]
            if at and since and max(since) < at:
                yield _finding(each.span, f"{each.word} no longer in full", f"{each.word} in full")
                break


def _finding(span: tuple[int, int], says: str, before: str) -> Finding:
    why = "the customer was told otherwise: say that it changes"
    return Finding(rule=11, span=span, says=says, facts_say=f"told before: {before}", why=why)
