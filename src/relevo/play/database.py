"""A database for one play: made, migrated, and dropped afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from relevo.adapters.postgres import embedded

_NUMBERS = count(1)


class NoDatabase(RuntimeError):
    """There is no server to play on; the text says what to do."""


def given_server() -> str:
    """``DATABASE_URL``, or nothing. Raises NoDatabase when it is no connection string."""
    given = os.environ.get("DATABASE_URL", "").strip()
    try:
        conninfo_to_dict(given)
    except psycopg.ProgrammingError:  # its text would repeat the password
        raise NoDatabase(
            "DATABASE_URL is no connection string of PostgreSQL; write it as "
            "postgresql://account:password@host:5432/database, or unset it to use the bundled "
            "server"
        ) from None
    return given


@contextmanager
def play_server() -> Iterator[str]:
    """The connection string of a server on which databases may be made.

    ``DATABASE_URL`` names one; without it the bundled server runs, shared by all programs of this
    user, with data that may be lost.
    """
    given = given_server()
    if given:
        yield given
        return
    try:
        server = embedded.start(_home() / "play", durable=False)
    except (RuntimeError, OSError) as wrong:
        raise NoDatabase(
            f"the bundled PostgreSQL does not start ({wrong}); run `./dev relevo doctor`, or set "
            "DATABASE_URL to a PostgreSQL 15 or later"
        ) from wrong
    try:
        yield server.dsn
    finally:
        server.close()


def _home() -> Path:
    """Where our data may lie; what is there can be made again. Raises RuntimeError.

    Root's cache is out of reach of the account under which the server then runs.
    """
    cache = os.environ.get("XDG_CACHE_HOME") if os.geteuid() else None
    given = os.environ.get("RELEVO_HOME") or cache
    if given:
        return Path(given) / "relevo"
    home = Path(tempfile.gettempdir()) / f"relevo-{os.geteuid()}"
    home.mkdir(mode=0o755, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{home} belongs to somebody else; set RELEVO_HOME to a folder of yours")
    return home


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty database on that server, dropped at the end."""
    name = f"relevo_play_{os.getpid()}_{next(_NUMBERS)}"
    try:
        connection = psycopg.connect(server, autocommit=True)
    except psycopg.OperationalError as wrong:
        raise NoDatabase(
            f"the server of DATABASE_URL does not answer ({' '.join(str(wrong).split())}); "
            "start it, or correct DATABASE_URL"
        ) from wrong
    with connection:
        _run(connection, "drop database if exists {} with (force)", name)
        try:
            # The same letters and the same order as on the bundled server, whatever this one has.
            settings = "encoding 'UTF8' locale 'C' template template0"
            _run(connection, f"create database {{}} {settings}", name)
        except psycopg.errors.InsufficientPrivilege as wrong:
            raise NoDatabase(
                "the account of DATABASE_URL may not create databases; give it CREATEDB, or unset "
                "DATABASE_URL to play on the bundled server"
            ) from wrong
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            _run(connection, "drop database if exists {} with (force)", name)


def _run(connection: psycopg.Connection[tuple[object, ...]], statement: str, name: str) -> None:
    connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
