"""A port that nobody owed is undone: what follows from each message, by phase.

No hub has a process for it (porting-es 3.1, P9): the number goes back by an ordinary request in the
opposite direction, and that one has all its own rules, limits and witnesses (``port_in``, and for
who is asked ``port_out``). What is ours here is what stands around it:

* ``LOST``: we ask, as often as silence needs it, and serve the number again as it was;
* ``GAINED``: we admit it, so that the request is answered at once and against the holder from
  before: the one in our books is what was wrong;
* a theft blocks the number where the hub's rules know such a block: it is not ported until a person
  has said what happened, or the days of the law are over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    TimerFired,
    family,
    wire_name,
)
from relevo.porting.cease.messages import ReadService, RestoreService, ServiceRead
from relevo.porting.port_in.messages import (
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
)
from relevo.porting.profile import PortingProfile
from relevo.porting.undue_port import blocking, returning
from relevo.porting.undue_port.folding import FACTS, evolve
from relevo.porting.undue_port.lifecycle import LIFECYCLE
from relevo.porting.undue_port.messages import (
    AskBackAgain,
    DropUnduePort,
    ExtendBlock,
    NumberPortedBack,
    PortBackConfirmed,
    PortBackRefused,
    ReportUnduePort,
    SettleTheft,
    UnduePortDropped,
    UnduePortReported,
    UnduePortUnrecognised,
)
from relevo.porting.undue_port.model import Matter, UnduePhase, UnduePort, UndueRefusal, UndueWhy
from relevo.porting.undue_port.timing import BLOCK_ENDS, SERVICE_DUE, TIMERS, WENT_BACK_DUE
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

KIND = "porting.undue_port"
Book = Callable[[str], PortingProfile]
SERVICE_UNCHANGED = "service_unchanged"
_WHO = "by and why: say who decides, and for which reason"


def undue_port_id(number: Msisdn, key: str) -> str:
    """One report is one process, and one family of its own."""
    return f"undue-{code(8, READABLE, 'undue', number, key)}/undue_port"


def hears_its_requests(source: str, _: Any) -> str | None:
    """The undue port that a request of this family is part of; None when it is none of ours."""
    root = family(source)
    return f"{root}/undue_port" if root.startswith("undue-") else None


def decide(book: Book, undue: UnduePort, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    matter = undue.matter
    if matter is None:
        return _when_blank(book, undue, message, at)
    rules = book(matter.rules)
    match message:
        case ReportUnduePort():
            return Refusal(reason=UndueRefusal.ALREADY_REPORTED, detail=undue.phase.value)
        case SettleTheft() | ExtendBlock() | AskBackAgain() | DropUnduePort():
            if not (message.by.strip() and message.why.strip()):
                return Refusal(reason=UndueRefusal.NAME_MISSING, detail=_WHO)
            return _on_word(rules, undue, matter, message, at)
        case Heard() if undue.phase is UnduePhase.ASKING:
            return _heard(undue, matter, message, at)
        case ServiceRead() if message.number == matter.number:
            return returning.service_read(undue, matter, message)
        case TimerFired():
            return _on_time(undue, matter, message.name, at)
        case EffectParked():
            return _parked(undue, matter, message)
        case _:
            return NOTHING


def _when_blank(book: Book, undue: UnduePort, message: Any, at: Moment) -> Decision | Refusal:
    if not isinstance(message, ReportUnduePort):
        return NOTHING
    matter = message.matter
    try:
        rules = book(matter.rules)
    except (LookupError, ValueError) as unknown:
        return Refusal(reason=UndueRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
    for name in (matter.us, matter.other):
        if rules.operator(name) is None:
            detail = f"{name!r} is not an operator of {rules.code}"
            return Refusal(reason=UndueRefusal.OPERATOR_UNKNOWN, detail=detail)
    if not message.by.strip():
        return Refusal(reason=UndueRefusal.NAME_MISSING, detail="by: say who reports it")
    reported = UnduePortReported(matter=matter, by=message.by)
    until = rules.theft_block_until(matter.hub, at, extended=False)
    if matter.why is UndueWhy.THEFT and until is not None:
        follows = blocking.block(matter, until, message.by)
    else:
        follows = returning.go_back(evolve(undue, reported), matter, message.by, at)
    return replace(follows, facts=(reported, *follows.facts))


def _on_word(
    rules: PortingProfile, undue: UnduePort, matter: Matter, message: Any, at: Moment
) -> Decision | Refusal:
    """A person's word; it fits some phases, and in the others changes nothing."""
    match message, undue.phase:
        case SettleTheft(), UnduePhase.BLOCKED | UnduePhase.UNSETTLED:
            return blocking.settle(undue, matter, message, at)
        case ExtendBlock(), UnduePhase.BLOCKED:
            return blocking.extend(rules, undue, matter, message, at)
        case AskBackAgain(), UnduePhase.REFUSED:
            return returning.ask_again(undue, matter, message, at)
        case DropUnduePort(), UnduePhase.ASKING:
            return returning.call_off(undue, matter, message)
        case DropUnduePort(), UnduePhase.REFUSED | UnduePhase.ADMITTED:
            return _dropped(matter, message.by, message.why)
        case _:
            return Refusal(reason=UndueRefusal.NOT_NOW, detail=undue.phase.value)


