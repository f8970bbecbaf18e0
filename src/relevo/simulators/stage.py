"""What all parts of the world share: plan, clock, agenda, faults, one lock, and the dice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from relevo.engine.clock import Clock
from relevo.simulators.agenda import Agenda
from relevo.simulators.faults import Armoury, Fault
from relevo.simulators.hours import Hours
from relevo.simulators.plan import CompanyPlan, LinePlan, WorldPlan
from relevo.values.ids import draw_between
from relevo.values.moment import Moment, utc


class Part:
    """One customer's part in the world: his plan, and dice of his own.

    What is drawn for him is drawn from his seed, so that his fate depends as little as can be on
    the company that he is in.
    """

    def __init__(self, place: int, plan: WorldPlan) -> None:
        self.place = place
        self.plan = plan
        self.name = plan.customer.contact
        self.lines = plan.all_lines
        self._named = {line.id: line for line in self.lines}
        self._named |= {line.name: line for line in self.lines}

    def between(self, low: int, high: int, *names: str) -> int:
        """A throw of his dice that belongs to these names."""
        return draw_between(low, high, self.plan.seed, *names)

    def line_named(self, name: str) -> LinePlan | None:
        """His line with this number or id."""
        return self._named.get(name)


HUBS = ("mobile hub", "fixed hub", "hub files")
"""What is to be fetched from hubs, by the names of those who fetch it."""


class Stage:
    """The floor on which hub, donors, courier, network and customers play.

    Everything drawn is keyed by names that stay the same however often something is asked, so a
    repeated request shifts nothing.
    """

    def __init__(self, company: CompanyPlan, clock: Clock) -> None:
        self.parts = tuple(Part(place, plan) for place, plan in enumerate(company.customers))
        first = company.customers[0]
        self.recipient = first.recipient
        self.hours = Hours(frozenset(first.more_holidays), frozenset(first.fewer_holidays))
        self.lock = threading.RLock()
        self.news: Counter[str] = Counter()
        self.touched: set[int] = set()
        self.agenda = Agenda()
        self._clock = clock
        self._happening_at: Moment | None = None
        self._owners = {part.plan.customer.contact: part for part in self.parts}
        self._owners |= {line.name: part for part in self.parts for line in part.lines}
        self.armoury = Armoury(company)

    def now(self) -> Moment:
        """The clock; while something planned happens, the moment for which it was planned."""
        return self._happening_at or utc(self._clock.now())

    def changed(self, *sources: str) -> None:
        """Something that a peer could fetch from these sources is new."""
        self.news.update(sources)

    def touch(self, part: Part | None) -> None:
        """Something happened to this customer that an onlooker could see."""
        if part is not None:
            self.touched.add(part.place)

    def owner_of(self, name: str) -> Part | None:
        """The customer who has this line or contact. Who is alone in his world is meant always."""
        return self.parts[0] if len(self.parts) == 1 else self._owners.get(name)

    def between(self, low: int, high: int, *names: str, of: str = "") -> int:
        """A throw of the dice that belongs to these names, and to the customer of a number."""
        owner = self.owner_of(of) or self.parts[0]
        return owner.between(low, high, *names)

    def seconds_between(self, low: float, high: float, *names: str, of: str = "") -> timedelta:
        """A length of time, drawn to the second between two numbers of minutes."""
        return timedelta(seconds=self.between(int(low * 60), int(high * 60), *names, of=of))

    def later(self, due: Moment, key: str, happen: Callable[[], None]) -> None:
        """Let this happen at that moment."""
        self.agenda.plan(due, key, happen)

    def strike(self, where: str, what: str, *, number: str | None = None) -> Fault | None:
        """Whether such a fault strikes now: with a number (or contact), at its customer only."""
        if number is None:
            struck = self.armoury.strike_anybody(where, what, self.now())
        else:
            owner = self.owner_of(number)
            line = owner.line_named(number) if owner is not None else None
            struck = self.armoury.strike(
                where,
                what,
                at=self.now(),
                place=owner.place if owner is not None else None,
                line=line.id if line is not None else None,
            )
        if struck is not None and struck.place is not None:
            self.touched.add(struck.place)
        return struck

    def strike_one_of(self, where: str, what: str, numbers: Iterable[str]) -> Fault | None:
        """Whether such a fault strikes at one of these numbers now."""
        if not self.armoury.of_kind(where, what):
            return None  # most often; a request may have thousands of numbers
        struck = (self.strike(where, what, number=each) for each in numbers)
        return next((each for each in struck if each is not None), None)

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
