"""Where a fixed number is, as the hub told everybody."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.fixed_bulletin.gateway import RangeMoved
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting.fixed_bulletin", "bulletin")
NUMBERS_MAX = 5_000  # of one range (porting-es 5.2)


def moved(connection: Connection | Cursor, number: Msisdn, at: Moment) -> RangeMoved | None:
    """The last move of the number before that moment; None when the hub told of none."""
    earliest = f"+{int(number[1:]) - NUMBERS_MAX + 1}"
    wanted = (earliest, number, number, number, at)
    row = connection.execute(_SQL["of_number"], wanted).fetchone()
    if row is None:
        return None
    return RangeMoved(
        first=row[0], last=row[1], nrn=row[2], operator=row[3], since=utc(row[4]), reference=row[5]
    )


def keep_moves(cursor: Cursor, moves: Sequence[RangeMoved], undone: Sequence[str]) -> None:
    """Write down what the hub told; the same told twice is one."""
    latest = {(move.first, move.last, move.since): move for move in moves}
    kept = list(latest.values())
    cursor.execute(
        _SQL["put"],
        (
            [move.first for move in kept],
            [move.last for move in kept],
            [move.nrn for move in kept],
            [move.operator for move in kept],
            [move.since for move in kept],
            [move.reference for move in kept],
        ),
    )
    cursor.execute(_SQL["undo"], (list(undone),))
