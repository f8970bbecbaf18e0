"""A card on its way: what is done next, and what each fact means.

The courier of the true story said "in Zaragoza" of cards that had never left Madrid, because their
label was wrong; two days and sixty kilometres of the customer's later they came in two vans. So:
the card is tied to its number before anybody packs it, the label is compared before hand-over,
every trouble has a reason and an action, silence is a trouble, and a delivery that cannot show the
PIN of our order is no delivery. What is mended is mended a bounded number of times; then the card
is given up, its ICCID blocked, and another road (an eSIM, another card) is the line's decision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, assert_never

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.sims.dispatch import mending, patience, troubles, wishes
from relevo.sims.dispatch.fold import evolve
from relevo.sims.dispatch.lifecycle import LIFECYCLE
from relevo.sims.dispatch.mending import Trouble
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    CardMismatched,
    CardPresented,
    CardTied,
    ConfirmDelivery,
    ContestDelivery,
    DeliverElsewhere,
    DeliveryChanged,
    DeliveryContested,
    DispatchCard,
    DispatchStopped,
    MendParcel,
    OrderParcel,
    ParcelAccepted,
    ParcelDeclined,
    ParcelMendAsked,
    ParcelOrdered,
    ParcelProgressed,
    ParcelSeen,
    ParcelState,
    ParcelTroubled,
    PresentCard,
    StopDispatch,
)
from relevo.sims.dispatch.model import Dispatch, Phase
from relevo.sims.dispatch.wishes import WAITS, card_of, no_waits
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment

Hours = Callable[[str], Calendar]
"""The courier's working hours under the rules of that name (a pinned profile)."""

ANSWER_WITHIN = timedelta(hours=24)
"""How long the courier may leave our order unanswered, retries of the transport included."""

_MOVING = frozenset({ParcelState.HANDED_OVER, ParcelState.IN_TRANSIT, ParcelState.OUT})


