"""Worker processes with an engine each, that go through the day in step.

All of them stand on one virtual clock, which the conductor moves; between two moves each handles
what is due in its buckets until nothing is left. The conductor feeds them meanwhile.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Event
from typing import Any

from typing_extensions import override

from relevo.bench.cost import Sampler
from relevo.bench.country import catalogue, performers
from relevo.bench.ground import own_cpu_s, peak_rss_mb
from relevo.engine.buckets import BUCKETS
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine, balance
from relevo.engine.memory import settle_memory
from relevo.engine.observer import Observer
from relevo.values.moment import Moment

_SPAWN = multiprocessing.get_context("spawn")
_IDLE_S = 0.01
_BEAT_S = 1.0
_ANSWER_S = 3600.0
_SHARING_ROUNDS = 10


@dataclass(slots=True)
class Report:
    """What a worker has done since it was started."""

    messages: int = 0
    batches: int = 0
    effects: int = 0
    cpu_s: float = 0.0
    peak_rss_mb: float = 0.0
    buckets: int = 0
    samples: Counter[str] = field(default_factory=Counter)


class _Tally(Observer):
    def __init__(self) -> None:
        self.messages = self.batches = self.effects = 0

    @override
    def batch(self, bucket: int, messages: int, seconds: float) -> None:
        self.messages += messages
        self.batches += 1

    @override
    def effect(self, name: str, outcome: str, seconds: float) -> None:
        self.effects += 1


@dataclass(frozen=True, slots=True)
class _Worker:
    process: Any
    pipe: Pipe

    def send(self, command: str, moment: Moment | None = None) -> None:
        self.pipe.send((command, moment))

    def answer(self) -> Report:
        if not self.pipe.poll(_ANSWER_S):
            raise RuntimeError(f"{self.process.name} has not answered for an hour")
        try:
            report = self.pipe.recv()
        except EOFError:
            raise RuntimeError(f"{self.process.name} has died; its error stands above") from None
        assert isinstance(report, Report)
        return report


class Crew:
    """Some worker processes on one database."""

    def __init__(self, workers: list[_Worker], fed: Event) -> None:
        self._workers = workers
        self._fed = fed

    def share_buckets(self) -> list[Report]:
        """Have each hold its part of the buckets before the work begins."""
        fair = -(-BUCKETS // len(self._workers))
        held: list[int] = []
        for _ in range(_SHARING_ROUNDS):
            reports = [self._ask(worker, "share") for worker in self._workers]
            held = [report.buckets for report in reports]
            if sum(held) == BUCKETS and max(held) <= fair:
                return reports
        raise RuntimeError(f"the workers do not share the buckets evenly: {held}")

    def go_to(self, moment: Moment) -> None:
        """Move the clock; the workers begin at once."""
        self._fed.clear()
        for worker in self._workers:
            worker.send("work", moment)

    def wait_until_quiet(self) -> list[Report]:
        """Nothing more is said to them at this moment: wait until all is done."""
        self._fed.set()
        return [worker.answer() for worker in self._workers]

    def _ask(self, worker: _Worker, command: str) -> Report:
        worker.send(command)
        return worker.answer()


@contextmanager
def crew(dsn: str, start: Moment, *, workers: int, batch: int) -> Iterator[Crew]:
    """Start worker processes; they end with the block."""
    fed = _SPAWN.Event()
    hired = []
    for number in range(1, workers + 1):
        ours, theirs = _SPAWN.Pipe()
        name = f"w{number}"
        process = _SPAWN.Process(
            target=_work, args=(dsn, name, start, batch, theirs, fed), name=name, daemon=True
        )
        process.start()
        theirs.close()
        hired.append(_Worker(process, ours))
    try:
        for worker in hired:
            worker.answer()
        yield Crew(hired, fed)
    finally:
        for worker in hired:
            worker.pipe.close()
            worker.process.join()


def _work(dsn: str, name: str, start: Moment, batch: int, pipe: Pipe, fed: Event) -> None:
    clock, tally, sampler = VirtualClock(start), _Tally(), Sampler()
    engine = Engine(
        dsn=dsn,
        catalogue=catalogue(),
        clock=clock,
        performers=performers(),
        worker=name,
        batch=batch,
    )
    engine.observe(tally)
    settle_memory()
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(engine, dsn, stop), name="heartbeat")
    sampler.start()
    try:
        balance(engine)
        heart.start()
        pipe.send(_report(engine, tally, sampler))
        while True:
            while not pipe.poll(_BEAT_S):
                engine.turn()  # keeps the leases
            command, moment = pipe.recv()
            if command == "share":
                balance(engine)
            else:
                clock.advance_to(moment)
                _until_quiet(engine, fed)
            pipe.send(_report(engine, tally, sampler))
    except EOFError:  # the conductor has closed the pipe
        sampler.stop()
    finally:
        stop.set()
        if heart.is_alive():
            heart.join()
        engine.close()


def _beat(engine: Engine, dsn: str, stop: threading.Event) -> None:
    """As ``Engine.run`` does it: a turn with all buckets full takes longer than a lease lasts."""
    with connect(dsn, name="relevo heartbeat", autocommit=True) as connection:
        while not stop.wait(_BEAT_S):
            engine.leases.beat(connection)


def _until_quiet(engine: Engine, fed: Event) -> None:
    while not fed.is_set():
        if not engine.turn():
            fed.wait(_IDLE_S)
    engine.run_until_quiet()


def _report(engine: Engine, tally: _Tally, sampler: Sampler) -> Report:
    return Report(
        messages=tally.messages,
        batches=tally.batches,
        effects=tally.effects,
        cpu_s=own_cpu_s(),
        peak_rss_mb=peak_rss_mb(),
        buckets=len(engine.leases.tokens),
        samples=Counter(sampler.samples),
    )
