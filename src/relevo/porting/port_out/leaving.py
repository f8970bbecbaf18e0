"""From our yes to the number's leaving, and back when it failed.

Service is stopped when the hub says that the number moved, and never because a window is open: a
number that is cut on Friday for a port on Monday is dead over the weekend (porting-es 8). What the
network was told is looked up until it is so.
"""

from __future__ import annotations

from datetime import timedelta

from relevo.engine.process import NOTHING, Decision, Refusal, Tell, Timer
from relevo.porting.cease.messages import KIND as CEASE
from relevo.porting.cease.messages import (
    AskCease,
    ReadService,
    RestoreService,
    ServiceRead,
    StopService,
)
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_in.timing import next_look
from relevo.porting.port_out.answering import joined, puzzled, query
from relevo.porting.port_out.folding import evolve
from relevo.porting.port_out.messages import (
    LineRestored,
    LineStopped,
    NumbersLeft,
    PortOutCancelled,
    PortOutClosed,
    PortOutCompleted,
    PortOutConfirmed,
    PortOutConsequencesFound,
    PortOutRedated,
    PortOutReduced,
    PortOutRejected,
    PortOutRestored,
    PortOutSeen,
    PortOutUndone,
    UndoPortOut,
)
from relevo.porting.port_out.model import Asked, PortOut, PortOutPhase, PortOutRefusal
from relevo.porting.port_out.timing import (
    ALARM,
    ANSWER_DUE,
    REPLY_OVER,
    RETRY,
    SERVICE_ALARM,
    SERVICE_DUE,
    SERVICE_LOOK,
    SERVICE_LOOK_AGAIN,
    UNDO_ENDS,
    WINDOW_GRACE,
    WINDOW_OPENS,
    disarmed,
)
from relevo.porting.profile import PortingProfile, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

NOT_PORTED = "not_ported"
PORTED_WITHOUT_OUR_YES = "ported_without_our_yes"
SERVICE_UNCHANGED = "service_unchanged"
PRINCIPAL_LEFT = "principal_left"
HUB_TOOK_IT_BACK = "hub_took_it_back"
_OPEN = frozenset(
    {
        PortOutPhase.ASKED,
        PortOutPhase.CHECKING,
        PortOutPhase.ANSWERING,
        PortOutPhase.AWAITING,
        PortOutPhase.CONFIRMED,
    }
)


def taken(rules: PortingProfile, port: PortOut, asked: Asked) -> Decision:
    """The hub has our answer."""
    verdict = port.verdict
    if verdict is None:
        return NOTHING
    if verdict.reason:
        said_no = PortOutRejected(
            code=verdict.code, reason=verdict.reason, ours=True, witness=Witness.REPLY
        )
        return Decision(facts=(said_no,))
    numbers = verdict.confirmed
    if len(numbers) == len(asked.numbers):
        return confirmed(rules, port, asked, numbers, asked.window, Witness.REPLY)
    fell_out = tuple(each.number for each in asked.numbers if each.number not in numbers)
    reduced = PortOutReduced(numbers=numbers, fell_out=fell_out)
    return Decision(facts=(reduced,), timers=disarmed(ALARM, RETRY))


def confirmed(
    rules: PortingProfile,
    port: PortOut,
    asked: Asked,
    numbers: tuple[Msisdn, ...],
    window: Window,
    witness: Witness,
) -> Decision:
    """It will leave in that window; what else ends with it is told now."""
    cancel_until = rules.cancel_until(asked.hub, window)
    said_yes = PortOutConfirmed(
        reference=asked.reference,
        donor=asked.donor,
        recipient=asked.recipient,
        numbers=numbers,
        window=window,
        cancel_until=cancel_until,
        witness=witness,
    )
    opens = Timer(name=WINDOW_OPENS, due=window.opens + WINDOW_GRACE)
    facts: tuple[object, ...] = (said_yes,)
    verdict = port.verdict
    if verdict is not None and verdict.reader is not None:
        endings = tuple(each for each in verdict.endings if each.ends_with in numbers)
        if endings:
            told = PortOutConsequencesFound(
                reference=asked.reference,
                donor=asked.donor,
                recipient=asked.recipient,
                numbers=numbers,
                endings=endings,
                reader=verdict.reader,
                window=window,
                cancel_until=cancel_until,
                rules=asked.rules,
            )
            facts = (said_yes, told)
    return Decision(facts=facts, timers=(opens, *disarmed(ANSWER_DUE, RETRY, ALARM, REPLY_OVER)))


