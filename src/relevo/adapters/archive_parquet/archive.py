"""Takes old months out of the journal and into files, while everybody goes on working.

For each partition that is over, the oldest first:

1. its facts are written into a Parquet file, which is read again (``facts_file``);
2. in one transaction the partition is detached, and ``journal_archive`` says where its facts are;
3. what came in between (a message that was parked since then) is found by counting, and the file is
   written once more from the detached table;
4. only if it is asked for, the detached table is dropped, after the file was held against its sum.

Whoever is killed between two steps calls it again, and it goes on from there: a file without an
entry is written again under the same name, and an entry without a dropped table is at step 3.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from relevo.adapters.archive_parquet.facts_file import (
    ArchiveBroken,
    Manifest,
    Row,
    check_file,
    manifest_of,
    rows_of,
    write_facts,
)
from relevo.engine import partitions as journal
from relevo.engine.connection import Connection, connect
from relevo.engine.partitions import FUTURE, PAST, JournalBusy, Partition
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.adapters.archive_parquet", "archive")
_LOCK = 0x72656C65766F + 2
_TRIES = 20  # of a detachment; each waits a second for the journal at most
_PAUSE_S = 0.5
_FETCHED_AT_ONCE = 5000


class ArchiveRefused(RuntimeError):
    """It cannot be archived now; the text says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """An entry of ``journal_archive``."""

    file: str
    detached: str
    starts_at: Moment | None
    ends_at: Moment
    facts: int
    digest: str
    sha256: str
    archived_at: Moment
    dropped_at: Moment | None
    attached_at: Moment | None

    @property
    def state(self) -> str:
        """In a word."""
        if self.attached_at is not None:
            return "attached"
        return "detached" if self.dropped_at is None else "dropped"


def archives(connection: Connection) -> list[Archived]:
    """What was archived, in the order of time."""
    names = tuple(Archived.__dataclass_fields__)
    rows = connection.execute(_SQL["archives"]).fetchall()
    return [Archived(**dict(zip(names, row, strict=True))) for row in rows]


def archive(dsn: str, *, before: Moment, folder: Path, drop: bool = False) -> Iterator[Archived]:
    """Archive every partition that ends before ``before`` (or then), and go on with begun ones.

    Yields each entry as it is done. Raises ArchiveRefused, ArchiveBroken and JournalBusy; what was
    done by then stays, and it can be called again.
    """
    with _alone(dsn) as connection:
        for entry in archives(connection):
            if entry.state == "detached":
                yield _complete(connection, entry.detached, folder, drop=drop)
        for partition in _over(connection, before):
            with connection.transaction(), connection.cursor() as cursor:
                is_empty = not journal.has_facts(cursor, partition.name)
            if not is_empty:
                detached = _take_out(connection, partition, folder)
                yield _complete(connection, detached, folder, drop=drop)
            elif partition.name != PAST:
                _detach(connection, partition, None)


def attach(dsn: str, file: Path) -> int:
    """Bring the facts of a file back into the journal; returns how many were missing there.

    They go into the partition of their time, which is the past. Raises ArchiveBroken.
    """
    check_file(file)
    with _alone(dsn) as connection, connection.transaction(), connection.cursor() as cursor:
        brought = journal.bring_back(cursor, rows_of(file))
        cursor.execute(_SQL["attached"], {"file": file.name})
    return brought


@contextmanager
def _alone(dsn: str) -> Iterator[Connection]:
    """A connection that holds the lock of the archive. The server gives the lock of one that is
    gone back a moment later."""
    connection = connect(dsn, name="relevo archive", autocommit=True)
    pause = threading.Event()  # never set: it only waits
    try:
        for attempt in range(1, _TRIES + 1):
            if connection.execute(_SQL["lock_out_others"], {"lock": _LOCK}).fetchone() == (True,):
                break
            if attempt == _TRIES:
                raise ArchiveRefused("somebody else archives this journal; wait until that is done")
            pause.wait(_PAUSE_S / 5)
        yield connection
    finally:
        connection.close()


def _over(connection: Connection, before: Moment) -> list[Partition]:
    """Partitions of which no moment is to come, by the clock of the database."""
    row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    end = min(before, row[0])
    return [
        each
        for each in journal.partitions(connection)
        if each.name != FUTURE and each.ends_at is not None and each.ends_at <= end
    ]


