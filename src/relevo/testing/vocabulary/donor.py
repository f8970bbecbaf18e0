"""What may happen to a request to us as the donor, and to a wish to cease a number."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.customers.served import ServedLine, ServedStatus, reader_of
from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.cease.decider import TIMERS as CEASE_TIMERS
from relevo.porting.cease.messages import AskCease, DecideCease, ServiceRead, TiesFound
from relevo.porting.cease.model import Cease, CeasePhase, Stance, Tie, TieKind
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.messages import (
    ApproveForceMajeure,
    NumberAsked,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    PortOutUnreached,
    ProposeForceMajeure,
    ServedFound,
    TryPortOutAgain,
    UndoPortOut,
)
from relevo.porting.port_out.model import PortOut, PortOutPhase
from relevo.porting.port_out.timing import TIMERS as PORT_OUT_TIMERS
from relevo.porting.profile import HubKind
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    CONTACT,
    DAY,
    DONOR,
    HOLDER,
    HOUR,
    MAIN_NUMBER,
    MINUTE,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
    window,
)
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

REFERENCE = "90290111190114083000017"
ANSWER_FROM, ANSWER_UNTIL = AT + 4 * HOUR, AT + 10 * HOUR
HANGING_NUMBER = Msisdn("+34600000103")
MUCH_LATER = AT + 60 * DAY
PUZZLES_MAX = 1


def served(
    number: Msisdn,
    *,
    status: ServedStatus = ServedStatus.ACTIVE,
    depends_on: Msisdn | None = None,
    is_prepaid: bool = False,
    is_own_range: bool = True,
) -> ServedLine:
    """A line of ours, of the story's customer."""
    return ServedLine(
        number=number,
        operator=DONOR,
        document=HOLDER.document,
        holder_name=HOLDER.name,
        is_prepaid=is_prepaid,
        status=status,
        is_own_range=is_own_range,
        iccid=CARD,
        ceased_at=AT - DAY if status is ServedStatus.CEASED else None,
        contact=CONTACT,
        language="es",
        depends_on=depends_on,
    )


def asked(
    *numbers: Msisdn, is_multiple: bool = False, rules: str = RULES, document: str = ""
) -> PortOutAsked:
    """Another operator asks for them, on a Monday morning; the afternoon is the reply window."""
    return PortOutAsked(
        reference=REFERENCE,
        hub=HubKind.MOBILE,
        donor=DONOR,
        recipient=RECIPIENT,
        document_type=HOLDER.document.type.value,
        document_number=document or HOLDER.document.number,
        numbers=tuple(NumberAsked(number=number) for number in numbers or (MAIN_NUMBER,)),
        is_multiple=is_multiple,
        asked_at=AT,
        answer_from=ANSWER_FROM,
        answer_until=ANSWER_UNTIL,
        window=window(2),
        rules=rules,
    )


def port_out_words(port: PortOut) -> Iterator[tuple[object, Moment]]:
    """Asked, checked, answered, refused, at risk, seen by witnesses, left, undone; in disorder."""
    for rules in (RULES, "es@1999-01-01"):
        yield asked(rules=rules), AT
    if port.phase is PortOutPhase.BLANK:
        yield asked(MAIN_NUMBER, SECOND_NUMBER, is_multiple=True), AT
    for name in sorted(PORT_OUT_TIMERS):
        yield TimerFired(name=name), AT
    yield from _looks()
    yield from _answers(port)
    yield from _people()
    yield from _witnesses()
    yield from _services()
    for name in ("reply_over", "window_opens"):
        yield TimerFired(name=name), MUCH_LATER


def _looks() -> Iterator[tuple[object, Moment]]:
    at = ANSWER_FROM + 40 * MINUTE
    main, second = served(MAIN_NUMBER), served(SECOND_NUMBER)
    hanging = served(HANGING_NUMBER, depends_on=MAIN_NUMBER)
    yield ServedFound(lines=(main, second), dependants=(hanging,)), at
    yield ServedFound(lines=(main,), dependants=()), at
    yield ServedFound(lines=(), dependants=()), at


