"""How long things have taken: what a promise is proposed from, so that it holds.

Each stage that ends adds one to a count by stage, day and length. Lengths are rounded up to a few
steps, so what is kept does not grow with the orders, and what is read is one stage's lately. A
proposal names the earliest time that holds with 95 of 100, how many were counted for it, and the
rule's own bound beside it; of few, only the rule speaks.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from relevo.care.model import Trouble
from relevo.values.calendar import WorkingDays
from relevo.values.moment import Moment, Span

HOLDS_PERCENT = 95
LEAST = 40
"""Of fewer, the 95th of a hundred is a guess: the rule's own bound is proposed."""

LATELY = Span(days=120)
"""What was longer ago says little of how it goes now."""

_STEP = 1.12
_LONGEST_MINUTES = 60 * 24 * 45


class Stage(StrEnum):
    """What may be waited for."""

    DONOR_ANSWERS = "donor_answers"
    PARCEL = "parcel"
    LINE_WORKS = "line_works"
    NUMBER_RETURNS = "number_returns"
    CALL_BACK = "call_back"


def trouble_stage(trouble: Trouble) -> str:
    """Each kind of trouble is a stage of its own: from when it was known to its end."""
    return f"trouble_{trouble.kind}"


class DayKind(StrEnum):
    """Kinds of day on which the same thing takes another time."""

    WORKING = "working"
    BEFORE_A_REST = "before_a_rest"  # the next day is none for work: a Friday, an eve
    REST = "rest"


def kind_of_day(days: WorkingDays, day: date) -> DayKind:
    """By the country's calendar."""
    if not days.is_working_day(day):
        return DayKind.REST
    following = days.is_working_day(day + timedelta(days=1))
    return DayKind.WORKING if following else DayKind.BEFORE_A_REST


def _lengths() -> tuple[int, ...]:
    found, length = [1], 1
    while length < _LONGEST_MINUTES:
        length = max(length + 1, math.ceil(length * _STEP))
        found.append(length)
    return tuple(found)


BOUNDS = _lengths()


def rounded_up(span: Span) -> int:
    """The length, in minutes, under which it is counted: never shorter than it was."""
    minutes = math.ceil(span.total_seconds() / 60)
    return BOUNDS[min(bisect_left(BOUNDS, minutes), len(BOUNDS) - 1)]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many took no longer than so many minutes; in order."""

    minutes: tuple[int, ...]
    ended: tuple[int, ...]

    @property
    def count(self) -> int:
        return sum(self.ended)

    def longer_than(self, minutes: float) -> Lengths:
        """Those that were still under way then: what is left of a thing that has begun."""
        kept = [(m, n) for m, n in zip(self.minutes, self.ended, strict=True) if m > minutes]
        return Lengths(tuple(m for m, _ in kept), tuple(n for _, n in kept))

    def holds_by(self, percent: int) -> int | None:
        """The least minutes in which so many of a hundred were over."""
        needed = math.ceil(self.count * percent / 100)
        for minutes, so_far in zip(self.minutes, accumulate(self.ended), strict=True):
            if so_far >= needed > 0:
                return minutes
        return None

    def percent_by(self, minutes: float) -> int:
        """How many of a hundred were over by then."""
        over = sum(n for m, n in zip(self.minutes, self.ended, strict=True) if m <= minutes)
        return 100 * over // self.count if self.count else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Something that is waited for; ``bound``: when it should be over by the rule."""

    stage: str
    key: str
    began: Moment
    bound: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A promise that may be made, and on what it rests."""

    stage: str
    key: str
    due: Moment
    is_by_history: bool  # else by the rule's own bound
    count: int  # how many like it, still under way after as long
    day_kind: DayKind
    bound: Moment | None
    bound_holds_percent: int | None  # None: too few to say

    @property
    def is_in_jeopardy(self) -> bool:
        """Whether the rule's own bound holds for fewer than are promised to."""
        return self.bound_holds_percent is not None and self.bound_holds_percent < HOLDS_PERCENT


def propose(
    under_way: UnderWay, lengths: Lengths, now: Moment, day_kind: DayKind
) -> Proposal | None:
    """The earliest time that holds, never later than the rule's bound; None: nothing is known."""
    elapsed = (now - under_way.began).total_seconds() / 60
    left = lengths.longer_than(elapsed)
    is_enough = left.count >= LEAST
    minutes = left.holds_by(HOLDS_PERCENT) if is_enough else None
    earliest = under_way.began + timedelta(minutes=minutes) if minutes is not None else None
    bound = under_way.bound if under_way.bound and under_way.bound > now else None
    dues = [due for due in (earliest, bound) if due is not None]
    if not dues:
        return None
    holds = None
    if bound is not None and is_enough:
        holds = left.percent_by((bound - under_way.began).total_seconds() / 60)
    return Proposal(
        stage=under_way.stage,
        key=under_way.key,
        due=min(dues),
        is_by_history=earliest is not None and min(dues) == earliest,
        count=left.count,
        day_kind=day_kind,
        bound=bound,
        bound_holds_percent=holds,
    )


def lengths(spans: Iterable[Span]) -> Lengths:
    """As the table would have them."""
    counted: dict[int, int] = {}
    for span in spans:
        minutes = rounded_up(span)
        counted[minutes] = counted.get(minutes, 0) + 1
    ordered = sorted(counted)
    return Lengths(tuple(ordered), tuple(counted[minutes] for minutes in ordered))
