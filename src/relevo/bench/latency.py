"""How long a message waits: from its arrival to the commit of what follows from it.

Production's loop (``Engine.run``) on a clock that runs, at a steady pace. What comes from outside
is the hub's word on requests that wait for it: each is three messages (the hub's, what the line
hears of it, what the line tells the activation), all in the transaction of the first.

**Arrival** is the moment at which ``tell`` was called, before its own transaction; **commit** is
the commit timestamp of the transaction that handled the message, as PostgreSQL recorded it
(``track_commit_timestamp``). Both clocks are the machine's. Of the CPU that counts, the caller's
own and that of the session in which it tells are left out.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from multiprocessing.connection import Connection as Pipe
from statistics import quantiles
from typing import Any

import psycopg

from relevo.adapters.postgres.embedded import Server
from relevo.bench.country import Letter, catalogue, letters, performers, steps
from relevo.bench.day import NotAllThere, prepare_lines
from relevo.bench.ground import fresh_database, process_cpu_s, server_cpu_s
from relevo.engine.clock import SystemClock, elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.values.moment import Moment, Span

MESSAGES_PER_S = 500
MESSAGES_OF_ONE = 3
SECONDS = 20.0
_SETTLING_S = 2.0
_QUIET_S = 30.0
_REPLIES = next(step for step in steps() if step.phase == "replies")
_BEFORE = steps()[steps().index(_REPLIES) - 1]
_SQL = statements("relevo.bench", "latency")
_SPAWN = multiprocessing.get_context("spawn")


class ShiftedClock:
    """The machine's clock, put to another day: the hub is open, and the donors answer."""

    def __init__(self, shift: Span) -> None:
        self.shift = shift

    def now(self) -> Moment:
        return SystemClock().now() + self.shift


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from arrival to commit, and what it took."""

    messages_per_s: float
    p50_ms: float
    p99_ms: float
    most_ms: float
    percentiles_ms: list[float]
    cores_python: float
    cores_postgres: float

    def figures(self) -> dict[str, Any]:
        return asdict(self)


def measure_latency(server: Server, *, seconds: float = SECONDS) -> Latency:
    """A steady stream for so many seconds. Raises NotAllThere when a message is not handled."""
    count = round(MESSAGES_PER_S / MESSAGES_OF_ONE * seconds)
    settling = round(MESSAGES_PER_S / MESSAGES_OF_ONE * _SETTLING_S)
    dsn = fresh_database(server, "latency")
    prepare_lines(dsn, settling + count, until=_BEFORE)
    shift = _REPLIES.at - SystemClock().now()
    said = letters(_REPLIES, settling + count)
    with _worker(dsn, shift) as pid, connect(dsn, autocommit=True) as connection:
        caller = Engine(
            dsn=dsn,
            catalogue=catalogue(),
            clock=ShiftedClock(shift),
            performers={},
            worker="caller",
        )
        _say_in_rhythm(caller, list(islice(said, settling)))
        was = _Used.now(pid, connection)
        rest = list(said)
        _say_in_rhythm(caller, rest)
        used = _Used.now(pid, connection)
        _await_quiet(connection)
        caller.close()
        waits = _waits(connection, shift, [f"{who}:{key}" for _, who, _, key in rest])
    return _latency(waits, count, was, used)


def _latency(waits: list[float], count: int, was: _Used, used: _Used) -> Latency:
    if len(waits) != count:
        raise NotAllThere(f"{len(waits)} of {count} messages were handled")
    cuts = quantiles(waits, n=100, method="inclusive")
    took = used.elapsed_s - was.elapsed_s
    return Latency(
        messages_per_s=count * MESSAGES_OF_ONE / took,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        most_ms=max(waits),
        percentiles_ms=cuts,
        cores_python=(used.python_s - was.python_s) / took,
        cores_postgres=(used.postgres_s - was.postgres_s) / took,
    )


def _say_in_rhythm(caller: Engine, said: list[Letter]) -> None:
    """One message after the other, each at its moment; who is late catches up."""
    began, pause = elapsed_seconds(), threading.Event()
    for place, (kind, process_id, message, key) in enumerate(said):
        due = began + place * MESSAGES_OF_ONE / MESSAGES_PER_S
        left = due - elapsed_seconds()
        if left > 0:
            pause.wait(left)
        caller.tell(kind, process_id, message, key=key)


def _await_quiet(connection: psycopg.Connection[Any]) -> None:
    pause, until = threading.Event(), elapsed_seconds() + _QUIET_S
    while elapsed_seconds() < until:
        row = connection.execute(_SQL["waiting"]).fetchone()
        if row == (0,):
            return
        pause.wait(0.1)


def _waits(connection: psycopg.Connection[Any], shift: Span, ids: list[str]) -> list[float]:
    given = {"shift": shift, "ids": ids}
    return [float(each) for (each,) in connection.execute(_SQL["waits_ms"], given).fetchall()]


@dataclass(frozen=True, slots=True)
class _Used:
    elapsed_s: float
    python_s: float
    postgres_s: float

    @classmethod
    def now(cls, pid: int, connection: psycopg.Connection[Any]) -> _Used:
        tellers = connection.execute(_SQL["tellers"]).fetchall()
        apart = sum(process_cpu_s(teller) for (teller,) in tellers)
        apart += process_cpu_s(connection.info.backend_pid)
        return cls(elapsed_seconds(), process_cpu_s(pid), server_cpu_s(connection) - apart)


@contextmanager
def _worker(dsn: str, shift: Span) -> Iterator[int]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_run, args=(dsn, shift, theirs), name="w1", daemon=True)
    process.start()
    theirs.close()
    try:
        ours.recv()
        assert process.pid is not None
        yield process.pid
    finally:
        ours.close()
        process.join()


def _run(dsn: str, shift: timedelta, pipe: Pipe) -> None:
    engine = Engine(
        dsn=dsn, catalogue=catalogue(), clock=ShiftedClock(shift), performers=performers()
    )
    stop = threading.Event()
    thread = threading.Thread(target=engine.run, args=(stop,), name="engine")
    thread.start()
    pipe.send("ready")
    try:
        pipe.recv()
    except EOFError:  # the caller has closed the pipe
        stop.set()
    thread.join()
    engine.close()
