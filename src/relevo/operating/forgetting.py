"""Forgets what pages and hubs leave behind, once nobody may need it any more.

Half-filled sign-ups whose time is over, counted tries at doors, exchanges with hubs that are older
than they must be kept. Every worker does it beside its look at the outside, once in an hour; two at
once do no harm. What the engine itself leaves behind is ``engine/housekeeping``.
"""

from __future__ import annotations

from collections.abc import Callable

from relevo.access import guessing
from relevo.desk import wire_log
from relevo.engine.clock import Clock, elapsed_seconds
from relevo.engine.connection import Connection, connect
from relevo.orders.drafts import actions as drafts
from relevo.values.moment import Moment

EVERY_S = 3600.0
ROUNDS_MOST = 100
"""Sweeps of each kind at once; what is left then is left to the next hour."""

_SWEEPS: tuple[Callable[[Connection, Moment], int], ...] = (
    drafts.forget_expired,
    guessing.forget_old,
    wire_log.forget,
)


def forget(connection: Connection, now: Moment) -> int:
    """Sweep until nothing is left that is old enough; how many rows went. ``connection`` commits
    by itself, so that each sweep holds its locks for a moment only."""
    gone = 0
    for sweep in _SWEEPS:
        for _ in range(ROUNDS_MOST):
            rows = sweep(connection, now)
            gone += rows
            if not rows:
                break
    return gone


class Forgetting:
    """Asked as often as the sources of a worker are, it does its work once in an hour."""

    def __init__(self, dsn: str, clock: Clock) -> None:
        self._dsn = dsn
        self._clock = clock
        self._done_s = -EVERY_S

    def poll(self) -> int:
        """Sweep if it is time; no process is told anything."""
        now_s = elapsed_seconds()
        if now_s - self._done_s >= EVERY_S:
            self._done_s = now_s
            with connect(self._dsn, name="relevo forgetting", autocommit=True) as connection:
                forget(connection, self._clock.now())
        return 0

    def close(self) -> None:
        """Nothing stays open between two hours."""
