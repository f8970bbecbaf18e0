"""Named points inside the engine where a test or a play may kill the worker.

In production ``reach`` is one look into an empty dictionary. Armed with ``kill_at`` it raises
``WorkerKilled``, which is not an ``Exception``: no handler of the engine catches it, nothing is
written after it, and the connection is closed, which is what SIGKILL leaves behind. A worker that
finds ``RELEVO_KILL_AT=point[:nth]`` in its environment sends itself the real SIGKILL.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

POINTS: tuple[str, ...] = (
    "timers.before_fire",
    "timers.after_fire",
    "worker.batch_taken",
    "worker.decided",
    "worker.before_commit",
    "worker.after_commit",
    "performer.before_send",
    "performer.after_send",
    "performer.before_record",
    "performer.after_record",
    "listener.before_commit",
    "listener.after_commit",
)
"""All points, in the order of a turn."""


class WorkerKilled(BaseException):
    """The worker is dead. Only who armed the point may catch this, and start a new worker."""


_ARMED: dict[str, Callable[[], None]] = {}


def reach(point: str) -> None:
    """Say that the worker is here."""
    armed = _ARMED.get(point)
    if armed is not None:
        armed()


def kill_at(point: str, nth: int = 1) -> None:
    """Kill the worker the ``nth`` time it reaches ``point``; once."""
    _arm(point, nth, _die_in_process)


def watch(point: str, seen: Callable[[], None]) -> None:
    """Call ``seen`` whenever the worker reaches ``point``, until ``disarm``."""
    _check(point)
    _ARMED[point] = seen


def disarm() -> None:
    """Forget every armed point."""
    _ARMED.clear()


def arm_from_environment(environment: Mapping[str, str] | None = None) -> None:
    """Arm what ``RELEVO_KILL_AT`` asks for; without it nothing happens."""
    wanted = (os.environ if environment is None else environment).get("RELEVO_KILL_AT", "")
    if not wanted:
        return
    point, _, nth = wanted.partition(":")
    if nth and not nth.isdecimal():
        raise ValueError(f"RELEVO_KILL_AT={wanted!r}: write point or point:number")
    _arm(point, int(nth or "1"), _die_for_real)


def _arm(point: str, nth: int, die: Callable[[str], None]) -> None:
    _check(point)
    left = [nth]

    def count() -> None:
        left[0] -= 1
        if left[0] <= 0:
            _ARMED.pop(point, None)
            die(point)

    _ARMED[point] = count


def _check(point: str) -> None:
    if point not in POINTS:
        raise ValueError(f"there is no point {point!r}; the points are {', '.join(POINTS)}")


def _die_in_process(point: str) -> None:
    raise WorkerKilled(point)


def _die_for_real(point: str) -> None:
    del point
    os.kill(os.getpid(), signal.SIGKILL)
