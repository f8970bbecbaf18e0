"""A number that was ported to us goes back: notice, hold, cancellation, end (porting-es 3.3)."""

from __future__ import annotations

from relevo.engine.process import NOTHING, Decision, Refusal, Timer
from relevo.porting.cease.messages import ReadService, RestoreService, ServiceRead
from relevo.porting.number_return.messages import (
    KeepNumber,
    LookUpStanding,
    NumberHolding,
    NumberKept,
    NumberReturned,
    QueryReturn,
    ReturnAccepted,
    ReturnCancelSeen,
    ReturnDeclined,
    ReturnHeld,
    ReturnKeeping,
    ReturnKept,
    ReturnLate,
    ReturnNoticeSent,
    ReturnNotified,
    ReturnOvertaken,
    ReturnSeen,
    ReturnState,
    ReturnStuck,
    ReturnUnclear,
    SendReturnCancellation,
    SendReturnNotice,
    StandingFound,
)
from relevo.porting.number_return.model import Matter, NumberReturn, ReturnRefusal
from relevo.porting.number_return.model import ReturnPhase as P
from relevo.porting.number_return.timing import (
    BOOKS_DUE,
    GRACE,
    LATE_AFTER,
    LOOK_DUE,
    SEND_DUE,
    SERVICE_DUE,
    SERVICE_LOOK,
    SERVICE_LOOK_AGAIN,
    look,
    off,
    send,
    send_tomorrow,
)
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import PortingProfile, Reaction
from relevo.values.moment import Moment

AT_HUB = frozenset({P.ASKING, P.NOTIFIED, P.HELD, P.CANCELLING, P.ENDING, P.UNCLEAR})
STILL_OURS, IN_PROCESS = "still_ours", "in_process"
NOT_REACHED, NOT_ANSWERED = "not_reached", "not_answered"


def begin_again(rules: PortingProfile, matter: Matter, at: Moment) -> Decision:
    """Each attempt begins with a look at whose the number is: notices are for ported ones only."""
    asked = LookUpStanding(hub=matter.hub, number=matter.number)
    return Decision(effects=(asked,), timers=(send_tomorrow(rules, matter, at),))


def standing_found(
    rules: PortingProfile, it: NumberReturn, matter: Matter, found: StandingFound, at: Moment
) -> Decision:
    """Whose the number is decides whether it goes back, and to whom."""
    gone = bool(found.serving) and found.serving != matter.operator
    if it.phase is P.ENDING:
        if found.serving == matter.operator:
            text = "the return was cancelled, not by us, and the number is still ours"
            return _unclear(rules, it, matter, (STILL_OURS, text), at)
        return Decision(facts=(_overtaken(matter, found.serving),), timers=off(LOOK_DUE, SEND_DUE))
    if it.phase is not P.ASKING or it.is_sent:
        return NOTHING
    if gone:
        return Decision(facts=(_overtaken(matter, found.serving),), timers=off(SEND_DUE))
    if found.range_holder == matter.operator:
        held = Matter(
            number=matter.number,
            operator=matter.operator,
            hub=matter.hub,
            since=matter.since,
            rules=matter.rules,
            held_until=rules.hold_until(matter.since),
        )
        return _holding(held, at)
    if found.is_in_process:
        return stuck(it, matter, IN_PROCESS, "a request for the number is under way")
    notice = SendReturnNotice(
        number=matter.number,
        operator=matter.operator,
        ceased_at=matter.since,
        rules=matter.rules,
        hub=matter.hub,
    )
    sent = ReturnNoticeSent(number=matter.number, range_holder=found.range_holder)
    return Decision(facts=(sent,), effects=(notice,))


def accepted(
    rules: PortingProfile, it: NumberReturn, matter: Matter, said: ReturnAccepted, at: Moment
) -> Decision:
    """The hub has the notice."""
    if it.phase is not P.ASKING:
        return NOTHING
    return _notified(rules, matter, _notice(it, matter, said, Witness.REPLY), at)


