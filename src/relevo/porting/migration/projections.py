"""Rows of numbers, the desk's list, custody and what we serve follow the facts of migrations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relevo.customers.actions import NewStanding, stand_lines
from relevo.customers.served import ServedStatus
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.numbering.actions import hand_over
from relevo.numbering.moves import Ground, HandOver
from relevo.porting.migration.folding import FACTS, PHASES
from relevo.porting.migration.lifecycle import FINAL
from relevo.porting.migration.messages import (
    MigrationCutShort,
    MigrationLate,
    MigrationOpened,
    MigrationRefused,
    MigrationResumed,
    MigrationStarted,
    MigrationStuck,
    NumberMigrationDeclined,
    NumberMigrationState,
    NumberMigrationStated,
    NumbersReleased,
    NumbersSubmitted,
)

_SQL = statements("relevo.porting", "migrations")


def migration_projections() -> tuple[Projection, ...]:
    """One, for rows and ledger are written from the same numbers."""
    return (Projection(facts=FACTS, write=write_migrations),)


def write_migrations(cursor: Cursor, records: list[Recorded]) -> None:
    """In the order of the facts."""
    for record in records:
        match record.fact:
            case NumbersSubmitted() as fact:
                _put(cursor, record, "asked", fact.numbers)
                _put(cursor, record, "left_out", fact.left_out, "it is being ported")
            case NumberMigrationDeclined() as fact:
                state = "waiting" if fact.comes_again else "declined"
                _put(cursor, record, state, (fact.number,), f"{fact.code}: {fact.text}")
            case NumberMigrationStated() as fact:
                moved = _put(cursor, record, fact.state.value, (fact.number,))
                if fact.state is NumberMigrationState.MIGRATED:
                    _hand_over(cursor, record, moved)
            case NumbersReleased():
                cursor.execute(_SQL["release"], (record.at, record.process_id))
            case _:
                _migration(cursor, record)


def _put(
    cursor: Cursor, record: Recorded, state: str, numbers: tuple[str, ...], why: str = ""
) -> list[tuple[Any, ...]]:
    row = {
        "state": state,
        "why": why,
        "at": record.at,
        "process_id": record.process_id,
        "numbers": list(numbers),
    }
    return cursor.execute(_SQL["put"], row).fetchall() if numbers else []


def _hand_over(cursor: Cursor, record: Recorded, moved: list[tuple[Any, ...]]) -> None:
    """Who has the number changes only where its operator does, and not with its host."""
    caused_by = f"{record.process_id}@{record.version}"
    changes = [row for row in moved if row[1] != row[2]]
    rows = [
        HandOver(
            number=number,
            holder=service_to,
            at=record.fact.at,
            ground=Ground.MIGRATED,
            caused_by=caused_by,
        )
        for number, _, service_to in changes
    ]
    hand_over(cursor, rows)
    stand_lines(cursor, list(_leaving(record, changes, caused_by)))


def _leaving(
    record: Recorded, changes: list[tuple[Any, ...]], caused_by: str
) -> Iterator[NewStanding]:
    """What we serve is of one operator: a number that becomes another's is gone."""
    for number, _, _ in changes:
        yield NewStanding(
            number=number, status=ServedStatus.GONE, at=record.fact.at, caused_by=caused_by
        )


def _migration(cursor: Cursor, record: Recorded) -> None:
    fact: Any = record.fact
    if isinstance(fact, MigrationStarted):
        plan = fact.plan
        row = (record.process_id, plan.operator, plan.scenario.value, plan.network_to, record.at)
        cursor.execute(_SQL["start"], row)
    phase = PHASES.get(type(fact))
    opened = fact if isinstance(fact, MigrationOpened) else None
    task = _task(fact)
    cursor.execute(
        _SQL["progress"],
        {
            "process_id": record.process_id,
            "state": phase.value if phase else None,
            "is_open": None if phase is None else phase not in FINAL,
            "reference": opened.reference if opened else None,
            "ends_by": opened.ends_by if opened else None,
            "task": task if phase or task else None,
            "at": record.at,
        },
    )


def _task(fact: object) -> str:
    match fact:
        case MigrationRefused() | MigrationStuck() | MigrationResumed():
            return f"{fact.code}: {fact.text}"
        case MigrationLate():
            return f"not finished by {fact.ends_by:%Y-%m-%d %H:%M}Z"
        case MigrationCutShort():
            return ""
        case _:
            return ""
