"""What each fact changes in an undue port. Nothing else changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from relevo.porting.undue_port.messages import (
    BlockEnded,
    NumberBlocked,
    NumberPortedBack,
    NumberServedAgain,
    NumberWentBack,
    PortBackAsked,
    PortBackCalledOff,
    PortBackConfirmed,
    PortBackRefused,
    UnduePortDropped,
    UnduePortReported,
    UnduePortUnrecognised,
    WayBackOpened,
)
from relevo.porting.undue_port.model import UnduePhase as P
from relevo.porting.undue_port.model import UnduePort

PHASES: Mapping[type, P] = {
    NumberBlocked: P.BLOCKED,
    PortBackAsked: P.ASKING,
    PortBackRefused: P.REFUSED,
    NumberPortedBack: P.RESTORING,
    NumberServedAgain: P.RETURNED,
    WayBackOpened: P.ADMITTED,
    NumberWentBack: P.RETURNED,
    UnduePortDropped: P.DROPPED,
}
"""The phase that a fact leads to; one that is not here leaves it, or is looked at below."""

FACTS: tuple[type, ...] = (
    UnduePortReported,
    BlockEnded,
    PortBackConfirmed,
    PortBackCalledOff,
    UnduePortUnrecognised,
    *PHASES,
)


def evolve(undue: UnduePort, fact: Any) -> UnduePort:
    """The undue port after this fact."""
    match fact:
        case UnduePortReported():
            return replace(undue, matter=fact.matter)
        case NumberBlocked():
            return replace(
                undue,
                phase=P.BLOCKED,
                blocked_until=fact.until,
                is_extended=undue.is_extended or fact.extended,
            )
        case BlockEnded(settled=False):
            return replace(undue, phase=P.UNSETTLED)
        case PortBackAsked():
            return replace(undue, phase=P.ASKING, attempt=fact.attempt, matter=fact.matter)
        case WayBackOpened():
            return replace(undue, phase=P.ADMITTED, admitted_until=fact.until)
        case PortBackCalledOff():
            return replace(undue, is_called_off=True)
        case UnduePortUnrecognised():
            return replace(undue, puzzles=(*undue.puzzles, fact.code))
        case _:
            phase = PHASES.get(type(fact))
            return undue if phase is None else replace(undue, phase=phase)
