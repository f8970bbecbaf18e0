"""What a country's law says of complaints; data fill it in (``profiles/<country>/complaint.toml``).

Terms are dated: a law that came into force while a complaint was open does not touch it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from relevo.care.complaint.model import Due, Topic
from relevo.values.calendar import WorkingDays
from relevo.values.moment import Moment


class ComplaintTerms(Protocol):
    """A country's terms, counted on its calendar."""

    def due(self, topic: Topic, at: Moment) -> Due:
        """The clocks of a complaint that can be answered from this moment on."""

    def complete_by(self, at: Moment) -> Moment:
        """Until when he may bring what is missing."""

    def ways_on(self) -> tuple[str, ...]:
        """The bodies to which he can turn next, by their keys."""

    def said(self, way: str, language: str) -> str:
        """What he is told of such a body."""

    def role_when_near(self) -> str:
        """Who looks when a term is near."""

    def local(self, moment: Moment) -> Moment:
        """The same instant as people there read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A span: one of the three is given."""

    working_days: int = 0
    months: int = 0
    minutes: int = 0
    days: int = 0
    since: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTerms:
    """``ComplaintTerms`` of a table."""

    days: WorkingDays
    answers: Mapping[Topic, tuple[Term, ...]]
    latest: Term
    completion: Term
    near_percent: int
    role: str
    ways: Mapping[str, Mapping[str, str]]

    def due(self, topic: Topic, at: Moment) -> Due:
        """Our term is the shortest that holds on the day, and never beyond the last one."""
        latest = self._after(self.latest, at)
        today = self.days.local(at).date()
        holding = [term for term in self.answers.get(topic, ()) if term.since <= today]
        answer = min([self._after(term, at) for term in holding], default=latest)
        answer = min(answer, latest)
        near = at + (answer - at) * self.near_percent / 100
        return Due(near=near, answer=answer, latest=latest)

    def complete_by(self, at: Moment) -> Moment:
        """Until when he may bring what is missing."""
        return self._after(self.completion, at)

    def ways_on(self) -> tuple[str, ...]:
        """The bodies, in the order of the table."""
        return tuple(self.ways)

    def said(self, way: str, language: str) -> str:
        """What he is told of such a body."""
        return self.ways[way][language]

    def role_when_near(self) -> str:
        """Who looks when a term is near."""
        return self.role

    def local(self, moment: Moment) -> Moment:
        """The same instant as people there read it."""
        return self.days.local(moment)

    def _after(self, term: Term, at: Moment) -> Moment:
        """A term of days ends with its last day: at the last minute of it."""
        if term.minutes:
            return at + timedelta(minutes=term.minutes)
        begun = self.days.local(at).date()
        if term.working_days:
            last = self.days.working_day_after(begun, term.working_days)
        elif term.days:
            last = begun + timedelta(days=term.days)
        else:
            last = _months_later(begun, term.months)
        end = self.days.local(at).time().max.replace(second=0, microsecond=0)
        return self.days.at(last, end)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the month's last one."""
    month = day.month - 1 + months
    year, number = day.year + month // 12, month % 12 + 1
    last = (date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, number, min(day.day, last))


def read_terms(table: Mapping[str, Any], days: WorkingDays) -> TableTerms:
    """The terms of a table, counted on these days."""
    return TableTerms(
        days=days,
        answers={Topic(topic): tuple(map(_term, rows)) for topic, rows in table["answer"].items()},
        latest=_term(table["latest"]),
        completion=_term(table["completion"]),
        near_percent=table["near"]["share_percent"],
        role=table["near"]["role"],
        ways={key: {"es": way["es"], "en": way["en"]} for key, way in table["way_on"].items()},
    )


_SPANS = ("working_days", "months", "minutes", "days")


def _term(row: Mapping[str, Any]) -> Term:
    spans = {name: row[name] for name in _SPANS if name in row}
    if len(spans) != 1:
        raise ValueError(f"a term has one of {', '.join(_SPANS)}, this one {sorted(spans)}")
    return Term(since=row.get("valid_from", date.min), **spans)
