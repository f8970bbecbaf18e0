"""What a performer is, and what it may answer.

A performer carries one effect out and returns the messages that its own process gets for it. It
may be asked twice for the same effect: ``errand.effect_id`` is the idempotency key for the outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from relevo.values.moment import Moment, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Beside the effect: which one it is, whose, and the how-many-eth try."""

    effect_id: str
    process_id: str
    attempt: int  # from 1
    at: Moment  # when the process decided it


Performer = Callable[[Any, Errand], Sequence[object]]


class Temporary(Exception):
    """It did not work now; try again, ``after`` a span if the outside named one."""

    def __init__(self, reason: str, after: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Permanent(Exception):
    """It will never work like this; somebody must look."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When to try again, and when to give up."""

    first: Span = timedelta(seconds=30)
    factor: int = 2
    longest: Span = timedelta(hours=1)
    attempts: int = 12

    def after(self, attempt: int) -> Span:
        """How long to wait after the ``attempt``-th try failed."""
        wait = self.first
        for _ in range(attempt - 1):
            wait = min(wait * self.factor, self.longest)
        return wait
