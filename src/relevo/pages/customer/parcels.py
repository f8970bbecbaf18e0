"""The card of a line as its customer sees it: where it is, where it goes, and what he can say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from relevo.engine.recorded import Recorded
from relevo.sims.dispatch import model as dispatch
from relevo.sims.dispatch.messages import CardInHand, ParcelProgressed
from relevo.sims.dispatch.model import Dispatch
from relevo.sims.dispatch.wishes import CHANGES_MAX
from relevo.sims.esim import model as esim
from relevo.sims.esim.model import Esim
from relevo.values.address import Address, folded
from relevo.values.moment import Moment

_UNDER_WAY = frozenset(
    {
        dispatch.Phase.TIED,
        dispatch.Phase.ORDERED,
        dispatch.Phase.ON_ITS_WAY,
        dispatch.Phase.TROUBLED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One card with its courier."""

    process_id: str
    phase: str
    state: str  # the newest scan, or what there is of the parcel without one
    mood: str
    iccid: str
    tracking_code: str
    pin: str
    address: Address
    city: str  # where it was seen last
    is_elsewhere: bool  # it was seen in another town than the one it goes to
    seen_at: Moment | None
    expected_on: date | None
    wanted_on: date | None
    trouble: str
    proof: str  # how its delivery was shown: pin | iccid | word | ""
    is_contested: bool
    presented_at: Moment | None
    mismatched: str
    can_change: bool
    can_confirm: bool
    can_contest: bool
    can_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EsimShown:
    """A card that comes over the air."""

    phase: str
    mood: str
    iccid: str
    activation_code: str  # "" unless it is to be installed now


def parcel_of(process_id: str, state: Dispatch, records: tuple[Recorded, ...]) -> Parcel:
    """A parcel, from its state and the facts of its process."""
    assert state.address is not None, "a card that is tied has an address"
    assert state.iccid is not None, "a card that is tied has a number"
    city = _last_city(records)
    under_way = state.phase in _UNDER_WAY
    said_delivered = state.seen_state == "delivered" or state.phase is dispatch.Phase.DELIVERED
    is_over = state.phase in {dispatch.Phase.LOST, dispatch.Phase.STOPPED}
    return Parcel(
        process_id=process_id,
        phase=state.phase,
        state=_state(state),
        mood=_mood(state),
        iccid=state.iccid,
        tracking_code=state.tracking_code,
        pin=state.pin,
        address=state.address,
        city=city,
        is_elsewhere=under_way and bool(city) and folded(city) != folded(state.address.city),
        seen_at=state.seen_at,
        expected_on=state.expected_on,
        wanted_on=state.wanted_on,
        trouble=state.trouble if under_way else "",
        proof=_proof(records),
        is_contested=state.is_contested,
        presented_at=state.presented_at,
        mismatched=state.mismatched,
        can_change=under_way and not said_delivered and state.changes < CHANGES_MAX,
        can_confirm=under_way and bool(state.tracking_code),
        can_contest=said_delivered
        and not is_over
        and not state.is_contested
        and state.presented_at is None,
        can_present=not is_over and state.presented_at is None,
    )


def esim_of(state: Esim) -> EsimShown:
    """An eSIM, from its state."""
    assert state.iccid is not None, "an eSIM that is ordered has a number"
    waits = state.phase is esim.Phase.OFFERED
    moods = {esim.Phase.INSTALLED: "good", esim.Phase.OFFERED: "wait", esim.Phase.FAILED: "trouble"}
    return EsimShown(
        phase=state.phase,
        mood=moods.get(state.phase, "plain"),
        iccid=state.iccid,
        activation_code=state.activation_code if waits else "",
    )


def _state(state: Dispatch) -> str:
    if state.phase in _UNDER_WAY and state.seen_state:
        return state.seen_state
    return {dispatch.Phase.TIED: "packed", dispatch.Phase.ORDERED: "label_created"}.get(
        state.phase, str(state.phase)
    )


def _mood(state: Dispatch) -> str:
    is_troubled = state.phase is dispatch.Phase.TROUBLED and bool(state.trouble)
    if is_troubled or state.is_contested or state.phase is dispatch.Phase.LOST:
        return "trouble"
    return "good" if state.phase is dispatch.Phase.DELIVERED else "plain"


def _last_city(records: tuple[Recorded, ...]) -> str:
    facts = (each.fact for each in reversed(records))
    seen = (fact.city for fact in facts if isinstance(fact, ParcelProgressed) and fact.city)
    return next(seen, "")


def _proof(records: tuple[Recorded, ...]) -> str:
    facts = (each.fact for each in reversed(records))
    return next(
        (fact.proof.partition(":")[0] for fact in facts if isinstance(fact, CardInHand)), ""
    )
