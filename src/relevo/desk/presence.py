"""Who else has this case open, so that two do not answer the same customer at once."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, Span

_SQL = statements("relevo.desk", "presence")
FADES_AFTER = Span(seconds=60)
"""A page says every twenty seconds that it is open; two signs may be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who has the same case open."""

    who: str
    writes: bool


def be_here(
    connection: Connection, order: str, who: str, at: Moment, *, writes: bool = False
) -> None:
    """He has it open, or is writing."""
    connection.execute(_SQL["here"], {"order": order, "who": who, "at": at, "writes": writes})
    connection.execute(_SQL["faded"], {"before": at - 10 * FADES_AFTER})


def has_written(connection: Connection, order: str, who: str) -> None:
    """His answer is on its way: he writes no more."""
    connection.execute(_SQL["wrote"], {"order": order, "who": who})


def is_seen(connection: Connection, order: str) -> bool:
    """Whether there is such an order for the reader of this connection."""
    return connection.execute(_SQL["seen"], {"order": order}).fetchone() is not None


def others_here(connection: Connection, order: str, who: str, at: Moment) -> list[Colleague]:
    """Who else has it open now."""
    asked = {"order": order, "who": who, "since": at - FADES_AFTER}
    rows = connection.execute(_SQL["others"], asked).fetchall()
    return [Colleague(who=name, writes=writes) for name, writes in rows]
