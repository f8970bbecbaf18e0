"""Lets the database itself watch that a process has one writer.

Installed in a test's database, triggers and two exclusion constraints refuse what the engine must
never do: a session that writes under somebody else's lease, two sessions under one lease, and
facts of two leases that mix. They know nothing of the engine's own guards.
"""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.testing", "writer_audit")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote in a bucket under which lease, and from when to when by the database's clock."""

    bucket: int
    token: int
    worker: str
    first_at: Moment
    last_at: Moment


def watch_writers(connection: Connection) -> None:
    """Install the watch."""
    connection.execute(_SQL["install"])


def writers(connection: Connection) -> list[Writer]:
    """All who wrote, by bucket and token."""
    return [Writer(*row) for row in connection.execute(_SQL["writers"]).fetchall()]
