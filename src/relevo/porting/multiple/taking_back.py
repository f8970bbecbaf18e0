"""Taking a multiple request back: the whole of it, until the deadline (porting-es 3.9.3)."""

from __future__ import annotations

from typing import Any

from relevo.engine.process import Decision, Timer
from relevo.porting.multiple.asking import query
from relevo.porting.multiple.messages import (
    MultipleCancellationAsked,
    MultipleCancellationMissed,
    MultipleCancelled,
    MultipleUnrecognised,
)
from relevo.porting.multiple.model import AskedMultiple, Multiple, MultiplePhase
from relevo.porting.port_in.messages import HubDeclined, SendPortCancellation
from relevo.porting.port_in.model import Standing
from relevo.porting.port_in.taking_back import TOO_LATE, cancelled_again_at
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    CANCEL_DEADLINE,
    CANCELLATION_GRACE,
    CANCELLATION_LOOK,
    HUB_OPENS,
    RETRY,
    disarmed,
)
from relevo.porting.profile import PortingProfile, Reaction
from relevo.values.moment import Moment


def take_back(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, why: str, at: Moment
) -> Decision:
    """The command, in any phase before a final one."""
    if multiple.phase is MultiplePhase.QUEUED:
        return gone(why)
    wanted = MultipleCancellationAsked(why=why)
    if multiple.standing is None:
        return Decision(facts=(wanted,))
    return _cancel(rules, asked, multiple.standing, why, at, wanted=(wanted,))


def cancel_now(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, standing: Standing, at: Moment
) -> Decision:
    """In ``cancelling``, once the reference is known or the hub has opened."""
    return _cancel(rules, asked, standing, multiple.cancel_why, at)


def cancellation_declined(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    standing: Standing,
    message: HubDeclined,
    at: Moment,
) -> Decision:
    """The hub did not take the cancellation."""
    reaction = rules.hub_answer(message.code).reaction
    if reaction in {Reaction.ALREADY_DONE, Reaction.ACCEPTED}:
        return gone(multiple.cancel_why)
    again = cancelled_again_at(rules, asked.hub, reaction, at)
    if again is None or again >= standing.cancel_until:
        return missed(asked, standing, multiple.cancel_why, message.code)
    return Decision(timers=(Timer(name=RETRY, due=again), *disarmed(ANSWER_DUE)))


def missed(asked: AskedMultiple, standing: Standing, why: str, code: str) -> Decision:
    """The port will happen; what became of it meanwhile is asked at once."""
    return Decision(
        facts=(MultipleCancellationMissed(why=why, code=code),),
        effects=(query(asked, standing.reference),),
        timers=disarmed(HUB_OPENS, RETRY, ANSWER_DUE, CANCEL_DEADLINE),
    )


def never_known(why: str, reason: str) -> Decision:
    """The request got no answer and we do not want it any more: somebody checks with the hub."""
    puzzle = MultipleUnrecognised(code="cancelled_unanswered", text=reason)
    return Decision(facts=(puzzle, MultipleCancelled(why=why)))


def gone(why: str) -> Decision:
    """Nothing of it is left at the hub."""
    return Decision(facts=(MultipleCancelled(why=why),))


def look(asked: AskedMultiple, standing: Standing, at: Moment) -> Decision:
    """No answer to the cancellation yet: ask in which state the request is."""
    return Decision(
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=ANSWER_DUE, due=at + CANCELLATION_LOOK),),
    )


def _cancel(
    rules: PortingProfile,
    asked: AskedMultiple,
    standing: Standing,
    why: str,
    at: Moment,
    *,
    wanted: tuple[Any, ...] = (),
) -> Decision:
    opens = rules.opens_at(asked.hub, at)
    if opens >= standing.cancel_until:
        if wanted:  # it never left its phase, so there is nothing to disarm or to ask
            return Decision(facts=(MultipleCancellationMissed(why=why, code=TOO_LATE),))
        return missed(asked, standing, why, TOO_LATE)
    limit = Timer(name=CANCEL_DEADLINE, due=standing.cancel_until + CANCELLATION_GRACE)
    if opens > at:
        return Decision(facts=wanted, timers=(Timer(name=HUB_OPENS, due=opens), limit))
    cancellation = SendPortCancellation(
        hub=asked.hub,
        number=asked.numbers[0].number,  # the hub goes by the reference
        reference=standing.reference,
        contract_code=asked.contract_code,
        recipient=asked.recipient,
        why=why,
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
