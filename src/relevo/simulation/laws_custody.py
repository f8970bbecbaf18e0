"""Laws about numbers: one holder each, groups that stay whole, no number ceased unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

from relevo.engine.recorded import Recorded
from relevo.numbering.queries import Entry
from relevo.orders.held import Choice, HeldLine
from relevo.orders.line.messages import (
    LineConfirmed,
    LineMoved,
    LinePortFailed,
    LineTakenBack,
    LineTakenOut,
)
from relevo.orders.order.messages import (
    LineMovedAlone,
    NumberDecided,
    NumberUndecided,
    OrderAccepted,
    OrderWithdrawn,
)
from relevo.play.order_form import rules_of
from relevo.play.scenario import Scenario
from relevo.porting.port_in.messages import (
    DonorCorrected,
    PortInCompleted,
    PortInDrafted,
)
from relevo.porting.recovery.messages import HoldEnded, NumberCut, NumberReached, NumberRecovered
from relevo.simulation.law import Ended, Ledger
from relevo.values.moment import Moment

_MOVES_CUSTODY = (
    PortInDrafted,
    DonorCorrected,
    PortInCompleted,
    NumberCut,
    NumberReached,
    NumberRecovered,
    HoldEnded,
)


@dataclass(slots=True)
class OneHolder:
    """The ledger is asked of the database whenever a fact touched it, and of the world at the end.

    A number may end in a hold or with the range holder only if the customer let it go.
    """

    name: ClassVar[str] = "every number has exactly one holder"

    scenario: Scenario
    ledger: Ledger
    _named: set[str] = field(default_factory=set)  # numbers whose real holder the hub has told

    def see(self, recorded: Recorded) -> Iterator[str]:
        if isinstance(recorded.fact, DonorCorrected | PortInCompleted):
            self._named.add(recorded.fact.number)
        if not isinstance(recorded.fact, _MOVES_CUSTODY):
            return
        number = recorded.fact.number
        entries = self.ledger(number)
        yield from holder_faults(number, entries)
        if isinstance(recorded.fact, PortInCompleted) and entries:
            holder, recipient = entries[-1].holder, recorded.fact.recipient
            if holder != recipient:
                yield f"{number} was ported to {recipient} and is with {holder}"

    def end(self, ended: Ended) -> Iterator[str]:
        gone = let_go(self.scenario) | self._never_told(ended)
        for name, line in ended.verdict.lines.items():
            if name in gone:
                continue
            if line.custody in {"nobody", "hold"} or ":" in line.custody:
                yield f"{name} is with {line.custody}"

    def _never_told(self, ended: Ended) -> frozenset[str]:
        """Lines that another operator has than the customer says, with a hub that does not check
        it and that has confirmed nothing: the ledger knows what anybody has said."""
        wrong = {each.line for each in ended.seen.struck if each.plan.what == "wrong_donor"}
        return frozenset(
            line.id
            for line in self.scenario.world.lines
            if line.id in wrong
            and line.number not in self._named
            and ended.seen.lines[line.id].ledger == line.donor
        )


def holder_faults(number: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Gaps and overlaps among the entries of one number, which are in the order of time."""
    if not entries:
        yield f"{number} is in no ledger"
        return
    for before, after in pairwise(entries):
        if before.until is None or before.until > after.since:
            both = f"{before.holder} and {after.holder}"
            yield f"{number} has two holders at {after.since:%d %H:%M}: {both}"
        elif before.until < after.since:
            yield f"{number} is with nobody from {before.until:%d %H:%M} to {after.since:%d %H:%M}"
    if entries[-1].until is not None:
        yield f"{number} is with nobody since {entries[-1].until:%d %H:%M}"