def _heard(undue: UnduePort, matter: Matter, heard: Heard, at: Moment) -> Decision:
    """What becomes of our request; of an older one it is no news."""
    if heard.source != returning.request_of(undue, undue.attempt):
        return NOTHING
    match heard.fact:
        case PortInConfirmed() as fact:
            return Decision(facts=(PortBackConfirmed(number=matter.number, window=fact.window),))
        case PortInCompleted() as fact:
            back = NumberPortedBack(number=matter.number, at=fact.at)
            return returning.restore(matter, back, at)
        case PortInCancelled() as fact if undue.is_called_off:
            return _dropped(matter, "", fact.why)
        case PortInCancelled() as fact:
            return _refused(matter, "cancelled", fact.why)
        case PortInRejected() if undue.is_called_off:
            return _dropped(matter, "", heard.fact.code)
        case PortInRejected() as fact:
            if returning.is_worth_again(undue, fact):
                return returning.ask(undue, matter, at)
            return _refused(matter, fact.code, fact.reason)
        case _:
            return NOTHING


def _on_time(undue: UnduePort, matter: Matter, name: str, at: Moment) -> Decision:
    match name, undue.phase:
        case _, UnduePhase.BLOCKED if name == BLOCK_ENDS:
            return blocking.lapse(matter)
        case _, UnduePhase.RESTORING if name == SERVICE_DUE:
            return returning.look_for_service(matter, at)
        case _, UnduePhase.ADMITTED if name == WENT_BACK_DUE:
            return returning.look_for_leaving(undue, matter, at)
        case _:
            return NOTHING


def _parked(undue: UnduePort, matter: Matter, parked: EffectParked) -> Decision:
    """Our network does not take the number back: it is told again in its rhythm, and is a task."""
    is_news = SERVICE_UNCHANGED not in undue.puzzles
    is_ours = parked.effect == wire_name(RestoreService) and undue.phase is UnduePhase.RESTORING
    if not (is_ours and is_news):
        return NOTHING
    puzzle = UnduePortUnrecognised(number=matter.number, code=SERVICE_UNCHANGED, text=parked.reason)
    return Decision(facts=(puzzle,))


def _refused(matter: Matter, code_: str, reason: str) -> Decision:
    return Decision(facts=(PortBackRefused(number=matter.number, code=code_, reason=reason),))


def _dropped(matter: Matter, by: str, why: str) -> Decision:
    return Decision(facts=(UnduePortDropped(number=matter.number, by=by, why=why),))


def undue_port_process(book: Book) -> ProcessType[UnduePort]:
    """The process ``porting.undue_port``; one for each report, ``undue-{code}/undue_port``."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: UnduePort(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=UnduePort,
        messages=(
            ReportUnduePort,
            SettleTheft,
            ExtendBlock,
            AskBackAgain,
            DropUnduePort,
            ServiceRead,
        ),
        facts=FACTS,
        effects=(RestoreService, ReadService),
        hears=(PortInConfirmed, PortInRejected, PortInCancelled, PortInCompleted),
        timers=TIMERS,
    )
