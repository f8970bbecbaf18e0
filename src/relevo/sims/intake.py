"""What comes in from couriers and profile servers: scans, and what phones did with profiles.

Events are fetched after a number that is kept in the database. First they are told, each family's
in a transaction of its own, and then the number is moved on: none is lost, and one that is told
again after a crash in between is known by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from relevo.engine.connection import Connection, Cursor, Lane
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.sims.gateway import Courier, CourierNews, EsimNews, ProfileServer

_SQL = statements("relevo.sims", "cards")

N = TypeVar("N", CourierNews, EsimNews)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message that one event is to one process."""

    kind: str
    process_id: str
    message: object
    seq: int


class CourierIntake:
    """Fetches scans and tells the dispatch whose id is the reference of the parcel."""

    source = "courier"

    def __init__(self, engine: Engine, dsn: str, courier: Courier) -> None:
        self._engine = engine
        self._courier = courier
        self._lane = Lane(dsn, name="relevo courier intake")

    def poll(self) -> int:
        """Fetch what is new; returns how many messages were told. Down means: later."""
        return _poll(
            self._engine,
            self._lane.connection(),
            source=self.source,
            fetch=self._courier.news,
            address=_to_dispatches,
        )

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


class EsimIntake:
    """Fetches what phones did and tells the process that has the profile."""

    source = "esim"

    def __init__(self, engine: Engine, dsn: str, profile_server: ProfileServer) -> None:
        self._engine = engine
        self._profile_server = profile_server
        self._lane = Lane(dsn, name="relevo esim intake")

    def poll(self) -> int:
        """Fetch what is new; returns how many messages were told. Down means: later."""
        return _poll(
            self._engine,
            self._lane.connection(),
            source=self.source,
            fetch=self._profile_server.news,
            address=_to_esims,
        )

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def _poll(
    engine: Engine,
    connection: Connection,
    *,
    source: str,
    fetch: Callable[[int], list[N]],
    address: Callable[[Cursor, Sequence[N]], list[_Letter]],
) -> int:
    with connection.transaction():
        row = connection.execute(_SQL["position"], {"source": source}).fetchone()
    was = 0 if row is None else int(row[0])
    try:
        news = sorted(fetch(was), key=lambda each: each.seq)
    except (Temporary, Permanent):
        return 0
    if not news:
        return 0
    with connection.transaction(), connection.cursor() as cursor:
        letters = address(cursor, news)
    told = engine.tell_many(
        (each.kind, each.process_id, each.message, f"{source}:{each.seq}") for each in letters
    )
    wanted = {"source": source, "was": was, "position": news[-1].seq}
    with connection.transaction():
        connection.execute(_SQL["advance"], wanted)  # unless somebody else has read them, too
    return told


def _to_dispatches(cursor: Cursor, news: Sequence[CourierNews]) -> list[_Letter]:
    """Parcels that are not ours are left alone: a courier's account may serve others too."""
    cursor.execute(
        _SQL["known_dispatches"], {"process_ids": sorted({each.reference for each in news})}
    )
    known = {process_id for (process_id,) in cursor.fetchall()}
    return [
        _Letter("sims.dispatch", each.reference, each.seen, each.seq)
        for each in news
        if each.reference in known
    ]


def _to_esims(cursor: Cursor, news: Sequence[EsimNews]) -> list[_Letter]:
    cursor.execute(_SQL["processes_of_cards"], {"iccids": sorted({each.iccid for each in news})})
    owner: dict[str, str] = dict(cursor.fetchall())
    return [
        _Letter("sims.esim", owner[each.iccid], each.seen, each.seq)
        for each in news
        if each.iccid in owner
    ]