@dataclass(slots=True)
class WholeGroups:
    """Lines that are tied leave together, on one day; whoever is left behind was let go by the
    customer, or the order has said that a line moves alone, which is a person's task."""

    name: ClassVar[str] = "no group is split"

    scenario: Scenario
    ledger: Ledger
    _lines: dict[str, HeldLine] = field(default_factory=dict)
    _moving: set[str] = field(default_factory=set)
    _confirmed: dict[str, date] = field(default_factory=dict)
    _moved: dict[str, date] = field(default_factory=dict)
    _admitted: set[str] = field(default_factory=set)
    _withdrawn: bool = False
    _zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def see(self, recorded: Recorded) -> Iterator[str]:
        match recorded.fact:
            case OrderAccepted() as accepted:
                self._lines = {line.id: line for line in accepted.lines}
                self._moving = set(accepted.moving)
                self._zone = ZoneInfo(rules_of(self.scenario).zone)
            case NumberDecided(choice=Choice.PORT) as decided:
                self._moving.add(decided.line)
            case LineTakenOut() as out:
                self._moving.discard(out.line)
            case LineMovedAlone() as alone:
                self._admitted.add(alone.line)
            case OrderWithdrawn():
                self._withdrawn = True
            case LineConfirmed() as confirmed:
                self._confirmed[confirmed.line] = self._day(confirmed.window.opens)
            case LineTakenBack() | LinePortFailed() as back:
                self._confirmed.pop(back.line, None)
            case LineMoved() as moved:
                yield from self._left(moved.line, self._day(moved.at))
            case _:
                pass

    def end(self, ended: Ended) -> Iterator[str]:
        closed = ended.verdict.finished_at is not None
        for name in sorted(self._moved) if closed else ():
            for other in sorted(self._group(name) & self._moving):
                if other not in self._moved:
                    yield f"the order closed, {name} moved, and {other} of its group stayed behind"

    def _left(self, name: str, day: date) -> Iterator[str]:
        self._moved[name] = day
        tied = self._group(name) - {name}
        if name in self._admitted or tied & self._admitted or self._withdrawn:
            return
        for other in sorted(tied & self._moving):
            theirs = self._moved.get(other) or self._confirmed.get(other)
            if theirs is None:
                yield f"{name} left on {day} without {other}, which is not confirmed"
            elif theirs != day:
                yield f"{name} left on {day} and {other} is to leave on {theirs}"

    def _day(self, at: Moment) -> date:
        return at.astimezone(self._zone).date()

    def _group(self, name: str) -> set[str]:
        """The lines that are tied to this one, over any number of ties."""
        found, todo = {name}, [name]
        while todo:
            line = self._lines.get(todo.pop())
            tied = {
                other.id
                for other in self._lines.values()
                if line and (other.id in _ties(line) or line.id in _ties(other))
            }
            todo += tied - found
            found |= tied
        return found


@dataclass(slots=True)
class NothingCeasedUnasked:
    """A number dies with its principal's port, or by a decision. Both need the customer's word."""

    name: ClassVar[str] = "no number is ceased without a recorded decision"

    scenario: Scenario
    ledger: Ledger
    _lines: dict[str, HeldLine] = field(default_factory=dict)
    _moving: set[str] = field(default_factory=set)
    _decided: dict[str, Choice] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)

    def see(self, recorded: Recorded) -> Iterator[str]:
        match recorded.fact:
            case OrderAccepted() as accepted:
                self._lines = {line.id: line for line in accepted.lines}
                self._moving = set(accepted.moving)
                strange = self._moving - set(self.scenario.order.lines)
                yield from (f"{name} moves and was not ordered" for name in sorted(strange))
            case NumberUndecided() as open_:
                self._decided.pop(open_.line, None)
            case NumberDecided() as decided:
                yield from self._held_against_his_word(decided)
                self._decided[decided.line] = decided.choice
            case LineMoved() as moved:
                self._gone.add(moved.line)
                yield from self._dies_with(moved.line)
            case _:
                pass

    def end(self, ended: Ended) -> Iterator[str]:
        for name, line in ended.verdict.lines.items():
            is_lost = line.custody == "nobody" or line.custody.startswith(("hold", "range"))
            if is_lost and name not in self._decided:
                yield f"{name} is with {line.custody} and nobody decided that"

    def _held_against_his_word(self, decided: NumberDecided) -> Iterator[str]:
        wanted = dict(self.scenario.world.customer.decides).get(decided.line)
        if str(decided.choice) != wanted:
            said = wanted or "nothing"
            yield f"{decided.line}: {decided.choice} is on record, the customer said {said}"

    def _dies_with(self, principal: str) -> Iterator[str]:
        for name in _below(principal, self._lines.values()):
            if name not in self._moving and name not in self._decided and name not in self._gone:
                yield f"{principal} left, {name} dies with it, and nobody decided that"


def _below(principal: str, lines: Iterable[HeldLine]) -> Iterator[str]:
    """The lines that live on this one's card at the donor, directly or over others."""
    every = list(lines)
    todo = [principal]
    while todo:
        above = todo.pop()
        found = [line.id for line in every if line.depends_on == above]
        todo += found
        yield from found


def _ties(line: HeldLine) -> set[str]:
    return {line.depends_on, line.moves_with} - {""}


def let_go(scenario: Scenario) -> frozenset[str]:
    """Numbers that the customer himself gives up: those that he ceases, and those that he keeps
    although the line whose card they live on leaves. The question told him that they die then."""
    world = scenario.world
    decides = dict(world.customer.decides)
    moving = {*scenario.order.lines, *(name for name, said in decides.items() if said == "port")}
    gone = {name for name, choice in decides.items() if choice == "cease"}
    leaving = moving | gone
    for _ in world.lines:
        below = {line.id for line in world.lines if line.depends_on in leaving}
        gone |= {name for name in below if decides.get(name) == "keep"}
        leaving |= below & gone
    return frozenset(gone)