def seen(
    rules: PortingProfile, port: PortOut, asked: Asked, message: PortOutSeen, at: Moment
) -> Decision:
    """A witness speaks; which one it is decides nothing."""
    if message.reference != asked.reference:
        return NOTHING
    if port.phase not in _OPEN:
        return _seen_after_leaving(port, asked, message, at)
    match message.state:
        case HubState.REQUESTED:
            return NOTHING
        case HubState.CONFIRMED:
            return _seen_confirmed(rules, port, asked, message)
        case HubState.REJECTED:
            return Decision(facts=(_rejected(rules, port, asked, message),))
        case HubState.CANCELLED:
            gone = PortOutCancelled(cause=message.cause, witness=message.witness)
            return Decision(facts=(gone,))
        case HubState.PORTED:
            return _left(port, asked, message, at)


def look_for_port(port: PortOut, asked: Asked, at: Moment) -> Decision:
    """The window is open: has the number moved? We serve it until somebody says so."""
    opened = (port.window or asked.window).opens
    again = next_look(opened, at)
    if again is None:
        text = "confirmed, but no witness has seen it ported for thirty days; we serve it"
        ended = PortOutCancelled(cause=NOT_PORTED, witness=Witness.QUERY)
        return Decision(facts=(*puzzled(port, asked, NOT_PORTED, text), ended))
    return Decision(effects=(query(asked),), timers=(Timer(name=WINDOW_OPENS, due=again),))


def look_for_service(port: PortOut, asked: Asked, at: Moment) -> Decision:
    """Our network was told; is it so?"""
    waiting = _waiting(port)
    is_back = port.phase is PortOutPhase.REACTIVATING
    facts: tuple[object, ...] = ()
    if port.left_at is not None and at - port.left_at > SERVICE_ALARM and not is_back:
        text = f"our network still serves {', '.join(waiting)}, which left"
        facts = puzzled(port, asked, SERVICE_UNCHANGED, text)
    return Decision(
        facts=facts,
        effects=tuple(ReadService(number=number) for number in waiting),
        timers=(Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK_AGAIN),),
    )


def service_read(
    rules: PortingProfile, port: PortOut, asked: Asked, message: ServiceRead, at: Moment
) -> Decision:
    """What our network says of a number that left or came back; if need be it is told again."""
    number = message.number
    if number not in _waiting(port):
        return NOTHING
    if port.phase is PortOutPhase.REACTIVATING:
        if not message.is_served:
            return Decision(effects=(_restore(port, asked, number),))
        back = LineRestored(number=message.number, at=message.at)
        if _waiting(evolve(port, back)):
            return Decision(facts=(back,))
        return Decision(facts=(back, PortOutRestored(numbers=port.confirmed)))
    if message.is_served:
        return Decision(effects=(StopService(number=number),))
    stopped = LineStopped(number=message.number, at=message.at)
    if _waiting(evolve(port, stopped)):
        return Decision(facts=(stopped,))
    return joined(Decision(facts=(stopped,)), _completed(rules, port, asked, at))


def undo(port: PortOut, message: UndoPortOut, asked: Asked, at: Moment) -> Decision | Refusal:
    """A person says that the port failed: serve it again, whatever is to be mended elsewhere."""
    if port.phase not in {PortOutPhase.STOPPING, PortOutPhase.LEFT}:
        return Refusal(reason=PortOutRefusal.NOTHING_TO_UNDO, detail=port.phase.value)
    if not (message.by.strip() and message.why.strip()):
        return Refusal(reason=PortOutRefusal.NAME_MISSING, detail="give a name and a reason")
    return _undone(port, asked, message.why, message.by, at)


def undo_ends() -> Decision:
    """The number stays where it is."""
    return Decision(facts=(PortOutClosed(),))


def _seen_confirmed(
    rules: PortingProfile, port: PortOut, asked: Asked, message: PortOutSeen
) -> Decision:
    window = message.window or port.window or asked.window
    if port.phase is not PortOutPhase.CONFIRMED:
        ours = port.verdict.confirmed if port.verdict else ()
        numbers = message.confirmed or ours or tuple(each.number for each in asked.numbers)
        return confirmed(rules, port, asked, numbers, window, message.witness)
    if port.window is None or window == port.window:
        return NOTHING
    return Decision(
        facts=(PortOutRedated(window=window, was=port.window),),
        timers=(Timer(name=WINDOW_OPENS, due=window.opens + WINDOW_GRACE),),
    )


def _rejected(
    rules: PortingProfile, port: PortOut, asked: Asked, message: PortOutSeen
) -> PortOutRejected:
    ours = port.verdict is not None and bool(port.verdict.code)
    return PortOutRejected(
        code=message.cause,
        reason=rules.rejection(asked.hub, message.cause).reason.value,
        ours=ours and port.verdict is not None and port.verdict.code == message.cause,
        witness=message.witness,
    )


