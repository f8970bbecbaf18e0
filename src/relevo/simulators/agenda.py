"""What will happen in the world, in the order in which it will.

Things due at the same instant happen in the order of their keys, which are stable names; the order
in which they were planned (and with it the order of the product's requests) decides nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from relevo.values.moment import Moment, utc


@dataclass(order=True, slots=True)
class Entry:
    """One thing that will happen."""

    due: Moment
    key: str
    number: int
    happen: Callable[[], None] = field(compare=False)


class Agenda:
    """A heap of things to come."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._planned = 0

    def plan(self, due: Moment, key: str, happen: Callable[[], None]) -> None:
        """Let this happen at that moment."""
        self._planned += 1
        heapq.heappush(self._entries, Entry(utc(due), key, self._planned, happen))

    def next_due(self) -> Moment | None:
        """When the next thing happens, if anything will."""
        return self._entries[0].due if self._entries else None

    def take(self, now: Moment) -> Entry | None:
        """The next thing that is due by now."""
        if self._entries and self._entries[0].due <= now:
            return heapq.heappop(self._entries)
        return None
