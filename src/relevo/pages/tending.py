"""Who of us looks after a customer, who else could, and how his lines are watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.pages", "tending")


def case_task(key: str) -> str:
    """The task of the desk that a case is: whoever takes it looks after the customer."""
    return f"case:{key}"


def takers(connection: Connection, tasks: Iterable[str]) -> dict[str, str]:
    """Who looks after these tasks, as far as anybody does."""
    rows = connection.execute(_SQL["takers"], {"tasks": list(tasks)}).fetchall()
    return dict(rows)


def colleagues(connection: Connection, but: str) -> list[str]:
    """The other members of staff that the reader may know of."""
    return [name for (name,) in connection.execute(_SQL["colleagues"], {"but": but}).fetchall()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The last probe of a line: what each caller's network and each capability answered."""

    every_minutes: int
    calls_in: dict[str, int]  # origin network -> SIP status
    works: dict[str, bool]
    registered: bool | None  # None: not looked at yet
    last_good_at: Moment | None


def watched(connection: Connection, process_id: str) -> Watched | None:
    """How a line is watched; None when nobody watches it (any more)."""
    row = connection.execute(_SQL["watch_of"], {"process_id": process_id}).fetchone()
    if row is None:
        return None
    every_minutes, seen, last_good_at = row
    seen = seen or {}
    return Watched(
        every_minutes=every_minutes,
        calls_in=dict(seen.get("calls_in", {})),
        works=dict(seen.get("works", {})),
        registered=seen.get("registered"),
        last_good_at=None if last_good_at is None else utc(last_good_at),
    )
