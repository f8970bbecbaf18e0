"""One archived partition: a Parquet file of facts, and beside it a manifest that proves it.

Facts are sorted by process and version, so that one process is found by looking into a few row
groups. The digest covers every column of every row in that order; the file is read again before
anybody relies on it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS = (
    "bucket",
    "seq",
    "process_id",
    "version",
    "kind",
    "kind_version",
    "at",
    "name",
    "body",
    "caused_by",
)
ROWS_AT_ONCE = 20_000
"""Rows of a row group, and the most that are in memory."""

Row = tuple[Any, ...]
_SCHEMA = pa.schema(
    [
        ("bucket", pa.int16()),
        ("seq", pa.int64()),
        ("process_id", pa.string()),
        ("version", pa.int64()),
        ("kind", pa.string()),
        ("kind_version", pa.int32()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("name", pa.string()),
        ("body", pa.string()),
        ("caused_by", pa.string()),
    ]
)


class ArchiveBroken(RuntimeError):
    """A file of the archive is not what its manifest says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is in a file."""

    file: str
    sha256: str
    size_bytes: int
    facts: int
    digest: str
    starts_at: str | None  # of the partition; None: everything before its end
    ends_at: str


def write_facts(rows: Iterable[Row], folder: Path, label: str, bounds: Row) -> Manifest:
    """Write rows, sorted by process and version, as ``folder/label-DIGEST.parquet``.

    The file has its name only when it is complete, on disk, and was read again. Raises
    ArchiveBroken when what is read is not what was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{label}.partial"
    summed = hashlib.sha256()
    facts = 0
    with pq.ParquetWriter(partial, _SCHEMA, compression="zstd") as writer:
        for chunk in _chunks(rows):
            for row in chunk:
                summed.update(_line(row))
            columns = [list(column) for column in zip(*chunk, strict=True)]
            writer.write_table(pa.Table.from_arrays(_arrays(columns), schema=_SCHEMA))
            facts += len(chunk)
    digest = summed.hexdigest()
    starts_at, ends_at = (None if each is None else each.isoformat() for each in bounds)
    manifest = Manifest(
        file=f"{label}-{digest[:12]}.parquet",
        sha256=_sha256_of(partial),
        size_bytes=partial.stat().st_size,
        facts=facts,
        digest=digest,
        starts_at=starts_at,
        ends_at=str(ends_at),
    )
    _check_rows(partial, manifest)
    _keep(partial, folder / manifest.file)
    text = json.dumps(asdict(manifest), indent=1) + "\n"
    partial.write_text(text, encoding="utf-8")
    _keep(partial, manifest_of(folder / manifest.file))
    return manifest


def manifest_of(file: Path) -> Path:
    """The manifest beside a file."""
    return file.with_suffix(".json")


def read_manifest(file: Path) -> Manifest:
    """What the manifest beside ``file`` says. Raises ArchiveBroken when there is none."""
    try:
        return Manifest(**json.loads(manifest_of(file).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as wrong:
        raise ArchiveBroken(
            f"{file} has no manifest beside it that can be read ({wrong}); "
            "take both files from where the archive is kept"
        ) from wrong


def check_file(file: Path) -> Manifest:
    """Hold a file against its manifest, byte by byte. Raises ArchiveBroken."""
    manifest = read_manifest(file)
    if not file.is_file():
        raise ArchiveBroken(f"there is no file {file}; its manifest alone is no archive")
    if _sha256_of(file) != manifest.sha256:
        raise ArchiveBroken(
            f"{file} is not the file that was archived (its SHA-256 is another); "
            "take it from another copy"
        )
    return manifest


def rows_of(file: Path) -> Iterator[Row]:
    """The facts of a file, a row group at a time."""
    with pq.ParquetFile(file) as opened:
        for batch in opened.iter_batches(batch_size=ROWS_AT_ONCE):
            columns = [batch.column(name).to_pylist() for name in COLUMNS]
            yield from zip(*columns, strict=True)


def _check_rows(file: Path, manifest: Manifest) -> None:
    summed, facts = hashlib.sha256(), 0
    for row in rows_of(file):
        summed.update(_line(row))
        facts += 1
    if (summed.hexdigest(), facts) != (manifest.digest, manifest.facts):
        raise ArchiveBroken(
            f"{file} does not read as it was written ({facts} of {manifest.facts} facts); "
            "nothing was taken out of the database; check the disk and archive again"
        )


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == ROWS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _arrays(columns: list[list[Any]]) -> list[Any]:
    return [
        pa.array(column, type=field.type) for column, field in zip(columns, _SCHEMA, strict=True)
    ]


def _line(row: Row) -> bytes:
    texts = [
        each.astimezone(UTC).isoformat() if hasattr(each, "astimezone") else each for each in row
    ]
    return (json.dumps(texts, ensure_ascii=False) + "\n").encode()


def _sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _keep(partial: Path, file: Path) -> None:
    """On disk first, then under its name, then the name on disk."""
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
