"""Says that the database does not serve us, and what to do: at once, and then once a minute.

The worker itself waits and tries again each second; whoever reads its log must learn two things, on
which side the fault lies and that the worker need not be touched.
"""

from __future__ import annotations

import logging
import threading

import psycopg

from relevo.engine.clock import elapsed_seconds

_LOG = logging.getLogger(__name__)
_AGAIN_AFTER_S = 60.0
_FULL = (
    "the volume of the database is full: make room on the volume of its data folder (or of the "
    "tablespace named here); this worker goes on by itself"
)
_AWAY = (
    "the database does not answer: look whether it runs, and at its own log for why not; this "
    "worker goes on by itself"
)


class Troubles:
    """What was said already; several threads of one worker have the same trouble at once."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()

    def say(self, trouble: Exception) -> None:
        """Warn, unless the same was said within the last minute."""
        advice = _FULL if isinstance(trouble, psycopg.errors.DiskFull) else _AWAY
        with self._lock:
            now = elapsed_seconds()
            if now - self._said.get(advice, -_AGAIN_AFTER_S) < _AGAIN_AFTER_S:
                return
            self._said[advice] = now
        _LOG.warning("%s (%s)", advice, " ".join(str(trouble).split()))
