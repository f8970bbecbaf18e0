"""The timers of a recovery, and which of the desk's times are possible."""

from __future__ import annotations

from datetime import timedelta

from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.recovery.model import Cut, Recovery
from relevo.values.moment import Moment

ANSWER_DUE = "answer_due"
PROMISED_BY = "promised_by"
PROOF_DUE = "proof_due"
SETTLE_DUE = "settle_due"
HOLD_ENDS = "hold_ends"
TIMERS = frozenset({ANSWER_DUE, PROMISED_BY, PROOF_DUE, SETTLE_DUE, HOLD_ENDS})

ANSWER_WORKING_MINUTES = 120  # desks answer within 90 minutes of their hours
CHASE_QUICKLY_MAX = 4  # asked so often, the desk is asked once a working day until the hold ends
CHASE_SLOWLY_WORKING_MINUTES = 720
LEVEL_MAX = 5
"""The ladder has five levels (rights-care 3.5); above the last there is nobody to go to."""

UNNAMED_PROMISE_WORKING_MINUTES = 360
PROMISE_GRACE = timedelta(minutes=15)
PROOF_LIMIT = timedelta(minutes=45)  # three rounds of the watch
SETTLE_WORKING_MINUTES = 120


def working(rules: PortingProfile, at: Moment, minutes: int) -> Moment:
    """Desks keep the hours of the hub."""
    return rules.calendar(HubKind.MOBILE).add_working_time(at, minutes)


def patience(recovery: Recovery, attempt: int) -> int:
    """How many working minutes a letter is waited for: hours first, then a working day."""
    quickly = attempt <= CHASE_QUICKLY_MAX and recovery.level < LEVEL_MAX
    return ANSWER_WORKING_MINUTES if quickly else CHASE_SLOWLY_WORKING_MINUTES


def dead_from(recovery: Recovery, cut: Cut) -> Moment:
    return recovery.ceased_at or cut.last_good_at


def possible_cease(cut: Cut, said: Moment | None) -> Moment | None:
    """The desk's time, unless a probe reached the number after it or missed it before."""
    if said is None or said < cut.last_good_at:
        return None
    return None if cut.noticed_at is not None and said > cut.noticed_at else said


def possible_return(recovery: Recovery, said: Moment | None, latest: Moment) -> Moment | None:
    """The desk's time of the return, unless it lies before the cut or after the proof."""
    since = recovery.dead_from
    if said is None or since is None:
        return None
    return said if since <= said <= latest else None
