"""What all parts of the world share: plan, clock, agenda, faults, one lock, and the dice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from relevo.engine.clock import Clock
from relevo.simulators.agenda import Agenda
from relevo.simulators.faults import Armoury
from relevo.simulators.hours import Hours
from relevo.simulators.plan import FaultPlan, WorldPlan
from relevo.values.ids import draw_between
from relevo.values.moment import Moment, utc


class Stage:
    """The floor on which hub, donors, courier, network and customer play.

    Everything drawn is keyed by names that stay the same however often something is asked, so a
    repeated request shifts nothing.
    """

    def __init__(self, plan: WorldPlan, clock: Clock) -> None:
        self.plan = plan
        self.hours = Hours(frozenset(plan.more_holidays), frozenset(plan.fewer_holidays))
        self.lock = threading.RLock()
        self.changes = 0
        self.armoury = Armoury(plan.faults, utc(plan.starts))
        self.agenda = Agenda()
        self._clock = clock
        self._happening_at: Moment | None = None

    def now(self) -> Moment:
        """The clock; while something planned happens, the moment for which it was planned."""
        return self._happening_at or utc(self._clock.now())

    def changed(self) -> None:
        """Something that a peer could fetch is new."""
        self.changes += 1

    def between(self, low: int, high: int, *names: str) -> int:
        """A throw of the dice that belongs to these names."""
        return draw_between(low, high, self.plan.seed, *names)

    def seconds_between(self, low: float, high: float, *names: str) -> timedelta:
        """A length of time, drawn to the second between two numbers of minutes."""
        return timedelta(seconds=self.between(int(low * 60), int(high * 60), *names))

    def later(self, due: Moment, key: str, happen: Callable[[], None]) -> None:
        """Let this happen at that moment."""
        self.agenda.plan(due, key, happen)

    def strike(self, where: str, what: str, *, number: str | None = None) -> FaultPlan | None:
        """Whether such a fault strikes now, at this number if it is one of the plan."""
        line = self.plan.line_named(number) if number is not None else None
        line_id = line.id if line is not None else None
        return self.armoury.strike(where, what, at=self.now(), line=line_id)

    def fire_due(self) -> int:
        """Let everything happen that is due by now; what follows at once, too."""
        count = 0
        until = utc(self._clock.now())
        while (entry := self.agenda.take(until)) is not None:
            self._happening_at = entry.due
            try:
                entry.happen()
            finally:
                self._happening_at = None
            count += 1
        return count
