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

import psycopg

from relevo.config import endpoints
from relevo.engine.clock import SystemClock
from relevo.engine.connection import AWAY
from relevo.engine.leases import Superseded
from relevo.engine.memory import settle_memory
from relevo.engine.observer import Observer
from relevo.operating.forgetting import Forgetting
from relevo.rim import Sister, Site
from relevo.wiring import Intake, System, book, build

LOOK_EVERY_SECONDS = 5.0
"""How long the outside may have news for us before we ask. A probe round keeps its own time."""

SUPERSEDED = 4
"""Exit code: another worker has our name. To start this one again would only stop the other."""

MISFIT = 3
"""Exit code: the database lacks what this program needs."""

_SUPERSEDED = (
    "worker %s stops: one of the same name was started later and does its work; if both are "
    "wanted, give each a --name of its own"
)
_MISFIT = "worker %s stops: this program and its database do not fit (%s); run `relevo migrate`"
_MISFITS = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who works, for whom, under whose rules, and how much at once."""

    operator: str
    name: str
    country: str
    threads: int


def _sister(name: str) -> Sister:
    """Another brand of ours, with its account from RELEVO_HUB_USER_<NAME> and ..._KEY_<NAME>."""
    user, key = (f"RELEVO_HUB_{word}_{name.upper()}" for word in ("USER", "KEY"))
    return Sister(
        operator=name, hub_user=os.environ.get(user, name), hub_key=os.environ.get(key, "")
    )


def run(dsn: str, worker: Worker, observer: Observer | None = None) -> None:
    """Until the process is told to stop. Raises MissingSettings and UnknownProfile."""
    clock = SystemClock()
    site = Site(
        operator=worker.operator,
        rules=book().on(worker.country, clock.now().date()),
        endpoints=endpoints(),
        hub_user=os.environ.get("RELEVO_HUB_USER", worker.operator),
        hub_key=os.environ.get("RELEVO_HUB_KEY", ""),
        sisters=tuple(map(_sister, os.environ.get("RELEVO_SISTERS", "").split())),
    )
    stop = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    system = build(dsn, clock=clock, site=site, worker=worker.name, threads=worker.threads)
    if observer is not None:
        system.engine.observe(observer)
    settle_memory()
    _LOG.info("worker %s works for %s", worker.name, worker.operator)
    try:
        work(system, stop, beside=(Forgetting(dsn, clock),))
    except Superseded:
        _LOG.error(_SUPERSEDED, worker.name)
        raise SystemExit(SUPERSEDED) from None
    except _MISFITS as misfit:
        _LOG.error(_MISFIT, worker.name, " ".join(str(misfit).split()))
        raise SystemExit(MISFIT) from None
    _LOG.info("worker %s has stopped", worker.name)


def work(system: System, stop: threading.Event, beside: Sequence[Intake] = ()) -> None:
    """Until ``stop`` is set. What one source breaks does not hold up the others. ``beside``: what
    is asked as the sources are, and needs no engine.

    Raises what made the engine stop by itself: a worker whose engine stands still must not look
    alive. A database that does not answer is no reason; the engine waits for it.
    """
    faults: list[Exception] = []

    def keep_working() -> None:
        try:
            system.engine.run(stop)
        except Exception as fault:
            faults.append(fault)
        finally:
            stop.set()

    engine = threading.Thread(target=keep_working, name="engine")
    engine.start()
    try:
        while not stop.wait(LOOK_EVERY_SECONDS):
            look((*system.intakes, *beside))
    finally:
        stop.set()
        engine.join()
        system.close()
    for fault in faults:
        raise fault


def look(intakes: Sequence[Intake]) -> int:
    """Ask every source once; the number of messages that processes got."""
    told = 0
    for intake in intakes:
        try:
            told += intake.poll()
        except AWAY:
            pass  # the engine meets the same trouble, and says what to do about it
        except Exception:
            _LOG.exception("%s could not be asked; it is asked again", type(intake).__name__)
    return told
