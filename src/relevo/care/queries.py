"""Questions about what was handed in, and about what may be promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from relevo.care.documents import Document
from relevo.care.history import (
    LATELY,
    DayKind,
    Lengths,
    Proposal,
    UnderWay,
    kind_of_day,
    propose,
)
from relevo.engine.sql import statements
from relevo.values.calendar import WorkingDays
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.care", "documents")
_HISTORY = statements("relevo.care", "history")


def documents_of(connection: Connection[Any], order_key: str) -> list[Document]:
    """What was handed in for an order, the oldest first."""
    rows = connection.execute(_SQL["of_order"], {"order": order_key}).fetchall()
    return [
        Document(
            sha256=digest,
            name=name,
            media_type=media_type,
            size_bytes=size,
            subject=subject,
            handed_by=by,
            handed_at=utc(at),
            purpose=purpose,
            keep_until=utc(until) if until else None,
            erased_at=utc(erased) if erased else None,
            scan=scan,
        )
        for digest, name, media_type, size, subject, by, at, purpose, until, erased, scan in rows
    ]


def content_of(
    connection: Connection[Any], order_key: str, digest: str
) -> tuple[str, bytes] | None:
    """Name and bytes of a file; None when there is none that the reader may see."""
    wanted = {"order": order_key, "sha256": digest}
    row = connection.execute(_SQL["one"], wanted).fetchone()
    return None if row is None else (str(row[0]), bytes(row[1]))


def proposals(
    connection: Connection[Any],
    order: str,
    days: WorkingDays,
    now: Moment,
    others: Sequence[UnderWay] = (),
) -> list[Proposal]:
    """What may be promised to a customer now, the earliest first; ``others``: open troubles."""
    rows = connection.execute(_HISTORY["under_way"], {"family": order}).fetchall()
    waits = [
        UnderWay(stage=stage, key=key, began=utc(began), bound=utc(bound) if bound else None)
        for stage, key, began, bound in rows
    ]
    found = []
    for each in (*waits, *others):
        day_kind = kind_of_day(days, days.local(each.began).date())
        lengths = lengths_of(connection, each.stage, days, day_kind, now)
        proposal = propose(each, lengths, now, day_kind)
        if proposal is not None:
            found.append(proposal)
    return sorted(found, key=lambda each: (each.due, each.stage, each.key))


def lengths_of(
    connection: Connection[Any], stage: str, days: WorkingDays, day_kind: DayKind, now: Moment
) -> Lengths:
    """How long this stage took lately, begun on such days."""
    asked = {"stage": stage, "since": (now - LATELY).date()}
    by_minutes: dict[int, int] = {}
    for began_on, minutes, ended in connection.execute(_HISTORY["lengths"], asked).fetchall():
        if kind_of_day(days, began_on) is day_kind:
            by_minutes[minutes] = by_minutes.get(minutes, 0) + ended
    ordered = sorted(by_minutes)
    return Lengths(tuple(ordered), tuple(by_minutes[minutes] for minutes in ordered))
