"""What was handed to the centre, and what came of it: never twice, never forgotten.

Each segment is a row. It is 'handed' and committed *before* it goes over the wire, and leaves that
state only by knowledge: the centre's answer, a receipt, or the certainty that nothing was written.
A row that stays 'handed' is a message that may or may not have gone out, and is not sent again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from relevo.adapters.sms_smpp.account import Account
from relevo.adapters.sms_smpp.receipts import Receipt
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, connect
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.adapters.sms_smpp", "ledger")
FORGET_AFTER = timedelta(days=90)
"""A receipt that comes later is nobody's."""


class SegmentState(StrEnum):
    OPEN = "open"  # nothing was written
    HANDED = "handed"  # it may have been written; no answer
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """How far a segment has come."""

    number: int
    reference: int
    state: SegmentState
    smsc_id: str
    reason: str
    handed_at: Moment


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message, all of its segments taken together."""

    message_key: str
    is_delivered: bool
    reason: str
    at: Moment


class Ledger:
    """The rows of one installation. One connection, used by one thread at a time."""

    def __init__(self, dsn: str, account: Account, clock: Clock) -> None:
        self._dsn = dsn
        self._account = account
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: Connection | None = None

    def prepared(self, key: str, recipient: str, count: int) -> list[SegmentRow]:
        """The segments of a message, made if it is new."""
        given = {"key": key, "recipient": recipient, "count": count, "now": self._clock.now()}
        with self._lock:
            connection = self._connection()
            with connection.transaction():
                rows = connection.execute(_SQL["segments"], (key,)).fetchall()
                if not rows:
                    connection.execute(_SQL["prepare"], given)
                    rows = connection.execute(_SQL["segments"], (key,)).fetchall()
        return [SegmentRow(row[0], row[1], SegmentState(row[2]), *row[3:]) for row in rows]

    def claim(self, key: str, number: int) -> bool:
        """From now on it may have gone out. False: another one has claimed it."""
        return self._did("claim", {"key": key, "number": number}) == 1

    def give_back(self, key: str, number: int) -> None:
        """It did not go out, for certain."""
        self._settle(key, number, SegmentState.OPEN, "")

    def refused(self, key: str, number: int, reason: str) -> None:
        """The centre will not take it, ever."""
        self._settle(key, number, SegmentState.REFUSED, reason)

    def accepted(self, key: str, number: int, smsc_id: str) -> None:
        """The centre has it. A receipt may have been faster than this answer."""
        self._did("accept", {"key": key, "number": number, "smsc_id": smsc_id})

    def receipts(self, receipts: Iterable[Receipt]) -> None:
        """Note what a centre says; durable when this returns. Doubles change nothing."""
        now = self._clock.now()
        with self._lock:
            connection = self._connection()
            with connection.transaction():
                for each in receipts:
                    told = {"smsc_id": each.smsc_id, "recipient": each.recipient, "now": now}
                    told |= {"reference": each.reference, "came": each.came, "reason": each.reason}
                    connection.execute(_SQL["receipt"], told)

    def match(self) -> None:
        """Bring together receipts and messages that found no other way to each other."""
        lost_since = self._clock.now() - timedelta(seconds=self._account.answer_within_s)
        self._did("match_by_id", {})
        self._did("match_lost", {"lost_since": lost_since})

    def untold(self) -> list[Outcome]:
        """What nobody was told yet."""
        return [Outcome(*row) for row in self._rows("untold", {})]

    def told(self, keys: list[str]) -> None:
        """These were told."""
        self._did("told", {"keys": keys})

    def silent(self) -> list[tuple[str, str]]:
        """Id and recipient of messages of which nothing was heard for long: ask the centre."""
        since = self._clock.now() - timedelta(seconds=self._account.query_after_s)
        return [(str(a), str(b)) for a, b in self._rows("silent", {"silent_since": since})]

    def forget(self) -> None:
        """Drop what is too old to matter."""
        self._did("forget", {"before": self._clock.now() - FORGET_AFTER})

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()

    def _settle(self, key: str, number: int, state: SegmentState, reason: str) -> None:
        given = {"key": key, "number": number, "state": state, "reason": reason}
        self._did("settle", given)

    def _did(self, name: str, given: Mapping[str, Any]) -> int:
        with self._lock:
            connection = self._connection()
            with connection.transaction():
                return connection.execute(_SQL[name], {"now": self._clock.now(), **given}).rowcount

    def _rows(self, name: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            connection = self._connection()
            with connection.transaction():
                rows = connection.execute(_SQL[name], {"now": self._clock.now(), **given})
                return rows.fetchall()

    def _connection(self) -> Connection:
        if self._opened is None or self._opened.closed:
            self._opened = connect(self._dsn, name="relevo sms", autocommit=True)
        return self._opened
