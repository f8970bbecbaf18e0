"""Lets the database note which buckets each transaction writes in, to find those that write in two.

All tables of the engine can be distributed by bucket, over many machines, only as long as no
transaction needs two of them. The custody ledger is keyed by number, has no bucket, and is the one
exception.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from relevo.engine.connection import Connection
from relevo.engine.sql import statements

_SQL = statements("relevo.testing", "bucket_audit")
_EVENTS = (("insert", "new"), ("update", "new"), ("delete", "old"))
_TRIGGER = (
    "create trigger {name} after {event} on {table} referencing {rows} table as affected "
    "for each statement execute function note_bucket()"
)


@dataclass(frozen=True, slots=True)
class Stray:
    """A transaction that wrote in more than one bucket: in which, where, and by what."""

    buckets: tuple[int, ...]
    tables: tuple[str, ...]
    statements: tuple[str, ...]


def watch_buckets(connection: Connection) -> tuple[str, ...]:
    """Install the watch on every table with a bucket; returns their names."""
    connection.execute(_SQL["install"])
    tables = tuple(name for (name,) in connection.execute(_SQL["tables"]).fetchall())
    for table in tables:
        for event, rows in _EVENTS:
            trigger = sql.SQL(_TRIGGER).format(
                name=sql.Identifier(f"note_bucket_of_{event}"),
                event=sql.SQL(event),
                table=sql.Identifier(table),
                rows=sql.SQL(rows),
            )
            connection.execute(trigger)
    return tables


def strays(connection: Connection) -> list[Stray]:
    """All transactions that wrote in two buckets or more."""
    rows = connection.execute(_SQL["strays"]).fetchall()
    return [Stray(*(tuple(column) for column in row)) for row in rows]


def watched_writes(connection: Connection) -> dict[str, int]:
    """How many writes were noted, by table: a watch that saw nothing proves nothing."""
    return dict(connection.execute(_SQL["seen"]).fetchall())
