"""What may happen to a card on its way and to an eSIM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from relevo.engine.process import EffectParked, TimerFired
from relevo.sims.dispatch.messages import (
    ConfirmDelivery,
    ContestDelivery,
    DeliverElsewhere,
    DispatchCard,
    ParcelAccepted,
    ParcelDeclined,
    ParcelSeen,
    ParcelState,
    PresentCard,
    StopDispatch,
)
from relevo.sims.dispatch.model import Dispatch
from relevo.sims.esim.messages import EsimReleased, EsimSeen, IssueEsim
from relevo.sims.esim.model import Esim
from relevo.testing.vocabulary.cast import (
    ADDRESS,
    AT,
    CARD,
    CONTACT,
    ESIM_CARD,
    HOLDER,
    HOUR,
    ORDER,
    RULES,
    SECOND_NUMBER,
)
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid

TRACKING, PIN = "RA1", "4711"
NEXT_DOOR = replace(ADDRESS, street=f"{ADDRESS.street} bis")
SCANS_SPAN = 2 * HOUR
SCANS_MENDS_MAX = 2
"""So long new scans turn up; what comes after that is the same again."""

SCANS = (
    (ParcelState.LABEL_CREATED, ""),
    (ParcelState.OUT, ""),
    (ParcelState.ATTEMPT_FAILED, "absent"),
    (ParcelState.ATTEMPT_FAILED, "wrong_address"),
    (ParcelState.REDIRECTED, ""),
    (ParcelState.LOST, ""),
    (ParcelState.UNRECOGNISED, "odd"),
    (ParcelState.DELIVERED, ""),
)


def dispatch_words(dispatch: Dispatch) -> Iterator[tuple[object, Moment]]:
    """Ordered, scanned, in trouble, silent, delivered with the right PIN and without."""
    yield _card(CARD), AT
    if dispatch.iccid:
        yield _card(ESIM_CARD), AT
    for label in ((), ("somebody else",)):
        accepted = ParcelAccepted(
            tracking_code=TRACKING, expected_on=date(2019, 1, 15), label=label
        )
        yield accepted, AT
    yield ParcelDeclined(field="address", text="unknown"), AT
    yield StopDispatch(why="esim_installed"), AT
    if not dispatch.mends and (dispatch.seen_at is None or dispatch.seen_state == "delivered"):
        yield from _said(dispatch)
    yield EffectParked(effect_id="e", effect="sims.mend_parcel", reason="no"), AT
    for name in ("order_due", "scan_due", "silence_due", "expected_passed"):
        yield TimerFired(name=name), AT
    yield from _scans(dispatch)


def _said(dispatch: Dispatch) -> Iterator[tuple[object, Moment]]:
    """What whoever the card is for says: elsewhere, in hand, not in hand, and its number."""
    if not dispatch.changes:
        yield DeliverElsewhere(address=NEXT_DOOR, on=None, by="customer", channel="page"), AT
        on = date(2019, 1, 17)
        yield DeliverElsewhere(address=None, on=on, by="customer", channel="page"), AT
    yield ConfirmDelivery(by="customer", channel="page"), AT
    yield ContestDelivery(by="customer", channel="page"), AT
    for iccid in (CARD, ESIM_CARD):
        yield PresentCard(iccid=iccid, by="customer", channel="page"), AT


def _scans(dispatch: Dispatch) -> Iterator[tuple[object, Moment]]:
    seen_at = dispatch.seen_at or AT
    at = seen_at + HOUR
    yield _seen(ParcelState.DELIVERED, at, proof=f"pin:{PIN}"), at
    if dispatch.seen_at:
        yield _seen(ParcelState.OUT, seen_at - HOUR), at  # late, and what is known is newer
    if dispatch.tracking_code:
        yield _seen(ParcelState.OUT, at, tracking_code="RA2"), at
    has_said = dispatch.changes or dispatch.mismatched or dispatch.is_contested
    if at <= AT + SCANS_SPAN and dispatch.mends <= SCANS_MENDS_MAX and not has_said:
        for state, reason in SCANS:
            yield _seen(state, at, reason=reason), at


def _seen(
    state: ParcelState,
    at: Moment,
    *,
    reason: str = "",
    proof: str = "",
    tracking_code: str = TRACKING,
) -> ParcelSeen:
    return ParcelSeen(tracking_code=tracking_code, state=state, at=at, reason=reason, proof=proof)


def _card(iccid: Iccid) -> DispatchCard:
    return DispatchCard(
        number=SECOND_NUMBER,
        iccid=iccid,
        name=HOLDER.name,
        phone=CONTACT,
        address=ADDRESS,
        order=ORDER,
        line="M2",
        rules=RULES,
        pin=PIN,
    )


def esim_words(_: Esim) -> Iterator[tuple[object, Moment]]:
    """Issued, released, installed or not."""
    for why, iccid in (("ordered", CARD), ("parcel_troubled", ESIM_CARD)):
        yield IssueEsim(number=SECOND_NUMBER, iccid=iccid, order=ORDER, line="M2", why=why), AT
    for code in ("", "LPA:1$smdp.example$X"):
        yield EsimReleased(activation_code=code), AT
    for state in ("downloaded", "installed", "error"):
        yield EsimSeen(state=state, at=AT), AT
    yield EffectParked(effect_id="e", effect="sims.order_esim", reason="no"), AT
    for name in ("release_due", "install_due"):
        yield TimerFired(name=name), AT
