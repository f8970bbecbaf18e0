"""Waiting for something that another process does: asked often, given up in time, never a sleep."""

from __future__ import annotations

import threading
from collections.abc import Callable

from relevo.engine.clock import elapsed_seconds

_ASK_EVERY_S = 0.01


class NeverCame(AssertionError):
    """What was waited for did not happen."""


def until(is_so: Callable[[], bool], what: str, within_s: float = 120.0) -> float:
    """Wait until ``is_so()``; returns the seconds it took. Raises NeverCame."""
    pause = threading.Event()  # never set: it only waits
    began = elapsed_seconds()
    while not is_so():
        if elapsed_seconds() - began > within_s:
            raise NeverCame(f"not within {within_s} s: {what}")
        pause.wait(_ASK_EVERY_S)
    return elapsed_seconds() - began
