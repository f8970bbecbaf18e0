"""The numbers of a migration, read in batches and counted: never all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.porting.migration.messages import NumbersCounted
from relevo.porting.migration.model import NumberMove
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.porting", "migrations")
_WAY = ("asked", "sent", "confirmed")


def volume(connection: Connection, process_id: str) -> int:
    """How many numbers the list has."""
    row = connection.execute(_SQL["volume"], (process_id,)).fetchone()
    return int(row[0]) if row else 0


def origins(connection: Connection, process_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The operators and the hosts from which the numbers come."""
    row = connection.execute(_SQL["origins"], (process_id,)).fetchone()
    return (tuple(row[0] or ()), tuple(row[1] or ())) if row else ((), ())


def next_numbers(
    connection: Connection, process_id: str, most: int
) -> tuple[tuple[NumberMove, ...], tuple[Msisdn, ...]]:
    """The next ones, and those among them that are being ported."""
    moves, left_out = [], []
    for number, *rest, is_porting in connection.execute(_SQL["next"], (process_id, most)):
        if is_porting:
            left_out.append(Msisdn(number))
            continue
        network, was, to = rest
        moves.append(
            NumberMove(number=Msisdn(number), network_from=network, service_from=was, service_to=to)
        )
    return tuple(moves), tuple(left_out)


def counts(connection: Connection, process_id: str) -> dict[str, int]:
    """How many numbers stand how."""
    return dict(connection.execute(_SQL["counts"], (process_id,)).fetchall())


def counted(connection: Connection, process_id: str) -> NumbersCounted:
    """The same, as the process needs it."""
    found = counts(connection, process_id)
    return NumbersCounted(
        waiting=found.get("waiting", 0),
        on_their_way=sum(found.get(state, 0) for state in _WAY),
        declined=found.get("declined", 0),
    )


def numbers_in(
    connection: Connection, process_id: str, states: Sequence[str]
) -> list[tuple[str, str, str]]:
    """Numbers in these states, each with its state and why: for a report."""
    return list(connection.execute(_SQL["numbers"], (process_id, list(states))).fetchall())


def states_of(
    connection: Connection, process_id: str, numbers: Iterable[Msisdn]
) -> dict[Msisdn, str]:
    """How these numbers stand."""
    return dict(connection.execute(_SQL["states_of"], (process_id, list(numbers))).fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRow:
    """One migration that is not finished."""

    process_id: str
    reference: str
    operator: str
    state: str
    ends_by: Moment | None
    task: str


def open_migrations(connection: Connection) -> list[MigrationRow]:
    """Somebody's tasks first, then by the hub's latest date."""
    return [
        MigrationRow(
            process_id=row[0],
            reference=row[1],
            operator=row[2],
            state=row[3],
            ends_by=row[4],
            task=row[5],
        )
        for row in connection.execute(_SQL["open"]).fetchall()
    ]
