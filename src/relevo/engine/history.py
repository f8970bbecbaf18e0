"""Reading: the state of a process, and its facts. Takes any connection; changes nothing.

Old months of the journal may be out of the database. A process needs no history to go on; who wants
to verify the whole history brings the archive along (``adapters/archive_parquet``).
"""

from __future__ import annotations

from typing import Any, Protocol

from psycopg import Connection

from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.engine.wire import Upcasters, decode, decode_old

_SQL = statements("relevo.engine", "history")


class Archive(Protocol):
    """The facts that were taken out of the database."""

    def rows_of(self, process_id: str) -> list[tuple[Any, ...]]:
        """Those of a process, by version, with the columns of ``facts_of_process``."""


def state_of(connection: Connection[Any], process_id: str) -> Any:
    """The stored state of a process, or None when it does not exist."""
    row = connection.execute(_SQL["state_of"], {"process_id": process_id}).fetchone()
    if row is None:
        return None
    word, body, _, _ = row
    return decode(word, body)


def facts_of(
    connection: Connection[Any], of: str, *, upcasters: Upcasters | None = None, today: int = 0
) -> list[Recorded]:
    """The facts of a process (``order-7/line-1``), or of a whole family (``order-7``), in order.

    A name without a stroke is a family; ``facts_of_process`` reads its root alone. ``upcasters``
    lift facts that a version before ``today`` wrote.
    """
    if "/" in of:
        return facts_of_process(connection, of, upcasters=upcasters, today=today)
    return facts_since(connection, of, 0, upcasters=upcasters, today=today)


def facts_since(
    connection: Connection[Any],
    family: str,
    seq: int,
    *,
    upcasters: Upcasters | None = None,
    today: int = 0,
) -> list[Recorded]:
    """The facts of a family after the one with this ``seq``, for whoever follows a history."""
    wanted = {"family": family, "after": seq}
    rows = connection.execute(_SQL["facts_of_family"], wanted).fetchall()
    return [_recorded(row, upcasters or {}, today) for row in rows]


def facts_of_process(
    connection: Connection[Any],
    process_id: str,
    *,
    upcasters: Upcasters | None = None,
    today: int = 0,
) -> list[Recorded]:
    """The facts of one process, in order."""
    wanted = {"process_id": process_id}
    rows = connection.execute(_SQL["facts_of_process"], wanted).fetchall()
    return [_recorded(row, upcasters or {}, today) for row in rows]


def _recorded(row: tuple[Any, ...], upcasters: Upcasters, today: int) -> Recorded:
    process_id, kind, version, at, name, body, seq, kind_version = row
    fact = decode_old(name, body, written=kind_version, today=today, upcasters=upcasters)
    return Recorded(process_id=process_id, kind=kind, version=version, at=at, fact=fact, seq=seq)
