"""The clock of the clearing house, for one kind of number (all of it data: ``terms.toml``).

The donor answers within so many minutes of opening time and names the first possible date; from
then on the recipient moves the number when it likes. So the window is ours: one that lies after
the last moment of the answer, and in which people are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from relevo.porting.profile import Window
from relevo.profiles.frame import HubFrame
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceHub:
    """The central reference database, as it treats numbers of one kind."""

    frame: HubFrame
    reply_working_minutes: int
    cancel_minutes_before: int

    def opens_at(self, at: Moment) -> Moment:
        return self.frame.talk.next_opening(at)

    def reply_from(self, requested_at: Moment) -> Moment:
        return self.frame.calendar.next_opening(requested_at)

    def reply_due(self, requested_at: Moment) -> Moment:
        return self.frame.calendar.add_working_time(requested_at, self.reply_working_minutes)

    def cancel_until(self, window: Window) -> Moment:
        limit = window.opens - timedelta(minutes=self.cancel_minutes_before)
        return self.frame.calendar.last_closing(limit)
