"""What is done about a parcel in trouble: one table, by what the courier saw and why.

An exception without a reason and an action is not valid (rights-care 4.1, the rule of the postal
unions), so every row has both, and a courier that gives none is given ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relevo.sims.dispatch.messages import ParcelSeen, ParcelState

MENDS_MAX = 4
"""After so many attempts to mend a parcel another card is the better answer."""

NO_MEND = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a parcel does not move, what is to be done, and what we ask the courier for."""

    reason: str
    action: str
    mend: str = NO_MEND  # "relabel" | "redirect" | "trace" | ""
    is_over: bool = False  # the card will not arrive


SILENCE = Trouble(reason="silence", action="trace", mend="trace")
NO_SCAN = Trouble(reason="no_scan", action="trace", mend="trace")
LATE = Trouble(reason="late", action="trace", mend="trace")
WRONG_LABEL = Trouble(reason="bad_label", action="relabel", mend="relabel")
UNPROVEN = Trouble(reason="delivery_unproven", action="trace", mend="trace")
CONTESTED = Trouble(reason="delivery_contested", action="trace", mend="trace")
NOT_OURS = Trouble(reason="redirected_by_others", action="redirect", mend="redirect")

_BY_REASON: Mapping[str, Trouble] = {
    "bad_label": WRONG_LABEL,
    "wrong_address": Trouble(reason="wrong_address", action="confirm_address", mend="redirect"),
    "incomplete_address": Trouble(
        reason="incomplete_address", action="confirm_address", mend="redirect"
    ),
    "unknown_recipient": Trouble(
        reason="unknown_recipient", action="confirm_address", mend="redirect"
    ),
    # The courier comes again by itself; the customer hears of it and is offered an eSIM.
    "absent": Trouble(reason="absent", action="next_attempt"),
    "closed": Trouble(reason="closed", action="next_attempt"),
    "id_failed": Trouble(reason="id_failed", action="next_attempt"),
    "delay_network": Trouble(reason="delay_network", action="wait"),
    "weather": Trouble(reason="weather", action="wait"),
    "payment": Trouble(reason="payment", action="trace", mend="trace"),
}

_BY_STATE: Mapping[ParcelState, Trouble] = {
    ParcelState.AT_PICKUP: Trouble(reason="at_pickup", action="redirect", mend="redirect"),
    ParcelState.REFUSED: Trouble(reason="refused", action="hold_port", is_over=True),
    ParcelState.RETURNING: Trouble(reason="returning", action="replace", is_over=True),
    ParcelState.RETURNED: Trouble(reason="returned", action="replace", is_over=True),
    ParcelState.LOST: Trouble(reason="lost", action="replace", is_over=True),
    ParcelState.DAMAGED: Trouble(reason="damaged", action="replace", is_over=True),
}

_GIVES_UP = "redirect_or_return"
"""The courier's word for: no more attempts unless the sender says so."""


def trouble_of(seen: ParcelSeen) -> Trouble:
    """Read a scan that is an exception. An unknown reason is nobody's default: a person looks."""
    row = _BY_STATE.get(seen.state)
    if row is not None:
        return Trouble(
            reason=row.reason,
            action=seen.action or row.action,
            mend=row.mend,
            is_over=row.is_over,
        )
    known = _BY_REASON.get(seen.reason)
    if known is None:
        reason = f"unrecognised: {seen.reason or seen.state}"
        return Trouble(reason=reason, action=seen.action or "look")
    mend = "redirect" if seen.action == _GIVES_UP else known.mend
    return Trouble(reason=known.reason, action=seen.action or known.action, mend=mend)
