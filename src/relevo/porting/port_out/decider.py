"""The donor's side of a port: what follows from each message, by phase.

Another operator asks for a number that we serve. We answer by rule inside the reply window, from
what we serve at that very moment (``answering``, ``judging``), serve the number until the hub says
that it moved, stop, and serve it again when the port failed (``leaving``). The hub is away, slow or
silent like for everybody: the answer is brought again, and long before the limit somebody hears of
it, because our silence would be a rejection in our name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    TimerFired,
    wire_name,
)
from relevo.porting.cease.messages import ReadService, RestoreService, ServiceRead, StopService
from relevo.porting.port_out import answering, leaving
from relevo.porting.port_out.folding import FACTS, evolve
from relevo.porting.port_out.lifecycle import LIFECYCLE
from relevo.porting.port_out.messages import (
    ApproveForceMajeure,
    ConfirmPortOut,
    LookUpServed,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    PortOutUnreached,
    ProposeForceMajeure,
    QueryPortOut,
    RejectPortOut,
    ServedFound,
    TryPortOutAgain,
    UndoPortOut,
)
from relevo.porting.port_out.model import Asked, PortOut, PortOutPhase, PortOutRefusal
from relevo.porting.port_out.timing import (
    ALARM,
    ANSWER_DUE,
    REPLY_OVER,
    RETRY,
    SERVICE_DUE,
    TIMERS,
    UNDO_ENDS,
    WINDOW_OPENS,
)
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

KIND = "porting.port_out"
Book = Callable[[str], PortingProfile]
_UNANSWERED = frozenset(
    {PortOutPhase.ASKED, PortOutPhase.CHECKING, PortOutPhase.ANSWERING, PortOutPhase.AWAITING}
)
_TURNING = frozenset({PortOutPhase.STOPPING, PortOutPhase.REACTIVATING})


def port_out_id(reference: str) -> str:
    """One request is one process, and one family of its own."""
    return f"out-{reference}/port_out"


def decide(book: Book, port: PortOut, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    asked = port.asked
    if asked is None:
        return _when_blank(book, message, at)
    rules = book(asked.rules)
    match message:
        case PortOutSeen():
            return leaving.seen(rules, port, asked, message, at)
        case ProposeForceMajeure():
            return answering.propose(rules, port, asked, message, at)
        case ApproveForceMajeure():
            return answering.approve(rules, port, asked, message, at)
        case TryPortOutAgain():
            return _try_again(port, asked, message)
        case UndoPortOut():
            return leaving.undo(port, message, asked, at)
        case ServiceRead() if port.phase in _TURNING:
            return leaving.service_read(rules, port, asked, message, at)
        case TimerFired():
            return _on_time(rules, port, asked, message.name, at)
        case EffectParked():
            return _effect_parked(rules, port, asked, message, at)
        case _:
            return _answered(rules, port, asked, message, at)


def _when_blank(book: Book, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case PortOutAsked():
            try:
                rules = book(message.rules)
            except (LookupError, ValueError) as unknown:
                return Refusal(reason=PortOutRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
            return answering.received(rules, message, at)
        case ProposeForceMajeure() | ApproveForceMajeure():
            return Refusal(reason=PortOutRefusal.NOTHING_TO_APPROVE)
        case UndoPortOut() | TryPortOutAgain():
            return Refusal(reason=PortOutRefusal.NOTHING_TO_UNDO)
        case _:
            return NOTHING


def _answered(
    rules: PortingProfile, port: PortOut, asked: Asked, message: Any, at: Moment
) -> Decision:
    """Words that are awaited in one phase only; late or doubled ones change nothing."""
    match message:
        case ServedFound() if port.phase is PortOutPhase.CHECKING:
            return answering.found(rules, asked, message, at)
        case PortOutAnswerTaken() if port.phase is PortOutPhase.ANSWERING:
            return leaving.taken(rules, port, asked)
        case PortOutUnreached() if port.phase is PortOutPhase.ANSWERING:
            return answering.unreached(rules, asked, at)
        case PortOutAnswerRefused() if port.phase is PortOutPhase.ANSWERING:
            return answering.refused(rules, port, asked, message, at)
        case _:
            return NOTHING


def _on_time(rules: PortingProfile, port: PortOut, asked: Asked, name: str, at: Moment) -> Decision:
    match name:
        case _ if name == ANSWER_DUE and port.phase is PortOutPhase.ASKED:
            return answering.answer_due(port, asked)
        case _ if name == RETRY and port.phase is PortOutPhase.ANSWERING:
            return answering.say_again(asked, port.verdict)
        case _ if name == RETRY and port.phase is PortOutPhase.CHECKING:
            return answering.check(asked)
        case _ if name == ALARM and port.phase in _UNANSWERED - {PortOutPhase.AWAITING}:
            return answering.at_risk(rules, port, asked, at)
        case _ if name == REPLY_OVER and port.phase in _UNANSWERED:
            return answering.look_for_end(port, asked, at)
        case _ if name == WINDOW_OPENS and port.phase is PortOutPhase.CONFIRMED:
            return leaving.look_for_port(port, asked, at)
        case _ if name == SERVICE_DUE and port.phase in _TURNING:
            idle = leaving.complete_if_idle(rules, port, asked, at)
            return idle or leaving.look_for_service(port, asked, at)
        case _ if name == UNDO_ENDS and port.phase is PortOutPhase.LEFT:
            return leaving.undo_ends()
        case _:
            return NOTHING


def _try_again(port: PortOut, asked: Asked, message: TryPortOutAgain) -> Decision | Refusal:
    if port.phase not in {PortOutPhase.ASKED, PortOutPhase.ANSWERING}:
        return Refusal(reason=PortOutRefusal.ANSWERED_ALREADY, detail=port.phase.value)
    if not message.by.strip():
        return Refusal(reason=PortOutRefusal.NAME_MISSING, detail="give a name")
    return answering.check(asked, by=message.by)


def _effect_parked(
    rules: PortingProfile, port: PortOut, asked: Asked, parked: EffectParked, at: Moment
) -> Decision:
    """An effect that was given up: a look is done again in its rhythm, an answer is a task."""
    if parked.effect == wire_name(LookUpServed) and port.phase is PortOutPhase.CHECKING:
        return answering.unreached(rules, asked, at)
    answers = {wire_name(ConfirmPortOut), wire_name(RejectPortOut)}
    if parked.effect in answers and port.phase is PortOutPhase.ANSWERING:
        facts = answering.puzzled(port, asked, answering.ANSWER_PARKED, parked.reason)
        return Decision(facts=facts)
    turns = {wire_name(StopService), wire_name(RestoreService)}
    if parked.effect in turns and port.phase in _TURNING:
        facts = answering.puzzled(port, asked, leaving.SERVICE_UNCHANGED, parked.reason)
        return Decision(facts=facts)
    return NOTHING


def port_out_process(book: Book) -> ProcessType[PortOut]:
    """The process ``porting.port_out``; one for each request, ``out-{reference}/port_out``."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: PortOut(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=PortOut,
        messages=(
            PortOutAsked,
            PortOutSeen,
            PortOutAnswerTaken,
            PortOutAnswerRefused,
            PortOutUnreached,
            ServedFound,
            ServiceRead,
            ProposeForceMajeure,
            ApproveForceMajeure,
            TryPortOutAgain,
            UndoPortOut,
        ),
        facts=FACTS,
        effects=(
            LookUpServed,
            ConfirmPortOut,
            RejectPortOut,
            QueryPortOut,
            StopService,
            RestoreService,
            ReadService,
        ),
        timers=TIMERS,
    )
