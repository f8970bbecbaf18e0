"""Taking a request back (porting-es 3.9.3): only the recipient may, and only until the deadline.

What was never sent needs no hub. What is on its way must first be known to the hub, or known not
to be there. A cancellation that comes too late is said at once: the number will move.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relevo.engine.process import Decision, Timer
from relevo.porting.port_in.messages import (
    CancellationAsked,
    CancellationMissed,
    HubDeclined,
    PortInCancelled,
    PortInUnrecognised,
    QueryPort,
    SendPortCancellation,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInPhase, Standing
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    CANCEL_DEADLINE,
    CANCELLATION_GRACE,
    CANCELLATION_LOOK,
    HUB_OPENS,
    RETRY,
    disarmed,
)
from relevo.porting.profile import HubKind, PortingProfile, Reaction
from relevo.values.moment import Moment

SOON = timedelta(minutes=10)
CLOSED_AGAINST_CALENDAR = timedelta(hours=1)
TOO_LATE = "too_late"
NO_ANSWER = "no_answer"


def take_back(rules: PortingProfile, port: PortIn, asked: Asked, why: str, at: Moment) -> Decision:
    """The command, in any phase before a final one."""
    if port.phase is PortInPhase.QUEUED:
        return gone(asked, why)
    wanted = CancellationAsked(number=asked.number, why=why)
    if port.standing is None:
        return Decision(facts=(wanted,))
    return _cancel(rules, port, asked, why, at, wanted=(wanted,))


def cancel_now(rules: PortingProfile, port: PortIn, asked: Asked, at: Moment) -> Decision:
    """In ``cancelling``, once the reference is known or the hub has opened."""
    return _cancel(rules, port, asked, port.cancel_why, at)


def cancellation_declined(
    rules: PortingProfile,
    port: PortIn,
    asked: Asked,
    standing: Standing,
    message: HubDeclined,
    at: Moment,
) -> Decision:
    """The hub did not take the cancellation."""
    reaction = rules.hub_answer(message.code).reaction
    if reaction in {Reaction.ALREADY_DONE, Reaction.ACCEPTED}:
        return gone(asked, port.cancel_why)
    again = cancelled_again_at(rules, asked.hub, reaction, at)
    if again is None or again >= standing.cancel_until:
        return missed(asked, standing, port.cancel_why, message.code, confirmed=port.is_confirmed)
    return Decision(timers=(Timer(name=RETRY, due=again), *disarmed(ANSWER_DUE)))


def cancelled_again_at(
    rules: PortingProfile, hub: HubKind, reaction: Reaction, at: Moment
) -> Moment | None:
    """When a cancellation that was not taken may be sent again; None when that does not help."""
    match reaction:
        case Reaction.RETRY_SOON | Reaction.LOG_IN_AGAIN | Reaction.RELAUNCH_ONCE:
            return rules.opens_at(hub, at + SOON)
        case Reaction.RETRY_NEXT_OPENING:
            opens = rules.opens_at(hub, at)
            return opens if opens > at else rules.opens_at(hub, at + CLOSED_AGAINST_CALENDAR)
        case _:
            return None


def missed(asked: Asked, standing: Standing, why: str, code: str, *, confirmed: bool) -> Decision:
    """The port will happen; what became of it meanwhile is asked at once."""
    late = CancellationMissed(number=asked.number, why=why, code=code, is_confirmed=confirmed)
    return Decision(
        facts=(late,),
        effects=(query(asked, standing.reference),),
        timers=disarmed(HUB_OPENS, RETRY, ANSWER_DUE, CANCEL_DEADLINE),
    )


def never_known(port: PortIn, asked: Asked, reason: str) -> Decision:
    """The request got no answer and we do not want it any more: somebody checks with the hub."""
    puzzle = PortInUnrecognised(number=asked.number, code="cancelled_unanswered", text=reason)
    return Decision(facts=(puzzle, PortInCancelled(number=asked.number, why=port.cancel_why)))


def gone(asked: Asked, why: str) -> Decision:
    """Nothing of it is left at the hub."""
    return Decision(facts=(PortInCancelled(number=asked.number, why=why),))


def look(asked: Asked, standing: Standing, at: Moment) -> Decision:
    """No answer to the cancellation yet: ask in which state the request is."""
    return Decision(
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=ANSWER_DUE, due=at + CANCELLATION_LOOK),),
    )


def query(asked: Asked, reference: str) -> QueryPort:
    """Ask the hub in which state the request is."""
    return QueryPort(
        hub=asked.hub,
        number=asked.number,
        reference=reference,
        contract_code=asked.contract_code,
        recipient=asked.recipient,
    )


def _cancel(
    rules: PortingProfile,
    port: PortIn,
    asked: Asked,
    why: str,
    at: Moment,
    *,
    wanted: tuple[Any, ...] = (),
) -> Decision:
    standing = port.standing
    assert standing is not None, "what the hub does not have is not cancelled there"
    opens = rules.opens_at(asked.hub, at)
    if opens >= standing.cancel_until:
        if wanted:  # it never left its phase, so there is nothing to disarm or to ask
            late = CancellationMissed(
                number=asked.number, why=why, code=TOO_LATE, is_confirmed=port.is_confirmed
            )
            return Decision(facts=(late,))
        return missed(asked, standing, why, TOO_LATE, confirmed=port.is_confirmed)
    limit = Timer(name=CANCEL_DEADLINE, due=standing.cancel_until + CANCELLATION_GRACE)
    if opens > at:
        return Decision(facts=wanted, timers=(Timer(name=HUB_OPENS, due=opens), limit))
    cancellation = SendPortCancellation(
        hub=asked.hub,
        number=asked.number,
        reference=standing.reference,
        contract_code=asked.contract_code,
        recipient=asked.recipient,
        why=why,
        donor=asked.donor,
    )
    return Decision(
        facts=wanted,
        effects=(cancellation,),
        timers=(
            Timer(name=ANSWER_DUE, due=at + CANCELLATION_LOOK),
            limit,
            *disarmed(HUB_OPENS, RETRY),
        ),
    )
