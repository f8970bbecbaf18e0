"""A worker that stops says why and what to do, and stops as a whole: none of it goes on alone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from typing_extensions import override

from relevo import work
from relevo.adapters.postgres.embedded import Server
from relevo.engine.clock import SystemClock, VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.leases import Superseded
from relevo.engine.observer import Observer
from relevo.engine.performer import Temporary
from relevo.engine.trouble import Troubles
from relevo.testing.lamps import NoteRead, PowerCame, SendNote, SendPower, SwitchOn, lamps
from relevo.testing.street import START
from relevo.wiring import System

pytestmark = pytest.mark.service

TEMPLATE = "street"


def answers() -> dict[type, Any]:
    return {
        SendPower: lambda wish, errand: [PowerCame(watts=wish.watts)],
        SendNote: lambda note, errand: [NoteRead()],
    }


@pytest.fixture
def dsn(durable: Server, request: pytest.FixtureRequest) -> str:
    name = f"stop_{abs(hash(request.node.name))}"
    return durable.create_database(name, template=TEMPLATE)


@pytest.fixture
def engine_of(dsn: str) -> Iterator[Callable[..., Engine]]:
    made: list[Engine] = []

    def make(**settings: Any) -> Engine:
        plain = {"dsn": dsn, "catalogue": lamps(), "clock": SystemClock(), "performers": answers()}
        made.append(Engine(**{**plain, **settings}))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


class Faulty(Observer):
    """A fault in the outbox's thread that nobody foresaw."""

    @override
    def effect(self, name: str, outcome: str, seconds: float) -> None:
        raise ZeroDivisionError("nobody foresaw this")


def test_a_worker_whose_outbox_broke_stops_as_a_whole(engine_of: Callable[..., Engine]) -> None:
    """Half a worker, that takes messages in and sends nothing out, would look healthy."""
    engine = engine_of(performer_threads=2)
    engine.observe(Faulty())
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=4), key="on")
    stop = threading.Event()
    with pytest.raises(ZeroDivisionError, match="nobody foresaw this"):
        work.work(System(engine, (), ()), stop)
    assert stop.is_set()


def test_a_worker_ends_when_another_has_its_name(engine_of: Callable[..., Engine]) -> None:
    older, newer = engine_of(), engine_of()
    older.turn()
    newer.turn()
    with pytest.raises(Superseded, match="a later worker is called 'w1'"):
        work.work(System(older, (), ()), threading.Event())


def test_an_absurd_wait_that_the_outside_names_is_cut_to_a_day(
    dsn: str, engine_of: Callable[..., Engine]
) -> None:
    def later(wish: Any, errand: Any) -> list[object]:
        raise Temporary("come back later", after=timedelta.max)

    engine = engine_of(clock=VirtualClock(START), performers={**answers(), SendPower: later})
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=4), key="on")
    engine.run_until_quiet()
    with connect(dsn) as connection:
        row = connection.execute("select due, reason from outbox").fetchone()
    assert row == (START + timedelta(days=1), "come back later")
    assert isinstance(engine.next_due(), datetime)


def test_the_same_trouble_is_said_once_a_minute_and_with_its_remedy(
    caplog: pytest.LogCaptureFixture,
) -> None:
    troubles = Troubles()
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            troubles.say(psycopg.errors.DiskFull("could not extend file\nHINT: free space"))
            troubles.say(psycopg.OperationalError("connection refused"))
    full, away = caplog.messages
    assert "make room on the volume of its data folder" in full
    assert "look whether it runs" in away
    assert "\n" not in full
    assert all("goes on by itself" in each for each in caplog.messages)
