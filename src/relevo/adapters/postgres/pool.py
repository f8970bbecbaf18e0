"""Connections with sane settings. DATABASE_URL may name any PostgreSQL from 15 on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from relevo.engine.connection import Connection, ServerTooOld, connect

__all__ = ["Connection", "ServerTooOld", "connect", "transaction"]


@contextmanager
def transaction(dsn: str, *, name: str = "relevo") -> Iterator[Connection]:
    """A connection for one transaction: committed at the end, rolled back on an exception."""
    connection = connect(dsn, name=name)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()
