"""Looks after the vault: files that wait for the scanner, and those whose time is over."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files

from relevo.care.complaint.model import Complaints
from relevo.care.gateway import Scanner, ScannerAway
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, connect
from relevo.engine.history import state_of
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.care", "documents")
_MOST = 20
ERASES_EVERY = timedelta(hours=1)


class VaultIntake:
    """Polled by a worker. Without a scanner nothing waits for one."""

    def __init__(self, dsn: str, clock: Clock, scanner: Scanner | None) -> None:
        self._dsn = dsn
        self._clock = clock
        self._scanner = scanner
        self._connection: Connection | None = None
        self._erased_at: Moment | None = None

    def poll(self) -> int:
        """Look after the vault; tells nobody anything, hence 0."""
        now = self._clock.now()
        if self._scanner is not None:
            scan_waiting(self._open(), self._scanner, now)
        if self._erased_at is None or now - self._erased_at >= ERASES_EVERY:
            erase_over(self._open(), now)
            self._erased_at = now
        return 0

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._dsn, name="relevo vault")
        return self._connection


def scan_waiting(connection: Connection, scanner: Scanner, now: Moment) -> int:
    """Have the scanner look at files that wait; the number that it looked at.

    Clean ones can be downloaded from now on. Of an infected one the hash stays and nothing else.
    """
    looked = 0
    with connection.transaction():
        rows = connection.execute(_SQL["waiting"], {"most": _MOST}).fetchall()
        for order, digest, content in rows:
            try:
                found = scanner.finds(bytes(content))
            except ScannerAway:
                break
            verdict = {
                "order": order,
                "sha256": digest,
                "scan": "infected" if found else "clean",
                "at": now,
            }
            connection.execute(_SQL["scanned"], verdict)
            looked += 1
    return looked


def erase_over(connection: Connection, now: Moment) -> int:
    """Erase the bytes of files whose time is over; the number of files. An open complaint waits."""
    erased = 0
    with connection.transaction():
        rows = connection.execute(_SQL["over"], {"at": now, "most": _MOST}).fetchall()
        for order, digest in rows:
            state = state_of(connection, f"{order}/complaint")
            if isinstance(state, Complaints) and state.open_ones:
                continue
            connection.execute(_SQL["erase"], {"order": order, "sha256": digest, "at": now})
            erased += 1
    return erased


@cache
def _months() -> dict[str, int]:
    file = files("relevo.care").joinpath("retention.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))["purpose"]
    return {purpose: row["months"] for purpose, row in table.items()}


def keep_until(purpose: str, at: Moment) -> Moment:
    """Until when something that came now is kept. Raises KeyError for a purpose without a term."""
    months = at.month - 1 + _months()[purpose]
    return at.replace(year=at.year + months // 12, month=months % 12 + 1, day=min(at.day, 28))
