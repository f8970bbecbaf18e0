"""The bundled server: as root and as anybody, shared, restarted, without a trace outside."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from relevo.adapters.postgres.binaries import programs
from relevo.adapters.postgres.embedded import clear_orphans, embedded, start, throwaway
from relevo.adapters.postgres.server_account import Account, server_account
from relevo.testing.postgres import cache_folder

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account can reach (pytest's own is closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="relevo-t-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def select(dsn: str, what: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(f"select {what}".encode()).fetchone()
        assert row is not None
        return row[0]


def test_what_was_stored_is_there_after_a_restart(place: Path) -> None:
    with embedded(place / "server", durable=False, cache=cache_folder()) as server:
        with psycopg.connect(server.dsn) as connection:
            connection.execute("create table kept as select 42 as answer")
        assert select(server.dsn, "current_setting('listen_addresses')") == ""
        assert select(server.dsn, "current_setting('TimeZone')") == "UTC"
        assert server.notes == ()
    with embedded(place / "server") as server:
        assert select(server.dsn, "answer from kept") == 42
        assert select(server.dsn, "current_setting('fsync')") == "on"


def test_two_users_of_one_folder_share_a_server_and_the_last_one_stops_it(place: Path) -> None:
    first = start(place / "server", durable=False, cache=cache_folder())
    second = start(place / "server", durable=False, cache=cache_folder())
    first_pid = select(first.dsn, "pg_backend_pid() > 0")
    first.close()
    first.close()  # twice is no harm
    assert select(second.dsn, "1") == 1
    assert first_pid is True
    second.close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(second.dsn)


def test_a_server_that_died_without_cleaning_up_is_started_again(place: Path) -> None:
    server = start(place / "server", durable=False, cache=cache_folder())
    pid_file = place / "server" / "cluster" / "postmaster.pid"
    stale = pid_file.read_text()
    server.close()
    pid_file.write_text(stale)
    again = start(place / "server", durable=False, cache=cache_folder())
    assert select(again.dsn, "1") == 1
    again.close()


def test_a_throw_away_server_leaves_no_folder_behind() -> None:
    with throwaway(cache=cache_folder()) as server:
        folder = server.folder
        assert folder.exists()
    assert not folder.exists()


def test_a_throw_away_server_whose_program_was_killed_is_cleared_away(place: Path) -> None:
    killed = """
import os, signal, sys
from pathlib import Path
from relevo.adapters.postgres.embedded import throwaway
with throwaway(cache=Path(sys.argv[1]), below=Path(sys.argv[2])) as server:
    print(server.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", killed, str(cache_folder()), str(place)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    folder = Path(done.stdout.decode().strip())
    assert folder.exists()
    clear_orphans(place)
    assert not folder.exists()


def test_a_path_that_is_too_long_for_a_socket_gets_a_short_one(place: Path) -> None:
    deep = place / ("d" * 60) / ("e" * 60)
    with embedded(deep, durable=False) as server:
        assert len(str(server.socket)) < 90
        assert select(server.dsn, "1") == 1
    shutil.rmtree(server.socket, ignore_errors=True)


@pytest.mark.skipif(not AS_ROOT, reason="only root borrows an account")
def test_as_root_a_folder_that_the_server_cannot_reach_is_replaced_and_that_is_said(
    place: Path,
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with embedded(closed / "server", durable=False, cache=cache_folder()) as server:
        assert not server.folder.is_relative_to(closed)
        assert "cannot be reached" in server.notes[0]
        assert select(server.dsn, "1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert list(closed.iterdir()) == []
    shutil.rmtree(server.folder)


@pytest.mark.skipif(not AS_ROOT, reason="only root borrows an account")
def test_as_root_nothing_outside_the_own_folder_changes(place: Path) -> None:
    accounts = Path("/etc/passwd").read_bytes()
    wheel = programs(server_account(), place).parent
    watched = [place, *place.parents, wheel, *wheel.parents]
    before = [(each.stat().st_mode, each.stat().st_uid) for each in watched]
    with embedded(place / "server", durable=False, cache=cache_folder()):
        assert (place / "server" / "cluster").stat().st_uid == server_account().uid
    assert [(each.stat().st_mode, each.stat().st_uid) for each in watched] == before
    assert Path("/etc/passwd").read_bytes() == accounts


def test_programs_out_of_reach_are_copied_and_run_from_there(place: Path) -> None:
    nobody_at_all = Account(uid=4242, gid=4242, borrowed=True)
    found = programs(nobody_at_all, place)
    if found.is_relative_to(place):  # the wheel lies below a closed folder
        assert (found / "postgres").exists()
    blind = _Blind(uid=os.geteuid(), gid=os.getegid(), borrowed=False)
    copied = programs(blind, place)
    assert copied.is_relative_to(place)
    said = subprocess.run([copied / "initdb", "--version"], capture_output=True, check=True)
    assert b"PostgreSQL" in said.stdout
    assert programs(blind, place) == copied


class _Blind(Account):
    """An account that may read nothing outside."""

    def may_read(self, path: Path) -> bool:  # type: ignore[explicit-override]
        del path
        return False


ORDINARY = """
import sys
from pathlib import Path
import psycopg
from relevo.adapters.postgres.embedded import embedded
with embedded(Path(sys.argv[1]) / "server", durable=False) as server:
    with psycopg.connect(server.dsn) as connection:
        print(connection.execute("select 6 * 7").fetchone()[0])
"""


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user has run all of the above")
def test_an_ordinary_user_runs_it_as_himself(place: Path) -> None:
    account = server_account()
    mine = place / "mine"
    mine.mkdir(mode=0o700)
    os.chown(mine, account.uid, account.gid)
    python = next((each for each in PYTHONS if account.may_read(each.resolve())), None)
    if python is None or not account.may_pass(ORIGIN):
        pytest.skip("no Python of this version lies where another account can reach it")
    done = subprocess.run(
        [python, "-c", ORDINARY, mine],
        env={
            "PYTHONPATH": os.pathsep.join(map(str, (ORIGIN, PACKAGES))),
            "PATH": os.defpath,
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=mine,
        user=account.uid,
        group=account.gid,
        extra_groups=(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.split() == [b"42"]


ORIGIN = Path(__file__).resolve().parents[2] / "src"
PACKAGES = Path(psycopg.__file__).parents[1]
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = (Path(sys.executable), Path(f"/usr/bin/python{VERSION}"))
