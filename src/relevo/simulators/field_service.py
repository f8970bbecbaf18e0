"""The field service: technicians who lay a fibre on a working day, in a slot that was agreed.

It keeps the newest visit of each reference; a visit with a higher number takes the place of the one
before. What a technician reports and what is in the wall are two things (fault ``false_done``): the
exchange sees the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from relevo.simulators.exchange import Exchange
from relevo.simulators.faults import late_by
from relevo.simulators.feed import Answers, Feed
from relevo.simulators.hours import at, local
from relevo.simulators.http import Answer, Asked, BadRequest, Route, not_found
from relevo.simulators.parcel import Place
from relevo.simulators.plan import LineKind
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

SLOTS = ((time(9), time(12)), (time(12), time(15)), (time(16), time(19)))
FIRST_WORKING_DAY = 2
DAYS_OFFERED = 4
OTHERS_OFFERED = 6
WORK_MINUTES = (60, 150)
LATE_BY = timedelta(hours=2)

FAILURES = {
    "absent": "customer_absent",
    "no_access": "no_access",
    "no_port": "no_free_port",
    "wrong_address": "address_wrong",
    "another_visit": "needs_another_visit",
}
"""Faults at the door, and what is reported of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedVisit:
    """A visit that is asked for; without ``opens``, the earliest."""

    reference: str
    visit: int
    access: str
    name: str
    phone: str
    address: Place
    opens: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOff:
    """A visit that nobody needs any more."""

    reference: str
    visit: int


@dataclass(slots=True)
class _Visit:
    """The newest visit of a reference."""

    wanted: WantedVisit
    opens: Moment
    closes: Moment
    is_over: bool = field(default=False)


class FieldService:
    """All visits, and what became of them."""

    def __init__(self, stage: Stage, exchange: Exchange) -> None:
        self._stage = stage
        self._exchange = exchange
        self._visits: dict[str, _Visit] = {}
        self._events = Feed()
        self._answers: Answers[Answer] = Answers()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/field/visits", self._take),
            Route(self._stage, "POST", "/field/visits/cancel", self._call_off),
            Route(self._stage, "GET", "/field/events", self._list_events),
            Route(self._stage, "GET", "/field/accesses/{access}", self._test),
        ]

    def _take(self, asked: Asked) -> Answer:
        wanted = asked.read(WantedVisit)
        served = self._exchange.lines.get(wanted.access)
        if served is None or served.plan.kind is not LineKind.FIBRE:
            raise BadRequest(f"access: {wanted.access!r} is not one that can be laid")
        key = f"{wanted.reference} {wanted.visit}"
        return self._answers.once(key, lambda: self._book(wanted))

    def _book(self, wanted: WantedVisit) -> Answer:
        free = list(self._free_slots())
        fits = [slot for slot in free if wanted.opens in (None, slot[0])]
        if not fits:
            return Answer(409, {"error": "slot: it is not free any more"})
        opens, closes = fits[0]
        before = self._visits.get(wanted.reference)
        if before is not None and before.wanted.visit > wanted.visit:
            return Answer(409, {"error": "visit: there is a newer one"})
        visit = self._visits[wanted.reference] = _Visit(wanted, opens, closes)
        names = ("visit", wanted.access, str(wanted.visit))
        comes = opens + self._stage.seconds_between(0, 60, *names, of=wanted.access)
        self._plan(visit, comes, self._knock)
        others = [slot for slot in free if slot != (opens, closes)][:OTHERS_OFFERED]
        return Answer(
            201,
            {
                "visit": wanted.visit,
                "slot": {"opens": opens, "closes": closes},
                "others": [{"opens": a, "closes": b} for a, b in others],
            },
        )

    def _free_slots(self) -> Iterator[tuple[Moment, Moment]]:
        today = local(self._stage.now()).date()
        for days in range(FIRST_WORKING_DAY, FIRST_WORKING_DAY + DAYS_OFFERED):
            day: date = self._stage.hours.working_day_after(today, days)
            yield from ((at(day, opens), at(day, closes)) for opens, closes in SLOTS)

    def _call_off(self, asked: Asked) -> Answer:
        wanted = asked.read(CalledOff)
        visit = self._visits.get(wanted.reference)
        if visit is None or visit.wanted.visit != wanted.visit:
            return not_found("the visit")
        visit.is_over = True
        return Answer(200, {"reference": wanted.reference, "visit": wanted.visit})

    def _list_events(self, asked: Asked) -> Answer:
        return Answer(200, {"events": self._events.after(asked.after())})

    def _test(self, asked: Asked) -> Answer:
        served = self._exchange.lines.get(asked.path["access"])
        if served is None:
            return not_found("the access")
        return Answer(200, {"works": served.is_installed, "at": self._stage.now()})

    def _knock(self, visit: _Visit) -> None:
        """The technician is at the door, or should be."""
        if self._strike(visit, "silent"):
            visit.is_over = True
        elif self._strike(visit, "cancelled"):
            self._end(visit, "cancelled_by_contractor")
        elif fault := self._stage.strike("field", "late", number=visit.wanted.access):
            self._tell(visit, "late")
            self._plan(visit, visit.closes + late_by(fault, LATE_BY), self._work)
        else:
            self._work(visit)

    def _work(self, visit: _Visit) -> None:
        for what, reported in FAILURES.items():
            if self._strike(visit, what):
                self._end(visit, reported)
                return
        wanted = visit.wanted
        names = ("work", wanted.access, str(wanted.visit))
        wait = self._stage.seconds_between(*WORK_MINUTES, *names, of=wanted.access)
        self._plan(visit, self._stage.now() + wait, self._finish)

    def _finish(self, visit: _Visit) -> None:
        if not self._strike(visit, "false_done"):
            self._exchange.lines[visit.wanted.access].is_installed = True  # the donor's stays
            self._exchange.refresh(visit.wanted.access)
        self._end(visit, "done")

    def _strike(self, visit: _Visit, what: str) -> bool:
        return self._stage.strike("field", what, number=visit.wanted.access) is not None

    def _plan(self, visit: _Visit, due: Moment, step: Callable[[_Visit], None]) -> None:
        """Let this happen, unless the visit is called off or another one takes its place."""
        wanted = visit.wanted

        def happen() -> None:
            if self._visits[wanted.reference] is visit and not visit.is_over:
                step(visit)

        self._stage.later(due, f"field {wanted.reference} {wanted.visit}", happen)

    def _end(self, visit: _Visit, outcome: str) -> None:
        visit.is_over = True
        self._tell(visit, outcome)

    def _tell(self, visit: _Visit, outcome: str) -> None:
        self._events.add(
            {
                "at": self._stage.now(),
                "reference": visit.wanted.reference,
                "visit": visit.wanted.visit,
                "outcome": outcome,
            }
        )
        self._stage.changed("field_service")
        self._stage.touch(self._stage.owner_of(visit.wanted.access))
