"""Connections to PostgreSQL with the settings that the engine counts on."""

from __future__ import annotations

from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]

OLDEST_SERVER = 15


class ServerTooOld(RuntimeError):
    """The server is older than what the schema needs."""


def connect(dsn: str, *, name: str = "relevo", autocommit: bool = False) -> Connection:
    """Open a connection: UTC, no automatic commit, and a limit on forgotten transactions.

    The limit on idle transactions is what frees the rows of a worker that was stopped, not killed.
    """
    opened = psycopg.connect(
        dsn,
        application_name=name,
        autocommit=autocommit,
        options="-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c jit=off",
        prepare_threshold=2,
    )
    if opened.info.server_version < OLDEST_SERVER * 10000:
        version = opened.info.server_version // 10000
        opened.close()
        raise ServerTooOld(
            f"DATABASE_URL points to PostgreSQL {version}; use {OLDEST_SERVER} or later"
        )
    return opened
