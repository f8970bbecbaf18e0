"""What each fact changes in a wish to cease a number. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.cease.messages import (
    CeaseAsked,
    CeaseChecked,
    CeaseDecided,
    CeaseDropped,
    CeaseHeld,
    CeaseStarted,
    CeaseUnrecognised,
    NumberCeased,
)
from relevo.porting.cease.model import Cease, CeasePhase

FACTS: tuple[type, ...] = (
    CeaseAsked,
    CeaseChecked,
    CeaseHeld,
    CeaseDecided,
    CeaseStarted,
    CeaseUnrecognised,
    NumberCeased,
    CeaseDropped,
)


def evolve(cease: Cease, fact: Any) -> Cease:
    """The wish after this fact."""
    match fact:
        case CeaseAsked():
            return replace(cease, phase=CeasePhase.WAITING, wish=fact.wish)
        case CeaseChecked():
            return replace(cease, phase=CeasePhase.CHECKING)
        case CeaseHeld():
            return replace(cease, phase=CeasePhase.HELD, ties=fact.ties, told=fact.readers)
        case CeaseDecided():
            return replace(cease, is_decided=fact.ceases)
        case CeaseStarted():
            return replace(cease, phase=CeasePhase.STOPPING, is_own_range=fact.is_own_range)
        case CeaseUnrecognised():
            return replace(cease, puzzles=(*cease.puzzles, fact.code))
        case NumberCeased():
            return replace(cease, phase=CeasePhase.CEASED)
        case CeaseDropped():
            return replace(cease, phase=CeasePhase.DROPPED)
        case _:
            return cease
