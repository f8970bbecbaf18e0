"""What goes wrong, when, and that it did.

A fault is *armed* from its moment on and *strikes* at the next occasion. The part of the world that
has such an occasion asks here whether to misbehave, and thereby uses one of the fault's times up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from relevo.simulators.plan import FaultPlan
from relevo.values.moment import Moment, Span

Happening = Callable[[FaultPlan], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultStruck:
    """One fault of the plan, and what became of it."""

    plan: FaultPlan
    struck_at: Moment | None  # the first time
    line: str | None  # the line that it hit the first time
    strikes: int


class _Armed:
    """One fault with its history."""

    def __init__(self, plan: FaultPlan, armed_at: Moment | None) -> None:
        self.plan = plan
        self.armed_at = armed_at
        self.left = plan.times
        self.struck_at: Moment | None = None
        self.line: str | None = None


class Armoury:
    """All faults of a plan."""

    def __init__(self, plans: tuple[FaultPlan, ...], starts: Moment) -> None:
        self._faults = [_Armed(plan, _armed_at(plan, starts)) for plan in plans]

    def moments(self) -> list[tuple[Moment, FaultPlan]]:
        """When each fault that waits for no fact becomes armed."""
        return [(each.armed_at, each.plan) for each in self._faults if each.armed_at is not None]

    def heard(self, fact: str, line: str | None, at: Moment) -> list[FaultPlan]:
        """A fact of the product was recorded; the faults that it arms."""
        armed = []
        for each in self._faults:
            plan = each.plan
            fits = plan.line is None or line is None or plan.line == line
            if plan.on == fact and each.armed_at is None and fits:
                each.armed_at = at
                armed.append(plan)
        return armed

    def strike(
        self, where: str, what: str, *, at: Moment, line: str | None = None
    ) -> FaultPlan | None:
        """Use up one time of the first armed fault of this kind that fits this line."""
        for each in self._faults:
            plan = each.plan
            if (plan.where, plan.what) != (where, what) or not self._is_ready(each, at):
                continue
            if plan.line is not None and plan.line != line:
                continue
            each.left -= 1
            if each.struck_at is None:
                each.struck_at, each.line = at, line
            return plan
        return None

    def waiting(self, where: str, what: str, at: Moment) -> FaultPlan | None:
        """The first armed fault of this kind, not used up; asking does not use it."""
        for each in self._faults:
            if (each.plan.where, each.plan.what) == (where, what) and self._is_ready(each, at):
                return each.plan
        return None

    def struck(self) -> list[FaultStruck]:
        """Every fault in the order of the plan."""
        return [
            FaultStruck(
                plan=each.plan,
                struck_at=each.struck_at,
                line=each.line,
                strikes=each.plan.times - each.left,
            )
            for each in self._faults
        ]

    @staticmethod
    def _is_ready(fault: _Armed, at: Moment) -> bool:
        return fault.left > 0 and fault.armed_at is not None and fault.armed_at <= at


def _armed_at(plan: FaultPlan, starts: Moment) -> Moment | None:
    if plan.at is not None:
        return plan.at
    if plan.after is not None:
        return starts + plan.after
    return None if plan.on is not None else starts


def lasting(plan: FaultPlan, otherwise: Span) -> Span:
    """How long the fault lasts (the key ``for``)."""
    return plan.lasts if plan.lasts is not None else otherwise


def late_by(plan: FaultPlan, otherwise: Span) -> Span:
    """By how much (the key ``by``)."""
    return plan.by if plan.by is not None else otherwise
