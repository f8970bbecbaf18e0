"""Spain's care rules: deadlines and ladder from the table, counted on working days."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from relevo.care.model import TroubleKind
from relevo.care.rights import AnswerTerm, Rung
from relevo.porting.profile import HubKind
from relevo.profiles.es import profile
from relevo.profiles.es.mobile import month_later
from relevo.values.calendar import Calendar, WorkingDays
from relevo.values.ids import draw_between
from relevo.values.moment import Moment

AWAKE = (time(8, 0), time(22, 0))


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of a ladder as the table has it."""

    level: int
    role: str
    after_minutes: int
    working_minutes: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The first update after so many minutes, later ones at these local times."""

    first_minutes: int
    at_night: bool
    later_at: tuple[time, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the law as the table has it: one of the three spans counts."""

    name: str
    kinds: frozenset[str]
    valid_from: date
    minutes: int
    working_days: int
    months: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """So long a level may lie unanswered; above ``levels_max`` the ladder goes by time alone."""

    minutes: int
    working_minutes: int
    levels_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanishCare:
    """Implements ``relevo.care.rights.CareRights``; every figure comes from the table."""

    working: Calendar
    names: tuple[str, ...]
    ahead_minutes: int
    rhythms: Mapping[str, Rhythm]
    urgent_kinds: frozenset[str]
    urgent: tuple[Step, ...]
    slow: tuple[Step, ...]
    broken_level: int
    acknowledged: Acknowledgement
    terms: tuple[Term, ...]

    def owner(self, order: str) -> str:
        """The same owner for the same order, whoever is asked and whenever."""
        return self.names[draw_between(0, len(self.names) - 1, "care.owner", order)]

    def next_update_due(self, kind: TroubleKind, at: Moment, told: int) -> Moment | None:
        """The first within its minutes (at night only if it must be), later ones at set times."""
        rhythm = self.rhythms.get(str(kind))
        if rhythm is None:
            return None
        if told:
            return self._later(rhythm, at)
        due = at + timedelta(minutes=rhythm.first_minutes)
        clock = self.working.local(due).time()
        if rhythm.at_night or AWAKE[0] <= clock < AWAKE[1]:
            return due
        return self._later(rhythm, at)

    def _later(self, rhythm: Rhythm, at: Moment) -> Moment:
        earliest = at + timedelta(minutes=3 * self.ahead_minutes)
        day = self.working.local(at).date()
        moments = [
            self.working.at(day + timedelta(days=ahead), clock)
            for ahead in range(3)
            for clock in rhythm.later_at
        ]
        return min(moment for moment in moments if moment >= earliest)

    def say_ahead_minutes(self) -> int:
        """So long before an update is due it is written."""
        return self.ahead_minutes

    def rungs(self, kind: TroubleKind, since: Moment) -> tuple[Rung, ...]:
        """The ladder for this trouble; working minutes count opening hours only."""
        steps = self.urgent if str(kind) in self.urgent_kinds else self.slow
        return tuple(
            Rung(level=step.level, role=step.role, due=self._due(step, since)) for step in steps
        )

    def _due(self, step: Step, since: Moment) -> Moment:
        if step.working_minutes:
            return self.working.add_working_time(since, step.working_minutes)
        return since + timedelta(minutes=step.after_minutes)

    def acknowledge_due(
        self, kinds: frozenset[TroubleKind], level: int, escalated_at: Moment
    ) -> Moment | None:
        """By the clock while a number is dead, in opening hours for everything else."""
        if level >= self.acknowledged.levels_max:
            return None
        if any(str(kind) in self.urgent_kinds for kind in kinds):
            return escalated_at + timedelta(minutes=self.acknowledged.minutes)
        return self.working.add_working_time(escalated_at, self.acknowledged.working_minutes)

    def answers(self, kind: TroubleKind, since: Moment) -> tuple[AnswerTerm, ...]:
        """The terms that were in force when it began."""
        day = self.working.local(since).date()
        found = [
            AnswerTerm(name=term.name, due=self._ends(term, since), source=term.source)
            for term in self.terms
            if str(kind) in term.kinds and term.valid_from <= day
        ]
        return tuple(sorted(found, key=lambda each: each.due))

    def _ends(self, term: Term, since: Moment) -> Moment:
        """Terms of minutes end to the minute, those of days and months with their last day."""
        if term.minutes:
            return since + timedelta(minutes=term.minutes)
        day = self.working.local(since).date()
        if term.working_days:
            last = self.working.working_day_after(day, term.working_days)
        else:
            last = month_later(day, term.months)
        return self.working.at(last + timedelta(days=1), time(0))

    def broken_promise_level(self) -> int:
        """Where a broken promise goes at once."""
        return self.broken_level

    def role(self, level: int) -> str:
        """Whose turn it is at a level of the urgent ladder."""
        return next((step.role for step in self.urgent if step.level == level), "duty_manager")


@cache
def rights() -> SpanishCare:
    """The care rules in force, on the working days of the mobile hub."""
    return care(profile()[-1].rules.calendar(HubKind.MOBILE))


@cache
def care(days: WorkingDays) -> SpanishCare:
    """The care rules, counted on these working days."""
    table = tomllib.loads(files(__package__).joinpath("care.toml").read_text("utf-8"))
    urgent, slow = table["ladder"]["urgent"], table["ladder"]["slow"]
    opens, closes = (time.fromisoformat(clock) for clock in urgent["working_hours"])
    hours = tuple(() if weekday in days.weekend else ((opens, closes),) for weekday in range(7))
    return SpanishCare(
        working=Calendar(zone=days.zone, weekend=days.weekend, holidays=days.holidays, hours=hours),
        names=tuple(table["roster"]["names"]),
        ahead_minutes=table["say_ahead_minutes"],
        rhythms={
            kind: _rhythm(entry, table["later_updates"]["at"])
            for kind, entry in table["next_update"].items()
        },
        urgent_kinds=frozenset(urgent["kinds"]),
        urgent=_steps(urgent),
        slow=_steps(slow),
        broken_level=table["broken_promise"]["level"],
        acknowledged=Acknowledgement(
            minutes=table["acknowledgement"]["minutes"],
            working_minutes=table["acknowledgement"]["working_minutes"],
            levels_max=table["acknowledgement"]["levels_max"],
        ),
        terms=tuple(_term(name, entry) for name, entry in table["answer"].items()),
    )


def _term(name: str, entry: dict[str, Any]) -> Term:
    return Term(
        name=name,
        kinds=frozenset(entry["kinds"]),
        valid_from=entry["valid_from"],
        minutes=entry.get("minutes", 0),
        working_days=entry.get("working_days", 0),
        months=entry.get("months", 0),
        source=entry["source"],
    )


def _rhythm(entry: dict[str, Any], later_at: Sequence[str]) -> Rhythm:
    clocks = entry.get("later_at", later_at)
    return Rhythm(
        first_minutes=entry["first_minutes"],
        at_night=entry.get("at_night", False),
        later_at=tuple(time.fromisoformat(clock) for clock in clocks),
    )


def _steps(ladder: dict[str, Any]) -> tuple[Step, ...]:
    return tuple(
        Step(
            level=rung["level"],
            role=rung["role"],
            after_minutes=rung.get("after_minutes", 0),
            working_minutes=rung.get("working_minutes", 0),
        )
        for rung in ladder["rungs"]
    )
