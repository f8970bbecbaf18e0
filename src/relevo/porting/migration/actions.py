"""What people can have done with migrations: load their numbers, open them, step in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.porting.migration.decider import KIND, migration_id
from relevo.porting.migration.messages import CloseMigration, StartMigration, TryMigrationAgain
from relevo.porting.migration.model import MigrationPlan, NumberMove
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment
from relevo.values.msisdn import parse_msisdn

__all__ = [
    "Loaded",
    "close_migration",
    "load_numbers",
    "migration_id",
    "start_migration",
    "try_again",
]

_SQL = statements("relevo.porting", "migrations")
ROWS_AT_ONCE = 5_000
FIRST_ROW = 2  # of a file: its first line are the names of the columns
FAULTS_MAX = 1_000
COLUMNS = ("number", "network_from", "service_from", "service_to")


@dataclass(slots=True)
class Loaded:
    """What a load did; ``known`` are in this or in another migration that is under way."""

    rows: int = 0
    written: int = 0
    known: int = 0
    faulty: int = 0
    faults: list[str] = field(default_factory=list)


def load_numbers(
    connection: Connection, process_id: str, rows: Iterable[Mapping[str, str]], *, at: Moment
) -> Loaded:
    """Put the numbers of a file into the list. Loaded twice, it is the same."""
    done = Loaded()
    moves = _read(rows, done)
    while batch := list(islice(moves, ROWS_AT_ONCE)):
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(
                _SQL["load"],
                {
                    "process_id": process_id,
                    "at": at,
                    "number": [move.number for move in batch],
                    "network_from": [move.network_from for move in batch],
                    "service_from": [move.service_from for move in batch],
                    "service_to": [move.service_to for move in batch],
                },
            )
            done.written += cursor.rowcount
            done.known += len(batch) - cursor.rowcount
    return done


def _read(rows: Iterable[Mapping[str, str]], done: Loaded) -> Iterator[NumberMove]:
    for place, row in enumerate(rows, start=FIRST_ROW):
        done.rows += 1
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        missing = [name for name in COLUMNS[1:] if not cells[name]]
        why = f"write {', '.join(missing)}" if missing else ""
        try:
            number = parse_msisdn(cells["number"])
        except Malformed as wrong:
            number, why = None, f"number: {wrong}"
        if number is not None and not why:
            yield NumberMove(number=number, **{name: cells[name] for name in COLUMNS[1:]})
            continue
        done.faulty += 1
        if len(done.faults) < FAULTS_MAX:
            done.faults.append(f"row {place}: {why}")


def start_migration(engine: Engine, name: str, plan: MigrationPlan, *, by: str) -> str:
    """Open a migration whose numbers were loaded; a name is one migration."""
    process_id = migration_id(name)
    engine.tell(KIND, process_id, StartMigration(plan=plan, by=by), key=f"start:{process_id}")
    return process_id


def try_again(engine: Engine, process_id: str, *, by: str, key: str) -> None:
    """Bring once more what the hub declined or did not answer."""
    engine.tell(KIND, process_id, TryMigrationAgain(by=by), key=f"again:{key}")


def close_migration(engine: Engine, process_id: str, *, by: str, why: str, key: str) -> None:
    """Finish it without the numbers that the hub declined."""
    engine.tell(KIND, process_id, CloseMigration(by=by, why=why), key=f"close:{key}")
