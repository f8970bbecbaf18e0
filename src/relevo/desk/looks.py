"""What the lists of the desk are read with: clocks that run, parcels under way, escalations.

Each list is cut by the database and is read behind the wall: as people, never as the owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.desk", "looks")
HISTORY_MOST = 500
"""So many of the last promises that ended are history."""

ENOUGH_TO_SAY = 20
"""Of fewer cases no share is told: it would be a guess."""

COUNTED_MOST = 10_000
STATES_COUNTED_MOST = 1_000
CASE_TASK = "case:"
"""The task of an order's case begins so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    """A promise that is not kept yet. ``kept_percent``: of its like; None where few are known."""

    process_id: str
    order: str
    what: str
    due: Moment
    owner: str
    rests_on: tuple[str, ...]
    state: str  # made | at_risk | broken
    moved: int
    kept_percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A request at a hub whose donor has to answer by then."""

    process_id: str
    order: str
    line: str
    number: str
    hub: str
    donor: str
    due: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A card under way."""

    process_id: str
    order: str
    line: str
    number: str
    iccid: str
    tracking_code: str
    postcode: str
    town: str
    seen_town: str
    state: str
    reason: str
    action: str
    expected_on: date | None
    is_contested: bool
    changed_at: Moment

    @property
    def is_elsewhere(self) -> bool:
        """Whether the courier's last scan was in another town than the address."""
        return bool(self.seen_town) and self.seen_town.casefold() != self.town.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """A case that has gone up the ladder. ``who`` has acknowledged it, with a ``note``."""

    order: str
    case_key: str
    owner: str
    level: int
    role: str
    why: str
    at: Moment
    who: str
    taken_at: Moment | None
    note: str


def open_promises(
    connection: Connection, *, before: Moment, what: str = "", owner: str = "", most: int
) -> list[OpenPromise]:
    """Those that are due before a moment, the nearest first."""
    asked = {"before": before, "what": what, "owner": owner, "most": most}
    rows = connection.execute(_SQL["promises"], asked).fetchall()
    kept = kept_shares(connection) if rows else {}
    return [
        OpenPromise(
            process_id=row[0],
            order=row[1],
            what=row[2],
            due=utc(row[3]),
            owner=row[4],
            rests_on=tuple(row[5]),
            state=row[6],
            moved=row[7],
            kept_percent=kept.get(row[2]),
        )
        for row in rows
    ]


def movable_due(connection: Connection, process_id: str) -> Moment | None:
    """When a promise is due that may still be moved; None for any other."""
    row = connection.execute(_SQL["movable"], (process_id,)).fetchone()
    return None if row is None else utc(row[0])


def kept_shares(connection: Connection) -> dict[str, int]:
    """By kind of promise, how many of a hundred were kept in time; only where enough is known."""
    rows = connection.execute(_SQL["settled"], {"most": HISTORY_MOST}).fetchall()
    return {what: round(100 * kept / count) for what, count, kept in rows if count >= ENOUGH_TO_SAY}


def awaited(connection: Connection, *, before: Moment, most: int) -> list[Awaited]:
    """Requests whose limit to answer is before a moment, the nearest first."""
    rows = connection.execute(_SQL["answers"], {"before": before, "most": most}).fetchall()
    names = ("process_id", "order", "line", "number", "hub", "donor", "due")
    return [_made(Awaited, names, row) for row in rows]


def parcels(
    connection: Connection, *, state: str, what: str, today: date, most: int, skip: int = 0
) -> list[Parcel]:
    """Cards under way, the earliest expected first. ``what``: overdue, contested, troubled,
    elsewhere, or "" for all."""
    asked = {"state": state, "what": what, "today": today, "most": most, "skip": skip}
    names = tuple(name for name in Parcel.__dataclass_fields__ if not name.startswith("_"))
    rows = connection.execute(_SQL["parcels"], asked).fetchall()
    return [_made(Parcel, names, row) for row in rows]


def parcel_states(connection: Connection) -> dict[str, int]:
    """How many are in each state."""
    return dict(connection.execute(_SQL["parcel_states"], {"most": STATES_COUNTED_MOST}).fetchall())


def climbed(connection: Connection, *, most: int) -> list[Climbed]:
    """Cases up the ladder, the highest first."""
    names = tuple(Climbed.__dataclass_fields__)
    rows = connection.execute(_SQL["climbed"], {"most": most}).fetchall()
    return [_made(Climbed, names, (*row[:-1], row[-1] or "")) for row in rows]


T = TypeVar("T")


def _made(cls: type[T], names: tuple[str, ...], row: tuple[Any, ...]) -> T:
    given = {
        name: utc(value) if isinstance(value, Moment) else value
        for name, value in zip(names, row, strict=True)
    }
    return cls(**given)
