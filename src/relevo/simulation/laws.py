"""All laws that hold in every world, and the watchman who holds a customer's facts against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relevo.engine.recorded import Recorded
from relevo.play.scenario import Scenario
from relevo.simulation.law import Ended, Law, LawMaker, Ledger
from relevo.simulation.laws_care import EffectsDone, OrdersEnd, PromisesEnd
from relevo.simulation.laws_compensation import OwedIsFound
from relevo.simulation.laws_custody import NothingCeasedUnasked, OneHolder, WholeGroups
from relevo.simulation.laws_said import NothingSaidThatIsNotSo
from relevo.values.moment import Moment

LAWS: tuple[LawMaker, ...] = (
    OneHolder,
    WholeGroups,
    NothingCeasedUnasked,
    PromisesEnd,
    EffectsDone,
    OrdersEnd,
    NothingSaidThatIsNotSo,
    OwedIsFound,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A law that did not hold."""

    law: str
    what: str
    at: Moment


class Watchman:
    """Follows one family. Each fact is looked at once, so a step costs what is new in it."""

    def __init__(self, scenario: Scenario, ledger: Ledger, laws: Sequence[LawMaker] = LAWS) -> None:
        self._laws = [law(scenario, ledger) for law in laws]
        self.breaches: list[Breach] = []
        self.facts = 0

    def look(self, new: Sequence[Recorded]) -> None:
        """The facts of one instant."""
        for recorded in new:
            self.facts += 1
            for law in self._laws:
                self._note(law, law.see(recorded), recorded.at)

    def end(self, ended: Ended) -> None:
        """The play is over."""
        for law in self._laws:
            self._note(law, law.end(ended), ended.seen.ended_at)

    def _note(self, law: Law, found: Iterable[str], at: Moment) -> None:
        self.breaches += [Breach(law=law.name, what=what, at=at) for what in found]


def by_law(breaches: Sequence[Breach]) -> dict[str, list[Breach]]:
    """The breaches of each law, the laws in the order in which they were broken."""
    found: dict[str, list[Breach]] = defaultdict(list)
    for breach in breaches:
        found[breach.law].append(breach)
    return dict(found)
