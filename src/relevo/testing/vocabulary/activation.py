"""What may happen to a line on the networks."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.activation.activation.decider import TIMERS
from relevo.activation.activation.messages import (
    ActivateLine,
    CallOffMove,
    LineProbed,
    MoveExpected,
    NetworkAnswered,
    NumberHeld,
    RecordChange,
    RecordRead,
    ReserveLine,
    TakeSelfTest,
    WatchLine,
    WithdrawLine,
)
from relevo.activation.activation.model import Activation, Phase
from relevo.activation.ladder import Capability
from relevo.engine.process import EffectParked, TimerFired
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DONOR,
    ESIM_CARD,
    MINUTE,
    ORDER,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
)
from relevo.values.moment import Moment

LATER = AT + 15 * MINUTE
ATTEMPTS_MAX = 1
"""A failed request is tried again once; the rest of the attempts is the same again."""


def activation_words(activation: Activation) -> Iterator[tuple[object, Moment]]:
    """Watched, reserved, moved, served, probed, lost and found again, withdrawn."""
    if activation.phase is Phase.UNWATCHED:
        yield ReserveLine(iccid=CARD), AT
        yield _watch(RECIPIENT), AT
        yield _watch(DONOR), AT
        return
    if activation.phase is not Phase.WATCHED and _has_a_past(activation):
        yield NetworkAnswered(event="provisioned", at=AT), AT
        return
    if activation.reminders:
        yield TimerFired(name="proof_due"), AT
        return
    yield _watch(RECIPIENT), AT
    yield WithdrawLine(why="customer"), AT
    yield ReserveLine(iccid=CARD), AT
    yield ActivateLine(iccid=CARD, at=AT), AT
    if activation.phase is Phase.WATCHED:
        yield ActivateLine(iccid=CARD, at=LATER), AT
    if activation.phase is not Phase.WATCHED or not activation.attempt:
        yield MoveExpected(opens=AT, closes=AT + 20 * MINUTE), AT
        yield CallOffMove(), AT
    if activation.phase in {Phase.MOVING, Phase.LIVE}:
        yield ReserveLine(iccid=ESIM_CARD), AT
    yield from _answers(activation)
    yield from _records(activation)
    yield from _probes()
    yield from _self_tests(activation)
    for name in sorted(TIMERS - {"proof_due", "retry"}):
        yield TimerFired(name=name), AT
    if activation.attempt <= ATTEMPTS_MAX:
        yield TimerFired(name="retry"), AT
    if activation.outage is None:
        yield TimerFired(name="proof_due"), AT


def _has_a_past(activation: Activation) -> bool:
    """Whether it was expected or in doubt at the donor: what comes after that is the same again."""
    return activation.doubted_at is not None or activation.move_opens is not None


def _answers(activation: Activation) -> Iterator[tuple[object, Moment]]:
    for holder in (RECIPIENT, OTHER_DONOR):
        yield NumberHeld(holder=holder), AT
    for event in ("reserved", "provisioned", "registered", "withdrawn", "odd"):
        yield NetworkAnswered(event=event, at=AT), AT
    if activation.attempt <= ATTEMPTS_MAX:
        yield NetworkAnswered(event="failed", at=AT, reason="busy"), AT
        for effect in ("put_subscription", "arm_watch", "read_subscription"):
            yield EffectParked(effect_id="e", effect=f"activation.{effect}", reason="away"), AT


def _records(activation: Activation) -> Iterator[tuple[object, Moment]]:
    gone = (RecordChange(at=AT, state="active"), RecordChange(at=AT + MINUTE, state="absent"))
    log = gone if activation.phase is Phase.LIVE else ()
    yield (
        RecordRead(present=False, state="", iccid="", changed_at=None, at=LATER, log=log),
        LATER,
    )
    for state in ("reserved", "active"):
        yield (
            RecordRead(present=True, state=state, iccid=CARD, changed_at=AT, at=LATER),
            LATER,
        )


def _self_tests(activation: Activation) -> Iterator[tuple[object, Moment]]:
    if activation.self_test:
        return
    for works in ({"data": False}, {"data": True, "calls_in": True}, {"calls_out": True}):
        yield TakeSelfTest(test_id="t", works=works, by="customer", channel="page"), LATER


def _probes() -> Iterator[tuple[object, Moment]]:
    yield _probe(200, data=True), LATER
    yield _probe(200, data=False), LATER
    yield _probe(404, data=False), LATER
    yield _probe(503, data=True), LATER


def _probe(status: int, *, data: bool) -> LineProbed:
    return LineProbed(
        calls_in={DONOR: status, "duna": status},
        works={"data": data},
        registered=True,
        last_good_at=AT,
        at=LATER,
    )


def _watch(recipient: str) -> WatchLine:
    return WatchLine(
        subject=SECOND_NUMBER,
        line="M2",
        order=ORDER,
        donor=DONOR,
        recipient=recipient,
        capabilities=(Capability.CALLS_IN, Capability.DATA),
        rules=RULES,
    )
