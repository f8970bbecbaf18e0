"""The facts of a process that are not in the database any more.

Files are sorted by process, and so is whoever asks for many: each row group is read once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from relevo.adapters.archive_parquet.facts_file import (
    COLUMNS,
    ArchiveBroken,
    check_file,
)

_WANTED = ("process_id", "kind", "version", "at", "name", "body", "seq", "kind_version")
_Rows = list[tuple[Any, ...]]


@dataclass(slots=True)
class _Shelf:
    """One file, and the row group of it that was read last."""

    file: Path
    ranges: list[tuple[str, str]]
    place: int = -1
    rows: dict[str, _Rows] = field(default_factory=dict)


class ParquetArchive:
    """All archive files of a folder; ArchiveBroken when one is not what its manifest says."""

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.glob("journal-*.parquet"))
        if not files:
            raise ArchiveBroken(
                f"there is no archive of a journal in {folder}; name the folder that was given to "
                "`relevo journal archive --to`"
            )
        for file in files:
            check_file(file)
        self._shelves = [_Shelf(file, _ranges_of(file)) for file in files]

    def rows_of(self, process_id: str) -> _Rows:
        """Its archived facts by version, as ``history.facts_of_process`` reads them."""
        found: dict[int, tuple[Any, ...]] = {}
        for shelf in self._shelves:
            for place, (first, last) in enumerate(shelf.ranges):
                if first <= process_id <= last:
                    for row in _row_group(shelf, place).get(process_id, ()):
                        found[row[2]] = row
        return [found[version] for version in sorted(found)]


def _ranges_of(file: Path) -> list[tuple[str, str]]:
    with pq.ParquetFile(file) as opened:
        column = COLUMNS.index("process_id")
        groups = (
            opened.metadata.row_group(place).column(column).statistics
            for place in range(opened.metadata.num_row_groups)
        )
        return [(each.min, each.max) for each in groups]


def _row_group(shelf: _Shelf, place: int) -> dict[str, _Rows]:
    if shelf.place != place:
        shelf.rows = {}
        for row in _read(shelf.file, place):
            shelf.rows.setdefault(row[0], []).append(row)
        shelf.place = place
    return shelf.rows


def _read(file: Path, place: int) -> Iterator[tuple[Any, ...]]:
    with pq.ParquetFile(file) as opened:
        table = opened.read_row_group(place, columns=list(_WANTED))
    yield from zip(*(table.column(name).to_pylist() for name in _WANTED), strict=True)
