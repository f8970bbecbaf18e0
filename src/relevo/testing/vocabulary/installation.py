"""What may happen to an installation: booked, moved, late, failed in every way, tested, stopped."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.activation.installation.decider import TIMERS
from relevo.activation.installation.messages import (
    AccessTested,
    ChooseVisitSlot,
    InstallAccess,
    StopInstallation,
    VisitBooked,
    VisitDeclined,
    VisitSeen,
)
from relevo.activation.installation.model import Installation, Outcome, Site, Slot
from relevo.engine.process import EffectParked, TimerFired
from relevo.testing.vocabulary.cast import ADDRESS, AT, CONTACT, DAY, HOLDER, HOUR, ORDER
from relevo.values.moment import Moment

SITE = Site(
    access=f"{CONTACT}.W1",
    order=ORDER,
    line="W1",
    name=HOLDER.name,
    phone=CONTACT,
    address=ADDRESS,
)
SLOT = Slot(opens=AT + DAY, closes=AT + DAY + 3 * HOUR)
OTHER = Slot(opens=AT + 2 * DAY, closes=AT + 2 * DAY + 3 * HOUR)
VISITS_TRIED = 4
"""So many visits are answered; what comes after that is the same again."""


def installation_words(state: Installation) -> Iterator[tuple[object, Moment]]:
    """Asked for, answered, seen, tested; for the newest visit and for one that is over."""
    if state.visit <= VISITS_TRIED:
        yield InstallAccess(site=SITE), AT
    yield StopInstallation(why="withdrawn"), AT
    for slot in (OTHER, SLOT):
        yield ChooseVisitSlot(slot=slot, by="customer"), AT
    yield ChooseVisitSlot(slot=OTHER, by="customer"), SLOT.opens
    for name in sorted(TIMERS):
        yield TimerFired(name=name), AT
    yield EffectParked(effect_id="e", effect="activation.book_visit", reason="away"), AT
    yield VisitBooked(visit=state.visit + 1, slot=SLOT), AT
    if state.visit > VISITS_TRIED:
        return
    yield VisitBooked(visit=state.visit, slot=SLOT, others=(OTHER,)), AT
    for field in ("slot", "access"):
        yield VisitDeclined(visit=state.visit, field=field, text="no"), AT
    later = SLOT.opens + HOUR
    for outcome in Outcome:
        yield VisitSeen(visit=state.visit, outcome=outcome, at=later), later
    yield VisitSeen(visit=state.visit - 1, outcome=Outcome.DONE, at=later), later
    for works in (True, False):
        yield AccessTested(visit=state.visit, test=state.tests + 1, works=works, at=later), later
    yield AccessTested(visit=state.visit - 1, test=1, works=True, at=later), later
