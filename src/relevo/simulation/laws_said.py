"""The law about words: what was claimed of a number is held against the facts of that moment.

Two witnesses: the claims that were kept with each message, against a fold of the facts that this
file makes for itself, and the judge's plain reading of the texts that arrived, against the world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from relevo.activation.activation.messages import (
    CapabilityLost,
    CapabilityProven,
    LifeSignBack,
    LifeSignLost,
    LineWorks,
)
from relevo.claims.model import Claim
from relevo.engine.recorded import Recorded
from relevo.notices.voice.messages import MessageSent
from relevo.orders.order.messages import GroupRedated, OrderAccepted, WindowChosen
from relevo.play.order_form import rules_of
from relevo.play.scenario import Scenario
from relevo.porting.port_in.messages import (
    PortInCompleted,
    PortInConfirmed,
    PortInDrafted,
    PortInRejected,
)
from relevo.porting.profile import Window
from relevo.simulation.law import Ended, Ledger

CAPABILITIES = frozenset({"calls_out", "calls_in", "sms_out", "sms_in", "data"})


@dataclass(slots=True)
class _Number:
    """What the facts say of one number so far."""

    is_moved: bool = False
    is_dead: bool = False
    is_asked: bool = False
    was_confirmed: bool = False
    was_rejected: bool = False
    proven: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    days: list[date] = field(
        default_factory=list
    )  # that it was ever to move on; the last one holds

    def can(self, capability: str) -> bool:
        """Whether it was seen to work; at the donor everything does until it is seen not to."""
        if capability in self.lost or (self.is_dead and capability == "calls_in"):
            return False
        return not self.is_moved or capability in self.proven

    @property
    def works(self) -> bool:
        return not self.is_dead and not self.lost and (not self.is_moved or bool(self.proven))


@dataclass(slots=True)
class NothingSaidThatIsNotSo:
    """No claim sent contradicts the facts of its moment, and nothing is asked for that we hold."""

    name: ClassVar[str] = "no claim sent contradicts the facts of its moment"

    scenario: Scenario
    ledger: Ledger
    _numbers: dict[str, _Number] = field(default_factory=dict)
    _number_of: dict[str, str] = field(default_factory=dict)  # line -> number
    _zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def see(self, recorded: Recorded) -> Iterator[str]:
        match recorded.fact:
            case OrderAccepted() as accepted:
                self._begin(accepted)
            case WindowChosen() | GroupRedated() as day:
                self._dated(day.windows)
            case MessageSent() as sent:
                for claim in sent.claims:
                    yield from self._held_against_facts(claim, sent)
            case _:
                self._fold(recorded)

    def end(self, ended: Ended) -> Iterator[str]:
        yield from ended.verdict.contradictions
        if ended.verdict.messages.asked_for_held:
            yield f"asked {ended.verdict.messages.asked_for_held} times for what is held"

    def _begin(self, accepted: OrderAccepted) -> None:
        self._number_of = {line.id: line.number or line.id for line in accepted.lines}
        self._numbers = {number: _Number() for number in self._number_of.values()}
        self._zone = ZoneInfo(rules_of(self.scenario).zone)

    def _dated(self, windows: dict[str, Window]) -> None:
        for line, window in windows.items():
            day = window.opens.astimezone(self._zone).date()
            self._numbers[self._number_of[line]].days.append(day)

    def _fold(self, recorded: Recorded) -> None:
        fact = recorded.fact
        subject = getattr(fact, "subject", None) or getattr(fact, "number", None)
        number = self._numbers.get(str(subject))
        if number is None:
            return
        match fact:
            case PortInDrafted():
                number.is_asked = True
            case PortInConfirmed():
                number.was_confirmed = True
                number.days.append(fact.window.opens.astimezone(self._zone).date())
            case PortInRejected():
                number.was_rejected = True
            case PortInCompleted():
                # The hub may say late what calls have proven already.
                number.is_moved = True
                number.lost = set()
            case LifeSignLost():
                number.is_dead = True
            case LifeSignBack():
                number.is_dead = False
                number.proven.add("calls_in")
                number.lost.discard("calls_in")
            case CapabilityProven():
                number.proven.add(str(fact.capability))
                number.lost.discard(str(fact.capability))
            case CapabilityLost():
                number.lost.add(str(fact.capability))
            case LineWorks():
                number.is_dead, number.lost = False, set()
            case _:
                pass

    def _held_against_facts(self, claim: Claim, sent: MessageSent) -> Iterator[str]:
        if not claim.subject.startswith("+"):
            return
        number = self._numbers.get(claim.subject)
        if number is None or _is_so(claim, number):
            return
        said = f"{claim.predicate} = {claim.value}"
        told = f"{sent.topic} of {sent.at:%d %H:%M} says of {claim.subject}"
        yield f"{told}: {said}; {_shown(number)}"


def _is_so(claim: Claim, number: _Number) -> bool:
    if claim.predicate in CAPABILITIES:
        # "partial" is said of what works and does not work for everybody.
        return (claim.value is True) == number.can(claim.predicate)
    match claim.predicate:
        case "exists":
            return claim.value is not False
        case "port_window":
            return date.fromisoformat(str(claim.value)) in number.days
        case "state":
            word = str(claim.value)
            negated = word.startswith("not ")
            return _state_holds(word.removeprefix("not "), number) != negated
        case _:
            return True


def _state_holds(word: str, number: _Number) -> bool:
    match word:
        case "live" | "works":
            return number.works
        case "dead":
            return not number.works
        case "ported":
            return number.is_moved
        case "confirmed":
            return number.was_confirmed
        case "requested":
            return number.is_asked
        case "rejected":
            return number.was_rejected
        case "in_recovery" | "cut_by_donor":
            return number.is_dead and not number.is_moved
        case _:
            return True


def _shown(number: _Number) -> str:
    place = "moved" if number.is_moved else "at the donor"
    lost = ", ".join(sorted(number.lost)) or "nothing"
    proven = ", ".join(sorted(number.proven)) or "nothing"
    days = ", ".join(str(day) for day in number.days) or "none"
    dead = ", dead" if number.is_dead else ""
    return f"it is {place}{dead}, proven: {proven}, lost: {lost}, days: {days}"