def declined(
    rules: PortingProfile, it: NumberReturn, matter: Matter, said: ReturnDeclined, at: Moment
) -> Decision:
    """The hub's no. What is shut is asked again when it opens, all else is looked at anew."""
    shut = rules.hub_answer(said.code).reaction is Reaction.RETRY_NEXT_OPENING
    if said.of == "cancellation":
        if it.phase is not P.CANCELLING:
            return NOTHING
        if shut:
            return Decision(timers=(send(rules, matter, at),))
        facts = stuck(it, matter, said.code, said.text).facts
        return Decision(facts=facts, effects=(_query(it, matter),))
    if it.phase is not P.ASKING or not it.is_sent:
        return NOTHING
    next_try = send(rules, matter, at) if shut else send_tomorrow(rules, matter, at)
    return Decision(facts=stuck(it, matter, said.code, said.text).facts, timers=(next_try,))


def seen(
    rules: PortingProfile, it: NumberReturn, matter: Matter, said: ReturnSeen, at: Moment
) -> Decision:
    """What a witness says; one that is behind says what is known already."""
    if said.number != matter.number or it.phase not in AT_HUB:
        return NOTHING
    if it.reference and said.reference != it.reference:
        return NOTHING
    match said.state:
        case ReturnState.NOTIFIED if it.phase in {P.ASKING, P.HELD, P.ENDING, P.UNCLEAR}:
            return _notified(rules, matter, _notice(it, matter, said, said.witness), at)
        case ReturnState.HELD if it.phase is not P.HELD:
            held = ReturnHeld(
                number=matter.number, operator=matter.operator, reference=said.reference
            )
            timers = (look(rules, matter, it.window, at), *off(SEND_DUE))
            return Decision(facts=(held,), timers=timers)
        case ReturnState.CANCELLED if it.phase is P.CANCELLING:
            return restore(it, matter, at)
        case ReturnState.CANCELLED if it.phase is not P.ENDING:
            ended = ReturnCancelSeen(number=matter.number, cause=said.cause)
            return Decision(
                facts=(ended,),
                effects=(LookUpStanding(hub=matter.hub, number=matter.number),),
                timers=(send_tomorrow(rules, matter, at), *off(LOOK_DUE)),
            )
        case ReturnState.RETURNED:
            back = NumberReturned(
                number=matter.number,
                operator=matter.operator,
                range_holder=it.range_holder,
                at=said.at,
                witness=said.witness,
            )
            return Decision(facts=(back,), timers=off(LOOK_DUE, SEND_DUE))
        case ReturnState.UNCLEAR if it.phase is not P.UNCLEAR:
            text = f"{said.witness} says a state of which nobody knows what it means"
            return _unclear(rules, it, matter, (said.state.value, text), at)
        case _:
            return NOTHING


def keep(
    rules: PortingProfile, it: NumberReturn, matter: Matter, wish: KeepNumber, at: Moment
) -> Decision | Refusal:
    """The customer came back: while nobody else asks, and before it has gone back."""
    if not (wish.by.strip() and wish.why.strip()):
        return Refusal(reason=ReturnRefusal.NAME_MISSING, detail="say who, and why")
    keeping = ReturnKeeping(number=matter.number, by=wish.by, why=wish.why)
    match it.phase:
        case P.HELD:
            detail = "another operator asks for the number; wait for the end of that request"
            return Refusal(reason=ReturnRefusal.SOMEBODY_ASKS, detail=detail)
        case P.NOTIFIED | P.UNCLEAR:
            return Decision(facts=(keeping,), timers=(send(rules, matter, at), *off(LOOK_DUE)))
        case P.ASKING if not it.is_sent:
            return restore(it, matter, at)
        case P.HOLDING:
            return restore(it, matter, at)
        case _:
            return Refusal(reason=ReturnRefusal.NOT_NOW, detail=it.phase.value)


