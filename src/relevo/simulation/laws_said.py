"""The law about words: what was claimed of a number is held against the facts of that moment.

Two witnesses: the claims that were kept with each message, against a fold of the facts that this
file makes for itself, and the judge's plain reading of the texts that arrived, against the world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from relevo.activation.activation.messages import (
    CapabilityLost,
    CapabilityProven,
    LifeSignBack,
    LifeSignLost,
    LineProvisioned,
    LineWorks,
    WatchStarted,
)
from relevo.claims.model import Claim
from relevo.engine.recorded import Recorded
from relevo.notices.voice.messages import MessageSent
from relevo.orders.order.messages import GroupRedated, OrderAccepted, WindowChosen
from relevo.play.contradictions import contradictions
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
    is_served: bool = False  # by our network; only there is anything proven, or lost
    is_asked: bool = False
    was_confirmed: bool = False
    was_rejected: bool = False
    needs: frozenset[str] = frozenset()
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
        return not self.is_dead and not self.lost and (not self.is_moved or self.is_whole)

    @property
    def is_whole(self) -> bool:
        return bool(self.needs) and self.needs <= self.proven


@dataclass(slots=True)
class NothingSaidThatIsNotSo:
    """No claim sent contradicts the facts of its moment, and nothing is asked for that we hold."""

    name: ClassVar[str] = "no claim sent contradicts the facts of its moment"

    scenario: Scenario
    ledger: Ledger
    _numbers: dict[str, _Number] = field(default_factory=dict)
    _number_of: dict[str, str] = field(default_factory=dict)  # line -> number
    _so: set[str] = field(default_factory=set)  # answers of staff, true when they were sent
    _zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def see(self, recorded: Recorded) -> Iterator[str]:
        match recorded.fact:
            case OrderAccepted() as accepted:
                self._begin(accepted)
            case WindowChosen() | GroupRedated() as day:
                self._dated(day.windows)
            case MessageSent() as sent:
                found = [
                    each for claim in sent.claims for each in self._held_against_facts(claim, sent)
                ]
                if sent.by and not found and any(self._is_of_a_number(c) for c in sent.claims):
                    self._so.add(sent.text)
                yield from found
            case _:
                self._fold(recorded)

    def end(self, ended: Ended) -> Iterator[str]:
        yield from self._contradictions(ended)
        if ended.verdict.messages.asked_for_held:
            yield f"asked {ended.verdict.messages.asked_for_held} times for what is held"

    def _contradictions(self, ended: Ended) -> tuple[str, ...]:
        """Without the planted answers that had come true by the time at which they were sent:
        those are not wrong. Their words are read like all others."""
        if not self._so:
            return ended.verdict.contradictions
        struck = tuple(each for each in ended.seen.struck if each.plan.text not in self._so)
        return contradictions(replace(ended.seen, struck=struck))

    def _is_of_a_number(self, claim: Claim) -> bool:
        return claim.subject in self._numbers

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
                # The hub may say late what calls have proven, or found wanting, already.
                number.is_moved = True
                number.lost = number.lost if number.is_served else set()
            case _:
                _fold_life(number, fact)

    def _held_against_facts(self, claim: Claim, sent: MessageSent) -> Iterator[str]:
        if not claim.subject.startswith("+"):
            return
        number = self._numbers.get(claim.subject)
        if number is None or _is_so(claim, number):
            return
        said = f"{claim.predicate} = {claim.value}"
        told = f"{sent.topic} of {sent.at:%d %H:%M} says of {claim.subject}"
        yield f"{told}: {said}; {_shown(number)}"


def _fold_life(number: _Number, fact: Any) -> None:
    match fact:
        case WatchStarted():
            number.needs = frozenset(map(str, fact.capabilities))
        case LineProvisioned():
            number.is_served = True
        case LifeSignLost():
            number.is_dead = True
            if not fact.at_donor:
                number.proven, number.lost = set(), set()
        case LifeSignBack():
            number.is_dead = False
            _can_be_called(number, fact)
        case CapabilityProven():
            number.proven.add(str(fact.capability))
            number.lost.discard(str(fact.capability))
        case CapabilityLost():
            number.lost.add(str(fact.capability))
            number.proven.discard(str(fact.capability))
        case LineWorks():
            number.is_dead, number.lost = False, set()
        case _:
            pass


def _can_be_called(number: _Number, back: LifeSignBack) -> None:
    """At the donor a life sign is a call that got through; here it is proven like all else."""
    number.lost.discard("calls_in")
    if back.except_from:
        number.lost.add("calls_in")
    elif not number.is_served:
        number.proven.add("calls_in")


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
