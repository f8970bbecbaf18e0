"""When people may be disturbed: 08:00 to 22:00 of their own time, but for a dead number."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from relevo.values.moment import Moment

FROM = time(8, 0)
UNTIL = time(22, 0)


def may_disturb(at: Moment, zone: str) -> bool:
    """Whether an SMS may ring now."""
    return FROM <= at.astimezone(ZoneInfo(zone)).time() < UNTIL


def next_waking(at: Moment, zone: str) -> Moment:
    """The moment itself, or the next morning when it lies in the night."""
    if may_disturb(at, zone):
        return at
    here = at.astimezone(ZoneInfo(zone))
    day = here.date() if here.time() < FROM else here.date() + timedelta(days=1)
    return datetime.combine(day, FROM, tzinfo=ZoneInfo(zone)).astimezone(UTC)
