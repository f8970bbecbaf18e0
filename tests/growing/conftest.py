"""A journal with months behind it, in a database of its own, and lamps that were lit in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from psycopg import sql

from relevo.adapters.postgres.embedded import Server
from relevo.engine.clock import Clock, VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Errand, Performer
from relevo.testing.lamps import NoteRead, OpenHouse, PowerCame, SendNote, SendPower, lamps
from relevo.testing.postgres import clone

MONTHS = tuple(datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 5))
"""January to April are partitions; what was before is the past, what came after lies ahead."""


def give_power(wish: SendPower, _: Errand) -> list[object]:
    return [PowerCame(watts=wish.watts)]


def read_note(_: SendNote, __: Errand) -> list[object]:
    return [NoteRead()]


@pytest.fixture
def grown(postgres: Server) -> str:
    """A database whose journal has months behind it."""
    dsn = clone(postgres, "growing")
    with connect(dsn, name="months") as connection:
        row = connection.execute(
            "select substring(pg_get_expr(relpartbound, oid) from '''([^'']+)''')"
            " from pg_class where relname = 'journal_past'"
        ).fetchone()
        assert row is not None
        connection.execute("alter table journal detach partition journal_past")
        ends = [*MONTHS, row[0]]
        cut(connection, "journal_past", None, ends[0])
        for starts_at, ends_at in pairwise(ends):
            name = f"journal_{starts_at:%Y_%m}"
            make = sql.SQL("create table {} (like journal_past including indexes)")
            connection.execute(make.format(sql.Identifier(name)))
            cut(connection, name, starts_at, ends_at)
    return dsn


def cut(connection: Connection, name: str, starts_at: object, ends_at: object) -> None:
    begins = sql.SQL("minvalue") if starts_at is None else sql.Literal(str(starts_at))
    connection.execute(
        sql.SQL("alter table journal attach partition {} for values from ({}) to ({})").format(
            sql.Identifier(name), begins, sql.Literal(str(ends_at))
        )
    )


@pytest.fixture
def engine_at(grown: str) -> Iterator[Callable[..., Engine]]:
    """Makes engines over the grown database, by their clock."""
    made: list[Engine] = []

    def make(clock: Clock, worker: str = "w1", batch: int = 1000) -> Engine:
        performers: dict[type, Performer] = {SendPower: give_power, SendNote: read_note}
        engine = Engine(
            dsn=grown,
            catalogue=lamps(),
            clock=clock,
            performers=performers,
            worker=worker,
            batch=batch,
        )
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def lit(engine_at: Callable[..., Engine]) -> VirtualClock:
    """Three houses a month, all year round: some facts of a house are months after its first."""
    clock = VirtualClock(datetime(2025, 12, 20, tzinfo=UTC))
    engine = engine_at(clock)
    for number, month in enumerate((clock.now(), *MONTHS)):
        clock.advance_to(max(month, clock.now()))
        for house in range(3):
            name = f"house-{number}-{house}"
            engine.tell("lamps.house", name, OpenHouse(lamps=3, watts=40), key="open")
        engine.run_until_quiet()
        while (due := engine.next_due()) is not None and due < datetime(2026, 4, 20, tzinfo=UTC):
            clock.advance_to(due)
            engine.run_until_quiet()
    engine.close()
    return clock


@pytest.fixture
def connection(grown: str) -> Iterator[Connection]:
    """For looking at what is stored."""
    with connect(grown, autocommit=True) as opened:
        yield opened
