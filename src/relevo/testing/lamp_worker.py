"""A worker process of its own over the invented lamps: what the crash tests kill, stop and freeze.

It runs the real loop of production (``Engine.run``) until SIGTERM. Its outside is a file to which
each performed effect adds one line: what was done there outlives every database and every worker,
as a real hub does. Some effects fail on purpose, always the same ones, so that retries and parking
are under way when the worker dies.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relevo.engine import signals
from relevo.engine.buckets import bucket_of
from relevo.engine.catalogue import Catalogue, Listener, Projection
from relevo.engine.connection import Cursor
from relevo.engine.engine import Engine
from relevo.engine.leases import Superseded
from relevo.engine.performer import Errand, Performer, Permanent, Temporary
from relevo.engine.recorded import Recorded
from relevo.testing.lamps import LampLit, NoteRead, PowerCame, SendNote, SendPower, lamps
from relevo.testing.shared_clock import SharedClock
from relevo.values.ids import draw_between

SUPERSEDED = 3
"""The exit code of a worker that found a later one under its name."""

READ_MODELS = """
create table grid (lamp text primary key, bucket smallint not null, watts integer not null);
create table board (lamp text primary key, bucket smallint not null, times integer not null);
"""
"""Written with the facts (grid) and after them (board); each lamp is lit once in its life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where a worker works, under which name, and where it is to die or to freeze."""

    name: str
    dsn: str
    clock: Path
    outside: Path
    log: Path
    kill_at: str = ""  # point[:nth], as in RELEVO_KILL_AT
    freeze_at: str = ""  # a point; it freezes there the first time after ``freeze_order`` exists
    batch: int = 20
    threads: int = 1

    @property
    def freeze_order(self) -> Path:
        return self.log.with_suffix(".freeze")


def street_lamps() -> Catalogue:
    """The lamps with a projection and a listener."""
    return lamps(
        projections=(Projection((LampLit,), _wire_up),),
        listeners=(Listener("board", (LampLit,), _announce),),
    )


def performers(outside: Path) -> dict[type, Performer]:
    """Performers that leave their line in ``outside`` before they answer."""

    def give_power(wish: Any, errand: Errand) -> list[object]:
        _leave(outside, errand, f"power {wish.watts}")
        chance = draw_between(1, 100, "power", errand.process_id)
        if chance <= 6:
            raise Permanent("no cable to this lamp")
        if chance <= 16 and errand.attempt <= 2:
            raise Temporary("the grid is busy")
        return [PowerCame(watts=wish.watts)]

    def read_note(note: Any, errand: Errand) -> list[object]:
        _leave(outside, errand, f"note {note.text}")
        return [NoteRead()]

    return {SendPower: give_power, SendNote: read_note}


def run(post: Post) -> None:
    """The whole life of the process."""
    # The log is the file itself: what an interpreter says when it dies is part of the evidence.
    log = os.open(post.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(log, sys.stderr.fileno())
    os.close(log)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", force=True)
    os.environ["RELEVO_KILL_AT"] = post.kill_at
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    engine = Engine(
        dsn=post.dsn,
        catalogue=street_lamps(),
        clock=SharedClock(post.clock),
        performers=performers(post.outside),
        worker=post.name,
        batch=post.batch,
        performer_threads=post.threads,
    )
    if post.freeze_at:
        signals.watch(post.freeze_at, lambda: _freeze_on(post.freeze_order))
    try:
        engine.run(stop)
    except Superseded as later:
        logging.getLogger(__name__).error("%s", later)
        sys.exit(SUPERSEDED)
    finally:
        engine.close()


def _freeze_on(order: Path) -> None:
    if order.exists():
        order.unlink()
        os.kill(os.getpid(), signal.SIGSTOP)


def _leave(outside: Path, errand: Errand, what: str) -> None:
    line = f"{errand.effect_id}\t{errand.attempt}\t{what}\n".encode()
    file = os.open(outside, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, line)
    finally:
        os.close(file)


def _wire_up(cursor: Cursor, recorded: list[Recorded]) -> None:
    rows = _lit(recorded)
    cursor.executemany("insert into grid (lamp, bucket, watts) values (%s, %s, %s)", rows)


def _announce(cursor: Cursor, recorded: list[Recorded]) -> None:
    rows = [(lamp, bucket) for lamp, bucket, _ in _lit(recorded)]
    cursor.executemany(
        "insert into board (lamp, bucket, times) values (%s, %s, 1)"
        " on conflict (lamp) do update set times = board.times + 1",
        rows,
    )


def _lit(recorded: list[Recorded]) -> list[tuple[str, int, int]]:
    return [
        (each.process_id, bucket_of(each.process_id), each.fact.watts)
        for each in recorded
        if isinstance(each.fact, LampLit)
    ]
