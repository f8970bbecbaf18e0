"""How often a line is looked at and how long an answer is waited for.

Looking is cheap (one request for all lines that are due), so the rhythm follows how much depends
on the next look: a number in doubt is looked at within the minute, one that works three times an
hour, so that whoever is hit by an outage can be told within half an hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from relevo.activation.activation.messages import ArmWatch
from relevo.engine.process import Timer
from relevo.values.moment import Moment

AT_DONOR_MINUTES = 15
IN_DOUBT_MINUTES = 1
DEAD_MINUTES = 5
NO_CARD_MINUTES = 15  # nothing can be proven yet, and the registry tells of the card
PROVING_MINUTES = 5
LIVE_MINUTES = 20

DOUBT_LASTS = timedelta(minutes=20)
"""A second look that comes later than this is a first look."""

GRACE = timedelta(minutes=10)
"""A gap of this length after the change-over is the change-over."""

ANSWER_WITHIN = timedelta(minutes=5)
RECORD_MINUTES = 360
"""The record of a line that calls do not prove yet. All lines of an order are read at one tick:
each for itself would cost an order four times as many transactions."""
RECORD_REST = timedelta(hours=18)
"""A record that was found well, of a number that does not move within a day, is read once a day:
what is lost meanwhile is put again long before anybody needs it."""
MOVES_SOON = timedelta(hours=24)
PROOF_WITHIN = timedelta(hours=24)
PROOF_REMINDERS_MAX = 14

LIVE_WATCH = timedelta(days=7)
DONOR_WATCH = timedelta(days=90)
"""Longer than any order may take (30 days to a chosen window, and some new dates)."""

_BACKOFF_MINUTES = (1, 2, 4, 8)
QUICK_ATTEMPTS = len(_BACKOFF_MINUTES) + 1
ATTEMPTS_MAX = QUICK_ATTEMPTS + 48
_SLOW = timedelta(hours=1)


def retry_at(attempt: int, at: Moment) -> Moment | None:
    """When to try again after this failed attempt; None when it was the last one."""
    if attempt >= ATTEMPTS_MAX:
        return None
    if attempt >= QUICK_ATTEMPTS:
        return at + _SLOW
    return at + timedelta(minutes=_BACKOFF_MINUTES[max(attempt, 1) - 1])


def look(subject: str, minutes: int) -> tuple[ArmWatch]:
    """Look at the line in this rhythm from now on; the next look is told whatever it sees."""
    return (ArmWatch(subject=subject, every_minutes=minutes),)


def look_for_proof(subject: str, *, has_phone: bool) -> tuple[ArmWatch]:
    """Look at a line of ours on which something is still to be proven."""
    return look(subject, PROVING_MINUTES if has_phone else NO_CARD_MINUTES)


def next_record(at: Moment, *, moves_at: Moment | None, is_held: bool) -> Moment:
    """When a record is read again that has just been read. ``is_held``: it waits for its move,
    which begins at ``moves_at``, None where no day is agreed yet."""
    tick = next_tick(at, RECORD_MINUTES)
    is_far = moves_at is None or moves_at - at > MOVES_SOON + RECORD_REST
    return tick + RECORD_REST if is_held and is_far else tick


def on(name: str, due: Moment | None) -> Timer:
    """Arm a timer, or disarm it."""
    return Timer(name=name, due=due)


def next_tick(at: Moment, every_minutes: int) -> Moment:
    """The next moment at which lines of this rhythm are looked at, all of them together.

    Ticks are multiples of the rhythm since 1970, so that one request does for every order.
    """
    return last_tick(at, every_minutes) + timedelta(minutes=every_minutes)


def last_tick(at: Moment, every_minutes: int) -> Moment:
    """The tick that is just there, or was the last one."""
    span = every_minutes * 60
    return datetime.fromtimestamp(int(at.timestamp()) // span * span, UTC)
