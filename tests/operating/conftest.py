"""A small site of houses and lamps, whose world can be made to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import Clock, SystemClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Errand
from relevo.testing.lamps import NoteRead, PowerCame, SendNote, SendPower, lamps

Engines = Callable[..., Engine]
Connection = psycopg.Connection[Any]


class Grid:
    """The outside of the lamps; ``fault`` is what it answers with, ``watch`` what looks on."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.watch: Callable[[], None] = lambda: None

    def give_power(self, wish: Any, errand: Errand) -> list[object]:
        del errand
        self.watch()
        if self.fault is not None:
            raise self.fault
        return [PowerCame(watts=wish.watts)]

    def read_note(self, note: Any, errand: Errand) -> list[object]:
        del note, errand
        return [NoteRead()]


@pytest.fixture
def grid() -> Grid:
    return Grid()


@pytest.fixture
def engines(dsn: str, grid: Grid) -> Iterator[Engines]:
    """Makes engines over the database of the test; closes them at the end."""
    made: list[Engine] = []

    def make(
        worker: str = "w1", catalogue: Catalogue | None = None, clock: Clock | None = None
    ) -> Engine:
        engine = Engine(
            dsn=dsn,
            catalogue=catalogue or lamps(),
            clock=clock or SystemClock(),
            performers={SendPower: grid.give_power, SendNote: grid.read_note},
            worker=worker,
        )
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection]:
    """For planting what ails, and for looking at what is stored."""
    with connect(dsn, autocommit=True) as opened:
        yield opened
