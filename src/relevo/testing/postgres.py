"""Databases for tests: one server for a session, one migrated template, cloned for whoever asks.

The bundled server runs in a folder of its own, which is thrown away at the end.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from psycopg import sql

from relevo.adapters.postgres.embedded import Server, throwaway
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect

ENGINE = ("relevo.engine",)
_TEMPLATE = "migrated"
_KEPT = ("schema_migration",)
_CLONES = count(1)


def cache_folder() -> Path:
    """Where an empty cluster is kept from one session to the next."""
    return Path(tempfile.gettempdir()) / f"relevo-cache-{os.geteuid()}"


@contextmanager
def session_server(packages: Sequence[str] = ENGINE) -> Iterator[Server]:
    """A throw-away server with a migrated template."""
    with throwaway(cache=cache_folder()) as server:
        server.create_database(_TEMPLATE)
        migrate(server.dsn_of(_TEMPLATE), packages)
        yield server


def clone(server: Server, name: str) -> str:
    """A fresh database from the migrated template; returns its connection string.

    A number is added to the name: parallel runs may come back to a module that they have left.
    """
    return server.create_database(f"{name}_{next(_CLONES)}", template=_TEMPLATE)


def wipe(dsn: str) -> None:
    """Empty every table of ours; the leases go back to nobody."""
    with connect(dsn, name="relevo wipe") as connection:
        rows = connection.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind = 'r' and n.nspname = 'public' and c.relname <> all(%s)",
            ([*_KEPT, "lease"],),
        ).fetchall()
        connection.execute("set local session_replication_role = replica")
        for (table,) in rows:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
        connection.execute("update lease set worker = null, token = 0, last_seq = 0")
