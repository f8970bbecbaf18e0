"""What a claim hears: terms, windows, moves, and when its number was dead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from relevo.activation.activation.messages import LifeSignBack, LifeSignLost
from relevo.compensation.claim.model import Claim
from relevo.engine.process import Heard, TimerFired
from relevo.orders.held import SimKind
from relevo.orders.line.messages import HeldLineWatched, LineConfirmed, LineMoved, LinePrepared
from relevo.porting.recovery.messages import NumberRecovered, RecoveryOvertaken
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DAY,
    DONOR,
    HOUR,
    ORDER,
    PARTY,
    RECIPIENT,
    RULES,
    SECOND,
    SECOND_NUMBER,
    window,
)
from relevo.values.moment import Moment

LINE = "M2"
OUTAGES_MAX = 2


def claim_words(claim: Claim) -> Iterator[tuple[object, Moment]]:
    """Known, dead for a minute or for a day, back by our probes or by the donor's own log."""
    for fact in _terms():
        yield _heard(fact), AT
    yield _heard(_lost(AT)), AT + HOUR
    if len(claim.outages) < OUTAGES_MAX:
        for span in (timedelta(0), HOUR, 3 * DAY, 5 * DAY):
            for fact in _ends(span):
                yield _heard(fact), AT + span
    for days in (3, 7):
        confirmed = LineConfirmed(
            line=LINE, window=window(days), cancel_until=window(days).opens - HOUR
        )
        yield _heard(confirmed), AT
    for moved_at in (AT, window().opens):
        yield (
            _heard(LineMoved(line=LINE, number=SECOND_NUMBER, at=moved_at, iccid=CARD)),
            moved_at,
        )
    yield TimerFired(name="settlement"), AT


def _heard(fact: Any) -> Heard:
    return Heard(source=f"{ORDER}/line/{LINE}", fact=fact)


def _terms() -> Iterator[Any]:
    yield LinePrepared(
        line=SECOND,
        customer=PARTY,
        recipient=RECIPIENT,
        sim=SimKind.CARD,
        rules=RULES,
        consent_at=AT,
        iccid=CARD,
    )
    yield HeldLineWatched(line=SECOND, recipient=RECIPIENT, rules=RULES)


def _lost(since: Moment) -> LifeSignLost:
    return LifeSignLost(
        subject=SECOND_NUMBER,
        line=LINE,
        serving=DONOR,
        at_donor=True,
        last_good_at=since,
        at=since + HOUR,
    )


def _ends(span: timedelta) -> Iterator[Any]:
    until = AT + span
    for at_donor in (True, False):
        yield LifeSignBack(
            subject=SECOND_NUMBER,
            line=LINE,
            serving=DONOR,
            at_donor=at_donor,
            dead_from=AT,
            dead_until=until,
        )
    yield NumberRecovered(
        number=SECOND_NUMBER, donor=DONOR, line=LINE, dead_from=AT, dead_until=until
    )
    yield RecoveryOvertaken(number=SECOND_NUMBER, line=LINE, dead_from=AT, dead_until=until)
