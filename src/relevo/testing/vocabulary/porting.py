"""What may happen to a port-in and to the recovery of a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.port_in.messages import (
    CancelPortIn,
    HubAccepted,
    HubDeclined,
    HubState,
    PortNotInFile,
    PortStateSeen,
    RequestPortIn,
    Witness,
)
from relevo.porting.port_in.model import PortIn, PortInPhase
from relevo.porting.port_in.timing import TIMERS as PORT_TIMERS
from relevo.porting.profile import HubKind, Window
from relevo.porting.recovery.messages import (
    DeskAnswered,
    NumberHasMoved,
    NumberSeenAlive,
    RecoverNumber,
)
from relevo.porting.recovery.model import Recovery, RecoveryPhase
from relevo.porting.recovery.timing import TIMERS as RECOVERY_TIMERS
from relevo.testing.vocabulary.cast import (
    ADDRESS,
    AT,
    CARD,
    DAY,
    DONOR,
    FIXED_NUMBER,
    HOLDER,
    HOUR,
    MINUTE,
    NIGHT,
    ORDER,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
    window,
)
from relevo.values.moment import Moment

REFERENCE, FOREIGN_REFERENCE = "POR-1", "POR-2"

RECIPIENT_MOVES = "nl@2018-05-26"
"""An edition under which the hub leaves to us what it does by itself under the others."""

WAITS_MAX = 2
"""So often the hub sends a request back to our side; what comes after that is the same again."""

PUZZLES_MAX = 1
ATTEMPTS_MAX = 3

DECLINES = (
    "AREC ENUME",  # another donor
    "GENE ERINT",  # once more, soon
    "ACCS PERME",  # closed
    "AREC CUPO1",  # quota: once more
    "AREC CUPO4",  # quota: tomorrow
    "AREC EXIST",  # there is one already
    "GENE INFOR",  # our fault
    "CONF COEST",  # done already
    "ODD",
)
DECLINES_AGAIN = ("AREC ENUME", "AREC CUPO1")
UNDECLINES = ("GENE ERINT", "ACCS PERME", "CONF COEST", "ODD")
FILE_DECLINES = ("FERROR", "CONF COEST")
MUCH_LATER = AT + 60 * DAY
HOLD_NEARLY_OVER = AT - 31 * DAY + 10 * MINUTE
"""A number that went dead then can be asked for until ten minutes from now."""


def port_in_words(port: PortIn) -> Iterator[tuple[object, Moment]]:
    """Asked, declined, accepted, seen by witnesses, taken back, silence; and all in disorder.

    Once the hub has it, a request that waited at our side goes on like any other: it is followed
    only as far as its end.
    """
    if port.asked and port.asked.rules == RECIPIENT_MOVES:
        yield from _left_to_us(port)
        return
    if port.standing and (port.waits or port.was_corrected):
        yield _state(HubState.PORTED), AT + 2 * MINUTE
        return
    yield from _requests(port)
    hub = port.asked.hub if port.asked else HubKind.MOBILE
    for name in sorted(PORT_TIMERS):
        yield TimerFired(name=name), AT
    yield _accepted(DONOR, window(3, hub)), AT + MINUTE
    if hub is HubKind.FIXED and port.standing and not (port.puzzles or port.is_overdue):
        yield from _announcements(port)
    if port.expected_on or port.announced_at or port.unread:
        yield CancelPortIn(why="redated"), AT
        yield HubDeclined(code="FERROR", text="no", of="request"), AT + MINUTE
        for state in HubState:
            yield _state(state), AT + 2 * MINUTE
        return
    yield from _declines(port)
    if len(port.waits) >= WAITS_MAX:
        return
    for name in ("hub_opens", "retry"):
        yield TimerFired(name=name), NIGHT
    yield CancelPortIn(why="redated"), AT
    for state in HubState:
        yield _state(state), AT + 2 * MINUTE
    if len(port.puzzles) < PUZZLES_MAX:
        yield PortNotInFile(file="20190114.dat"), AT + 2 * MINUTE
        yield HubDeclined(code="DSP1", text="no cause", of="notice"), AT + 2 * MINUTE
    yield from _disturbed(port)
    yield from _seen_otherwise(port, hub)


def _left_to_us(port: PortIn) -> Iterator[tuple[object, Moment]]:
    """The way through a hub that checks later, ends no silence and moves no number."""
    at = AT + 2 * MINUTE
    yield _accepted(DONOR, window(3)), AT + MINUTE
    yield replace(_state(HubState.CONFIRMED), not_before=AT + 9 * DAY), at
    for state in (HubState.CONFIRMED, HubState.PORTED):
        yield _state(state), at
    yield HubDeclined(code="9002", text="no", of="request"), at
    if port.standing:
        yield TimerFired(name="window_opens"), port.standing.window.opens + MINUTE
        yield TimerFired(name="reply_due"), AT
    if len(port.puzzles) < PUZZLES_MAX:
        yield EffectParked(effect_id="e", effect="porting.perform_port", reason="away"), at


def _disturbed(port: PortIn) -> Iterator[tuple[object, Moment]]:
    for name in ("reply_due", "window_opens"):
        yield TimerFired(name=name), MUCH_LATER
    yield CancelPortIn(why="redated"), NIGHT
    yield CancelPortIn(why="customer"), MUCH_LATER
    yield _accepted(OTHER_DONOR, window(3)), AT + MINUTE
    if len(port.puzzles) < PUZZLES_MAX:
        for name in ("send_port_request", "send_port_cancellation", "query_port"):
            yield EffectParked(effect_id="e", effect=f"porting.{name}", reason="away"), AT + MINUTE


def _requests(port: PortIn) -> Iterator[tuple[object, Moment]]:
    if port.phase is not PortInPhase.BLANK:
        yield _request(), AT
        return
    for at in (AT, NIGHT):
        yield _request(), at
    yield _request(hub=HubKind.FIXED), AT
    yield _request(rules="es@1999-01-01"), AT
    yield _request(rules=RECIPIENT_MOVES), AT
    yield _request(recipient="nobody"), AT


def _request(
    *, hub: HubKind = HubKind.MOBILE, rules: str = RULES, recipient: str = RECIPIENT
) -> RequestPortIn:
    is_mobile = hub is HubKind.MOBILE
    return RequestPortIn(
        number=SECOND_NUMBER if is_mobile else FIXED_NUMBER,
        hub=hub,
        donor=DONOR,
        recipient=recipient,
        holder=HOLDER,
        order=ORDER,
        line="M2" if is_mobile else "F1",
        rules=rules,
        consent_at=AT,
        window=window(3, hub),
        donor_iccid=CARD if is_mobile else None,
        address=None if is_mobile else ADDRESS,
    )


def _accepted(donor: str, wished: Window) -> HubAccepted:
    return HubAccepted(
        reference=REFERENCE, donor=donor, window=wished, reply_due=AT + DAY + 4 * HOUR
    )


def _declines(port: PortIn) -> Iterator[tuple[object, Moment]]:
    at = AT + MINUTE
    if port.standing is not None:
        codes: tuple[str, ...] = FILE_DECLINES
    elif not port.waits:
        codes = DECLINES
    elif len(port.waits) < WAITS_MAX:
        codes = DECLINES_AGAIN
    else:
        codes = ("GENE INFOR",)
    for code in codes:
        yield HubDeclined(code=code, text="no", of="request", right_donor=OTHER_DONOR), at
    for code in UNDECLINES:
        yield HubDeclined(code=code, text="no", of="cancellation"), at
    if port.standing:
        last = port.standing.cancel_until - MINUTE
        yield HubDeclined(code="GENE ERINT", text="no", of="cancellation"), last


def _seen_otherwise(port: PortIn, hub: HubKind) -> Iterator[tuple[object, Moment]]:
    at = AT + 2 * MINUTE
    for reference in ("", FOREIGN_REFERENCE) if port.standing else ("",):
        yield _state(HubState.CONFIRMED, reference=reference), at
    for wished in (window(3, hub), window(7, hub)):
        yield _state(HubState.CONFIRMED, wished=wished), at
    for cause in ("RECH_IDENT", "RECH_NORES", "ODD"):
        yield _state(HubState.REJECTED, cause=cause), at


def _announcements(port: PortIn) -> Iterator[tuple[object, Moment]]:
    """What only a hub says that has a queue, and tells everybody beforehand."""
    at = AT + 2 * MINUTE
    moves_at = window(3, HubKind.FIXED).opens + 4 * HOUR
    yield replace(_state(HubState.REQUESTED), expected_on=(AT + 4 * DAY).date()), at
    yield replace(_state(HubState.PORTED), at=moves_at), at
    if port.announced_at:
        yield TimerFired(name="window_opens"), moves_at + MINUTE


def _state(
    state: HubState,
    *,
    reference: str = REFERENCE,
    cause: str = "",
    wished: Window | None = None,
) -> PortStateSeen:
    return PortStateSeen(
        reference=reference,
        state=state,
        witness=Witness.MAILBOX,
        at=AT + MINUTE,
        cause=cause,
        window=wished,
    )


def recovery_words(recovery: Recovery) -> Iterator[tuple[object, Moment]]:
    """Asked, answered, silent, back, moved on meanwhile, the hold over."""
    yield _cut(RULES), AT
    yield _cut(RULES, last_good_at=HOLD_NEARLY_OVER), AT
    yield _cut("es@1999-01-01"), AT
    yield NumberHasMoved(at=AT + HOUR), AT + HOUR
    yield NumberSeenAlive(at=AT + 2 * HOUR), AT + 2 * HOUR
    yield TimerFired(name="hold_ends"), AT
    if recovery.level < ATTEMPTS_MAX and recovery.attempt < ATTEMPTS_MAX:
        yield EffectParked(effect_id="e", effect="porting.ask_donor_desk", reason="away"), AT
        yield from _letters(recovery)
        for name in sorted(RECOVERY_TIMERS):
            yield TimerFired(name=name), AT
    else:
        yield TimerFired(name="settle_due"), AT
        if recovery.attempt == 1 and not recovery.reminded:  # all the way up, by one road
            yield EffectParked(effect_id="e", effect="porting.ask_donor_desk", reason="away"), AT


def _letters(recovery: Recovery) -> Iterator[tuple[object, Moment]]:
    at = AT + HOUR
    for verdict in ("accepted", "done", "refused", "odd"):
        for topic in ("reactivate", "status", "holder_check"):
            yield DeskAnswered(topic=topic, verdict=verdict, at=at), at
    yield (
        DeskAnswered(topic="reactivate", verdict="accepted", at=at, expected_by=at + 3 * HOUR),
        at,
    )
    if recovery.phase is not RecoveryPhase.BLANK:
        for ceased_at in (AT - 2 * HOUR, AT + DAY):
            yield (
                DeskAnswered(
                    topic="status",
                    verdict="done",
                    at=at,
                    ceased_at=ceased_at,
                    served_again_at=AT + 30 * MINUTE,
                ),
                at,
            )


def _cut(rules: str, *, last_good_at: Moment = AT - 3 * HOUR) -> RecoverNumber:
    return RecoverNumber(
        number=SECOND_NUMBER,
        donor=DONOR,
        order=ORDER,
        line="M2",
        rules=rules,
        last_good_at=last_good_at,
        noticed_at=AT - HOUR,
        recipient=RECIPIENT,
    )
