"""From the donor's yes to the move: the window, the hub's queue, and what it announces.

A hub may put a request into a queue and name the day on which it deals with it; then the limit of
the answer moves, and the window with it when it would come too soon. A hub may also tell everybody
beforehand when a number moves (porting-es 5.1, CP): until then it is not moved, and can still be
rejected (RP).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from relevo.engine.process import NOTHING, Decision, Timer
from relevo.porting.port_in.messages import (
    CancellationMissed,
    PortInAnnounced,
    PortInCompleted,
    PortInConfirmed,
    PortInQueuedAtHub,
    PortStateSeen,
    Witness,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInPhase, Standing
from relevo.porting.port_in.timing import (
    REPLY_DUE,
    WINDOW_GRACE,
    WINDOW_OPENS,
    disarmed,
    look_at,
)
from relevo.porting.profile import Awaited, PortingProfile, Window
from relevo.values.moment import Moment

CLOCKS_APART_MAX = timedelta(minutes=5)
"""A hub's clock may be ahead of ours; what lies further ahead has not happened yet."""


def queued_at_hub(
    rules: PortingProfile, port: PortIn, asked: Asked, expected_on: date | None
) -> Decision:
    """It lies in the hub's queue until that day; from then on the donor's time counts."""
    standing = port.standing
    if expected_on is None or expected_on == port.expected_on or standing is None:
        return NOTHING
    if port.phase is not PortInPhase.REQUESTED:
        return NOTHING  # the donor has answered since, or we want it back
    begins = rules.opens_at(asked.hub, rules.calendar(asked.hub).at(expected_on, time()))
    reply_due = max(standing.reply_due, rules.reply_due(asked.hub, begins))
    earliest = rules.default_window(asked.hub, begins)
    window = standing.window if standing.window.opens >= earliest.opens else earliest
    queued = PortInQueuedAtHub(
        number=asked.number,
        expected_on=expected_on,
        window=window,
        reply_due=reply_due,
        cancel_until=_cancel_until(rules, asked, standing, window),
    )
    return Decision(
        facts=(queued,),
        timers=(
            Timer(
                name=REPLY_DUE,
                due=look_at(rules, asked.hub, Awaited.QUEUE, reply_due, asked.contract_code),
            ),
            Timer(name=WINDOW_OPENS, due=window.opens + WINDOW_GRACE),
        ),
    )


def confirmed(
    rules: PortingProfile,
    port: PortIn,
    asked: Asked,
    standing: Standing,
    message: PortStateSeen,
) -> Decision:
    """The donor says yes, and in which window."""
    window = message.window or standing.window
    if message.not_before is not None and window.opens < message.not_before:
        window = _window_from(rules, asked, message.not_before)
    if port.is_confirmed and window == standing.window:
        return NOTHING
    fact = PortInConfirmed(
        number=asked.number,
        reference=standing.reference,
        window=window,  # it may have moved: the one at the confirmation counts (porting-es 6.1)
        cancel_until=_cancel_until(rules, asked, standing, window),
        witness=message.witness,
    )
    opens = Timer(name=WINDOW_OPENS, due=window.opens + WINDOW_GRACE)
    return Decision(facts=(fact,), timers=(opens, *disarmed(REPLY_DUE)))


def _window_from(rules: PortingProfile, asked: Asked, first: Moment) -> Window:
    """The first window that does not open before this moment."""
    calendar = rules.calendar(asked.hub)
    day = calendar.local(first).date()
    window = rules.window_on(asked.hub, day)
    if window.opens >= first:
        return window
    return rules.window_on(asked.hub, calendar.working_day_after(day))


def announced(
    rules: PortingProfile, port: PortIn, asked: Asked, message: PortStateSeen
) -> Decision:
    """The hub says when it will move. Whoever is told so has been confirmed, too."""
    standing = port.standing
    if standing is None or port.announced_at == message.at:
        return NOTHING
    fact = PortInAnnounced(number=asked.number, at=message.at)
    moves = Timer(name=WINDOW_OPENS, due=message.at + WINDOW_GRACE)
    if port.phase is PortInPhase.CANCELLING:  # the cancellation may still be taken
        return Decision(facts=(fact,), timers=(moves,))
    first = confirmed(
        rules, port, asked, standing, replace(message, window=_window_at(standing, message.at))
    )
    return joined(first, Decision(facts=(fact,), timers=(moves,)))


def when_announced(port: PortIn, asked: Asked, announced_at: Moment, at: Moment) -> Decision:
    """The moment that the hub had named; it says nothing more when it has come."""
    if announced_at > at:
        return Decision(timers=(Timer(name=WINDOW_OPENS, due=announced_at + WINDOW_GRACE),))
    return completed(port, asked, Witness.MAILBOX, announced_at)


def completed(port: PortIn, asked: Asked, witness: Witness, moved_at: Moment) -> Decision:
    """The number is ours."""
    facts: tuple[Any, ...] = ()
    if port.phase is PortInPhase.CANCELLING:
        late = CancellationMissed(number=asked.number, why=port.cancel_why, code="ported")
        facts = (late,)
    fact = PortInCompleted(
        number=asked.number,
        donor=asked.donor,
        recipient=asked.recipient,
        at=moved_at,
        witness=witness,
    )
    return Decision(facts=(*facts, fact))


def joined(first: Decision, then: Decision) -> Decision:
    """Both, one after the other; a timer is where the second puts it."""
    named = {timer.name: timer for timer in (*first.timers, *then.timers)}
    return Decision(
        facts=(*first.facts, *then.facts),
        effects=(*first.effects, *then.effects),
        timers=tuple(named.values()),
    )


def _window_at(standing: Standing, moves_at: Moment) -> Window:
    """The known window when the number moves in it, else one as long that begins then."""
    known = standing.window
    if known.opens <= moves_at < known.closes:
        return known
    return Window(opens=moves_at, closes=moves_at + (known.closes - known.opens))


def _cancel_until(
    rules: PortingProfile, asked: Asked, standing: Standing, window: Window
) -> Moment:
    if window == standing.window:
        return standing.cancel_until
    return rules.cancel_until(asked.hub, window)