def _left(port: PortOut, asked: Asked, message: PortOutSeen, at: Moment) -> Decision:
    numbers = message.confirmed or port.confirmed
    facts: tuple[object, ...] = ()
    if port.phase is not PortOutPhase.CONFIRMED:
        ours = port.verdict.confirmed if port.verdict else ()
        numbers = numbers or ours or tuple(each.number for each in asked.numbers)
        text = f"it is ported, and stood at {port.phase} with us"
        facts = puzzled(port, asked, PORTED_WITHOUT_OUR_YES, text)
    left = NumbersLeft(
        reference=asked.reference,
        numbers=numbers,
        donor=asked.donor,
        recipient=asked.recipient,
        at=min(message.at, at),  # a hub's clock may be ahead of ours; the ledger's is not
        witness=message.witness,
    )
    facts = (*facts, left)
    after = port
    for fact in facts:
        after = evolve(after, fact)
    waiting = _waiting(after)
    off = disarmed(ANSWER_DUE, RETRY, ALARM, REPLY_OVER, WINDOW_OPENS)
    # The look is armed also when nothing was in service: it is then what completes.
    look = Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK)
    return Decision(facts=facts, effects=_stops(waiting), timers=(look, *off))


def _completed(rules: PortingProfile, port: PortOut, asked: Asked, at: Moment) -> Decision:
    """It is served elsewhere. What lived on its card is not cut: a wish to cease it goes the way of
    every such wish, which holds it while anybody is undecided about it."""
    days = timedelta(days=rules.donor(asked.hub).undo_days)
    endings = port.verdict.endings if port.verdict else ()
    hanging = sorted({each.number for each in endings if each.number is not None})
    root = port.process_id.partition("/")[0]
    wishes = tuple(
        Tell(
            kind=CEASE,
            to=f"{root}/cease/{number}",
            message=AskCease(
                number=number,
                operator=asked.donor,
                by=port.process_id,
                why=PRINCIPAL_LEFT,
                rules=asked.rules,
                hub=asked.hub,
                not_before=at + days,
            ),
        )
        for number in hanging
        if number not in port.confirmed
    )
    return Decision(
        facts=(PortOutCompleted(numbers=port.confirmed),),
        tells=wishes,
        timers=(Timer(name=UNDO_ENDS, due=at + days), *disarmed(SERVICE_DUE)),
    )


def complete_if_idle(
    rules: PortingProfile, port: PortOut, asked: Asked, at: Moment
) -> Decision | None:
    """Nothing of it was in service with us: there is nothing to wait for."""
    if port.phase is PortOutPhase.STOPPING and not _waiting(port):
        return _completed(rules, port, asked, at)
    if port.phase is PortOutPhase.REACTIVATING and not _waiting(port):
        return Decision(facts=(PortOutRestored(numbers=port.confirmed),))
    return None


def _seen_after_leaving(port: PortOut, asked: Asked, message: PortOutSeen, at: Moment) -> Decision:
    """The hub takes a port back that it had made; older news change nothing."""
    is_undone = message.state in {HubState.CANCELLED, HubState.REJECTED}
    leaves = port.phase in {PortOutPhase.STOPPING, PortOutPhase.LEFT}
    if not (is_undone and leaves) or port.left_at is None or message.at <= port.left_at:
        return NOTHING
    return _undone(port, asked, message.cause or HUB_TOOK_IT_BACK, "", at)


def _undone(port: PortOut, asked: Asked, why: str, by: str, at: Moment) -> Decision:
    undone = PortOutUndone(
        numbers=port.confirmed,
        donor=asked.donor,
        recipient=asked.recipient,
        why=why,
        by=by,
        at=at,
    )
    after = evolve(port, undone)
    return Decision(
        facts=(undone,),
        effects=_restores(after, asked),
        timers=(Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK), *disarmed(UNDO_ENDS)),
    )


def _waiting(port: PortOut) -> tuple[Msisdn, ...]:
    """Numbers of which the network has not done yet what it was told."""
    if port.phase is PortOutPhase.REACTIVATING:
        return port.stopped
    return tuple(number for number in port.served if number not in port.stopped)


def _stops(numbers: tuple[Msisdn, ...]) -> tuple[StopService, ...]:
    return tuple(StopService(number=number) for number in numbers)


def _restores(port: PortOut, asked: Asked) -> tuple[RestoreService, ...]:
    return tuple(_restore(port, asked, number) for number in port.stopped)


def _restore(port: PortOut, asked: Asked, number: Msisdn) -> RestoreService:
    return RestoreService(hub=asked.hub, number=number, iccid=port.card_of(number))