def _take_out(connection: Connection, partition: Partition, folder: Path) -> str:
    """Steps 1 and 2; returns the name of the detached table."""
    behind = _ask(connection, "not_followed", partition.name)
    if behind is not None:
        raise ArchiveRefused(
            f"the listener {behind[0]} has not taken all facts of {partition.name} (bucket "
            f"{behind[1]}), or some are parked for it; let the workers catch up, try the parked "
            "ones again or skip them, and archive again"
        )
    start = "to" if partition.starts_at is None else "from"
    day = partition.ends_at if partition.starts_at is None else partition.starts_at
    label = f"journal-{start}-{day:%Y-%m-%d}"
    bounds = (partition.starts_at, partition.ends_at)
    manifest = write_facts(_facts(connection, partition.name), folder, label, bounds)
    return _detach(connection, partition, manifest)


def _detach(connection: Connection, partition: Partition, manifest: Manifest | None) -> str:
    """Detach and note it; without a manifest the partition is empty, and goes for good."""
    name = f"journal_archived_{manifest.digest[:12]}" if manifest else f"{partition.name}_empty"
    pause = threading.Event()  # never set: it only waits
    for attempt in range(1, _TRIES + 1):
        try:
            with connection.transaction(), connection.cursor() as cursor:
                journal.take_out(cursor, partition, name)
                if manifest is not None:
                    bounds = {"starts_at": partition.starts_at, "ends_at": partition.ends_at}
                    cursor.execute(_SQL["note"], _entry(manifest, name) | bounds)
                elif not journal.has_facts(cursor, name):
                    journal.drop(cursor, name)
                else:  # somebody was quicker; it is archived the next time
                    raise JournalBusy(f"{partition.name} is not empty any more; archive again")
        except JournalBusy:
            if attempt == _TRIES:
                raise
            pause.wait(_PAUSE_S)
        else:
            break
    return name


def _complete(connection: Connection, detached: str, folder: Path, *, drop: bool) -> Archived:
    """Steps 3 and 4."""
    entry = _entry_of(connection, detached)
    file = folder / entry.file
    counted = _ask(connection, "count", detached)
    if counted != (entry.facts,) or not manifest_of(file).is_file():
        entry = _write_again(connection, entry, folder)
        file = folder / entry.file
    if drop:
        manifest = check_file(file)
        if (manifest.digest, manifest.facts) != (entry.digest, entry.facts):
            raise ArchiveBroken(
                f"{file} is another archive than the one that was made; nothing was dropped"
            )
        with connection.transaction(), connection.cursor() as cursor:
            journal.drop(cursor, detached)
            cursor.execute(_SQL["dropped"], {"file": entry.file})
    return _entry_of(connection, detached)


def _write_again(connection: Connection, entry: Archived, folder: Path) -> Archived:
    """The table is there, and the file is not, or lacks what came last."""
    label = entry.file.rpartition("-")[0]
    bounds = (entry.starts_at, entry.ends_at)
    manifest = write_facts(_facts(connection, entry.detached), folder, label, bounds)
    connection.execute(_SQL["note_again"], _entry(manifest, entry.detached))
    if manifest.file != entry.file:
        for old in (folder / entry.file, manifest_of(folder / entry.file)):
            old.unlink(missing_ok=True)
    return _entry_of(connection, entry.detached)


def _entry(manifest: Manifest, detached: str) -> dict[str, Any]:
    return {
        "file": manifest.file,
        "detached": detached,
        "facts": manifest.facts,
        "digest": manifest.digest,
        "sha256": manifest.sha256,
    }


def _entry_of(connection: Connection, detached: str) -> Archived:
    return next(each for each in reversed(archives(connection)) if each.detached == detached)


def _facts(connection: Connection, table: str) -> Iterator[Row]:
    with connection.transaction(), connection.cursor(name="archive") as cursor:
        cursor.itersize = _FETCHED_AT_ONCE
        cursor.execute(_for_table("facts", table))
        yield from cursor


def _ask(connection: Connection, statement: str, table: str) -> Row | None:
    return connection.execute(_for_table(statement, table)).fetchone()


def _for_table(statement: str, table: str) -> sql.Composed:
    return sql.SQL(_SQL[statement].decode()).format(partition=sql.Identifier(table))
