"""Fetches what customers write and say, and tells the voice of their order: at least once.

First all are told, each family in a transaction of its own, then the place is moved on: after a
crash in between they are told again, and known by their numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.notices.gateway import Inbound, Inbox
from relevo.notices.voice.messages import CustomerWrote
from relevo.values.moment import Moment

_LOG = logging.getLogger(__name__)
_SQL = statements("relevo.notices", "notices")
_SOURCE = "inbox"
_AGAIN_AFTER = timedelta(minutes=2)
_SAID_MAX = 20_000


class MailIntake:
    """The inbox. An unknown sender's message is kept for a person, never dropped."""

    source = "mail"

    def __init__(self, engine: Engine, dsn: str, inbox: Inbox) -> None:
        self._engine = engine
        self._dsn = dsn
        self._inbox = inbox
        self._opened: Connection | None = None
        self._again: Moment | None = None

    def poll(self) -> int:
        """Fetch everything that is new; how many messages voices got."""
        place = self._place()
        try:
            inbound = self._inbox.after(place)
        except (Temporary, Permanent) as away:
            _LOG.warning("%s: %s", _SOURCE, away.reason)
            self._again = self._engine.clock.now() + _AGAIN_AFTER
            return 0
        self._again = None
        return self._take(inbound) if inbound else 0

    def next_due(self) -> Moment | None:
        """When to ask an inbox again that was away."""
        return self._again

    def close(self) -> None:
        """Close the connection."""
        if self._opened is not None:
            self._opened.close()

    def _take(self, inbound: Sequence[Inbound]) -> int:
        connection = self._connection()
        senders = [_address(each) for each in inbound]
        with connection.transaction():
            rows = connection.execute(_SQL["orders_of_senders"], (senders,)).fetchall()
        orders = {str(address): str(order) for address, order in rows}
        told = self._engine.tell_many(
            ("notices.voice", f"{orders[_address(each)]}/voice", _wrote(each), _message_id(each))
            for each in inbound
            if _address(each) in orders
        )
        with connection.transaction(), connection.cursor() as cursor:
            for each in inbound:
                if _address(each) not in orders:
                    self._keep(cursor, each)
            cursor.execute(_SQL["move_place"], (_SOURCE, max(each.seq for each in inbound)))
        return told

    def _keep(self, cursor: Cursor, each: Inbound) -> None:
        row = (
            _message_id(each),
            each.channel,
            each.sender,
            each.text[:_SAID_MAX],
            each.at,
            each.minutes,
            self._engine.clock.now(),
        )
        cursor.execute(_SQL["keep_stray"], row)

    def _place(self) -> int:
        connection = self._connection()
        row = connection.execute(_SQL["place"], (_SOURCE,)).fetchone()
        connection.rollback()
        return 0 if row is None else int(row[0])

    def _connection(self) -> Connection:
        if self._opened is None or self._opened.closed:
            self._opened = connect(self._dsn, name="relevo inbox")
        return self._opened


def _message_id(each: Inbound) -> str:
    return f"{_SOURCE}:{each.seq}"


def _wrote(each: Inbound) -> CustomerWrote:
    return CustomerWrote(
        message_id=_message_id(each),
        channel=each.channel,
        text=each.text[:_SAID_MAX],
        at=each.at,
        minutes=each.minutes,
    )


def _address(each: Inbound) -> str:
    return each.sender.strip().lower()
