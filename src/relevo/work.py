"""One worker of a production site: the engine's loop, and beside it the looks at the outside.

Any number of workers may run over one database; each leases a share of the buckets. What the
outside has for us is fetched by every worker: the ids of the news make doubles harmless.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from relevo.config import endpoints
from relevo.engine.clock import SystemClock
from relevo.wiring import Intake, Site, System, book, build

LOOK_EVERY_SECONDS = 5.0
"""How long the outside may have news for us before we ask. A probe round keeps its own time."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who works, for whom, under whose rules, and how much at once."""

    operator: str
    name: str
    country: str
    threads: int


def run(dsn: str, worker: Worker) -> None:
    """Until the process is told to stop. Raises MissingSettings and UnknownProfile."""
    clock = SystemClock()
    site = Site(
        operator=worker.operator,
        rules=book().on(worker.country, clock.now().date()),
        endpoints=endpoints(),
        hub_user=os.environ.get("RELEVO_HUB_USER", worker.operator),
        hub_key=os.environ.get("RELEVO_HUB_KEY", ""),
    )
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    system = build(dsn, clock=clock, site=site, worker=worker.name, threads=worker.threads)
    _LOG.info("worker %s works for %s", worker.name, worker.operator)
    work(system, stop)
    _LOG.info("worker %s has stopped", worker.name)


def work(system: System, stop: threading.Event) -> None:
    """Until ``stop`` is set. What one source breaks does not hold up the others."""
    engine = threading.Thread(target=_engine, args=(system, stop), name="engine")
    engine.start()
    try:
        while not stop.wait(LOOK_EVERY_SECONDS):
            look(system.intakes)
    finally:
        stop.set()
        engine.join()
        system.close()


def look(intakes: Sequence[Intake]) -> int:
    """Ask every source once; the number of messages that processes got."""
    told = 0
    for intake in intakes:
        try:
            told += intake.poll()
        except Exception:
            _LOG.exception("%s could not be asked; it is asked again", type(intake).__name__)
    return told


def _engine(system: System, stop: threading.Event) -> None:
    try:
        system.engine.run(stop)
    except Exception:
        _LOG.exception("the worker stops: its database cannot be reached")
        stop.set()
