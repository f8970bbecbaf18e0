"""The way back of a number: asked for by us, or let go by us."""

from __future__ import annotations

from dataclasses import replace

from relevo.engine.process import NOTHING, Decision, Tell, Timer, family
from relevo.porting.cease.messages import ReadService, RestoreService, ServiceRead
from relevo.porting.port_in.decider import KIND as PORT_IN
from relevo.porting.port_in.messages import CancelPortIn, PortInRejected, RequestPortIn
from relevo.porting.profile import RejectionReason
from relevo.porting.undue_port.messages import (
    AskBackAgain,
    DropUnduePort,
    NumberPortedBack,
    NumberServedAgain,
    NumberWentBack,
    PortBackAsked,
    PortBackCalledOff,
    UnduePortDropped,
    WayBackOpened,
)
from relevo.porting.undue_port.model import Matter, Side, UnduePhase, UnduePort
from relevo.porting.undue_port.timing import (
    ATTEMPTS_MAX,
    SERVICE_DUE,
    SERVICE_LOOK,
    SERVICE_LOOK_AGAIN,
    WAY_BACK_OPEN,
    WENT_BACK_DUE,
    WENT_BACK_LOOK,
)
from relevo.values.moment import Moment

NOT_ASKED_FOR = "not_asked_for"
CALLED_OFF = "error"


def go_back(undue: UnduePort, matter: Matter, by: str, at: Moment) -> Decision:
    """We ask for it, or open its way back, whichever side we are."""
    if matter.side is Side.LOST:
        return ask(undue, matter, at)
    opened = WayBackOpened(
        number=matter.number,
        us=matter.us,
        goes_back_to=matter.other,
        document=matter.holder.document,
        until=at + WAY_BACK_OPEN,
        by=by,
    )
    return Decision(facts=(opened,), timers=(_look(at),))


def request_of(undue: UnduePort, attempt: int) -> str:
    """The id of the request in the opposite direction."""
    number = undue.matter.number if undue.matter is not None else ""
    return f"{family(undue.process_id)}/port/{number}/{attempt}"


def ask(undue: UnduePort, matter: Matter, at: Moment) -> Decision:
    """An ordinary request, in the hub's own next window: the sooner the better."""
    attempt = undue.attempt + 1
    request = RequestPortIn(
        number=matter.number,
        hub=matter.hub,
        donor=matter.other,
        recipient=matter.us,
        holder=matter.holder,
        order=family(undue.process_id),
        line=matter.number,
        rules=matter.rules,
        consent_at=at,
        donor_iccid=matter.donor_iccid,
        prepaid=matter.donor_iccid is not None,
        address=matter.address,
    )
    return Decision(
        facts=(PortBackAsked(number=matter.number, attempt=attempt, matter=matter),),
        tells=(Tell(kind=PORT_IN, to=request_of(undue, attempt), message=request),),
    )


def is_worth_again(undue: UnduePort, rejected: PortInRejected) -> bool:
    """Silence needs no repair, only another request."""
    is_silence = rejected.reason == RejectionReason.NO_ANSWER
    return is_silence and undue.attempt < ATTEMPTS_MAX


def ask_again(undue: UnduePort, matter: Matter, word: AskBackAgain, at: Moment) -> Decision:
    """A person has mended what stood against it."""
    mended = replace(
        matter,
        holder=word.holder or matter.holder,
        donor_iccid=word.donor_iccid or matter.donor_iccid,
    )
    return ask(undue, mended, at)


def call_off(undue: UnduePort, matter: Matter, word: DropUnduePort) -> Decision:
    """It need not come back after all: whether that is in time, the hub says."""
    if undue.is_called_off:
        return NOTHING
    off = PortBackCalledOff(number=matter.number, by=word.by, why=word.why)
    cancel = CancelPortIn(why=CALLED_OFF)
    tell = Tell(kind=PORT_IN, to=request_of(undue, undue.attempt), message=cancel)
    return Decision(facts=(off,), tells=(tell,))


def restore(matter: Matter, back: NumberPortedBack, at: Moment) -> Decision:
    """It is ours: serve it as before, at once."""
    due = Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK)
    return Decision(facts=(back,), effects=(_serve(matter),), timers=(due,))


def look_for_service(matter: Matter, at: Moment) -> Decision:
    """Our network was told; is it so?"""
    again = Timer(name=SERVICE_DUE, due=at + SERVICE_LOOK_AGAIN)
    return Decision(effects=(ReadService(number=matter.number),), timers=(again,))


def look_for_leaving(undue: UnduePort, matter: Matter, at: Moment) -> Decision:
    """We wait to be asked; in the end nobody wanted it back."""
    if undue.admitted_until is not None and at >= undue.admitted_until:
        dropped = UnduePortDropped(number=matter.number, by="", why=NOT_ASKED_FOR)
        return Decision(facts=(dropped,))
    return Decision(effects=(ReadService(number=matter.number),), timers=(_look(at),))


def service_read(undue: UnduePort, matter: Matter, read: ServiceRead) -> Decision:
    """What our network says of it."""
    match undue.phase:
        case UnduePhase.RESTORING if read.is_served:
            served = NumberServedAgain(number=matter.number, us=matter.us, at=read.at)
            return Decision(facts=(served,), timers=(Timer(name=SERVICE_DUE, due=None),))
        case UnduePhase.RESTORING:
            return Decision(effects=(_serve(matter),))
        case UnduePhase.ADMITTED if not read.is_served:
            gone = NumberWentBack(number=matter.number, at=read.at)
            return Decision(facts=(gone,), timers=(Timer(name=WENT_BACK_DUE, due=None),))
        case _:
            return NOTHING


def _serve(matter: Matter) -> RestoreService:
    return RestoreService(hub=matter.hub, number=matter.number, iccid=matter.iccid)


def _look(at: Moment) -> Timer:
    return Timer(name=WENT_BACK_DUE, due=at + WENT_BACK_LOOK)
