"""What each fact changes in a number that goes back. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.number_return.messages import (
    NumberBackClaimed,
    NumberBackRefused,
    NumberFree,
    NumberHolding,
    NumberKept,
    NumberResting,
    NumberReturned,
    ReturnCancelSeen,
    ReturnHeld,
    ReturnKeeping,
    ReturnKept,
    ReturnLate,
    ReturnNoticeSent,
    ReturnNotified,
    ReturnOvertaken,
    ReturnReopened,
    ReturnSettled,
    ReturnStarted,
    ReturnStuck,
    ReturnUnclear,
)
from relevo.porting.number_return.model import NumberReturn
from relevo.porting.number_return.model import ReturnPhase as P

PHASES: dict[type, P] = {
    ReturnStarted: P.ASKING,
    ReturnReopened: P.ASKING,
    ReturnNotified: P.NOTIFIED,
    ReturnHeld: P.HELD,
    ReturnKeeping: P.CANCELLING,
    ReturnKept: P.RESTORING,
    NumberKept: P.KEPT,
    ReturnCancelSeen: P.ENDING,
    ReturnOvertaken: P.OVERTAKEN,
    NumberReturned: P.RETURNED,
    ReturnUnclear: P.UNCLEAR,
    NumberHolding: P.HOLDING,
    NumberBackClaimed: P.CHECKING,
    NumberBackRefused: P.REFUSED,
    NumberResting: P.RESTING,
    NumberFree: P.FREE,
}
FACTS: tuple[type, ...] = (*PHASES, ReturnNoticeSent, ReturnStuck, ReturnLate, ReturnSettled)


def evolve(it: NumberReturn, fact: Any) -> NumberReturn:
    """The number after this fact."""
    after = _with_what_it_says(it, fact)
    return replace(after, phase=PHASES.get(type(fact), it.phase))


def _with_what_it_says(it: NumberReturn, fact: Any) -> NumberReturn:
    match fact:
        case ReturnStarted() | NumberHolding() | NumberBackClaimed():
            return replace(it, matter=fact.matter, is_sent=False)
        case ReturnNoticeSent():
            return replace(it, range_holder=fact.range_holder, is_sent=True)
        case ReturnNotified():
            window = fact.window or it.window
            return replace(it, reference=fact.reference, window=window, is_sent=False, puzzle="")
        case ReturnHeld():
            return replace(it, reference=fact.reference, is_sent=False, puzzle="")
        case ReturnReopened():
            return replace(it, reference="", window=None, is_sent=False, is_late=False, puzzle="")
        case ReturnUnclear() | ReturnStuck():
            return replace(it, is_sent=False, puzzle=fact.code)
        case NumberBackRefused():
            return replace(it, puzzle=", ".join(fact.uses))
        case ReturnLate():
            return replace(it, is_late=True)
        case _:
            return it
