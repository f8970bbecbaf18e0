"""What may happen to an incoherence: found by us or by others, checked, answered, ended."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.fixed_incoherence.messages import (
    DecideIncoherence,
    IncoherenceAnswered,
    IncoherenceChecked,
    IncoherenceClosed,
    IncoherenceRaised,
)
from relevo.porting.fixed_incoherence.model import (
    Finding,
    Incoherence,
    Matter,
    NumberSpan,
    Verdict,
)
from relevo.testing.vocabulary.cast import (
    AT,
    DAY,
    FIXED_NUMBER,
    MINUTE,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
)
from relevo.values.moment import Moment

OVERDUE_MAX = 2


def incoherence_words(it: Incoherence) -> Iterator[tuple[object, Moment]]:
    """Raised, checked, answered by either side, decided, closed; and all in disorder."""
    yield _raised(OTHER_DONOR, Finding.REPORTED), AT
    yield _raised(RECIPIENT, Finding.REJECTED_AFTER_MOVE), AT
    yield _raised(OTHER_DONOR, Finding.REPORTED, rules="es@1999-01-01"), AT
    at = AT + MINUTE
    for ours, others, unknown in ((1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 0)):
        yield IncoherenceChecked(ours=ours, others=others, unknown=unknown), at
    for verdict in Verdict:
        yield IncoherenceAnswered(by=OTHER_DONOR, verdict=verdict, text="so"), at
    yield IncoherenceClosed(were_right=True, at=at, text=""), at
    for said in (None, Verdict.OURS, Verdict.NOT_OURS):
        yield DecideIncoherence(verdict=said, by="ana", why="seen on the switch"), at
    yield EffectParked(effect_id="e", effect="porting.report_incoherence", reason="away"), at
    if it.overdue < OVERDUE_MAX:
        yield TimerFired(name="overdue"), AT + DAY


def _raised(by: str, finding: Finding, rules: str = RULES) -> IncoherenceRaised:
    return IncoherenceRaised(
        matter=Matter(
            reference="D1",
            raised_by=by,
            us=RECIPIENT,
            finding=finding,
            cause="0002",
            text="it is not routed",
            spans=(NumberSpan(first=FIXED_NUMBER, last=FIXED_NUMBER),),
            rules=rules,
        )
    )
