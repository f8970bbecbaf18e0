"""The fixed hub's clock (facts/porting-es.md, 5.2; most of it inferred, all of it data).

The donor answers within so many minutes of opening time; numbers move in a daytime window; a
request can be cancelled until 24 hours before, or until the hub last shut when it is shut then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relevo.porting.profile import Window
from relevo.profiles.frame import HubFrame
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedHub:
    """The *Entidad de Referencia*."""

    frame: HubFrame
    reply_working_minutes: int
    cancel_hours_before: int

    def opens_at(self, at: Moment) -> Moment:
        return self.frame.talk.next_opening(at)

    def reply_due(self, requested_at: Moment) -> Moment:
        return self.frame.calendar.add_working_time(requested_at, self.reply_working_minutes)

    def cancel_until(self, window: Window) -> Moment:
        limit = window.opens - timedelta(hours=self.cancel_hours_before)
        return self.frame.calendar.last_closing(limit)
