"""What goes wrong, when, and that it did.

A fault is *armed* from its moment on and *strikes* at the next occasion. The part of the world that
has such an occasion asks here whether to misbehave, and thereby uses one of the fault's times up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from relevo.simulators.plan import CompanyPlan, FaultPlan
from relevo.values.moment import Moment, Span, utc


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStruck:
    """One fault of the plan, and what became of it."""

    plan: FaultPlan
    struck_at: Moment | None  # the first time
    line: str | None  # the line that it hit the first time
    strikes: int


class Fault:
    """One fault of a plan: whose it is (None: the company's), and what became of it."""

    def __init__(self, plan: FaultPlan, place: int | None, armed_at: Moment | None) -> None:
        self.plan = plan
        self.place = place
        self.armed_at = armed_at
        self.left = plan.times
        self.struck_at: Moment | None = None
        self.line: str | None = None

    def is_ready(self, at: Moment) -> bool:
        """Whether it is armed and not used up."""
        return self.left > 0 and self.armed_at is not None and self.armed_at <= at

    def fits(self, place: int | None, line: str | None) -> bool:
        """Whether it may hit this line of this customer."""
        return self.place in (None, place) and self.plan.line in (None, line)

    def use(self, at: Moment, line: str | None) -> None:
        """It strikes."""
        self.left -= 1
        if self.struck_at is None:
            self.struck_at, self.line = at, line


class Armoury:
    """All faults of a company, by kind: those of customers before those that are everybody's."""

    def __init__(self, company: CompanyPlan) -> None:
        self._of_customers = [
            [Fault(plan, place, _armed_at(plan, utc(customer.starts))) for plan in customer.faults]
            for place, customer in enumerate(company.customers)
        ]
        starts = utc(company.starts)
        self._shared = [Fault(plan, None, _armed_at(plan, starts)) for plan in company.faults]
        self._by_kind: dict[tuple[str, str], list[Fault]] = {}
        for each in chain(*self._of_customers, self._shared):
            kind = each.plan.where, each.plan.what
            self._by_kind.setdefault(kind, []).append(each)

    def moments(self) -> list[tuple[Moment, Fault]]:
        """When each fault that waits for no fact becomes armed."""
        every = chain(*self._of_customers, self._shared)
        return [(each.armed_at, each) for each in every if each.armed_at is not None]

    def of_kind(self, where: str, what: str) -> Sequence[Fault]:
        """All faults of a kind, used up or not."""
        return self._by_kind.get((where, what), ())

    def heard(self, fact: str, line: str | None, at: Moment, place: int) -> list[Fault]:
        """A fact about this customer was recorded by the product; the faults that it arms."""
        armed = []
        for each in chain(self._of_customers[place], self._shared):
            plan = each.plan
            fits = plan.line is None or line is None or plan.line == line
            if plan.on == fact and each.armed_at is None and fits:
                each.armed_at = at
                armed.append(each)
        return armed

    def strike(
        self, where: str, what: str, *, at: Moment, place: int | None, line: str | None
    ) -> Fault | None:
        """Use up one time of the first armed fault of this kind that fits this customer's line."""
        for each in self.of_kind(where, what):
            if each.fits(place, line) and each.is_ready(at):
                each.use(at, line)
                return each
        return None

    def strike_anybody(self, where: str, what: str, at: Moment) -> Fault | None:
        """Use up one time of the first armed fault of this kind that wants no certain line."""
        for each in self.of_kind(where, what):
            if each.plan.line is None and each.is_ready(at):
                each.use(at, None)
                return each
        return None

    def waiting(self, where: str, what: str, at: Moment, place: int | None) -> Fault | None:
        """The first armed fault of this kind, not used up; asking does not use it."""
        for each in self.of_kind(where, what):
            if each.place in (None, place) and each.is_ready(at):
                return each
        return None

    def struck(self, place: int | None) -> list[FaultStruck]:
        """Every fault of a customer, or of the company, in the order of the plan."""
        faults = self._shared if place is None else self._of_customers[place]
        return [
            FaultStruck(
                plan=each.plan,
                struck_at=each.struck_at,
                line=each.line,
                strikes=each.plan.times - each.left,
            )
            for each in faults
        ]


def _armed_at(plan: FaultPlan, starts: Moment) -> Moment | None:
    if plan.at is not None:
        return plan.at
    if plan.after is not None:
        return starts + plan.after
    return None if plan.on is not None else starts


def lasting(fault: Fault, otherwise: Span) -> Span:
    """How long the fault lasts (the key ``for``)."""
    return fault.plan.lasts if fault.plan.lasts is not None else otherwise


def late_by(fault: Fault, otherwise: Span) -> Span:
    """By how much (the key ``by``)."""
    return fault.plan.by if fault.plan.by is not None else otherwise


Happening = Callable[[Fault], None]
