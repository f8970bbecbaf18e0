"""A number that nobody uses any more: given back to the holder of its range, or resting in ours.

A number that was ported to us is announced to the hub (the *baja*), waits a month in which its last
holder may still port it, and goes back; while somebody asks for it nothing moves (porting-es 3.3,
3.9.5). One of our own range is announced to nobody. One of ours that another operator had comes
back by the hub's list, and is not taken while anything here uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.porting.cease.messages import (
    NumberCeased,
    ReadService,
    RestoreService,
    ServiceRead,
)
from relevo.porting.number_return import giving_back, in_range
from relevo.porting.number_return.folding import FACTS, evolve
from relevo.porting.number_return.lifecycle import LIFECYCLE
from relevo.porting.number_return.messages import (
    HoldingFound,
    KeepNumber,
    LookUpHolding,
    LookUpStanding,
    NumberBackClaimed,
    NumberCameBack,
    NumberHolding,
    QueryReturn,
    ReturnAccepted,
    ReturnDeclined,
    ReturnReopened,
    ReturnSeen,
    ReturnSettled,
    ReturnStarted,
    ReturnState,
    SendReturnCancellation,
    SendReturnNotice,
    SettleReturn,
    StandingFound,
    StartReturn,
    TryReturnAgain,
)
from relevo.porting.number_return.model import Matter, NumberReturn, ReturnRefusal
from relevo.porting.number_return.model import ReturnPhase as P
from relevo.porting.number_return.timing import (
    BOOKS_DUE,
    LOOK_DUE,
    SEND_DUE,
    SERVICE_DUE,
    TIMERS,
    off,
    send,
    send_tomorrow,
)
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import PortingProfile
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

KIND = "porting.number_return"
Book = Callable[[str], PortingProfile]


def return_id(number: Msisdn, key: str) -> str:
    """The process of a return that did not begin with a cease of ours; one key is one return."""
    return f"return-{number[1:]}-{code(4, READABLE, number, key)}/return"


def return_of_cease(family: str, number: Msisdn) -> str:
    """The process of the return of a number that was ceased in this family."""
    return f"{family}/return/{number[1:]}"


def decide(book: Book, it: NumberReturn, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    matter = it.matter
    if matter is None:
        return _when_blank(book, message, at)
    rules = book(matter.rules)
    match message:
        case StartReturn():
            return Refusal(reason=ReturnRefusal.STARTED, detail=it.phase.value)
        case KeepNumber():
            return giving_back.keep(rules, it, matter, message, at)
        case TryReturnAgain():
            return _again(rules, it, matter, message, at)
        case SettleReturn():
            return _settled(rules, it, matter, message, at)
        case TimerFired():
            return _on_time(rules, it, matter, message.name, at)
        case EffectParked():
            return _parked(rules, it, matter, message, at)
        case _:
            return _told(rules, it, matter, message, at)


def _told(
    rules: PortingProfile, it: NumberReturn, matter: Matter, message: Any, at: Moment
) -> Decision:
    match message:
        case StandingFound():
            return giving_back.standing_found(rules, it, matter, message, at)
        case ReturnAccepted():
            return giving_back.accepted(rules, it, matter, message, at)
        case ReturnDeclined():
            return giving_back.declined(rules, it, matter, message, at)
        case ReturnSeen():
            return giving_back.seen(rules, it, matter, message, at)
        case HoldingFound() if it.phase in in_range.OURS and message.step == it.phase:
            return in_range.found(rules, it, matter, message, at)
        case ServiceRead() if it.phase is P.RESTORING:
            return giving_back.service_read(matter, message)
        case _:
            return NOTHING


def _when_blank(book: Book, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case Heard(fact=NumberCeased() as ceased):
            matter = Matter(
                number=ceased.number,
                operator=ceased.operator,
                hub=ceased.hub,
                since=ceased.at,
                rules=ceased.rules,
                held_until=ceased.held_until if ceased.is_own_range else None,
            )
            return _begun(book, matter, at)
        case StartReturn(matter=matter, by=by):
            if not by.strip():
                return Refusal(reason=ReturnRefusal.NAME_MISSING, detail="say who wants it")
            return _begun(book, matter, at)
        case NumberCameBack(matter=matter, file=file):
            if _unknown(book, matter):
                return Refusal(reason=ReturnRefusal.RULES_UNKNOWN, detail=matter.rules)
            look = in_range.look_into_books(P.CHECKING, matter, at)
            claimed = NumberBackClaimed(matter=matter, file=file)
            return Decision(facts=(claimed,), effects=look.effects, timers=look.timers)
        case KeepNumber() | TryReturnAgain() | SettleReturn():
            return Refusal(reason=ReturnRefusal.NOT_STARTED)
        case _:
            return NOTHING


def _begun(book: Book, matter: Matter, at: Moment) -> Decision | Refusal:
    if _unknown(book, matter):
        return Refusal(reason=ReturnRefusal.RULES_UNKNOWN, detail=matter.rules)
    if matter.held_until is not None:
        holding = NumberHolding(matter=matter)
        due = Timer(name=BOOKS_DUE, due=max(at, matter.held_until))
        return Decision(facts=(holding,), timers=(due,))
    started = ReturnStarted(matter=matter)
    return Decision(facts=(started,), timers=(send(book(matter.rules), matter, at),))


def _unknown(book: Book, matter: Matter) -> bool:
    try:
        book(matter.rules)
    except (LookupError, ValueError):
        return True
    return False


def _again(
    rules: PortingProfile, it: NumberReturn, matter: Matter, message: TryReturnAgain, at: Moment
) -> Decision | Refusal:
    if not message.by.strip():
        return Refusal(reason=ReturnRefusal.NAME_MISSING, detail="say who")
    match it.phase:
        case P.REFUSED | P.CHECKING:
            return in_range.look_into_books(it.phase, matter, at)
        case P.UNCLEAR:
            again = ReturnReopened(number=matter.number, by=message.by)
            return Decision(facts=(again,), timers=(send(rules, matter, at), *off(LOOK_DUE)))
        case P.ASKING | P.CANCELLING:
            return Decision(timers=(send(rules, matter, at),))
        case _:
            return Refusal(reason=ReturnRefusal.NOT_NOW, detail=it.phase.value)


def _settled(
    rules: PortingProfile, it: NumberReturn, matter: Matter, message: SettleReturn, at: Moment
) -> Decision | Refusal:
    """A person's word stands for that of a witness, and is kept as his."""
    if it.phase is not P.UNCLEAR or message.state is ReturnState.UNCLEAR:
        return Refusal(reason=ReturnRefusal.NOTHING_TO_SETTLE, detail=it.phase.value)
    if not (message.by.strip() and message.why.strip()):
        return Refusal(reason=ReturnRefusal.NAME_MISSING, detail="say who, and why")
    said = ReturnSeen(
        reference=it.reference,
        number=matter.number,
        state=message.state,
        witness=Witness.QUERY,
        at=message.at,
    )
    settled = ReturnSettled(
        number=matter.number, state=message.state, by=message.by, why=message.why
    )
    follows = giving_back.seen(rules, it, matter, said, at)
    return Decision(facts=(settled, *follows.facts), effects=follows.effects, timers=follows.timers)


