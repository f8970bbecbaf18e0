"""The journal in months: ahead of the clock there are always some, and old ones can be taken out.

    journal_past        everything before the first month
    journal_2026_12     a month
    journal_future      everything after the last one; empty, unless a clock is far ahead

Every instant has its partition, so no fact is ever without a place, however late it is handled or
whatever its clock says; a play of the year 2019 just works. What changes the set of partitions
happens in one transaction and takes milliseconds, but needs the journal for itself: it waits for
that a second at most, and otherwise lets the others work and is tried again by whoever called it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.values.moment import Moment

MONTHS_AHEAD = 3
PAST, FUTURE = "journal_past", "journal_future"
_SQL = statements("relevo.engine", "partitions")
_LOCK = 0x72656C65766F + 1  # beside that of the migrations
_WAIT_MS = 1000


class JournalBusy(RuntimeError):
    """Somebody reads the journal for long; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A part of the journal: the facts from ``starts_at`` on and before ``ends_at``."""

    name: str
    starts_at: Moment | None  # None: from the beginning of time
    ends_at: Moment | None  # None: to its end
    facts: int  # about: as the statistics of the database have it
    size_bytes: int


def partitions(connection: Connection) -> list[Partition]:
    """The partitions of the journal, in the order of time."""
    names = ("name", "starts_at", "ends_at", "facts", "size_bytes")
    rows = connection.execute(_SQL["partitions"]).fetchall()
    return [Partition(**dict(zip(names, row, strict=True))) for row in rows]


def look_ahead(connection: Connection) -> list[str]:
    """Make the months that are missing before the clock gets there; returns their names.

    Raises JournalBusy; then it is time again in an hour.
    """
    enough = _month_ahead(connection, MONTHS_AHEAD + 1)
    is_enough = _first_of_future(connection) >= enough
    connection.rollback()
    if is_enough:
        return []
    try:
        with connection.transaction(), connection.cursor() as cursor:
            return _split_future(cursor, enough)
    except psycopg.errors.LockNotAvailable as busy:
        raise JournalBusy(f"no months were added to the journal: {busy}") from busy


def take_out(cursor: Cursor, partition: Partition, name: str) -> None:
    """Detach a partition in the caller's transaction and call it ``name``.

    What is as old as its facts and comes later goes into the past, which grows up to its end.
    Raises JournalBusy.
    """
    if partition.ends_at is None:
        raise ValueError(f"{partition.name} has no end; its facts are not old yet")
    try:
        cursor.execute(_SQL["wait_at_most"], {"milliseconds": _WAIT_MS})
        _run(cursor, "detach", partition.name)
        _run(cursor, "rename", partition.name, name=sql.Identifier(name))
        _cover(cursor, partition)
    except psycopg.errors.LockNotAvailable as busy:
        raise JournalBusy(
            f"{partition.name} was not detached, because somebody reads the journal for longer "
            "than a second (a backup, a verification); try again when that is done"
        ) from busy


def bring_back(cursor: Cursor, rows: Iterable[tuple[Any, ...]]) -> int:
    """Put facts that were taken out into the journal again; returns how many were missing."""
    cursor.execute(_SQL["staging"])
    with cursor.copy(_SQL["copy_staging"]) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(_SQL["merge"])
    return cursor.rowcount


def has_facts(cursor: Cursor, partition: str) -> bool:
    """Whether there is a row in it."""
    row = _run(cursor, "has_facts", partition).fetchone()
    return row == (True,)


def drop(cursor: Cursor, name: str) -> None:
    """Drop what was taken out."""
    _run(cursor, "drop", name)


def _split_future(cursor: Cursor, last: Moment) -> list[str]:
    """Months up to ``last``. A future that holds facts is one big partition up to its last fact."""
    cursor.execute(_SQL["lock_out_others"], {"lock": _LOCK})
    if cursor.fetchone() != (True,):
        return []
    first = _first_of_future(cursor.connection)
    if first >= last:  # somebody was here since we looked
        return []
    cursor.execute(_SQL["wait_at_most"], {"milliseconds": _WAIT_MS})
    _run(cursor, "detach", FUTURE)
    cursor.execute(_SQL["end_of_future"])
    row = cursor.fetchone()
    filled = None if row is None else row[0]
    made = []
    if filled is not None:
        name = _name_of(first)
        _run(cursor, "rename", FUTURE, name=sql.Identifier(name))
        _make(cursor, FUTURE, like=name)
        _attach(cursor, name, first, filled)
        made.append(name)
        first = filled
    cursor.execute(_SQL["months"], {"first": first, "last": last})
    for starts_at, ends_at in cursor.fetchall():
        name = _name_of(starts_at)
        _make(cursor, name)
        _attach(cursor, name, starts_at, ends_at)
        made.append(name)
    _attach(cursor, FUTURE, max(first, last), None)
    return made


def _cover(cursor: Cursor, gone: Partition) -> None:
    """Give the range of a partition that is gone to the past, or a partition of its own."""
    if gone.name == PAST:
        _make(cursor, PAST)
        _attach(cursor, PAST, None, gone.ends_at)
    elif has_facts(cursor, PAST) or _the(cursor.connection, PAST).ends_at != gone.starts_at:
        _make(cursor, gone.name)
        _attach(cursor, gone.name, gone.starts_at, gone.ends_at)
    else:
        _run(cursor, "detach", PAST)
        _attach(cursor, PAST, None, gone.ends_at)


def _the(connection: Connection, name: str) -> Partition:
    return next(each for each in partitions(connection) if each.name == name)


def _first_of_future(connection: Connection) -> Moment:
    first = _the(connection, FUTURE).starts_at
    assert first is not None
    return first


def _month_ahead(connection: Connection, months: int) -> Moment:
    row = connection.execute(_SQL["month_ahead"], {"months": months}).fetchone()
    assert row is not None
    month: Moment = row[0]
    return month


def _make(cursor: Cursor, name: str, like: str = FUTURE) -> None:
    _run(cursor, "make", name, like=sql.Identifier(like))


def _attach(cursor: Cursor, name: str, starts_at: Moment | None, ends_at: Moment | None) -> None:
    bounds = {
        "starts_at": sql.SQL("minvalue") if starts_at is None else sql.Literal(starts_at),
        "ends_at": sql.SQL("maxvalue") if ends_at is None else sql.Literal(ends_at),
    }
    _run(cursor, "attach", name, **bounds)


def _run(cursor: Cursor, statement: str, partition: str, **parts: Any) -> Cursor:
    text = sql.SQL(_SQL[statement].decode())
    return cursor.execute(text.format(partition=sql.Identifier(partition), **parts))


def _name_of(month: Moment) -> str:
    return f"journal_{month:%Y_%m}"
