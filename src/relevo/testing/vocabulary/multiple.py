"""What may happen to a multiple request: as to a port-in, and the verdict on each number."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.multiple.messages import CancelMultiple, MultipleSeen, RequestMultiple
from relevo.porting.multiple.model import Multiple, MultiplePhase, WantedNumber
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    Witness,
)
from relevo.porting.port_in.timing import TIMERS
from relevo.porting.profile import HubKind, Window
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DAY,
    DONOR,
    HOLDER,
    HOUR,
    MAIN_NUMBER,
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
from relevo.values.msisdn import Msisdn

THIRD_NUMBER = Msisdn("+34600000103")
REFERENCE, FOREIGN_REFERENCE = "MUL-1", "MUL-2"
WAITS_MAX = 1
"""So often the hub sends a request back to our side; what comes after that is the same again."""

MUCH_LATER = AT + 60 * DAY
NUMBERS = (MAIN_NUMBER, SECOND_NUMBER, THIRD_NUMBER)
GROUP = (MAIN_NUMBER, SECOND_NUMBER)
DECLINES = (
    "AREC ENUME",  # one of them is with another donor
    "GENE ERINT",  # once more, soon
    "ACCS PERME",  # closed
    "AREC CUPO1",  # quota: once more
    "AREC CUPO4",  # quota: tomorrow
    "AREC EXIST",  # there is one already
    "GENE INFOR",  # our fault
    "CONF COEST",  # done already
    "ODD",
)
UNDECLINES = ("GENE ERINT", "ACCS PERME", "CONF COEST", "ODD")
PARKED = {
    MultiplePhase.SENT: ("send_multiple_request", "send_port_request"),
    MultiplePhase.AGREEING: ("agree_to_reduced", "query_multiple"),
    MultiplePhase.CANCELLING: ("send_port_cancellation",),
}


def multiple_words(multiple: Multiple) -> Iterator[tuple[object, Moment]]:
    """Asked, declined, accepted, all or some or none confirmed, agreed, taken back, silence."""
    if multiple.standing and _was_odd(multiple):
        yield _seen(HubState.PORTED), AT + 2 * MINUTE
        return
    yield from _requests(multiple)
    for name in sorted(TIMERS):
        yield TimerFired(name=name), AT
    yield _accepted(DONOR), AT + MINUTE
    yield from _declines(multiple)
    if len(multiple.waits) > WAITS_MAX:
        return
    for name in ("hub_opens", "retry"):
        yield TimerFired(name=name), NIGHT
    yield CancelMultiple(why="redated"), AT
    for state in HubState:
        yield _seen(state), AT + 2 * MINUTE
    yield from _verdicts()
    yield from _disturbed(multiple)


def _was_odd(multiple: Multiple) -> bool:
    """What waited, was corrected, moved or puzzled somebody goes on like any other: it is
    followed only as far as its end."""
    asked, standing = multiple.asked, multiple.standing
    is_elsewhere = asked is not None and asked.donor != DONOR
    is_moved = standing is not None and standing.window != window(4)
    is_back = multiple.phase is MultiplePhase.CANCELLING and bool(multiple.puzzles)
    return bool(multiple.waits) or is_elsewhere or is_moved or is_back


def _requests(multiple: Multiple) -> Iterator[tuple[object, Moment]]:
    if multiple.phase is not MultiplePhase.BLANK:
        yield _request(), AT
        return
    for at in (AT, NIGHT):
        yield _request(), at
    yield _request(numbers=NUMBERS[:1]), AT
    yield _request(numbers=()), AT
    yield _request(rules="es@1999-01-01"), AT
    yield _request(recipient="nobody"), AT


def _request(
    *, numbers: tuple[Msisdn, ...] = NUMBERS, rules: str = RULES, recipient: str = RECIPIENT
) -> RequestMultiple:
    return RequestMultiple(
        numbers=tuple(
            WantedNumber(number=each, donor_iccid=CARD if each == THIRD_NUMBER else None)
            for each in numbers
        ),
        groups=(GROUP,) if len(numbers) > 1 else (),
        hub=HubKind.MOBILE,
        donor=DONOR,
        recipient=recipient,
        holder=HOLDER,
        order=ORDER,
        rules=rules,
        consent_at=AT,
        window=window(4),
    )


def _accepted(donor: str) -> HubAccepted:
    due = AT + DAY + 4 * HOUR
    return HubAccepted(reference=REFERENCE, donor=donor, window=window(4), reply_due=due)


def _declines(multiple: Multiple) -> Iterator[tuple[object, Moment]]:
    at = AT + MINUTE
    if multiple.standing is None:
        codes = DECLINES if len(multiple.waits) <= WAITS_MAX else ("GENE INFOR",)
        for code in codes:
            yield HubDeclined(code=code, text="no", of="request", right_donor=OTHER_DONOR), at
        return
    yield HubDeclined(code="GENE INFOR", text="no", of="request"), at
    for code in UNDECLINES:
        yield HubDeclined(code=code, text="no", of="cancellation"), at
    for code in ("GENE ERINT", "ODD"):
        yield HubDeclined(code=code, text="no", of="agreement", field="accion"), at
    last = multiple.standing.cancel_until - MINUTE
    yield HubDeclined(code="GENE ERINT", text="no", of="cancellation"), last


def _verdicts() -> Iterator[tuple[object, Moment]]:
    """Each way in which a donor may leave numbers out; by day, and when the hub is shut."""
    at = AT + 2 * MINUTE
    for confirmed in (GROUP, (MAIN_NUMBER, THIRD_NUMBER), ()):
        yield _seen(HubState.REQUESTED, confirmed=confirmed, awaits=True), at
    yield _seen(HubState.REQUESTED, confirmed=GROUP, awaits=True), NIGHT
    yield _seen(HubState.CONFIRMED, confirmed=GROUP), at
    yield _seen(HubState.PORTED, confirmed=GROUP), at
    yield _seen(HubState.CONFIRMED, wished=window(7)), at
    for reference in ("", FOREIGN_REFERENCE):
        yield _seen(HubState.CONFIRMED, reference=reference), at
    for cause in ("RECH_IDENT", "RECH_NORES", "ODD"):
        yield _seen(HubState.REJECTED, cause=cause), at
    alone = PortStateSeen(
        reference=REFERENCE, state=HubState.CONFIRMED, witness=Witness.QUERY, at=AT + MINUTE
    )
    yield alone, at


def _disturbed(multiple: Multiple) -> Iterator[tuple[object, Moment]]:
    yield CancelMultiple(why="redated"), NIGHT
    yield CancelMultiple(why="customer"), MUCH_LATER
    yield _accepted(OTHER_DONOR), AT + MINUTE
    if multiple.puzzles:
        return
    for name in ("reply_due", "window_opens", "answer_due"):
        yield TimerFired(name=name), MUCH_LATER
    for name in PARKED.get(multiple.phase, ("query_multiple",)):
        yield EffectParked(effect_id="e", effect=f"porting.{name}", reason="away"), AT + MINUTE


def _seen(
    state: HubState,
    *,
    reference: str = REFERENCE,
    cause: str = "",
    wished: Window | None = None,
    confirmed: tuple[Msisdn, ...] = (),
    awaits: bool = False,
) -> MultipleSeen:
    return MultipleSeen(
        reference=reference,
        state=state,
        witness=Witness.MAILBOX,
        at=AT + MINUTE,
        cause=cause,
        window=wished,
        confirmed=confirmed,
        awaits_agreement=awaits,
    )
