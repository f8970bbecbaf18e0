"""Every call of a hub as it went over the wire: what was sent, what came, and when.

A dispute between operators is decided by who sent what and when; the facts say what we understood,
this says what was said. It is kept beside the work: a log that cannot be written holds up no port,
and its connection does not wait for the disk.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

import psycopg

from relevo.engine.connection import Connection, connect
from relevo.engine.sql import statements
from relevo.porting.gateway import Exchange
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment, utc

_LOG = logging.getLogger(__name__)
_SQL = statements("relevo.desk", "desk")
KEPT = timedelta(days=400)
"""As long as the engine recognises a doubled message; a complaint comes within months."""

_NAMES_ITSELF = 2  # the first fields of a record: its kind, and the id of its process
_CODE_OR_DAY = re.compile(r"[0-9A-Z]{0,6}|20\d{6}(?:\d{4})?")
MOST = 1_000
FORGOTTEN_AT_ONCE = 5_000


class StoredWireLog:
    """A ``WireLog`` in the database. May be used by several threads."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._opened: Connection | None = None
        self._lock = Lock()
        self._said: dict[str, bytes] = {}

    def keep(self, exchange: Exchange) -> None:
        """Store it; a database that is away is logged, and the exchange is gone from this log.

        A mailbox is asked all day. Of answers about no port that are the same as the one before,
        only the first is kept.
        """
        row = (
            exchange.at,
            exchange.hub.value,
            exchange.operation,
            exchange.key,
            exchange.took_ms,
            exchange.verdict,
            exchange.sent,
            exchange.received,
        )
        with self._lock:
            if not exchange.key and self._said.get(exchange.operation) == exchange.received:
                return
            self._said[exchange.operation] = exchange.received
            try:
                self._connection().execute(_SQL["keep_exchange"], row)
            except psycopg.Error as away:
                _LOG.warning("an exchange with the %s hub is not logged: %s", exchange.hub, away)
                self._drop()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _connection(self) -> Connection:
        if self._opened is None:
            self._opened = connect(self._dsn, name="relevo wire log")
            self._opened.autocommit = True
            self._opened.execute("set synchronous_commit to off")
        return self._opened


@dataclass(frozen=True, slots=True, kw_only=True)
class PortKeys:
    """The names under which a request is known on the wire."""

    contract_code: str
    reference: str
    number: str


def keys_of_port(connection: Connection, asked: str) -> list[PortKeys]:
    """Requests by number, reference, contract code, or the id of a process or order."""
    rows = connection.execute(_SQL["keys_of_port"], {"asked": asked}).fetchall()
    return [PortKeys(contract_code=row[0], reference=row[1], number=row[2]) for row in rows]


def exchanges(connection: Connection, keys: list[PortKeys], *, most: int = MOST) -> list[Exchange]:
    """What went over the wire for these requests, the oldest first."""
    names = sorted({name for key in keys for name in (key.contract_code, key.reference) if name})
    names += sorted({key.number.removeprefix("+34") for key in keys} | {k.number for k in keys})
    rows = connection.execute(_SQL["exchanges"], (names, most)).fetchall()
    return [
        Exchange(
            at=utc(row[0]),
            hub=HubKind(row[1]),
            operation=row[2],
            key=row[3],
            took_ms=row[4],
            verdict=row[5],
            sent=bytes(row[6]),
            received=bytes(row[7]),
        )
        for row in rows
    ]


def masked_record(text: str) -> str:
    """A file of records without personal data: kind and id, short codes and days stay."""
    return "\n".join(";".join(map(_shown, enumerate(line.split(";")))) for line in text.split("\n"))


def _shown(field: tuple[int, str]) -> str:
    place, text = field
    return text if place < _NAMES_ITSELF or _CODE_OR_DAY.fullmatch(text.strip()) else "[left out]"


def look(connection: Connection, who: str, reason: str, port: str, at: Moment) -> None:
    """Keep that somebody saw the personal data of a port."""
    connection.execute(_SQL["note"], (at, who, "look", f"wire:{port}", reason))


def forget(connection: Connection, now: Moment) -> int:
    """Delete what is older than it must be kept; how many. Small, to be called again."""
    return connection.execute(_SQL["forget_exchanges"], (now - KEPT, FORGOTTEN_AT_ONCE)).rowcount