def _answers(port: PortOut) -> Iterator[tuple[object, Moment]]:
    at = ANSWER_FROM + 41 * MINUTE
    yield PortOutAnswerTaken(reference=REFERENCE), at
    yield PortOutUnreached(reference=REFERENCE, reason="away"), at
    yield PortOutAnswerRefused(reference=REFERENCE, code="GENE ERINT", text="no"), at
    if len(port.puzzles) >= PUZZLES_MAX:
        return
    yield PortOutAnswerRefused(reference=REFERENCE, code="RECH TIEMP", text="too early"), at
    for name in ("confirm_port_out", "look_up_served", "stop_service", "query_port_out"):
        yield EffectParked(effect_id="e", effect=f"porting.{name}", reason="no"), at


def _people() -> Iterator[tuple[object, Moment]]:
    at = AT + HOUR
    yield ProposeForceMajeure(by="ana", why="the exchange burns"), at
    for by in ("ana", "luis"):
        yield ApproveForceMajeure(by=by), at
    yield TryPortOutAgain(by="ana"), at
    yield UndoPortOut(by="ana", why="the recipient cannot serve it"), AT + 2 * DAY


def _witnesses() -> Iterator[tuple[object, Moment]]:
    at = ANSWER_FROM + HOUR
    for state in HubState:
        yield _seen(state, at), at
    yield _seen(HubState.CONFIRMED, at, moved=True), at
    later = AT + 3 * DAY
    yield _seen(HubState.CANCELLED, later), later


def _seen(state: HubState, at: Moment, *, moved: bool = False) -> PortOutSeen:
    return PortOutSeen(
        reference=REFERENCE,
        state=state,
        witness=Witness.QUERY,
        at=at,
        cause="RECH_NORES" if state is HubState.REJECTED else "",
        window=window(7) if moved else None,
    )


def _services() -> Iterator[tuple[object, Moment]]:
    at = AT + 2 * DAY
    for number in (MAIN_NUMBER, SECOND_NUMBER):
        for is_served in (True, False):
            yield ServiceRead(number=number, is_served=is_served, at=at), at


def cease_words(cease: Cease) -> Iterator[tuple[object, Moment]]:
    """Asked, held by each kind of tie, decided, stopped; and what does not belong there."""
    yield _wish(), AT
    yield _wish(rules="es@1999-01-01"), AT
    if cease.phase is CeasePhase.BLANK:
        yield _wish(not_before=AT + DAY), AT
    for name in sorted(CEASE_TIMERS):
        yield TimerFired(name=name), AT
    for ceases in (True, False):
        yield DecideCease(ceases=ceases, by="ana", why="the customer wrote"), AT + HOUR
    line = served(MAIN_NUMBER)
    for stance in (None, *Stance):
        yield TiesFound(served=line, ties=() if stance is None else (_tie(stance),)), AT + HOUR
    hanging = Tie(kind=TieKind.DEPENDANT, name=SECOND_NUMBER, stance=Stance.UNDECIDED)
    yield TiesFound(served=line, ties=(hanging,)), AT + HOUR
    yield TiesFound(served=None, ties=()), AT + HOUR
    for is_served in (True, False):
        yield ServiceRead(number=MAIN_NUMBER, is_served=is_served, at=AT + HOUR), AT + HOUR
    for name in ("stop_service", "look_up_ties"):
        yield EffectParked(effect_id="e", effect=f"porting.{name}", reason="no"), AT + HOUR


def _wish(*, rules: str = RULES, not_before: Moment | None = None) -> AskCease:
    return AskCease(
        number=MAIN_NUMBER,
        operator=DONOR,
        by="billing",
        why="the contract ended",
        rules=rules,
        hub=HubKind.MOBILE,
        not_before=not_before,
    )


def _tie(stance: Stance) -> Tie:
    reader = reader_of(served(MAIN_NUMBER))
    return Tie(kind=TieKind.ORDER, name="R7K2QW9M", stance=stance, reader=reader)