def decide(hours: Hours, state: Dispatch, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match state.phase:
        case Phase.UNTIED:
            return _when_untied(state, message, at)
        case Phase.TIED:
            return _when_tied(hours(state.rules), state, message, at)
        case Phase.ORDERED | Phase.ON_ITS_WAY | Phase.TROUBLED:
            return _when_under_way(hours(state.rules), state, message, at)
        case Phase.DELIVERED:
            return _when_delivered(hours(state.rules), state, message, at)
        case Phase.LOST | Phase.STOPPED:
            return NOTHING
        case _:
            assert_never(state.phase)


def _when_untied(state: Dispatch, message: Any, at: Moment) -> Decision | Refusal:
    if not isinstance(message, DispatchCard):
        return Refusal(reason="no_card_yet")
    tied = CardTied(
        number=message.number,
        iccid=message.iccid,
        order=message.order,
        line=message.line,
        name=message.name,
        phone=message.phone,
        address=message.address,
        rules=message.rules,
        pin=message.pin,
    )
    order = OrderParcel(
        reference=state.id,
        iccid=message.iccid,
        name=message.name,
        phone=message.phone,
        address=message.address,
        pin=message.pin,
    )
    due = Timer(name="order_due", due=at + ANSWER_WITHIN)
    return Decision(facts=(tied,), effects=(order,), timers=(due,))


def _when_tied(hours: Calendar, state: Dispatch, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case ParcelAccepted():
            return _accepted(hours, state, message, at)
        case ParcelDeclined():
            declined = Trouble(reason=f"declined: {message.field}", action="replace", is_over=True)
            return troubles.troubled(state, declined, at)
        case TimerFired(name="order_due"):
            unanswered = Trouble(reason="not_ordered", action="replace", is_over=True)
            return troubles.troubled(state, unanswered, at)
        case EffectParked():
            unsent = Trouble(reason="not_ordered", action="replace", is_over=True)
            return troubles.troubled(state, unsent, at)
        case _:
            return _whatever_the_phase(hours, state, message, at)


def _when_under_way(
    hours: Calendar, state: Dispatch, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case ParcelAccepted():
            is_known = state.expected_on is not None
            return NOTHING if is_known else _accepted(hours, state, message, at)
        case TimerFired(name="scan_due") if state.phase is Phase.ORDERED:
            return troubles.silent(hours, state, mending.NO_SCAN, at)
        case TimerFired(name="silence_due"):
            return troubles.silent(hours, state, mending.SILENCE, at)
        case TimerFired(name="expected_passed") if state.phase is not Phase.TROUBLED:
            return troubles.silent(hours, state, mending.LATE, at)
        case EffectParked():
            unsent = Trouble(reason="mend_not_sent", action="look")
            return troubles.waited_for(hours, troubles.troubled(state, unsent, at), at)
        case _:
            return _whatever_the_phase(hours, state, message, at)


def _when_delivered(
    hours: Calendar, state: Dispatch, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case ContestDelivery():
            said = wishes.contested(state, message, at)
            trouble = troubles.waited_for(
                hours, troubles.troubled(state, mending.CONTESTED, at), at
            )
            return replace(trouble, facts=(*said.facts, *trouble.facts))
        case PresentCard():
            return wishes.presented(state, message, at)
        case DeliverElsewhere():
            return Refusal(reason="delivered")
        case _:
            return NOTHING


def _whatever_the_phase(
    hours: Calendar, state: Dispatch, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case ParcelSeen():
            return _seen(hours, state, message, at)
        case StopDispatch(why=why):
            return _stop(state, why)
        case DeliverElsewhere():
            return wishes.delivered_elsewhere(hours, state, message, at)
        case ConfirmDelivery():
            return wishes.confirmed(state, message, at)
        case ContestDelivery():
            return wishes.contested(state, message, at)
        case PresentCard():
            return wishes.presented(state, message, at)
        case DispatchCard(iccid=iccid):
            return NOTHING if iccid == state.iccid else Refusal(reason="carries_another_card")
        case TimerFired() | ParcelDeclined() | EffectParked():
            return NOTHING
        case _:
            return Refusal(reason="not_understood")


def _accepted(hours: Calendar, state: Dispatch, accepted: ParcelAccepted, at: Moment) -> Decision:
    number, iccid = card_of(state)
    ordered = ParcelOrdered(
        number=number,
        iccid=iccid,
        tracking_code=accepted.tracking_code,
        expected_on=accepted.expected_on,
        printed=accepted.label,
    )
    timers = (
        Timer(name="order_due", due=None),
        Timer(name="scan_due", due=patience.scan_due(hours, at)),
        Timer(name="expected_passed", due=patience.expected_passed(hours, accepted.expected_on)),
    )
    if state.phase is not Phase.TIED:
        return Decision(facts=(ordered,), timers=(timers[0], timers[2]))
    if state.is_unsaid:
        known = replace(state, tracking_code=accepted.tracking_code)
        told = wishes.redirected(known, state.address, state.wanted_on)
        return Decision(facts=(ordered, *told.facts), effects=told.effects, timers=timers)
    if accepted.label and accepted.label != label_of(state):
        known = replace(state, tracking_code=accepted.tracking_code)
        trouble = troubles.troubled(known, mending.WRONG_LABEL, at)
        mending_it = replace(trouble, facts=(ordered, *trouble.facts), timers=timers)
        return troubles.waited_for(hours, mending_it, at)
    return Decision(facts=(ordered,), timers=timers)


def _seen(hours: Calendar, state: Dispatch, seen: ParcelSeen, at: Moment) -> Decision | Refusal:
    if state.tracking_code and seen.tracking_code != state.tracking_code:
        return Refusal(reason="another_parcel", detail=seen.tracking_code)
    if _is_proven(state, seen):
        number, iccid = card_of(state)
        in_hand = CardInHand(
            number=number, line=state.line, iccid=iccid, at=seen.at, proof=seen.proof
        )
        return Decision(facts=(in_hand,), timers=no_waits())
    if _is_old(state, seen):
        return NOTHING
    is_ours = seen.state is ParcelState.REDIRECTED and state.redirects > 0
    if seen.state in _MOVING or is_ours:
        return _progressed(hours, state, seen, at)
    if seen.state is ParcelState.LABEL_CREATED:
        return _labelled(hours, state, seen, at)
    if seen.state is ParcelState.DELIVERED:
        trouble = mending.UNPROVEN
    elif seen.state is ParcelState.REDIRECTED:
        trouble = mending.NOT_OURS
    else:
        trouble = mending.trouble_of(seen)
    found = replace(state, tracking_code=seen.tracking_code)
    return troubles.waited_for(
        hours, troubles.troubled(found, trouble, seen.at, scan=seen.state), at
    )


def _progressed(hours: Calendar, state: Dispatch, seen: ParcelSeen, at: Moment) -> Decision:
    return Decision(
        facts=(_progress(state, seen),),
        timers=(
            Timer(name="scan_due", due=None),
            Timer(name="silence_due", due=patience.silence_due(hours, at)),
        ),
    )


def _labelled(hours: Calendar, state: Dispatch, seen: ParcelSeen, at: Moment) -> Decision:
    """A label is not a scan: nobody has it in hand. A new one after a trouble is news."""
    if state.phase is not Phase.TROUBLED:
        return NOTHING
    return Decision(
        facts=(_progress(state, seen),),
        timers=(Timer(name="silence_due", due=patience.silence_due(hours, at)),),
    )


def _progress(state: Dispatch, seen: ParcelSeen) -> ParcelProgressed:
    number, _ = card_of(state)
    return ParcelProgressed(
        number=number,
        tracking_code=seen.tracking_code,
        state=seen.state,
        at=seen.at,
        city=seen.city,
    )


def _stop(state: Dispatch, why: str) -> Decision:
    number, iccid = card_of(state)
    return Decision(
        facts=(DispatchStopped(number=number, iccid=iccid, why=why),),
        effects=(troubles.mend(state, "return"),) if state.tracking_code else (),
        timers=no_waits(),
    )


def _is_proven(state: Dispatch, seen: ParcelSeen) -> bool:
    """Delivered, and whoever took it knew the PIN of our order (rights-care 1.7)."""
    is_pin = bool(state.pin) and seen.proof == f"pin:{state.pin}"
    return seen.state is ParcelState.DELIVERED and is_pin


def _is_old(state: Dispatch, seen: ParcelSeen) -> bool:
    """A scan that came late or twice: what is known is newer."""
    if state.seen_at is None:
        return False
    return seen.at < state.seen_at or (seen.at, seen.state) == (state.seen_at, state.seen_state)


def label_of(state: Dispatch) -> tuple[str, ...]:
    """What has to stand on the label."""
    return (state.name, *(state.address.label_lines if state.address else ()))


def dispatch_process(hours: Hours) -> ProcessType[Dispatch]:
    """The process as the engine runs it; ``hours`` knows the courier's calendar of each profile."""
    return ProcessType(
        kind="sims.dispatch",
        version=1,
        blank=lambda process_id: Dispatch(id=process_id),
        decide=partial(decide, hours),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Dispatch,
        messages=(
            DispatchCard,
            ParcelAccepted,
            ParcelDeclined,
            ParcelSeen,
            DeliverElsewhere,
            ConfirmDelivery,
            ContestDelivery,
            PresentCard,
            StopDispatch,
        ),
        facts=(
            CardTied,
            ParcelOrdered,
            ParcelProgressed,
            ParcelTroubled,
            ParcelMendAsked,
            DeliveryChanged,
            DeliveryContested,
            CardPresented,
            CardMismatched,
            CardInHand,
            CardLost,
            DispatchStopped,
        ),
        effects=(OrderParcel, MendParcel),
        timers=frozenset(WAITS),
    )
