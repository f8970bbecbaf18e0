"""The timers of a port-out: when we answer, when we shout, and how often we look.

Our own answer is due long before the hub's limit. Silence there is a rejection in our name
(porting-es 3.5), so that whatever keeps the answer from the hub is an alarm while there is time.
"""

from __future__ import annotations

from datetime import timedelta

from relevo.engine.process import Timer
from relevo.porting.port_out.model import Asked
from relevo.porting.profile import PortingProfile
from relevo.values.ids import draw_between
from relevo.values.moment import Moment, Span

ANSWER_DUE = "answer_due"
RETRY = "retry"
ALARM = "alarm"
REPLY_OVER = "reply_over"
WINDOW_OPENS = "window_opens"
SERVICE_DUE = "service_due"
UNDO_ENDS = "undo_ends"
TIMERS = frozenset({ANSWER_DUE, RETRY, ALARM, REPLY_OVER, WINDOW_OPENS, SERVICE_DUE, UNDO_ENDS})

REPLY_GRACE = timedelta(minutes=2)
WINDOW_GRACE = timedelta(seconds=15)
SERVICE_LOOK = timedelta(minutes=1)
SERVICE_LOOK_AGAIN = timedelta(minutes=10)
SERVICE_ALARM = timedelta(hours=1)
"""A network that does not do what it was told for so long is somebody's task."""

_SHORTEST = timedelta(seconds=30)
_TRIES_LEFT = 6
"""Near the limit the tries become denser: so many fit into what is left."""


def answer_at(rules: PortingProfile, asked: Asked, at: Moment) -> Moment:
    """When we answer: soon after the reply window opens, spread by reference, the hub open.

    A number that we have agreed to give back is answered as the window opens.
    """
    terms = rules.donor(asked.hub)
    if asked.is_admitted:
        return rules.opens_at(asked.hub, max(at, asked.answer_from))
    spread_s = draw_between(0, terms.answer_within_minutes * 60, asked.reference, "answer")
    begins = asked.answer_from + timedelta(minutes=terms.answer_after_minutes)
    due = rules.opens_at(asked.hub, max(at, begins + timedelta(seconds=spread_s)))
    return due if due < asked.answer_until else max(at, asked.answer_from)


def next_alarm(rules: PortingProfile, asked: Asked, at: Moment) -> Moment | None:
    """The next moment at which a missing answer is an alarm; None when the limit is over."""
    terms = rules.donor(asked.hub)
    room = asked.answer_until - asked.answer_from
    moments = sorted(
        (
            asked.answer_from + room * terms.alarm_share_percent / 100,
            asked.answer_until - timedelta(minutes=terms.alarm_before_minutes),
        )
    )
    later = [moment for moment in moments if moment > at]
    if later:
        return later[0]
    left = asked.answer_until - at
    return at + left / 2 if left > 2 * _SHORTEST else None


def plan_void_at(rules: PortingProfile, asked: Asked, at: Moment) -> Moment:
    """Until when a plan of force majeure holds the answer back; made late, half of what is left."""
    before = timedelta(minutes=rules.donor(asked.hub).hold_answer_before_minutes)
    return max(asked.answer_until - before, at + (asked.answer_until - at) / 2)


def retry_at(rules: PortingProfile, asked: Asked, at: Moment) -> Moment:
    """When to bring an answer again that the hub did not take for a passing reason."""
    pause: Span = timedelta(minutes=rules.donor(asked.hub).retry_minutes)
    left = asked.answer_until - at
    if left > timedelta(0):
        pause = max(min(pause, left / _TRIES_LEFT), _SHORTEST)
    again = rules.opens_at(asked.hub, at + pause)
    return again if again < asked.answer_until else at + pause


def waiting_timers(rules: PortingProfile, asked: Asked, at: Moment) -> tuple[Timer, ...]:
    """What to wait for until the hub has our answer."""
    return (
        Timer(name=ANSWER_DUE, due=answer_at(rules, asked, at)),
        Timer(name=ALARM, due=next_alarm(rules, asked, at)),
        Timer(name=REPLY_OVER, due=asked.answer_until + REPLY_GRACE),
    )


def disarmed(*names: str) -> tuple[Timer, ...]:
    """These timers, disarmed."""
    return tuple(Timer(name=name, due=None) for name in names)
