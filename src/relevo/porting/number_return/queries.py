"""Reading the list of numbers that go back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting", "returns")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """One number that goes back or rests."""

    process_id: str
    number: Msisdn
    hub: HubKind
    operator: str
    state: str
    is_open: bool
    reference: str
    since: Moment
    window_opens: Moment | None
    task: str


def open_returns(connection: Connection | Cursor, *, most: int = 1_000_000) -> list[ReturnRow]:
    """All that are not at their end: somebody's tasks first, then by their windows."""
    return [_row(row) for row in connection.execute(_SQL["queue"], (most,)).fetchall()]


def returns_of_number(connection: Connection | Cursor, number: Msisdn) -> list[ReturnRow]:
    """What a number went through, the newest first."""
    return [_row(row) for row in connection.execute(_SQL["of_number"], (number,)).fetchall()]


def return_by_number(
    connection: Connection | Cursor, numbers: Iterable[Msisdn]
) -> dict[Msisdn, ReturnRow]:
    """The open return of each of these numbers that has one."""
    rows = connection.execute(_SQL["open_of"], (list(numbers),)).fetchall()
    return {(row := _row(each)).number: row for each in rows}


def _row(row: tuple[Any, ...]) -> ReturnRow:
    return ReturnRow(
        process_id=row[0],
        number=row[1],
        hub=HubKind(row[2]),
        operator=row[3],
        state=row[4],
        is_open=row[5],
        reference=row[6],
        since=utc(row[7]),
        window_opens=None if row[8] is None else utc(row[8]),
        task=row[9],
    )
