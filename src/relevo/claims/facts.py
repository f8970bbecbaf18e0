"""Questions to a snapshot."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from relevo.claims.model import KnownFact, Snapshot, Value
from relevo.values.moment import Moment

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def fact_of(snapshot: Snapshot, subject: str, predicate: str) -> KnownFact | None:
    """The fact with this subject and predicate, the latest one when there are several."""
    found = None
    for fact in snapshot.facts:
        if fact.subject == subject and fact.predicate == predicate:
            found = fact
    return found


def value_of(snapshot: Snapshot, subject: str, predicate: str) -> Value:
    """Its value; None when nothing is known."""
    fact = fact_of(snapshot, subject, predicate)
    return fact.value if fact else None


def facts_with(snapshot: Snapshot, predicate: str) -> tuple[KnownFact, ...]:
    """All facts with this predicate."""
    return tuple(fact for fact in snapshot.facts if fact.predicate == predicate)


def parcel_facts(text: str, snapshot: Snapshot) -> tuple[KnownFact, ...]:
    """The facts of the parcels whose codes stand in a text; of all parcels when it names none."""
    every = tuple(fact for fact in snapshot.facts if fact.subject.startswith("parcel:"))
    return tuple(fact for fact in every if fact.subject[7:].lower() in text) or every


def lines_of(snapshot: Snapshot) -> tuple[str, ...]:
    """The addressee's numbers of which a state is known."""
    known = {fact.subject for fact in snapshot.facts if fact.predicate == "state"}
    return tuple(number for number in snapshot.addressee.numbers if number in known)


def local(snapshot: Snapshot, moment: Moment) -> datetime:
    """The moment as the addressee reads it."""
    return moment.astimezone(ZoneInfo(snapshot.zone))


def instant(written: str) -> datetime | None:
    """The instant that a fact's value names; None when it cannot be read as one."""
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def is_stale(snapshot: Snapshot, fact: KnownFact) -> bool:
    """Whether the fact is older than it may be."""
    match = _DURATION.fullmatch(fact.ttl) if fact.ttl else None
    if match is None or fact.seen is None:
        return False
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    age = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return fact.seen + age < snapshot.now


def troubled(snapshot: Snapshot) -> bool:
    """Whether something is still open for this customer."""
    if snapshot.case and snapshot.case.resolved_at is None:
        return True
    return any(
        fact.value != "live" for fact in facts_with(snapshot, "state") if fact.subject[:1] == "+"
    )