def cancel_at_hub(rules: PortingProfile, it: NumberReturn, matter: Matter, at: Moment) -> Decision:
    """Tell the hub; tomorrow again if nobody has seen what became of it."""
    told = SendReturnCancellation(
        reference=it.reference,
        number=matter.number,
        operator=matter.operator,
        hub=matter.hub,
    )
    return Decision(
        effects=(told,),
        timers=(send_tomorrow(rules, matter, at), Timer(name=LOOK_DUE, due=at + GRACE)),
    )


def restore(it: NumberReturn, matter: Matter, at: Moment) -> Decision:
    """It stays ours: our network serves it again, on the card that it had."""
    kept = ReturnKept(number=matter.number, operator=matter.operator)
    return Decision(
        facts=(kept,),
        effects=(_restore(matter),),
        timers=(
            Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK),
            *off(LOOK_DUE, SEND_DUE, BOOKS_DUE),
        ),
    )


def look_for_service(matter: Matter, at: Moment) -> Decision:
    """Our network was told; is it so?"""
    again = Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK_AGAIN)
    return Decision(effects=(ReadService(number=matter.number),), timers=(again,))


def service_read(matter: Matter, said: ServiceRead) -> Decision:
    """Served again, or our network is told once more."""
    if said.number != matter.number:
        return NOTHING
    if not said.is_served:
        return Decision(effects=(_restore(matter),))
    kept = NumberKept(number=matter.number, operator=matter.operator, at=said.at)
    return Decision(facts=(kept,), timers=off(SERVICE_DUE))


def look_again(rules: PortingProfile, it: NumberReturn, matter: Matter, at: Moment) -> Decision:
    """Ask the hub; two days after the window somebody has to know."""
    late: tuple[object, ...] = ()
    if (
        it.window
        and at > it.window.opens + LATE_AFTER
        and not it.is_late
        and it.phase is not P.HELD
    ):
        late = (ReturnLate(number=matter.number, window=it.window),)
    return Decision(
        facts=late,
        effects=(_query(it, matter),),
        timers=(look(rules, matter, it.window, at),),
    )


def stuck(it: NumberReturn, matter: Matter, code: str, text: str) -> Decision:
    """Said once of each attempt; it is tried again by itself."""
    if code == it.puzzle and not it.is_sent:
        return NOTHING
    return Decision(facts=(ReturnStuck(number=matter.number, code=code, text=text),))


def _notified(
    rules: PortingProfile, matter: Matter, notice: ReturnNotified, at: Moment
) -> Decision:
    timers = (look(rules, matter, notice.window, at), *off(SEND_DUE))
    return Decision(facts=(notice,), timers=timers)


def _notice(
    it: NumberReturn, matter: Matter, said: ReturnAccepted | ReturnSeen, witness: Witness
) -> ReturnNotified:
    return ReturnNotified(
        number=matter.number,
        operator=matter.operator,
        reference=said.reference,
        window=said.window or it.window,
        witness=witness,
    )


def _holding(matter: Matter, at: Moment) -> Decision:
    """Of our own range after all: nobody is told."""
    holding = NumberHolding(matter=matter)
    due = max(at, matter.held_until or at)
    return Decision(facts=(holding,), timers=(Timer(name=BOOKS_DUE, due=due), *off(SEND_DUE)))


def _unclear(
    rules: PortingProfile, it: NumberReturn, matter: Matter, why: tuple[str, str], at: Moment
) -> Decision:
    """A person's; the hub is asked each day all the same."""
    code, text = why
    timers = (look(rules, matter, it.window, at), *off(SEND_DUE))
    unclear = ReturnUnclear(number=matter.number, code=code, text=text)
    return Decision(facts=(unclear,), timers=timers)


def _overtaken(matter: Matter, serving: str) -> ReturnOvertaken:
    return ReturnOvertaken(number=matter.number, operator=matter.operator, serving=serving)


def _query(it: NumberReturn, matter: Matter) -> QueryReturn:
    return QueryReturn(
        reference=it.reference,
        number=matter.number,
        operator=matter.operator,
        hub=matter.hub,
    )


def _restore(matter: Matter) -> RestoreService:
    return RestoreService(hub=matter.hub, number=matter.number, iccid=None)
