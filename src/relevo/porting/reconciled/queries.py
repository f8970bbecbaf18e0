"""What a hub ought to know of us, and what its files were found to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements
from relevo.porting.profile import HubKind
from relevo.porting.reconciled.comparing import Discrepancy, Expected, FileResult, Kind, What
from relevo.values.moment import utc

_SQL = statements("relevo.porting.reconciled", "reconciled")
KEPT = timedelta(days=90)


def expected_at(connection: Connection | Cursor, hub: HubKind) -> list[Expected]:
    """All that the hub ought to know of us."""
    return [
        Expected(
            kind=Kind(row[0]),
            process_id=row[1],
            reference=row[2],
            number=row[3],
            state=row[4],
            changed_at=utc(row[5]),
            us=row[6],
        )
        for row in connection.execute(_SQL["expected"], {"hub": hub.value}).fetchall()
    ]


def known_references(connection: Connection | Cursor, references: Iterable[str]) -> set[str]:
    """Those that a process of ours has, or had."""
    wanted = {"references": list(references)}
    return {row[0] for row in connection.execute(_SQL["known"], wanted).fetchall()}


def keep(cursor: Cursor, result: FileResult) -> None:
    """Store it, and forget the differences of long ago."""
    key = (result.hub.value, result.name)
    cursor.execute(
        _SQL["keep_file"],
        (
            *key,
            result.published_at,
            result.read_at,
            result.rows,
            result.ours,
            result.expected,
            result.unreadable,
        ),
    )
    keep_differences(cursor, result.hub, result.name, result.differences)
    cursor.execute(_SQL["forget"], (result.published_at - KEPT,))


def keep_differences(cursor: Cursor, hub: HubKind, name: str, found: Sequence[Discrepancy]) -> None:
    """What else was found in a file."""
    cursor.execute(
        _SQL["keep_differences"],
        (
            hub.value,
            name,
            [each.what.value for each in found],
            [str(each.kind) for each in found],
            [each.process_id for each in found],
            [each.reference for each in found],
            [each.number for each in found],
            [each.ours for each in found],
            [str(each.theirs) for each in found],
        ),
    )


def results(
    connection: Connection, *, hub: str = "", name: str = "", most: int = 1
) -> Sequence[FileResult]:
    """The last files and what is left of their differences now; the newest first."""
    wanted = {"hub": hub, "name": name, "most": most}
    files = connection.execute(_SQL["files"], wanted).fetchall()
    return [
        FileResult(
            hub=HubKind(row[0]),
            name=row[1],
            published_at=utc(row[2]),
            read_at=utc(row[3]),
            rows=row[4],
            ours=row[5],
            expected=row[6],
            unreadable=row[7],
            differences=tuple(
                Discrepancy(
                    what=What(each[0]),
                    kind=each[1],
                    process_id=each[2],
                    reference=each[3],
                    number=each[4],
                    ours=each[5],
                    theirs=each[6],
                    is_repaired=each[7],
                )
                for each in connection.execute(_SQL["differences"], (row[0], row[1])).fetchall()
            ),
        )
        for row in files
    ]
