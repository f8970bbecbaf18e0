"""Applies the schema files of every capability: forward only, each once, its hash checked.

Files are called ``NNNN_pre_name.sql`` or ``NNNN_post_name.sql`` and lie in the folder ``schema`` of
a package. ``pre`` files run before new code is started and old code must live with them; ``post``
files run when no old code runs any more. A released file is never edited: its hash is stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from relevo.engine.connection import Connection, connect

_FILE = re.compile(r"^\d{4}_(?P<stage>pre|post)_\w+\.sql$")
_LOCK = 0x72656C65766F  # "relevo"

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
    connection = connect(dsn, name="relevo migrate")
    try:
        # The lock belongs to the session and outlives the transactions of the files.
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        connection.execute("select set_config('client_min_messages', 'warning', false)")
        connection.execute(_LEDGER)
        connection.commit()
        return _apply(connection, wanted)
    finally:
        connection.close()


def _apply(connection: Connection, wanted: Sequence[Migration]) -> list[Migration]:
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
        connection.execute(each.text.encode())
        connection.execute(
            "insert into schema_migration (package, file, sha256) values (%s, %s, %s)",
            (each.package, each.file, each.sha256),
        )
        connection.commit()
        applied.append(each)
    return applied
