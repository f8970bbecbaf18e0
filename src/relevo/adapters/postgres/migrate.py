"""Applies the schema files of every capability: forward only, each once, its hash checked.

Files are called ``NNNN_pre_name.sql`` or ``NNNN_post_name.sql`` and lie in the folder ``schema`` of
a package. ``pre`` files run before new code is started and old code must live with them; ``post``
files run when no old code runs any more. A released file is never edited: its hash is stored.

Nobody is stopped by it: a file that needs a table for itself waits for that a second at a time and
lets the others work in between. A file that begins with ``-- no transaction`` is run statement by
statement (they are separated by an empty line), for indexes that are built beside the work; as it
may be broken off in the middle, it must bear being run again.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import psycopg

from relevo.engine.connection import Connection, connect

_FILE = re.compile(r"^\d{4}_(?P<stage>pre|post)_\w+\.sql$")
_LOCK = 0x72656C65766F  # "relevo"
_ALONE = "-- no transaction"
_LOCK_TIMEOUT = "1s"
_TRIES = 60  # of a file that needs a lock
_PAUSE_S = 0.5

_LEDGER = """
create table if not exists schema_migration (
    package    text        not null,
    file       text        not null,
    sha256     text        not null,
    applied_at timestamptz not null default now(),
    primary key (package, file)
)
"""


class MigrationError(RuntimeError):
    """The schema of the database and the files of this program do not fit together."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One schema file."""

    package: str
    file: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def stage(self) -> str:
        found = _FILE.match(self.file)
        return "" if found is None else found["stage"]

    @property
    def is_alone(self) -> bool:
        """Whether its statements must not be in a transaction."""
        return self.text.startswith(_ALONE)


def migrations(packages: Sequence[str]) -> list[Migration]:
    """The schema files of the packages, in the order in which they apply."""
    found = []
    for package in packages:
        folder = files(package).joinpath("schema")
        names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".sql"))
        for name in names:
            if _FILE.match(name) is None:
                raise MigrationError(
                    f"{package}/schema/{name}: call it NNNN_pre_name.sql or _post_"
                )
            text = folder.joinpath(name).read_text(encoding="utf-8")
            found.append(Migration(package, name, text))
    return found


def migrate(
    dsn: str, packages: Sequence[str], *, stages: Sequence[str] = ("pre", "post")
) -> list[Migration]:
    """Apply what is missing, under a lock, each file in a transaction of its own; say what was."""
    wanted = [each for each in migrations(packages) if each.stage in stages]
    connection = connect(dsn, name="relevo migrate", autocommit=True)
    try:
        _lock_out_others(connection)
        connection.execute("select set_config('client_min_messages', 'warning', false)")
        connection.execute(_LEDGER)
        return _apply_missing(connection, wanted)
    finally:
        connection.close()


def _lock_out_others(connection: Connection) -> None:
    """For this session. Asked again and again, since who waits in a statement would hold up the
    building of an index, and that one him."""
    pause = threading.Event()  # never set: it only waits
    while connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone() != (True,):
        pause.wait(_PAUSE_S / 5)


def _apply_missing(connection: Connection, wanted: Sequence[Migration]) -> list[Migration]:
    rows = connection.execute("select package, file, sha256 from schema_migration").fetchall()
    known = {(package, file): sha256 for package, file, sha256 in rows}
    applied = []
    for each in wanted:
        before = known.get((each.package, each.file))
        if before == each.sha256:
            continue
        if before is not None:
            raise MigrationError(
                f"{each.package}/schema/{each.file} was changed after it was applied; "
                "put it back and write a new file"
            )
        _apply_patiently(connection, each)
        applied.append(each)
    return applied


def _apply_patiently(connection: Connection, migration: Migration) -> None:
    pause = threading.Event()  # never set: it only waits
    for attempt in range(1, _TRIES + 1):
        try:
            apply(connection, migration)
        except psycopg.errors.LockNotAvailable as busy:
            if attempt == _TRIES:
                raise MigrationError(
                    f"{migration.package}/schema/{migration.file} needs a table for itself for a "
                    "moment, and somebody holds it; end what runs for long (a backup, a report: "
                    "see pg_stat_activity) and migrate again"
                ) from busy
            pause.wait(_PAUSE_S)
        else:
            return


def apply(connection: Connection, migration: Migration) -> None:
    """Run one file and write it down; the connection must commit by itself."""
    if migration.is_alone:
        for statement in migration.text.split("\n\n"):
            connection.execute(statement.encode())
        _note(connection, migration)
        return
    with connection.transaction():
        connection.execute("select set_config('lock_timeout', %s, true)", (_LOCK_TIMEOUT,))
        connection.execute(migration.text.encode())
        _note(connection, migration)


def _note(connection: Connection, migration: Migration) -> None:
    connection.execute(
        "insert into schema_migration (package, file, sha256) values (%s, %s, %s)",
        (migration.package, migration.file, migration.sha256),
    )
