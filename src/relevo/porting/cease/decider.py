"""The cease interlock: no number is ceased while anybody is undecided about it.

The number of the true story was cut by its donor while its order had not said what was to become
of it. Here a wish to cease a number is checked first: an order that names it, a request of another
operator for it, numbers that live on its card. Any of them holds the wish, both sides are told, and
we look again until it is decided; a number that stays is not ceased, one that left need not be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from relevo.customers.served import Reader, ServedLine, reader_of
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
    wire_name,
)
from relevo.porting.cease.folding import FACTS, evolve
from relevo.porting.cease.lifecycle import LIFECYCLE
from relevo.porting.cease.messages import (
    KIND,
    AskCease,
    CeaseAsked,
    CeaseChecked,
    CeaseDecided,
    CeaseDropped,
    CeaseHeld,
    CeaseStarted,
    CeaseUnrecognised,
    DecideCease,
    LookUpTies,
    NumberCeased,
    ReadService,
    ServiceRead,
    StopService,
    TiesFound,
)
from relevo.porting.cease.model import Cease, CeasePhase, CeaseRefusal, Stance, Tie, TieKind, Wish
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

__all__ = ["KIND", "cease_process"]
Book = Callable[[str], PortingProfile]

DUE, RECHECK, SERVICE_DUE = "due", "recheck", "service_due"
TIMERS = frozenset({DUE, RECHECK, SERVICE_DUE})
RECHECK_EVERY = timedelta(minutes=30)
SERVICE_LOOK = timedelta(minutes=1)
SERVICE_LOOK_AGAIN = timedelta(minutes=10)
SERVICE_UNCHANGED = "service_unchanged"
NOT_SERVED, CUSTOMER_KEEPS, DECIDED = "not_served", "customer_keeps", "decided"


def decide(book: Book, cease: Cease, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    wish = cease.wish
    if wish is None:
        return _when_blank(book, message, at)
    match message:
        case AskCease():
            return Refusal(reason=CeaseRefusal.ALREADY_ASKED, detail=wish.by)
        case DecideCease():
            return _decided(cease, wish, message, at)
        case TiesFound() if cease.phase in {CeasePhase.CHECKING, CeasePhase.HELD}:
            return _judged(cease, wish, message, at)
        case ServiceRead() if cease.phase is CeasePhase.STOPPING and message.number == wish.number:
            return _read(book(wish.rules), cease, wish, message)
        case TimerFired():
            return _on_time(cease, wish, message.name, at)
        case EffectParked() if cease.phase is CeasePhase.STOPPING:
            if message.effect != wire_name(StopService) or SERVICE_UNCHANGED in cease.puzzles:
                return NOTHING
            puzzle = CeaseUnrecognised(
                number=wish.number, code=SERVICE_UNCHANGED, text=message.reason
            )
            return Decision(facts=(puzzle,))
        case _:
            return NOTHING


def _when_blank(book: Book, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case AskCease():
            return _asked(book, message, at)
        case DecideCease():
            return Refusal(reason=CeaseRefusal.NOTHING_TO_DECIDE)
        case _:
            return NOTHING


def _asked(book: Book, message: AskCease, at: Moment) -> Decision | Refusal:
    try:
        book(message.rules)
    except (LookupError, ValueError) as unknown:
        return Refusal(reason=CeaseRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
    if not (message.by.strip() and message.why.strip()):
        return Refusal(reason=CeaseRefusal.NAME_MISSING, detail="say who wants it, and why")
    wish = Wish(
        number=message.number,
        operator=message.operator,
        by=message.by,
        why=message.why,
        rules=message.rules,
        hub=message.hub,
        not_before=message.not_before,
        reply_to=message.reply_to,
    )
    asked = CeaseAsked(wish=wish)
    return Decision(facts=(asked,), timers=(Timer(name=DUE, due=message.not_before or at),))


def _on_time(cease: Cease, wish: Wish, name: str, at: Moment) -> Decision:
    match name:
        case _ if name == DUE and cease.phase is CeasePhase.WAITING:
            checked = CeaseChecked(number=wish.number)
            look = _look(wish, at)
            return Decision(facts=(checked,), effects=look.effects, timers=look.timers)
        case _ if name == RECHECK and cease.phase in {CeasePhase.CHECKING, CeasePhase.HELD}:
            return _look(wish, at)
        case _ if name == SERVICE_DUE and cease.phase is CeasePhase.STOPPING:
            return Decision(
                effects=(ReadService(number=wish.number),),
                timers=(Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK_AGAIN),),
            )
        case _:
            return NOTHING


def _look(wish: Wish, at: Moment) -> Decision:
    return Decision(
        effects=(LookUpTies(number=wish.number, operator=wish.operator),),
        timers=(Timer(name=RECHECK, due=at + RECHECK_EVERY),),
    )


def _judged(cease: Cease, wish: Wish, message: TiesFound, at: Moment) -> Decision:
    """What the number is tied to decides: ceased, held, or left alone."""
    line = message.served
    if line is None or line.operator != wish.operator or not line.is_in_service:
        return _dropped(cease, wish, NOT_SERVED)
    if any(tie.stance is Stance.KEEPS for tie in message.ties):
        return _dropped(cease, wish, CUSTOMER_KEEPS)
    holding = tuple(tie for tie in message.ties if _holds(cease, tie))
    if holding:
        if cease.phase is CeasePhase.HELD and holding == cease.ties:
            return NOTHING
        held = CeaseHeld(wish=wish, ties=holding, readers=_readers(wish, line, holding))
        return Decision(facts=(held,))
    return Decision(
        facts=(CeaseStarted(number=wish.number, is_own_range=line.is_own_range),),
        effects=(StopService(number=wish.number),),
        timers=(
            Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK),
            Timer(name=RECHECK, due=None),
        ),
    )


def _holds(cease: Cease, tie: Tie) -> bool:
    if tie.kind is TieKind.DEPENDANT:
        return not cease.is_decided
    return tie.stance in {Stance.UNDECIDED, Stance.MOVING}


def _decided(cease: Cease, wish: Wish, message: DecideCease, at: Moment) -> Decision | Refusal:
    if cease.phase is CeasePhase.STOPPING:
        return Refusal(reason=CeaseRefusal.TOO_LATE, detail="the line is being stopped")
    if not (message.by.strip() and message.why.strip()):
        return Refusal(reason=CeaseRefusal.NAME_MISSING, detail="say who decides, and why")
    decided = CeaseDecided(
        number=wish.number, ceases=message.ceases, by=message.by, why=message.why
    )
    if not message.ceases:
        dropped = _dropped(cease, wish, DECIDED)
        return Decision(facts=(decided, *dropped.facts))
    if cease.phase is CeasePhase.HELD:
        look = _look(wish, at)
        return Decision(facts=(decided,), effects=look.effects, timers=look.timers)
    return Decision(facts=(decided,))


def _read(rules: PortingProfile, cease: Cease, wish: Wish, message: ServiceRead) -> Decision:
    if message.is_served:
        return Decision(effects=(StopService(number=wish.number),))
    ceased = NumberCeased(
        number=wish.number,
        operator=wish.operator,
        at=message.at,
        is_own_range=cease.is_own_range,
        held_until=rules.hold_until(message.at),
        is_portable=rules.may_port_while_held(cease.is_own_range),
        readers=cease.told,
        rules=wish.rules,
        hub=wish.hub,
    )
    return Decision(facts=(ceased,))


def _dropped(cease: Cease, wish: Wish, why: str) -> Decision:
    """Who heard that it was held hears that it is off; who heard nothing need not."""
    return Decision(facts=(CeaseDropped(wish=wish, why=why, readers=cease.told),))


def _readers(wish: Wish, line: ServedLine, ties: tuple[Tie, ...]) -> tuple[Reader, ...]:
    """Both sides: the holder, the customers of the orders, and who asked; each once."""
    sides = [reader_of(line)]
    sides += [tie.reader for tie in ties if tie.reader is not None]
    sides += [wish.reply_to] if wish.reply_to is not None else []
    by_address = {(each.email, each.contact): each for each in reversed(sides)}
    return tuple(reversed(by_address.values()))


def cease_process(book: Book) -> ProcessType[Cease]:
    """The process ``porting.cease``; one for each wish."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: Cease(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Cease,
        messages=(AskCease, DecideCease, TiesFound, ServiceRead),
        facts=FACTS,
        effects=(LookUpTies, StopService, ReadService),
        timers=TIMERS,
    )