def _on_time(
    rules: PortingProfile, it: NumberReturn, matter: Matter, name: str, at: Moment
) -> Decision:
    match name:
        case _ if name == SEND_DUE and it.phase in {P.ASKING, P.ENDING}:
            lost: tuple[object, ...] = ()
            if it.is_sent:
                text = "the hub has not said whether it has the notice; it gets it again"
                lost = giving_back.stuck(it, matter, giving_back.NOT_ANSWERED, text).facts
            again = giving_back.begin_again(rules, matter, at)
            return Decision(facts=lost, effects=again.effects, timers=again.timers)
        case _ if name == SEND_DUE and it.phase is P.CANCELLING:
            return giving_back.cancel_at_hub(rules, it, matter, at)
        case _ if name == LOOK_DUE and it.phase in giving_back.AT_HUB:
            return giving_back.look_again(rules, it, matter, at)
        case _ if name == SERVICE_DUE and it.phase is P.RESTORING:
            return giving_back.look_for_service(matter, at)
        case _ if name == BOOKS_DUE and it.phase in in_range.OURS:
            return in_range.look_into_books(it.phase, matter, at)
        case _:
            return NOTHING


def _parked(
    rules: PortingProfile, it: NumberReturn, matter: Matter, message: EffectParked, at: Moment
) -> Decision:
    """Somebody looks; what is to be said to the hub is said again tomorrow."""
    told = giving_back.stuck(it, matter, giving_back.NOT_REACHED, message.reason)
    if it.phase in {P.ASKING, P.CANCELLING, P.ENDING}:
        return Decision(facts=told.facts, timers=(send_tomorrow(rules, matter, at),))
    return told


def number_return_process(book: Book) -> ProcessType[NumberReturn]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: NumberReturn(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=NumberReturn,
        messages=(
            StartReturn,
            NumberCameBack,
            KeepNumber,
            TryReturnAgain,
            SettleReturn,
            StandingFound,
            HoldingFound,
            ReturnAccepted,
            ReturnDeclined,
            ReturnSeen,
            ServiceRead,
        ),
        facts=FACTS,
        effects=(
            LookUpStanding,
            LookUpHolding,
            SendReturnNotice,
            SendReturnCancellation,
            QueryReturn,
            RestoreService,
            ReadService,
        ),
        hears=(NumberCeased,),
        timers=TIMERS,
    )
