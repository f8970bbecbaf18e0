"""What each fact of a dispatch changes: the state is nothing but their sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.sims.dispatch.messages import (
    CardInHand,
    CardLost,
    CardTied,
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
            return replace(state, mends=attempt, redirects=state.redirects + is_redirect)
        case CardInHand():
            return replace(state, phase=Phase.DELIVERED)
        case CardLost():
            return replace(state, phase=Phase.LOST)
        case DispatchStopped():
            return replace(state, phase=Phase.STOPPED)
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
