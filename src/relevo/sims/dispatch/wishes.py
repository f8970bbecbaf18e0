"""What whoever the card is for says of it: another address or day, that he has it, or has it not.

The customer of the true story drove sixty kilometres because nobody could tell the courier
anything. His word is kept as it was given. The number that is printed on the card proves more than
any signature: who can read it out has that card, and it is the one of this number, or it is not.
"""

from __future__ import annotations

from datetime import date

from relevo.engine.process import NOTHING, Decision, Refusal, Timer
from relevo.sims.dispatch import patience
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardMismatched,
    CardPresented,
    ConfirmDelivery,
    ContestDelivery,
    DeliverElsewhere,
    DeliveryChanged,
    DeliveryContested,
    MendParcel,
    ParcelMendAsked,
    PresentCard,
)
from relevo.sims.dispatch.model import Dispatch, Phase
from relevo.values.address import Address
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

CHANGES_MAX = 4
"""A parcel that was sent elsewhere so often is better talked about."""

WAITS = ("order_due", "scan_due", "silence_due", "expected_passed")
"""The timers of a parcel that is waited for."""


def delivered_elsewhere(
    hours: Calendar, state: Dispatch, wish: DeliverElsewhere, at: Moment
) -> Decision | Refusal:
    """Another address or day, before it is delivered; the courier is asked at once."""
    number, _ = card_of(state)
    assert state.address is not None, "a card that is tied has an address"
    address = wish.address or state.address
    if (address, wish.on) == (state.address, state.wanted_on):
        return NOTHING
    if state.changes >= CHANGES_MAX:
        return Refusal(reason="changed_too_often")
    if wish.on is not None and wish.on < hours.local(at).date():
        return Refusal(reason="day_is_past", detail=wish.on.isoformat())
    changed = DeliveryChanged(
        number=number,
        line=state.line,
        tracking_code=state.tracking_code,
        address=address,
        was=state.address,
        on=wish.on,
        by=wish.by,
        channel=wish.channel,
        at=at,
    )
    if not state.tracking_code:
        return Decision(facts=(changed,))
    told = redirected(state, address, wish.on)
    due = () if wish.on is None else (_expected(hours, wish.on),)
    return Decision(facts=(changed, *told.facts), effects=told.effects, timers=due)


def redirected(state: Dispatch, address: Address | None, on: date | None) -> Decision:
    """The courier is asked to bring it there; that is no attempt to mend a trouble."""
    number, _ = card_of(state)
    asked = ParcelMendAsked(
        number=number,
        tracking_code=state.tracking_code,
        action="redirect",
        attempt=state.mends,
    )
    mend = MendParcel(
        tracking_code=state.tracking_code,
        action="redirect",
        address=address,
        attempt=state.mends,
        on=on,
    )
    return Decision(facts=(asked,), effects=(mend,))


def confirmed(state: Dispatch, said: ConfirmDelivery, at: Moment) -> Decision | Refusal:
    """He has it: the courier's proof is not needed any more."""
    if not state.tracking_code:
        return Refusal(reason="not_sent_yet")
    return _in_hand(state, f"word:{said.by}", at)


def contested(state: Dispatch, said: ContestDelivery, at: Moment) -> Decision:
    """He does not have it. Of a parcel that nobody says was delivered that is no news."""
    if state.is_contested or "delivered" not in {state.phase, state.seen_state}:
        return NOTHING
    number, iccid = card_of(state)
    contest = DeliveryContested(
        number=number,
        line=state.line,
        tracking_code=state.tracking_code,
        iccid=iccid,
        by=said.by,
        channel=said.channel,
        at=at,
    )
    return Decision(facts=(contest,))


def presented(state: Dispatch, shown: PresentCard, at: Moment) -> Decision:
    """The number on the card: it is the one that belongs to this number, or it is not."""
    number, iccid = card_of(state)
    if shown.iccid != state.iccid:
        if shown.iccid == state.mismatched:
            return NOTHING
        wrong = CardMismatched(
            number=number,
            line=state.line,
            iccid=shown.iccid,
            by=shown.by,
            channel=shown.channel,
            at=at,
        )
        return Decision(facts=(wrong,))
    right = CardPresented(
        number=number,
        line=state.line,
        iccid=iccid,
        by=shown.by,
        channel=shown.channel,
        at=at,
    )
    if state.phase is Phase.DELIVERED:
        return NOTHING if state.presented_at else Decision(facts=(right,))
    in_hand = _in_hand(state, f"iccid:{shown.by}", at)
    return Decision(facts=(right, *in_hand.facts), timers=in_hand.timers)


def card_of(state: Dispatch) -> tuple[Msisdn, Iccid]:
    """Number and card, which belong together from the start."""
    if state.number is None or state.iccid is None:
        raise AssertionError(f"{state.id}: no card is tied")
    return state.number, state.iccid


def no_waits() -> tuple[Timer, ...]:
    """Nothing more is waited for."""
    return tuple(Timer(name=name, due=None) for name in WAITS)


def _in_hand(state: Dispatch, proof: str, at: Moment) -> Decision:
    number, iccid = card_of(state)
    in_hand = CardInHand(number=number, line=state.line, iccid=iccid, at=at, proof=proof)
    return Decision(facts=(in_hand,), timers=no_waits())


def _expected(hours: Calendar, on: date) -> Timer:
    return Timer(name="expected_passed", due=patience.expected_passed(hours, on))
