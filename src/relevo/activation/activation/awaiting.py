"""Waiting for the move: until then a short gap alarms nobody; one called off is forgotten, and what
has moved on to somebody else is let go."""

from __future__ import annotations

from relevo.activation.activation import rhythm
from relevo.activation.activation.messages import (
    ActivateLine,
    DisarmWatch,
    MoveAwaited,
    MoveCalledOff,
    WatchEnded,
)
from relevo.activation.activation.model import Activation
from relevo.engine.process import (
    NOTHING,
    Decision,
    Timer,
)
from relevo.values.moment import Moment


def await_move(state: Activation, *, opens: Moment, closes: Moment, at: Moment) -> Decision:
    if (opens, closes) == (state.move_opens, state.move_closes):
        return NOTHING
    awaited = MoveAwaited(
        subject=state.subject,
        line=state.line,
        iccid=state.iccid,
        opens=opens,
        closes=closes,
        activates=False,
    )
    timers: tuple[Timer, ...] = (
        rhythm.on("move_due", None),
        rhythm.on("window_opens", opens),
        rhythm.on("grace_ends", closes),
    )
    if state.held == "reserved":  # it may move sooner than its record was to be read again
        timers = (*timers, rhythm.on("record_check", rhythm.next_tick(at, rhythm.RECORD_MINUTES)))
    return Decision(facts=(awaited,), timers=timers)


def call_off(state: Activation, at: Moment) -> Decision:
    if state.move_opens is None:
        return NOTHING
    off = MoveCalledOff(subject=state.subject, line=state.line)
    looked_closely = state.outage is None and at >= state.move_opens
    look = rhythm.look(state.subject, rhythm.AT_DONOR_MINUTES) if looked_closely else ()
    timers = tuple(rhythm.on(name, None) for name in ("move_due", "window_opens", "grace_ends"))
    return Decision(facts=(off,), effects=look, timers=timers)


def await_activation(state: Activation, message: ActivateLine) -> Decision:
    awaited = MoveAwaited(
        subject=state.subject,
        line=state.line,
        iccid=message.iccid or state.iccid,
        opens=message.at,
        closes=message.at + rhythm.GRACE,
        activates=True,
    )
    return Decision(facts=(awaited,), timers=(rhythm.on("move_due", message.at),))


def held(state: Activation, holder: str) -> Decision:
    """Another operator has asked for it and got it: its silence here is no outage, and our network
    stopped it by intent."""
    if holder == state.recipient:
        return NOTHING
    ended = WatchEnded(subject=state.subject, line=state.line, why="ported_out")
    return Decision(facts=(ended,), effects=(DisarmWatch(subject=state.subject),))
