"""Questions about lines on the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from relevo.activation.ladder import Capability
from relevo.engine.history import state_of
from relevo.engine.sql import statements
from relevo.values.moment import Moment

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
