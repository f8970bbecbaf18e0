"""What each fact of a dispatch changes: the state is nothing but their sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    CardMismatched,
    CardPresented,
    CardTied,
    DeliveryChanged,
    DeliveryContested,
    DispatchStopped,
    ParcelMendAsked,
    ParcelOrdered,
    ParcelProgressed,
    ParcelState,
    ParcelTroubled,
)
from relevo.sims.dispatch.model import Dispatch, Phase


def evolve(state: Dispatch, fact: Any) -> Dispatch:
    """What a fact changes."""
    match fact:
        case CardTied():
            return _tied(state, fact)
        case ParcelOrdered():
            return replace(
                state,
                phase=Phase.ORDERED if state.phase is Phase.TIED else state.phase,
                tracking_code=fact.tracking_code,
                expected_on=fact.expected_on,
            )
        case ParcelProgressed():
            is_redirected = fact.state is ParcelState.REDIRECTED
            return replace(
                state,
                phase=Phase.ON_ITS_WAY,
                tracking_code=fact.tracking_code,
                seen_state=fact.state,
                seen_at=fact.at,
                trouble="",
                redirects=state.redirects - is_redirected,
            )
        case ParcelTroubled():
            troubled = replace(state, phase=Phase.TROUBLED, trouble=fact.reason)
            if fact.state is None:
                return troubled
            return replace(
                troubled,
                tracking_code=fact.tracking_code,
                seen_state=fact.state,
                seen_at=fact.at,
            )
        case ParcelMendAsked(attempt=attempt):
            is_redirect = fact.action == "redirect"
            return replace(
                state,
                mends=attempt,
                redirects=state.redirects + is_redirect,
                is_unsaid=state.is_unsaid and not is_redirect,
            )
        case CardInHand():
            return replace(state, phase=Phase.DELIVERED, is_contested=False)
        case CardLost():
            return replace(state, phase=Phase.LOST)
        case DispatchStopped():
            return replace(state, phase=Phase.STOPPED)
        case _:
            return _said(state, fact)


def _said(state: Dispatch, fact: Any) -> Dispatch:
    """What whoever the card is for has said of it."""
    match fact:
        case DeliveryChanged():
            return replace(
                state,
                address=fact.address,
                wanted_on=fact.on,
                expected_on=fact.on or state.expected_on,
                changes=state.changes + 1,
                is_unsaid=not fact.tracking_code,
            )
        case DeliveryContested():
            return replace(state, is_contested=True, presented_at=None)
        case CardPresented(at=at):
            return replace(state, presented_at=at, mismatched="")
        case CardMismatched(iccid=iccid):
            return replace(state, mismatched=iccid)
        case _:
            return state


def _tied(state: Dispatch, fact: CardTied) -> Dispatch:
    return replace(
        state,
        phase=Phase.TIED,
        number=fact.number,
        iccid=fact.iccid,
        order=fact.order,
        line=fact.line,
        name=fact.name,
        phone=fact.phone,
        address=fact.address,
        rules=fact.rules,
        pin=fact.pin,
    )
