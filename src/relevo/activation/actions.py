"""The list of lines that are looked at."""

from __future__ import annotations

import threading
from typing import Any

import psycopg

from relevo.activation.activation.messages import ArmWatch
from relevo.activation.activation.rhythm import next_tick
from relevo.engine.connection import Connection, connect
from relevo.engine.performer import Errand, Temporary
from relevo.engine.sql import statements

_SQL = statements("relevo.activation", "watch")


class Watchlist:
    """Puts lines on the list and takes them off; may be used by several threads."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def arm(self, wanted: ArmWatch, errand: Errand) -> None:
        """Look at the line in this rhythm from the next tick on. The same errand counts once."""
        self._run(
            "arm",
            {
                "process_id": errand.process_id,
                "subject": wanted.subject,
                "every_minutes": wanted.every_minutes,
                "armed_by": errand.effect_id,
                "next_due": next_tick(errand.at, wanted.every_minutes),
            },
        )

    def disarm(self, process_id: str) -> None:
        """Do not look at the line any more."""
        self._run("disarm", {"process_id": process_id})

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _run(self, name: str, values: dict[str, Any]) -> None:
        with self._lock:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = connect(self._dsn, name="relevo watchlist", autocommit=True)
                self._connection.execute(_SQL[name], values)
            except psycopg.OperationalError as broken:
                raise Temporary(f"the list of watched lines is out of reach: {broken}") from broken
