"""Engines over one database, a clock that is moved, and a world that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from relevo.engine import signals
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Errand
from relevo.testing.lamps import NoteRead, PowerCame, SendNote, SendPower, lamps


class World:
    """The outside: gives power, reads notes, and remembers what it was asked under which key."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.notes: list[str] = []
        self.failure: Callable[[Errand], Exception | None] = lambda errand: None

    def give_power(self, wish: Any, errand: Errand) -> list[object]:
        self.asked.append((errand.effect_id, errand.attempt))
        failure = self.failure(errand)
        if failure is not None:
            raise failure
        return [PowerCame(watts=wish.watts)]

    def read_note(self, note: Any, errand: Errand) -> list[object]:
        self.notes.append(f"{errand.process_id}: {note.text}")
        return [NoteRead()]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 1, 8, 0, tzinfo=UTC))


@pytest.fixture
def engines(dsn: str, world: World, clock: VirtualClock) -> Iterator[Callable[..., Engine]]:
    """Makes engines that share the database, the clock and the world; closes them at the end."""
    made: list[Engine] = []
    performers = {SendPower: world.give_power, SendNote: world.read_note}

    def make(worker: str = "w1", catalogue: Catalogue | None = None, **settings: Any) -> Engine:
        engine = Engine(
            dsn=dsn,
            catalogue=catalogue or lamps(),
            clock=settings.pop("clock", clock),
            performers=settings.pop("performers", performers),
            worker=worker,
            **settings,
        )
        made.append(engine)
        return engine

    yield make
    signals.disarm()
    for engine in made:
        engine.close()


@pytest.fixture
def engine(engines: Callable[..., Engine]) -> Engine:
    return engines()


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """For looking at what is stored."""
    with connect(dsn, autocommit=True) as opened:
        yield opened
