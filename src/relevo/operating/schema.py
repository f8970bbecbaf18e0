"""Whether the schema of a database fits this program; it is only looked at, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from relevo.adapters.postgres.migrate import migrations

_APPLIED = "select package, file, sha256 from schema_migration"
_EXISTS = "select to_regclass('schema_migration') is not null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the files of this program and the database disagree about; file names."""

    missing_before: tuple[str, ...]  # pre files: this program cannot run without them
    missing_after: tuple[str, ...]  # post files: to be applied when no older program runs
    changed: tuple[str, ...]
    newer: tuple[str, ...]  # applied by a later program; this one can live with pre files
    is_begun: bool  # False: nothing was ever applied here

    @property
    def is_any(self) -> bool:
        return bool(self.missing_before or self.missing_after or self.changed or self.newer)

    @property
    def outdated(self) -> tuple[str, ...]:
        """Post files of a later program: this one must not run any more."""
        return tuple(file for file in self.newer if "_post_" in file)


def compare(connection: Connection[tuple[Any, ...]], packages: Sequence[str]) -> Difference:
    """Hold the files of the packages against what was applied."""
    row = connection.execute(_EXISTS).fetchone()
    applied: dict[str, str] = {}
    if row == (True,):
        rows = connection.execute(_APPLIED).fetchall()
        applied = {f"{package}/schema/{file}": sha256 for package, file, sha256 in rows}
    ours = {f"{each.package}/schema/{each.file}": each for each in migrations(packages)}
    missing = [each for name, each in ours.items() if name not in applied]
    return Difference(
        missing_before=tuple(f"{m.package}/schema/{m.file}" for m in missing if m.stage == "pre"),
        missing_after=tuple(f"{m.package}/schema/{m.file}" for m in missing if m.stage == "post"),
        changed=tuple(n for n, m in ours.items() if n in applied and applied[n] != m.sha256),
        newer=tuple(sorted(set(applied) - set(ours))),
        is_begun=bool(applied),
    )


def unfit(connection: Connection[tuple[Any, ...]], packages: Sequence[str]) -> str:
    """Why this program must not run on that database; empty when it may."""
    found = compare(connection, packages)
    if found.missing_before:
        return f"{len(found.missing_before)} schema files are not applied; run relevo migrate"
    if found.changed:
        return f"{found.changed[0]} was changed after it was applied; put it back"
    if found.outdated:
        return f"a later release has finished its migration ({found.outdated[0]}); start that one"
    return ""
