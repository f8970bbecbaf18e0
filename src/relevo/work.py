"""One worker of a production site: the engine's loop, and beside it the looks at the outside.

Any number of workers may run over one database; each leases a share of the buckets. What the
outside has for us is fetched by every worker: the ids of the news make doubles harmless.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from relevo.wiring import Intake, System

LOOK_EVERY_SECONDS = 5.0
"""How long the outside may have news for us before we ask. A probe round keeps its own time."""

_LOG = logging.getLogger(__name__)


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
