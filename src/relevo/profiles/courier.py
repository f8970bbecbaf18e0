"""What the courier promises: when a card is in the customer's hands at the latest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from relevo.values.calendar import Calendar
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierTerms:
    """Terms agreed with a courier; days are working days of its calendar."""

    calendar: Calendar
    hand_over_until: time
    delivered_working_days: int
    delivered_until: time

    def ready_by(self, ordered_at: Moment) -> Moment:
        """When what was ordered then arrives, if all goes well."""
        ordered = self.calendar.local(ordered_at)
        day = self.calendar.working_day_after(ordered.date(), 0)
        if day == ordered.date() and ordered.time() > self.hand_over_until:
            day = self.calendar.working_day_after(day + timedelta(days=1), 0)
        arrives = self.calendar.working_day_after(day, self.delivered_working_days)
        return self.calendar.at(arrives, self.delivered_until)
