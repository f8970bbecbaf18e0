"""The workers of a play, who may be killed, and what they have to do at an instant.

Nothing is asked of the idle: an intake is polled when its source has something new, or when it
wants to look by itself; an engine works when there is mail or when something of its own is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, runtime_checkable

from typing_extensions import override

from relevo import wiring
from relevo.engine import signals
from relevo.engine.buckets import BUCKETS
from relevo.engine.observer import Observer
from relevo.values.moment import Moment

PAUSE_SECONDS = 0.05
PATIENCE = 300  # pauses; leases last ten seconds


@runtime_checkable
class Fed(Protocol):
    """An intake that says which source feeds it."""

    source: str


@runtime_checkable
class Looking(Protocol):
    """An intake that looks by itself from time to time, news or not."""

    def next_due(self) -> Moment | None:
        """When it looks next."""


class Marks(Observer):
    """Remembers in which buckets something was written."""

    def __init__(self) -> None:
        self.buckets: set[int] = set()

    @override
    def batch(self, bucket: int, messages: int, seconds: float) -> None:
        """Messages of this bucket were handled."""
        self.buckets.add(bucket)


class Troupe:
    """One or more workers. A killed one is thrown away and started again under its name."""

    def __init__(
        self, start: Callable[[str], wiring.System], number: int, killed: Callable[[str], None]
    ) -> None:
        self._start = start
        self._killed = killed
        self._pause = threading.Event()  # never set: it only waits
        self._seen: dict[str, int] = {}
        self._engine_due: Moment | None = None
        self._marks = Marks()
        self.has_mail = True
        self._was_killed = False
        self.systems: list[wiring.System] = []
        for place in range(number):
            self.systems.append(self._started(place))
        intakes = self.first.intakes
        self._sources = [each.source if isinstance(each, Fed) else "" for each in intakes]
        self._looks: dict[int, Moment | None] = {
            place: None for place, each in enumerate(intakes) if isinstance(each, Looking)
        }

    @property
    def first(self) -> wiring.System:
        """The worker that also looks outside."""
        return self.systems[0]

    def next_due(self) -> Moment | None:
        """When there is something to do, if nothing comes from outside."""
        dues = (self._engine_due, *self._looks.values())
        return min((due for due in dues if due is not None), default=None)

    def take_in(self, news: Mapping[str, int], now: Moment) -> int:
        """Fetch from each source that has something new; look where a look is due."""
        taken = 0
        for place, source in enumerate(self._sources):
            due = self._looks.get(place)
            is_due = due is not None and due <= now
            if is_due or news.get(source, 0) != self._seen.get(source, 0):
                taken += self._surviving(0, partial(_poll, place))
                self._look_again(place)
        self._seen = dict(news)
        self.has_mail = self.has_mail or taken > 0
        return taken

    def work(self, now: Moment) -> int:
        """Every worker until it is quiet. What lies in a bucket that changes hands among several
        workers waits, by the clock of the machine, until the next one has it."""
        is_due = self._engine_due is not None and self._engine_due <= now
        if not (self.has_mail or is_due):
            return 0
        turns = 0
        for _ in range(PATIENCE):
            for place in range(len(self.systems)):
                turns += self._surviving(place, lambda system: system.engine.run_until_quiet())
            self._engine_due = self.first.engine.next_due()
            if self._engine_due is None or self._engine_due > now:
                break
            self._pause.wait(PAUSE_SECONDS)
        self.has_mail = False
        for place in self._looks:
            self._look_again(place)
        return turns

    def take_written(self) -> set[int]:
        """The buckets in which something may have been written since this was last asked."""
        written = set(range(BUCKETS)) if self._was_killed else set(self._marks.buckets)
        self._was_killed = False
        self._marks.buckets.clear()
        return written

    def close(self) -> None:
        """Dismiss everybody."""
        for system in self.systems:
            system.close()

    def _look_again(self, place: int) -> None:
        """Ask an intake when it looks next, if it is of those that do."""
        intake = self.first.intakes[place]
        if place in self._looks and isinstance(intake, Looking):
            self._looks[place] = intake.next_due()

    def _started(self, place: int) -> wiring.System:
        system = self._start(f"w{place + 1}")
        system.engine.observe(self._marks)
        return system

    def _surviving(self, place: int, work: Callable[[wiring.System], int]) -> int:
        """Let a worker work. One that is killed leaves everything as it is, and another comes."""
        try:
            return work(self.systems[place])
        except signals.WorkerKilled as killed:
            self._killed(str(killed))
            self.systems[place].close()  # its connections are gone already: this writes nothing
            self.systems[place] = self._started(place)
            self.has_mail = self._was_killed = True
            return 1


def _poll(place: int, system: wiring.System) -> int:
    return system.intakes[place].poll()
