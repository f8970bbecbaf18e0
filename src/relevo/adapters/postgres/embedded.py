"""The bundled PostgreSQL: finds or starts the server of a data folder.

    <folder>/
      gate          locked while somebody starts or stops the server
      users         locked, shared, by every program that uses it; the last one out stops it
      cluster/      the data folder of PostgreSQL and its log, of the server's account alone
      socket/       its Unix socket; no TCP port is opened

Several programs may use one folder: the second finds the server of the first. A program that is
killed leaves the server running, and the next one takes it over, or starts it again. A folder that
the server's account cannot reach (root's home) is replaced by one of our own that it can, and
``Server.notes`` says so.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from relevo.adapters.postgres.binaries import programs, server_version
from relevo.adapters.postgres.server_account import Account, server_account

_LOG = logging.getLogger(__name__)
_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 107  # sun_path of Linux, less its end mark
_STARTS = 8  # a stale postmaster.pid of an unreaped process goes away within a second
_SUPERUSER = "relevo"
_THROW_AWAY_PREFIX = "relevo-once-"

_ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "io_method": "sync",
    "timezone": "UTC",
    "jit": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
}
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Server:
    """A running server of ours. ``close`` gives it back; the last user stops it."""

    folder: Path
    socket: Path
    notes: tuple[str, ...]
    _users: IO[str] = field(repr=False)
    _account: Account = field(repr=False)
    _programs: Path = field(repr=False)
    _closed: bool = field(default=False, repr=False)

    @property
    def dsn(self) -> str:
        """The connection string of the default database."""
        return self.dsn_of("relevo")

    def dsn_of(self, database: str) -> str:
        """The connection string of a database of this server."""
        return f"host={self.socket} user={_SUPERUSER} dbname={database}"

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Create a database (cloned from ``template``) and return its connection string."""
        with psycopg.connect(self.dsn_of("postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {} strategy wal_log").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.dsn_of(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, and whoever is connected to it."""
        with psycopg.connect(self.dsn_of("postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    def close(self, *, mode: str = "fast") -> None:
        """Give the server back; stop it (``immediate`` loses data) when nobody else uses it."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        with _gate(self.folder):
            fcntl.flock(self._users, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(self._account, self._programs, self.folder, mode)
        self._users.close()


def start(folder: Path, *, durable: bool = True, cache: Path | None = None) -> Server:
    """Find or start the server of ``folder``.

    ``durable=False`` is for data that may be lost with the machine (tests, plays). ``cache`` keeps
    an empty cluster, so that the next new folder starts without initdb.
    """
    account = server_account()
    home, notes = _reachable(folder.absolute(), account)
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    _check_owner(home, account)
    shared = home if cache is None else _reachable(cache.absolute(), account)[0]
    with _gate(home):
        users = (home / "users").open("a+", encoding="utf-8")
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            bin_ = programs(account, shared)
            socket = _socket_folder(home, account)
            if not _answers(socket):
                _make_cluster(account, bin_, home=home, cache=cache and shared)
                _launch(account, bin_, home=home, socket=socket, durable=durable)
            _make_default_database(socket)
        except BaseException:
            users.close()
            raise
    server = Server(home, socket, notes, users, account, bin_)
    atexit.register(server.close)
    return server


@contextmanager
def embedded(folder: Path, *, durable: bool = True, cache: Path | None = None) -> Iterator[Server]:
    """``start`` as a context manager."""
    server = start(folder, durable=durable, cache=cache)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def throwaway(*, cache: Path | None = None, below: Path | None = None) -> Iterator[Server]:
    """A server of one's own in a new folder that is removed at the end."""
    clear_orphans(below)
    folder = Path(tempfile.mkdtemp(prefix=_THROW_AWAY_PREFIX, dir=below))
    folder.chmod(0o755)
    try:
        server = start(folder, durable=False, cache=cache)
        try:
            yield server
        finally:
            server.close(mode="immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_orphans(below: Path | None = None) -> None:
    """Stop the throw-away servers whose program was killed, and remove their folders."""
    account = server_account()
    place = below or Path(tempfile.gettempdir())
    for folder in place.glob(f"{_THROW_AWAY_PREFIX}*"):
        users_file = folder / "users"
        if not (users_file.exists() and folder.stat().st_uid == os.geteuid()):
            continue
        # An OSError: somebody uses it, or is just removing it.
        with suppress(OSError), _gate(folder), users_file.open("a+", encoding="utf-8") as users:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if (folder / "cluster" / "postmaster.pid").exists():
                _stop(account, programs(account, folder), folder, "immediate")
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    with (folder / "gate").open("a+", encoding="utf-8") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _reachable(wanted: Path, account: Account) -> tuple[Path, tuple[str, ...]]:
    """``wanted``, or a folder of our own elsewhere when the server's account cannot get there."""
    existing = next(each for each in (wanted, *wanted.parents) if each.exists())
    if not account.borrowed or account.may_pass(existing):
        return wanted, ()
    name = f"relevo-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}"
    system = (Path("/var/lib"), Path(tempfile.gettempdir()))
    places = [each for each in system if os.access(each, os.W_OK) and account.may_pass(each)]
    if not places:
        raise RuntimeError(f"no folder that the database server could use; make {wanted} reachable")
    moved = places[0] / name
    note = f"{wanted} cannot be reached by the database server's account; the data is in {moved}"
    _LOG.warning(note)
    return moved, (note,)


def _check_owner(home: Path, account: Account) -> None:
    owner = home.stat().st_uid
    if home.is_symlink() or owner not in {os.geteuid(), account.uid}:
        raise RuntimeError(f"{home} belongs to somebody else; name another data folder")


def _socket_folder(home: Path, account: Account) -> Path:
    """A folder for the socket whose path fits into 107 bytes."""
    close_by = home / "socket"
    if len(os.fsencode(close_by / _SOCKET_NAME)) <= _LONGEST_SOCKET:
        account.owns(close_by)
        return close_by
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"relevo-{os.geteuid()}-{name}"
    if len(os.fsencode(short / _SOCKET_NAME)) > _LONGEST_SOCKET:
        short = Path("/tmp") / short.name  # noqa: S108 - owner and mode are checked below
    if not short.exists():
        account.owns(short)
    _check_owner(short, account)
    return short


def _answers(socket: Path) -> bool:
    if not (socket / _SOCKET_NAME).exists():
        return False
    try:
        psycopg.connect(
            f"host={socket} user={_SUPERUSER} dbname=postgres connect_timeout=5"
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_cluster(account: Account, bin_: Path, *, home: Path, cache: Path | None) -> None:
    cluster = home / "cluster"
    if (cluster / "PG_VERSION").exists():
        return
    shutil.rmtree(cluster, ignore_errors=True)
    if cache is None:
        _initdb(account, bin_, cluster, durable=True)
        return
    cache.mkdir(mode=0o755, parents=True, exist_ok=True)
    template = cache / f"template-{server_version()}-{account.uid}"
    with nullcontext() if cache == home else _gate(cache):
        if not (template / "made").exists():
            shutil.rmtree(template, ignore_errors=True)
            _initdb(account, bin_, template / "cluster", durable=False)
            (template / "made").touch()
    account.owns(cluster)
    account.run(["cp", "-a", f"{template / 'cluster'}/.", cluster], folder=home)


def _initdb(account: Account, bin_: Path, cluster: Path, *, durable: bool) -> None:
    cluster.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    account.owns(cluster)
    settings = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]
    if not durable:
        settings.append("--no-sync")
    command: list[str | Path] = [bin_ / "initdb", "-D", cluster, "-U", _SUPERUSER, *settings]
    account.run(command, folder=cluster.parent)


def _launch(account: Account, bin_: Path, *, home: Path, socket: Path, durable: bool) -> None:
    settings = _ALWAYS | ({} if durable else _THROW_AWAY)
    settings["unix_socket_directories"] = str(socket)
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    cluster, log = home / "cluster", home / "cluster" / "server.log"
    command: list[str | Path] = [
        bin_ / "pg_ctl",
        "start",
        "-w",
        "-s",
        "-D",
        cluster,
        "-l",
        log,
        "-o",
        options,
    ]
    for attempt in range(1, _STARTS + 1):
        try:
            account.run(command, folder=home)
        except RuntimeError as failed:
            if attempt == _STARTS:
                said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                raise RuntimeError(
                    f"the database server does not start: {failed}\n{said}"
                ) from None
            threading.Event().wait(0.3 * attempt)
        else:
            return


def _make_default_database(socket: Path) -> None:
    dsn = f"host={socket} user={_SUPERUSER} dbname=postgres"
    with psycopg.connect(dsn, autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = 'relevo'").fetchone()
        if known is None:
            connection.execute("create database relevo strategy wal_log")


def _stop(account: Account, bin_: Path, folder: Path, mode: str) -> None:
    command: list[str | Path] = [
        bin_ / "pg_ctl",
        "stop",
        "-w",
        "-s",
        "-D",
        folder / "cluster",
        "-m",
        mode,
    ]
    with suppress(RuntimeError):  # it is already gone
        account.run(command, folder=folder)
