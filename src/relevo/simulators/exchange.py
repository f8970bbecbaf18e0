"""Who serves each number, where each network routes it, and what a caller is told.

This is the truth by which a story is judged. A call ends with 200 (it rings), 480 (known, but no
phone there: cause 20) or 404 (the number does not exist: cause 1), see rights-care 5.2. Every
network keeps its own table of ported numbers (rights-care 5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import CAPABILITIES, LineKind, LinePlan
from relevo.simulators.registry import Registry
from relevo.simulators.stage import Part, Stage
from relevo.values.moment import Moment

RINGS, NO_PHONE, NO_NUMBER = 200, 480, 404

Felt = Callable[["Served", bool], None]
"""Called with a line and whether it is dead, when that changed."""

Watched = Callable[["Served"], None]
"""Called with a line whenever something about it may have changed."""


@dataclass(slots=True)
class Served:
    """One line of the plan, as the networks have it.

    ``donor`` is the operator besides us who serves it, did so last, or (of a number that we served
    from the start) holds its range.
    """

    plan: LinePlan
    part: Part
    donor: str
    routes: dict[str, str]
    first_holder: str  # in the hub's books, when the story begins
    range_holder: str
    is_at_donor: bool = True  # the donor serves it
    is_installed: bool = False  # of a fibre: our own access is in the house
    has_moved: bool = False  # it is ours: ported to us, or from the start
    cut_at: Moment | None = None  # when the donor stopped
    dead: list[tuple[Moment, Moment | None]] = field(default_factory=list)

    @property
    def is_dead(self) -> bool:
        """As last seen."""
        return bool(self.dead) and self.dead[-1][1] is None


class Exchange:
    """All numbers of all plans."""

    def __init__(self, stage: Stage, registry: Registry) -> None:
        self._stage = stage
        self._registry = registry
        self.felt: list[Felt] = []
        self.watched: list[Watched] = []
        self.lines = {
            served.plan.name: served
            for part in stage.parts
            for served in _all_of(part, registry.operator)
        }
        self._dependants: dict[tuple[int, str], list[Served]] = {}
        for served in self.lines.values():
            if served.plan.depends_on:
                place = served.part.place, served.plan.depends_on
                self._dependants.setdefault(place, []).append(served)

    def dependants_of(self, served: Served) -> list[Served]:
        """The lines that live on this one's card."""
        return self._dependants.get((served.part.place, served.plan.id), [])

    def stop_at_donor(self, name: str) -> None:
        """The donor serves the number no more, because it was ported, or for no good reason."""
        served = self.lines[name]
        if served.is_at_donor:
            served.is_at_donor = False
            served.cut_at = self._stage.now()
            self.refresh(name)

    def serve_again(self, name: str) -> None:
        """The donor takes the number back into service."""
        served = self.lines[name]
        served.is_at_donor, served.cut_at = True, None
        self.refresh(name)

    def switch(self, name: str, origin: str, operator: str) -> None:
        """That network routes the number to this operator from now on."""
        self.lines[name].routes[origin] = operator
        self.refresh(name)

    def rehome(self, name: str, operator: str) -> None:
        """The number was never with the stated donor: it is with this one, and always was."""
        served = self.lines[name]
        served.donor = served.first_holder = served.range_holder = operator
        served.routes.update(dict.fromkeys(ORIGINS, operator))

    def call(self, name: str, origin: str) -> int:
        """What a caller in that network is told."""
        served = self.lines.get(name)
        if served is None:
            return NO_NUMBER
        if served.routes[origin] != self._registry.operator:
            return RINGS if served.is_at_donor else NO_NUMBER
        subscription = self._registry.find(name)
        if subscription is None or not subscription.is_active:
            return NO_NUMBER
        has_phone = subscription.is_registered or served.plan.kind is not LineKind.MOBILE
        return RINGS if has_phone and subscription.can("calls_in") else NO_PHONE

    def can(self, name: str, capability: str) -> bool | None:
        """Whether the line can do this now; None if its kind never can."""
        served = self.lines.get(name)
        if served is None or capability not in CAPABILITIES[served.plan.kind]:
            return None
        if capability == "calls_in":
            return all(self.call(name, origin) == RINGS for origin in ORIGINS)
        if capability == "sms_in":
            # Messages are routed by the home network's own table.
            if served.routes[self._registry.operator] != self._registry.operator:
                return served.is_at_donor
            return self._can_at_recipient(served, capability)
        subscription = self._registry.find(name)
        if served.plan.number is None and subscription is not None and subscription.is_active:
            return self._can_at_recipient(served, capability)  # nothing else switches a fibre over
        return served.is_at_donor or self._can_at_recipient(served, capability)

    def is_dead(self, name: str) -> bool:
        """Whether every network says that the number does not exist; a fibre is never called."""
        served = self.lines[name]
        if served.plan.number is None:
            return False
        return all(self.call(name, origin) == NO_NUMBER for origin in ORIGINS)

    def refresh(self, name: str) -> None:
        """Write down if a number died or came back, and let those feel it who do."""
        served = self.lines.get(name)
        if served is None:
            return
        now, is_dead = self._stage.now(), self.is_dead(name)
        if is_dead != served.is_dead:
            if is_dead:
                served.dead.append((now, None))
            else:
                served.dead[-1] = (served.dead[-1][0], now)
            for feel in self.felt:
                feel(served, is_dead)
        for watch in self.watched:
            watch(served)

    def has_moved(self, name: str) -> bool:
        """Whether the number was ported to the recipient."""
        return self.lines[name].has_moved

    def move(self, name: str) -> None:
        """The window has opened: the number is ours, whatever some tables still say."""
        self.lines[name].has_moved = True

    def leave(self, name: str, operator: str) -> None:
        """The window has opened: another operator has the number, and serves it at once."""
        served = self.lines[name]
        served.donor, served.is_at_donor, served.has_moved = operator, True, False
        served.cut_at = None

    def _can_at_recipient(self, served: Served, capability: str) -> bool:
        subscription = self._registry.find(served.plan.name)
        if subscription is None or not subscription.can(capability):
            return False
        if served.plan.kind is LineKind.FIBRE and not served.is_installed:
            return False
        return subscription.is_registered or served.plan.kind is not LineKind.MOBILE


def _all_of(part: Part, us: str) -> Iterator[Served]:
    for line in part.plan.lines:
        routes = dict.fromkeys(ORIGINS, line.donor)
        yield Served(line, part, line.donor, routes, line.donor, line.donor)
    for ours in part.plan.served:
        routes = dict.fromkeys(ORIGINS, us)
        donor = ours.ported_from or us
        served = Served(ours.line, part, donor, routes, us, donor)
        served.is_at_donor, served.has_moved = False, True
        served.cut_at = ours.ceased_at
        yield served
