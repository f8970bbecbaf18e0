"""The figures to beat (the story): they hold whenever one thing at a time goes wrong. With several
faults upon one customer they are goals and no laws: some of them make each other's repair wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from typing import ClassVar

from relevo.engine.recorded import Recorded
from relevo.play.order_form import rules_of
from relevo.play.plain_reading import names
from relevo.play.scenario import Scenario
from relevo.play.witnessed import Arrived, Witnessed
from relevo.porting.profile import HubKind
from relevo.simulation.law import Ended, LawMaker, Ledger
from relevo.simulation.laws_custody import let_go
from relevo.values.moment import Moment

TOLD_WITHIN = timedelta(minutes=30)
"""From the moment a number dies until the customer knows."""

DESKS_CLOSE = time(20, 0)
CUSTOMER_MINUTES = 30
SAME_TEXT_WITHIN = timedelta(hours=1)


@dataclass(slots=True)
class _Figure:
    """Looks when all is over."""

    scenario: Scenario
    ledger: Ledger

    def see(self, recorded: Recorded) -> Iterator[str]:
        """A figure is read at the end."""
        del recorded
        yield from ()

    def dead_unasked(self, seen: Witnessed) -> Iterator[tuple[str, Moment, Moment | None]]:
        """Outages of numbers that the customer wants."""
        gone = let_go(self.scenario)
        for name, truth in seen.lines.items():
            for start, end in truth.dead if name not in gone else ():
                yield name, start, end


class NothingStaysDead(_Figure):
    """LGTel 70.3: no loss of service above one working day."""

    name: ClassVar[str] = "no number stays dead"

    def end(self, ended: Ended) -> Iterator[str]:
        for name, start, end in self.dead_unasked(ended.seen):
            if end is None or end > self._back_by(start):
                lasted = (end or ended.seen.ended_at) - start
                yield f"{name} is dead from {start:%a %d %H:%M} for {lasted}"

    def _back_by(self, start: Moment) -> Moment:
        calendar = rules_of(self.scenario).calendar(HubKind.MOBILE)
        day = calendar.working_day_after(calendar.local(start).date(), 1)
        return calendar.at(day, DESKS_CLOSE)


class ToldInTime(_Figure):
    """Whoever is cut off hears of it from us, and soon."""

    name: ClassVar[str] = "whoever is cut off is told in time"

    def end(self, ended: Ended) -> Iterator[str]:
        numbers = {line.id: line.number for line in self.scenario.world.lines}
        for name, start, end in self.dead_unasked(ended.seen):
            told = _first_about(ended.seen, numbers[name] or "", start)
            until = end or ended.seen.ended_at
            if until - start > TOLD_WITHIN and (told is None or told - start > TOLD_WITHIN):
                late = "never" if told is None else f"after {told - start}"
                yield f"{name} dies {start:%a %d %H:%M}, the customer is told {late}"


class NothingSaidTwice(_Figure):
    """That a number is back is said each time that it comes back; nothing else is repeated."""

    name: ClassVar[str] = "nothing is said twice"

    def end(self, ended: Ended) -> Iterator[str]:
        ours = [each for each in ended.seen.arrived if each.is_ours]
        for place, message in enumerate(ours):
            for before in ours[:place]:
                is_same = before.text == message.text and not _tells_of_an_end(message)
                if is_same and message.at - before.at < SAME_TEXT_WITHIN:
                    yield f"said twice at {message.at:%a %d %H:%M}: {message.text[:70]}"


class PromisesKept(_Figure):
    """Only a member of staff who forgets breaks one."""

    name: ClassVar[str] = "no promise is broken"

    def end(self, ended: Ended) -> Iterator[str]:
        forgets = [each for each in self.scenario.world.faults if each.what == "promise_missed"]
        allowed = sum(each.times for each in forgets)
        if ended.verdict.promises.broken > allowed:
            yield f"{ended.verdict.promises.broken} promises are broken"


class SeenFirst(_Figure):
    """The system notices before the customer does."""

    name: ClassVar[str] = "the system sees it first"

    def end(self, ended: Ended) -> Iterator[str]:
        if ended.verdict.noticed_first_by not in {None, "system"}:
            yield f"noticed first by {ended.verdict.noticed_first_by}"


class LeftInPeace(_Figure):
    """Half an hour of the customer's life, and no more."""

    name: ClassVar[str] = "the customer is left in peace"

    def end(self, ended: Ended) -> Iterator[str]:
        if ended.verdict.customer_minutes > CUSTOMER_MINUTES:
            yield f"{ended.verdict.customer_minutes} minutes of the customer's time"


FIGURES: tuple[LawMaker, ...] = (
    NothingStaysDead,
    ToldInTime,
    NothingSaidTwice,
    PromisesKept,
    SeenFirst,
    LeftInPeace,
)


_BACK = (
    "vuelve a recibir",
    "receive calls again",
    "vuelve a estar en la red",
    "on the network again",
)


def _tells_of_an_end(message: Arrived) -> bool:
    return any(said in message.text for said in _BACK)


def _first_about(seen: Witnessed, number: str, since: Moment) -> Moment | None:
    def is_about(message: Arrived) -> bool:
        return message.is_ours and message.at >= since and names(message.text, number)

    return next((each.at for each in seen.arrived if is_about(each)), None)
