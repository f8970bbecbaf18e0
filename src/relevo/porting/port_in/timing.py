"""The timers of a port-in, and how often we look again when the others are silent.

The hub tells us through three witnesses and any of them may fail, so that every wait ends in a
look of our own. The looks become rarer; after the last one it is a person's task.
"""

from __future__ import annotations

from datetime import timedelta

from relevo.engine.process import Timer
from relevo.porting.port_in.model import Standing
from relevo.porting.profile import Awaited, HubKind, PortingProfile
from relevo.values.ids import draw_between
from relevo.values.moment import Moment, Span

HUB_OPENS = "hub_opens"
RETRY = "retry"
ANSWER_DUE = "answer_due"
REPLY_DUE = "reply_due"
CANCEL_DEADLINE = "cancel_deadline"
WINDOW_OPENS = "window_opens"
TIMERS = frozenset({HUB_OPENS, RETRY, ANSWER_DUE, REPLY_DUE, CANCEL_DEADLINE, WINDOW_OPENS})

REPLY_GRACE = timedelta(minutes=2)
"""After the donor's limit: its silence is a rejection by then, and the notice may be lost."""

WINDOW_GRACE = timedelta(seconds=15)
"""After the window's opening: the mailbox does not tell of a number that moved (porting-es 3.4)."""

ANSWER_LIMIT = timedelta(hours=12)
"""A sent request whose performer is still silent then is sent again; the hub knows doubles."""

CANCELLATION_LOOK = timedelta(minutes=30)
CANCELLATION_GRACE = timedelta(hours=1)
"""After the regulator's deadline a cancellation without an answer counts as missed."""

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_LOOKS: tuple[tuple[Span, Span], ...] = (
    (10 * _MINUTE, _MINUTE),
    (_HOUR, 5 * _MINUTE),
    (6 * _HOUR, 30 * _MINUTE),
    (3 * _DAY, 2 * _HOUR),
    (30 * _DAY, _DAY),
)


LOOKS_ALARM = 6 * _HOUR
"""Silence for longer than this is somebody's task, while we go on looking."""


def look_at(
    rules: PortingProfile, hub: HubKind, awaited: Awaited, due: Moment, name: str = ""
) -> Moment:
    """When to look for a word that was due then: by now it is said, and the notice may be lost.

    All limits of a slot are the same second. So the hub is left alone in its pause around the
    change of slot, and the looks are spread by the names of the requests (porting-es 3.5, 3.10).
    """
    look = due + timedelta(minutes=rules.silence(hub, awaited).look_minutes)
    opens, local = rules.opens_at(hub, look), rules.calendar(hub).local
    look = opens if local(opens).date() == local(look).date() else look  # at night it is asked
    spread_s = rules.recipient(hub).look_spread_minutes * 60
    return look + timedelta(seconds=draw_between(0, spread_s, "look", name) if name else 0)


def is_alarming(
    rules: PortingProfile, hub: HubKind, awaited: Awaited, due: Moment, at: Moment
) -> bool:
    """Whether the silence is somebody's task by now, while we go on looking."""
    return at - due > timedelta(minutes=rules.silence(hub, awaited).alarm_minutes)


def next_look(since: Moment, at: Moment) -> Moment | None:
    """When to look again for what ought to be there ``since``; None when it is enough."""
    silent_for = at - since
    for limit, pause in _LOOKS:
        if silent_for < limit:
            return at + pause
    return None


def standing_timers(standing: Standing, look_at: Moment | None = None) -> tuple[Timer, ...]:
    """What to wait for once the hub has the request."""
    return (
        *disarmed(HUB_OPENS, RETRY, ANSWER_DUE),
        Timer(name=REPLY_DUE, due=look_at or standing.reply_due + REPLY_GRACE),
        Timer(name=WINDOW_OPENS, due=standing.window.opens + WINDOW_GRACE),
    )


def disarmed(*names: str) -> tuple[Timer, ...]:
    """These timers, disarmed."""
    return tuple(Timer(name=name, due=None) for name in names)
