"""Old months leave the journal for files, while everybody works, and whoever is killed goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from relevo.adapters.archive_parquet.archive import ArchiveRefused, archive, archives, attach
from relevo.adapters.archive_parquet.facts_file import ArchiveBroken, read_manifest
from relevo.adapters.archive_parquet.reader import ParquetArchive
from relevo.cli import app
from relevo.engine.clock import SystemClock, VirtualClock, elapsed_seconds
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.partitions import JournalBusy, partitions, take_out
from relevo.engine.replay import Diverged, Verifier, digest, spans, total, verify_all
from relevo.testing.lamps import OpenHouse, lamps
from relevo.testing.patience import until

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def archived(dsn: str, folder: Path, *, drop: bool = False) -> list[str]:
    return [each.state for each in archive(dsn, before=APRIL, folder=folder, drop=drop)]


def facts_in(connection: Connection, table: str = "journal") -> int:
    count = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    row = connection.execute(count).fetchone()
    assert row is not None
    return int(row[0])


def names(connection: Connection) -> list[str]:
    return [each.name for each in partitions(connection)]


def test_what_was_archived_and_dropped_comes_back_as_it_was(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    before, facts = digest(connection), facts_in(connection)
    assert archived(grown, tmp_path, drop=True) == ["dropped"] * 4
    left = facts_in(connection)
    kept = sum(read_manifest(file).facts for file in tmp_path.glob("*.parquet"))
    assert (left + kept, left < facts) == (facts, True)
    assert names(connection)[:2] == ["journal_past", "journal_2026_04"]
    for file in tmp_path.glob("*.parquet"):
        assert attach(grown, file) == read_manifest(file).facts
        assert attach(grown, file) == 0
    assert digest(connection) == before
    assert verify_all(connection, lamps()) > 0
    assert {each.state for each in archives(connection)} == {"attached"}


def test_what_is_archived_is_verified_with_the_archive_and_left_out_without_it(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    processes = verify_all(connection, lamps())
    archived(grown, tmp_path, drop=True)
    without = total(Verifier(connection, lamps()).span(each) for each in spans(connection))
    assert without.archived > 0
    assert (without.processes + without.archived, without.differing) == (processes, 0)
    assert verify_all(connection, lamps(), ParquetArchive(tmp_path)) == processes
    next(tmp_path.glob("journal-to-*.parquet")).unlink()
    with pytest.raises(Diverged, match="without number 1"):
        verify_all(connection, lamps(), ParquetArchive(tmp_path))


def test_a_fact_that_comes_too_late_for_its_month_has_a_place_and_is_archived_next(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    archived(grown, tmp_path, drop=True)
    files = set(tmp_path.glob("*.parquet"))
    connection.execute(
        "insert into journal select bucket, seq + 1000000, process_id || '-late', 1, kind,"
        " kind_version, '2026-02-03', name, body, caused_by from journal limit 1"
    )
    assert archived(grown, tmp_path, drop=True) == ["dropped"]
    (late,) = set(tmp_path.glob("*.parquet")) - files
    assert read_manifest(late).facts == 1


def test_who_was_killed_after_the_detachment_goes_on_and_takes_along_what_came_in_between(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    (tmp_path / "journal-to-2026-01-01.partial").write_bytes(b"half a file")
    assert archived(grown, tmp_path) == ["detached"] * 4
    first, second, *_ = archives(connection)
    (tmp_path / first.file).unlink()
    (tmp_path / first.file).with_suffix(".json").unlink()
    one_more = sql.SQL(
        "insert into {table} select bucket, seq + 1000000, process_id || '-late', 1, kind,"
        " kind_version, at, name, body, caused_by from {table} limit 1"
    )
    connection.execute(one_more.format(table=sql.Identifier(second.detached)))
    assert archived(grown, tmp_path, drop=True) == ["dropped"] * 4
    again = archives(connection)
    assert again[0].digest == first.digest
    assert again[1].facts == second.facts + 1
    assert {each.file for each in again} == {each.name for each in tmp_path.glob("*.parquet")}


def test_who_is_killed_in_the_detachment_has_changed_nothing(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    before = names(connection), digest(connection)
    connection.execute(
        "create function die() returns trigger language plpgsql as"
        " $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;"
        "create trigger die before insert on journal_archive for each row execute function die()"
    )
    with pytest.raises(psycopg.OperationalError):
        archived(grown, tmp_path)
    assert (names(connection), digest(connection)) == before
    connection.execute("drop trigger die on journal_archive")
    assert archived(grown, tmp_path, drop=True) == ["dropped"] * 4


def test_nothing_is_dropped_whose_file_is_not_what_was_written(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    archived(grown, tmp_path)
    entry = archives(connection)[0]
    file = tmp_path / entry.file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ArchiveBroken, match="SHA-256"):
        archived(grown, tmp_path, drop=True)
    assert facts_in(connection, entry.detached) == entry.facts
    with pytest.raises(ArchiveBroken, match="SHA-256"):
        attach(grown, file)


def test_a_month_that_a_listener_has_not_read_stays(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    connection.execute(
        "insert into cursor (listener, bucket, seq) select 'board', bucket, 0 from lease"
    )
    with pytest.raises(ArchiveRefused, match="listener board has not taken all facts"):
        archived(grown, tmp_path)
    assert not archives(connection)


def test_a_long_reader_keeps_the_month_and_stops_nobody(
    grown: str, lit: VirtualClock, connection: Connection
) -> None:
    with psycopg.connect(grown) as reader:
        reader.execute("select count(*) from journal")
        began = elapsed_seconds()
        with pytest.raises(JournalBusy, match="reads the journal"), connection.transaction():
            take_out(connection.cursor(), partitions(connection)[1], "gone")
        assert elapsed_seconds() - began < 60
        connection.execute("select count(*) from journal")
    assert "journal_2026_01" in names(connection)


def test_workers_go_on_while_months_are_archived(
    grown: str,
    lit: VirtualClock,
    engine_at: Callable[..., Engine],
    connection: Connection,
    tmp_path: Path,
) -> None:
    stop = threading.Event()
    workers = [engine_at(SystemClock(), name, 10) for name in ("w1", "w2")]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in workers]
    told = 0

    def tell_some() -> None:
        nonlocal told
        houses = [
            ("lamps.house", f"now-{told + n}", OpenHouse(lamps=2, watts=9), "open")
            for n in range(20)
        ]
        told += workers[0].tell_many(houses)

    for thread in threads:
        thread.start()
    try:
        tell_some()
        for _ in archive(grown, before=APRIL, folder=tmp_path, drop=True):
            so_far = lamps_lit(connection)
            tell_some()
            until(partial(more_lit, connection, so_far), "the workers go on")
        until(lambda: lamps_lit(connection) == told * 2, "every house is lit")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert connection.execute("select count(*) from parked").fetchone() == (0,)
    assert names(connection)[:2] == ["journal_past", "journal_2026_04"]


def more_lit(connection: Connection, than: int) -> bool:
    return lamps_lit(connection) > than


def lamps_lit(connection: Connection) -> int:
    row = connection.execute(
        "select count(*) from process where process_id like 'now-%' and phase = 'lit'"
        " and kind = 'lamps.lamp'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_the_command_lists_archives_and_attaches(
    grown: str, lit: VirtualClock, connection: Connection, tmp_path: Path
) -> None:
    env = {"DATABASE_URL": grown, "COLUMNS": "200"}

    def said(*words: str) -> str:
        result = CliRunner().invoke(app, ["journal", *words], env=env)
        assert result.exit_code == 0, result.output
        return result.output

    assert "journal_2026_01" in said("list")
    done = said("archive", "--before", "2026-02-15", "--to", str(tmp_path))
    assert done.count("detached") == 2
    assert "detached" in said("list")
    assert "no partition" not in said(
        "archive", "--before", "2026-02-15", "--to", str(tmp_path), "--drop"
    )
    assert "no partition" in said("archive", "--before", "2026-02-15", "--to", str(tmp_path))
    for file in sorted(tmp_path.glob("*.parquet")):
        assert f"{read_manifest(file).facts} facts" in said("attach", str(file))
    assert "attached" in said("list")
