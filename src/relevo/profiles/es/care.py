"""Spain's care rules: deadlines and ladder from the table, counted on working days."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from relevo.care.model import TroubleKind
from relevo.care.rights import Rung
from relevo.porting.profile import HubKind
from relevo.profiles.es import profile
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
