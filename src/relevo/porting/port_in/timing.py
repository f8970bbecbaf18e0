"""The timers of a port-in, and how often we look again when the others are silent.

The hub tells us through three witnesses and any of them may fail, so that every wait ends in a
look of our own. The looks become rarer; after the last one it is a person's task.
"""

from __future__ import annotations

from datetime import timedelta

from relevo.engine.process import Timer
from relevo.porting.port_in.model import Standing
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


def next_look(since: Moment, at: Moment) -> Moment | None:
    """When to look again for what ought to be there ``since``; None when it is enough."""
    silent_for = at - since
    for limit, pause in _LOOKS:
        if silent_for < limit:
            return at + pause
    return None


def standing_timers(standing: Standing) -> tuple[Timer, ...]:
    """What to wait for once the hub has the request."""
    return (
        *disarmed(HUB_OPENS, RETRY, ANSWER_DUE),
        Timer(name=REPLY_DUE, due=standing.reply_due + REPLY_GRACE),
        Timer(name=WINDOW_OPENS, due=standing.window.opens + WINDOW_GRACE),
    )


def disarmed(*names: str) -> tuple[Timer, ...]:
    """These timers, disarmed."""
    return tuple(Timer(name=name, due=None) for name in names)
