"""Questions about lines on the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from relevo.activation.gateway import Seen
from relevo.activation.ladder import Capability, Life, read_probe
from relevo.engine.history import state_of
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.activation", "watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """What works of a line, as probes have seen it."""

    process_id: str
    subject: str
    line: str
    phase: str
    serving: str
    proven: tuple[Capability, ...]
    missing: tuple[Capability, ...]
    dead_since: Moment | None


def lines_of_order(connection: Connection[Any], order: str) -> list[LineView]:
    """Every line of an order that is or was watched."""
    rows = connection.execute(_SQL["lines_of_order"], {"order": order}).fetchall()
    return [_view(connection, process_id) for (process_id,) in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """How fresh what we know of a line is: the age of the proof."""

    line: str
    every_minutes: int
    looked_at: Moment | None  # None: armed anew, and not looked at since
    is_alive: bool | None  # None: nothing was seen yet, or it said nothing


def last_looks(connection: Connection[Any], order: str) -> dict[str, LastLook]:
    """When each line of an order was looked at last, by line. One query for all of them."""
    rows = connection.execute(_SQL["last_looks"], {"order": order}).fetchall()
    return {
        line: LastLook(
            line=line,
            every_minutes=minutes,
            looked_at=None if at is None and good_at is None else utc(at or good_at),
            is_alive=_is_alive(seen),
        )
        for line, minutes, seen, good_at, at in rows
    }


def _is_alive(seen: Any) -> bool | None:
    if seen is None:
        return None
    read = msgspec.convert(seen, Seen)
    life = read_probe(read.calls_in, read.works).life
    return None if life is Life.UNCLEAR else life is Life.ALIVE


def _view(connection: Connection[Any], process_id: str) -> LineView:
    state = state_of(connection, process_id)
    if state is None:
        raise LookupError(f"{process_id} has a line and no state")
    return LineView(
        process_id=process_id,
        subject=state.subject,
        line=state.line,
        phase=state.phase,
        serving=state.serving,
        proven=state.proven,
        missing=tuple(each for each in state.capabilities if each not in state.proven),
        dead_since=None if state.outage is None else state.outage.since,
    )
