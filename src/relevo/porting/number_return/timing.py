"""The timers of a number that goes back."""

from __future__ import annotations

from datetime import time, timedelta

from relevo.engine.process import Timer
from relevo.porting.number_return.model import Matter
from relevo.porting.profile import PortingProfile, Window
from relevo.values.moment import Moment

SEND_DUE = "send_due"
LOOK_DUE = "look_due"
SERVICE_DUE = "service_due"
BOOKS_DUE = "books_due"
TIMERS = frozenset({SEND_DUE, LOOK_DUE, SERVICE_DUE, BOOKS_DUE})

GRACE = timedelta(minutes=15)  # the hub needs a moment after the window opens
LATE_AFTER = timedelta(days=2)  # two daily files, and nobody has seen it go back
SERVICE_LOOK = timedelta(minutes=1)
SERVICE_LOOK_AGAIN = timedelta(minutes=10)
BOOKS_AGAIN = timedelta(days=1)


def send(rules: PortingProfile, matter: Matter, at: Moment) -> Timer:
    """As soon as the hub is open for us."""
    return Timer(name=SEND_DUE, due=rules.opens_at(matter.hub, at))


def send_tomorrow(rules: PortingProfile, matter: Matter, at: Moment) -> Timer:
    """When what stands in the way today may be gone."""
    return Timer(name=SEND_DUE, due=tomorrow(rules, matter, at))


def look(rules: PortingProfile, matter: Matter, window: Window | None, at: Moment) -> Timer:
    """When the window opens; after that once a working day. Until then the daily file tells."""
    opened = window.opens + GRACE if window else at
    return Timer(name=LOOK_DUE, due=opened if opened > at else tomorrow(rules, matter, at))


def tomorrow(rules: PortingProfile, matter: Matter, at: Moment) -> Moment:
    """The opening of the next working day."""
    calendar = rules.calendar(matter.hub)
    day = calendar.working_day_after(calendar.local(at).date())
    return rules.opens_at(matter.hub, calendar.at(day, time()))


def off(*names: str) -> tuple[Timer, ...]:
    return tuple(Timer(name=name, due=None) for name in names)
