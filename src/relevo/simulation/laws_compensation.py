"""The law about money: a second calculation, made from the decree and not from the product's code.

RD 899/2009, art. 15.1 (rights-care 1.2): for an interrupted telephone service the greater of what
was billed for it on average in the three months before and of five monthly fees, each by the share
that the interruption has in the month. Counted in whole minutes of the outage's own month, whose
length is that of the local calendar; each month goes on a bill of its own and is rounded to the
cent there, half a cent up. Above one euro it is credited without being asked for. The change window
in which the number moved is a foreseen interruption and does not count.

Nothing here imports ``relevo.compensation``; the figures below are those of the decree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.play.scenario import Scenario
from relevo.play.witnessed import Witnessed
from relevo.porting.port_in.messages import PortInCompleted, PortInConfirmed
from relevo.simulation.law import Ended, Ledger
from relevo.simulation.laws_custody import let_go
from relevo.simulators.plan import LineKind, LinePlan
from relevo.values.moment import Moment

FEES = 5
ASKS_ABOVE_CENTS = 100
CENT = 1
"""The world's own minutes and those of the product's probes may differ by a cut minute."""

Stretch = tuple[Moment, Moment]


def owed_cents(
    fee_cents: int, average_cents: int, dead: Sequence[Stretch], zone: str, foreseen: Stretch | None
) -> int:
    """What is owed for one number: every second that it was dead, outside the foreseen stretch."""
    base = max(average_cents, FEES * fee_cents)
    months: dict[tuple[int, int], timedelta] = {}
    for stretch in dead:
        for begin, end in _without(stretch, foreseen):
            for month, length in _months(begin, end, ZoneInfo(zone)):
                months[month] = months.get(month, timedelta()) + length
    total = 0
    for month, length in months.items():
        share = Fraction(length // timedelta(minutes=1), _minutes_of(month, ZoneInfo(zone)))
        total += _rounded(base * share)
    return total


def _rounded(cents: Fraction) -> int:
    return int(cents + Fraction(1, 2))


def _without(stretch: Stretch, hole: Stretch | None) -> list[Stretch]:
    begin, end = stretch
    if hole is None:
        return [stretch] if begin < end else []
    pieces = [(begin, min(end, hole[0])), (max(begin, hole[1]), end)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _months(
    begin: Moment, end: Moment, zone: ZoneInfo
) -> Iterator[tuple[tuple[int, int], timedelta]]:
    here = begin
    while here < end:
        local = here.astimezone(zone)
        month = (local.year, local.month)
        stop = min(end, _first(_after(month), zone))
        yield month, stop - here
        here = stop


def _minutes_of(month: tuple[int, int], zone: ZoneInfo) -> int:
    return (_first(_after(month), zone) - _first(month, zone)) // timedelta(minutes=1)


def _after(month: tuple[int, int]) -> tuple[int, int]:
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def _first(month: tuple[int, int], zone: ZoneInfo) -> Moment:
    return datetime(*month, 1, tzinfo=zone).astimezone(UTC)


@dataclass(slots=True)
class OwedIsFound:
    """The second calculation, on the outages that the product counted (to the cent) and on those of
    the world itself (within a cent), and what is above one euro is credited by itself."""

    name: ClassVar[str] = "compensation equals a second, independent calculation"

    scenario: Scenario
    ledger: Ledger
    _confirmed: dict[str, Stretch] = field(default_factory=dict)
    _foreseen: dict[str, Stretch] = field(default_factory=dict)
    _found: dict[str, int] = field(default_factory=dict)
    _credited: dict[str, int] = field(default_factory=dict)

    def see(self, recorded: Recorded) -> Iterator[str]:
        fact: Any = recorded.fact
        match wire_name(fact):
            case "porting.port_in_confirmed":
                assert isinstance(fact, PortInConfirmed)
                self._confirmed[fact.number] = (fact.window.opens, fact.window.closes)
            case "porting.port_in_completed":
                assert isinstance(fact, PortInCompleted)
                if fact.number in self._confirmed:
                    self._foreseen[fact.number] = self._confirmed[fact.number]
            case "compensation.amount_found":
                yield from self._added_up(fact)
                self._found[fact.line] = fact.amount_eur_cents
            case "compensation.credited":
                self._credited[fact.line] = fact.total_eur_cents
            case _:
                pass

    def end(self, ended: Ended) -> Iterator[str]:
        gone = let_go(self.scenario)
        for line in self.scenario.world.lines:
            if line.kind is LineKind.FIBRE or line.number is None or line.id in gone:
                continue
            owed = self._owed(line, ended.seen)
            found = self._found.get(line.id, 0)
            if abs(owed - found) > CENT:
                yield f"{line.id}: {owed} cents are owed for its dead time, {found} were found"
            credited = self._credited.get(line.id, 0)
            if found > ASKS_ABOVE_CENTS and credited < found and ended.verdict.finished:
                # More is no breach: what a later, exact log takes off again stays with him.
                yield f"{line.id}: {found} cents were found and {credited} credited"

    def _owed(self, line: LinePlan, seen: Witnessed) -> int:
        dead = [(begin, end or seen.ended_at) for begin, end in seen.lines[line.id].dead]
        fee, average = (int((each or 0) * 100) for each in (line.monthly_fee, line.average_3m))
        foreseen = self._foreseen.get(line.number or "")
        return owed_cents(fee, average, dead, seen.zone, foreseen)

    def _added_up(self, found: Any) -> Iterator[str]:
        """Each month of what was found, by the decree."""
        line = self.scenario.world.line_named(found.line)
        if line is None:
            yield f"{found.line}: an amount was found for a line that nobody has"
            return
        fee, average = (int((each or 0) * 100) for each in (line.monthly_fee, line.average_3m))
        base = max(average, FEES * fee)
        for month in found.months:
            cents = _rounded(base * Fraction(month.minutes, month.month_minutes))
            if cents != month.amount_eur_cents:
                said = month.amount_eur_cents
                yield f"{found.line}: {month.month} comes to {cents} cents, not {said}"
        total = sum(month.amount_eur_cents for month in found.months)
        if total != found.amount_eur_cents or found.automatic != (total > ASKS_ABOVE_CENTS):
            said = found.amount_eur_cents
            yield f"{found.line}: {said} cents were found, its months come to {total}"
