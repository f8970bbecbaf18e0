"""A parcel in trouble: stated with reason and action, mended so many times, waited for."""

from __future__ import annotations

from dataclasses import replace

from relevo.engine.process import Decision, Timer
from relevo.sims.dispatch import mending, patience
from relevo.sims.dispatch.mending import Trouble
from relevo.sims.dispatch.messages import (
    CardLost,
    MendParcel,
    ParcelMendAsked,
    ParcelState,
    ParcelTroubled,
)
from relevo.sims.dispatch.model import Dispatch
from relevo.sims.dispatch.wishes import card_of, no_waits
from relevo.values.calendar import Calendar
from relevo.values.moment import Moment


def silent(hours: Calendar, state: Dispatch, trouble: Trouble, at: Moment) -> Decision:
    return waited_for(hours, troubled(state, trouble, at), at)


def waited_for(hours: Calendar, trouble: Decision, at: Moment) -> Decision:
    """A trouble is waited for no longer than any other silence, unless the card is given up."""
    if any(isinstance(each, CardLost) for each in trouble.facts):
        return trouble
    due = Timer(name="silence_due", due=patience.silence_due(hours, at))
    others = [each for each in trouble.timers if each.name not in {"scan_due", "silence_due"}]
    return replace(trouble, timers=(*others, Timer(name="scan_due", due=None), due))


def troubled(
    state: Dispatch, trouble: Trouble, at: Moment, *, scan: ParcelState | None = None
) -> Decision:
    """State the trouble; mend it if that can be done once more, else give the card up."""
    number, iccid = card_of(state)
    is_used_up = bool(trouble.mend) and state.mends >= mending.MENDS_MAX
    told = ParcelTroubled(
        number=number,
        line=state.line,
        tracking_code=state.tracking_code,
        reason=trouble.reason,
        action="replace" if is_used_up else trouble.action,
        at=at,
        state=scan,
    )
    if trouble.is_over or is_used_up:
        lost = CardLost(number=number, line=state.line, iccid=iccid, why=trouble.reason)
        return Decision(facts=(told, lost), timers=no_waits())
    if not trouble.mend:
        return Decision(facts=(told,))
    asked = ParcelMendAsked(
        number=number,
        tracking_code=state.tracking_code,
        action=trouble.mend,
        attempt=state.mends + 1,
    )
    return Decision(facts=(told, asked), effects=(mend(state, trouble.mend),))


def mend(state: Dispatch, action: str) -> MendParcel:
    """What the courier is asked for; an address is always the one verified with the order."""
    return MendParcel(
        tracking_code=state.tracking_code,
        action=action,
        address=state.address if action in {"redirect", "relabel"} else None,
        attempt=state.mends + 1,
    )
