"""Calls as people may see them: which go on, and which were with an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.notices.call.model import Call, Direction, Recording
from relevo.values.moment import Moment, Span, utc

_SQL = statements("relevo.notices.call", "calls")
LISTED_MAX = 20
FORGOTTEN_AFTER = Span(hours=8)
"""A call of which no end was told is not shown as going on for longer."""


def call_of(connection: Connection, call_id: str) -> Call | None:
    """One call, if the reader may see it."""
    return next(iter(_read(connection, "one", (call_id,))), None)


def calls_of(connection: Connection, order: str) -> list[Call]:
    """The last calls with an order, the newest first."""
    return _read(connection, "of_order", (order, LISTED_MAX))


def calls_under_way(connection: Connection, now: Moment) -> list[Call]:
    """Calls that go on now, the newest first."""
    return _read(connection, "under_way", (now - FORGOTTEN_AFTER, LISTED_MAX))


def _read(connection: Connection, name: str, asked: Sequence[object]) -> list[Call]:
    return [call_in(row) for row in connection.execute(_SQL[name], tuple(asked)).fetchall()]


def call_in(row: Sequence[Any]) -> Call:
    """The call that a row of the log holds."""
    call_id, brand, direction, number, agent, order, began_at, ended_at, noted_by, *kept = row
    recording_id, purpose, preamble, keep_until = kept
    return Call(
        id=call_id,
        brand=brand,
        direction=Direction(direction),
        number=number,
        agent=agent,
        order=order or "",
        began_at=utc(began_at),
        ended_at=None if ended_at is None else utc(ended_at),
        noted_by=noted_by,
        recording=None
        if recording_id is None
        else Recording(id=recording_id, purpose=purpose, preamble=preamble, keep_until=keep_until),
    )
