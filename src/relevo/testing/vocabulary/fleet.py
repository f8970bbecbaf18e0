"""What may happen to a fleet: served, some seen to work, all, one lost again, nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.activation.fleet.messages import FleetProbed, Lack, ServeFleet
from relevo.activation.fleet.model import Fleet, FleetLine
from relevo.activation.ladder import Capability
from relevo.engine.process import EffectParked, TimerFired
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DAY,
    ESIM_CARD,
    MAIN_NUMBER,
    MINUTE,
    SECOND_NUMBER,
)
from relevo.values.moment import Moment

LINES = (
    FleetLine(number=MAIN_NUMBER, iccid=CARD),
    FleetLine(number=SECOND_NUMBER, iccid=ESIM_CARD),
)


def fleet_words(fleet: Fleet) -> Iterator[tuple[object, Moment]]:
    """One after the other, all at once, and what stops working."""
    for lines in (LINES, LINES[:1], ()):
        yield ServeFleet(lines=lines, at=AT), AT + MINUTE
    later = AT + 2 * MINUTE
    for works in ((), (MAIN_NUMBER,), (SECOND_NUMBER,), (MAIN_NUMBER, SECOND_NUMBER)):
        yield FleetProbed(works=works, lacks=(), at=later), later
    for is_dead in (True, False):
        lack = Lack(number=SECOND_NUMBER, missing=(Capability.CALLS_IN,), is_dead=is_dead)
        yield FleetProbed(works=(), lacks=(lack,), at=later), later
    for name in ("probe_due", "reminder_due"):
        yield TimerFired(name=name), later
        yield TimerFired(name=name), AT + 9 * DAY
    for name in ("put_fleet", "probe_fleet"):
        yield EffectParked(effect_id="e", effect=f"activation.{name}", reason="away"), later
