"""The only reader of the clock.

Everything else is told what time it is. A test, or a play, moves a ``VirtualClock`` from one due
moment to the next, so that two weeks pass in a second and pass the same way twice.
"""

from __future__ import annotations

import time  # noqa: TID251 - this is the one module that may
from datetime import UTC, datetime
from typing import Protocol

from relevo.values.moment import Moment, utc


class Clock(Protocol):
    """Says what time it is, in UTC."""

    def now(self) -> Moment: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> Moment:
        return datetime.now(UTC)  # noqa: TID251 - this is the one module that may


class VirtualClock:
    """A clock that stands still until it is moved, and never goes back."""

    def __init__(self, start: Moment) -> None:
        self._now = utc(start)

    def now(self) -> Moment:
        return self._now

    def advance_to(self, moment: Moment) -> None:
        """Move to ``moment``. Raises ValueError when that would be a step back."""
        if moment < self._now:
            raise ValueError(f"the clock shows {self._now}; it cannot go back to {moment}")
        self._now = utc(moment)


def elapsed_seconds() -> float:
    """A stopwatch for heartbeats and measurements; it says nothing about the time of day."""
    return time.monotonic()
