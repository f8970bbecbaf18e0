"""The fixed hub's clock (facts/porting-es.md, 5.2; most of it inferred, all of it data).

The donor answers within so many minutes of opening time; numbers move in a daytime window; a
request can be cancelled until 24 hours before, or until the hub last shut when it is shut then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from relevo.porting.profile import Awaited, HubConduct, Silence, Window
from relevo.profiles.es.terms import Terms, TermsFault
from relevo.profiles.frame import HubFrame
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedHub:
    """The *Entidad de Referencia*."""

    conduct: ClassVar[HubConduct] = HubConduct(
        ends_silence=False, checks_at_once=False, moves_numbers=True
    )
    frame: HubFrame
    reply_working_minutes: int
    cancel_hours_before: int
    silences: Mapping[Awaited, Silence]
    denials: frozenset[str]
    """The causes that a denial of a request of ours may have; any other is not understood."""

    def opens_at(self, at: Moment) -> Moment:
        return self.frame.talk.next_opening(at)

    def reply_from(self, requested_at: Moment) -> Moment:
        return self.frame.calendar.next_opening(requested_at)

    def reply_due(self, requested_at: Moment) -> Moment:
        return self.frame.calendar.add_working_time(requested_at, self.reply_working_minutes)

    def cancel_until(self, window: Window) -> Moment:
        limit = window.opens - timedelta(hours=self.cancel_hours_before)
        return self.frame.calendar.last_closing(limit)


def silences_of(terms: Terms, hub: str) -> Mapping[Awaited, Silence]:
    """What follows from each silence at a hub: after the minimum we look, after the maximum it is
    somebody's task (the expired processes and alarms of 5.2)."""
    return {
        awaited: Silence(
            look_minutes=terms.number(f"{hub}.silence_{awaited}_minutes_min"),
            alarm_minutes=terms.number(f"{hub}.silence_{awaited}_minutes_max"),
        )
        for awaited in Awaited
    }


def denials_of(rows: Iterable[Mapping[str, str]], relation: str) -> frozenset[str]:
    """The set of causes for requests in this relation (5.3). Raises TermsFault."""
    codes = frozenset(row["code"] for row in rows if row["relation"] == relation)
    if not codes:
        raise TermsFault(f"fixed.relation is {relation!r}; fixed_denials.csv has no such set")
    return codes
