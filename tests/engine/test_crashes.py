"""The worker is killed at each of its points; what is stored in the end is the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from relevo.engine.catalogue import Catalogue, Listener
from relevo.engine.clock import VirtualClock
from relevo.engine.engine import Engine
from relevo.engine.recorded import Recorded
from relevo.engine.replay import digest, verify_all
from relevo.engine.signals import POINTS, WorkerKilled, arm_from_environment, kill_at
from relevo.testing.lamps import Dim, LampLit, OpenHouse, lamps
from relevo.testing.postgres import wipe

Connection = psycopg.Connection[Any]
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def ignore(cursor: Any, facts: list[Recorded]) -> None:
    del cursor, facts


def catalogue() -> Catalogue:
    return lamps(listeners=(Listener("board", (LampLit,), ignore),))


class Story:
    """Three houses, lit and dimmed and burnt out; survives the death of its worker."""

    def __init__(self, engines: Callable[..., Engine], batch: int) -> None:
        self.clock = VirtualClock(START)
        self.deaths = 0
        self._engines = engines
        self._batch = batch
        self._engine = self._start()

    def play(self) -> None:
        for number in range(3):
            opened = OpenHouse(lamps=3, watts=40)
            self._engine.tell("lamps.house", f"house-{number}", opened, key="open")
        self._until_quiet()
        dim = Dim(watts=4)
        self._engine.tell("lamps.lamp", "house-1/lamp-1", dim, key="dim")
        self._until_quiet()
        while (due := self._engine.next_due()) is not None:
            self.clock.advance_to(due)
            self._until_quiet()
        self._engine.close()

    def _until_quiet(self) -> None:
        while True:
            try:
                self._engine.run_until_quiet()
            except WorkerKilled:
                self.deaths += 1
                self._engine = self._start()
            else:
                return

    def _start(self) -> Engine:
        return self._engines(clock=self.clock, catalogue=catalogue(), batch=self._batch)


@pytest.fixture
def undisturbed(engines: Callable[..., Engine], connection: Connection, dsn: str) -> str:
    Story(engines, batch=1000).play()
    found = digest(connection)
    wipe(dsn)
    return found


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_changes_nothing(
    engines: Callable[..., Engine],
    connection: Connection,
    dsn: str,
    undisturbed: str,
    point: str,
) -> None:
    for nth in (1, 2, 3):
        for batch in (1000, 2):
            story = Story(engines, batch)
            kill_at(point, nth)
            story.play()
            assert story.deaths <= 1
            assert digest(connection) == undisturbed, (point, nth, batch)
            assert verify_all(connection, catalogue()) == 12
            leftovers = "select count(*) from mailbox union all select count(*) from outbox"
            assert connection.execute(leftovers).fetchall() == [(0,), (0,)]
            wipe(dsn)


@pytest.mark.parametrize("point", POINTS)
def test_every_point_is_reached_in_the_story(
    engines: Callable[..., Engine], connection: Connection, point: str
) -> None:
    story = Story(engines, 1000)
    kill_at(point)
    story.play()
    assert story.deaths == 1


WORKER = """
import sys
from datetime import datetime, UTC
from relevo.engine.clock import VirtualClock
from relevo.engine.engine import Engine
from relevo.testing.lamps import NoteRead, OpenHouse, PowerCame, SendNote, SendPower, lamps

clock = VirtualClock(datetime(2026, 3, 1, 8, 0, tzinfo=UTC))
performers = {
    SendPower: lambda wish, errand: [PowerCame(watts=wish.watts)],
    SendNote: lambda note, errand: [NoteRead()],
}
engine = Engine(dsn=sys.argv[1], catalogue=lamps(), clock=clock, performers=performers)
engine.tell("lamps.house", "house-1", OpenHouse(lamps=4, watts=40), key="open")
engine.run_until_quiet()
engine.close()
"""


def run_worker(dsn: str, kill: str = "") -> int:
    environment = os.environ | {"RELEVO_KILL_AT": kill, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WORKER, dsn]
    return subprocess.run(command, env=environment, check=False, timeout=60).returncode


@pytest.mark.parametrize("point", ["worker.before_commit:2", "performer.after_send:3"])
def test_a_worker_process_killed_by_the_system_is_followed_by_another(
    connection: Connection, dsn: str, point: str
) -> None:
    assert run_worker(dsn) == 0
    undisturbed = digest(connection)
    wipe(dsn)
    assert run_worker(dsn, kill=point) == -signal.SIGKILL
    assert digest(connection) != undisturbed
    assert run_worker(dsn) == 0
    assert digest(connection) == undisturbed


def test_a_point_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no point 'worker\.lunch'"):
        kill_at("worker.lunch")
    with pytest.raises(ValueError, match="write point or point:number"):
        arm_from_environment({"RELEVO_KILL_AT": "worker.decided:often"})
