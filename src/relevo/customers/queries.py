"""Reading what we serve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.values.moment import utc
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType

_SQL = statements("relevo.customers", "served")


def served_lines(
    connection: Connection | Cursor, numbers: Iterable[Msisdn]
) -> tuple[ServedLine, ...]:
    """What we know of these numbers; who is left out is unknown here."""
    return _lines(connection, "lines", numbers)


def dependants_of(
    connection: Connection | Cursor, numbers: Iterable[Msisdn]
) -> tuple[ServedLine, ...]:
    """The lines in service that live on the card of one of these."""
    return _lines(connection, "dependants", numbers)


def serves_anything(connection: Connection | Cursor) -> bool:
    """Whether we can be a donor at all."""
    row = connection.execute(_SQL["serves_anything"]).fetchone()
    return bool(row and row[0])


def served_counts(connection: Connection | Cursor) -> dict[str, int]:
    """How many lines stand how."""
    return dict(connection.execute(_SQL["count"]).fetchall())


def _lines(
    connection: Connection | Cursor, name: str, numbers: Iterable[Msisdn]
) -> tuple[ServedLine, ...]:
    rows = connection.execute(_SQL[name], {"numbers": list(numbers)}).fetchall()
    return tuple(_line(row) for row in rows)


def _line(row: tuple[Any, ...]) -> ServedLine:
    return ServedLine(
        number=row[0],
        operator=row[1],
        document=Document(DocumentType(row[2]), row[3]),
        holder_name=row[4],
        is_prepaid=row[5],
        status=ServedStatus(row[6]),
        is_own_range=row[7],
        iccid=row[8],
        ceased_at=None if row[9] is None else utc(row[9]),
        contact=row[10],
        email=row[11],
        language=row[12],
        depends_on=row[13],
        ends_along=tuple(row[14]),
    )
