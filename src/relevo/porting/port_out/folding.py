"""What each fact changes in a port-out. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.port_out.messages import (
    ForceMajeureApproved,
    ForceMajeureProposed,
    ForceMajeureVoided,
    LineRestored,
    LineStopped,
    NumbersLeft,
    PortOutAnswerAtRisk,
    PortOutCancelled,
    PortOutChecked,
    PortOutChecking,
    PortOutClosed,
    PortOutCompleted,
    PortOutConfirmed,
    PortOutConsequencesFound,
    PortOutReceived,
    PortOutRedated,
    PortOutReduced,
    PortOutRejected,
    PortOutRestored,
    PortOutUndone,
    PortOutUnrecognised,
)
from relevo.porting.port_out.model import ForceMajeure, PortOut, PortOutPhase, Verdict
from relevo.porting.profile import RejectionReason

FACTS: tuple[type, ...] = (
    PortOutReceived,
    PortOutChecking,
    PortOutChecked,
    PortOutReduced,
    PortOutConfirmed,
    PortOutRedated,
    PortOutConsequencesFound,
    PortOutRejected,
    PortOutCancelled,
    PortOutAnswerAtRisk,
    PortOutUnrecognised,
    ForceMajeureProposed,
    ForceMajeureApproved,
    ForceMajeureVoided,
    NumbersLeft,
    LineStopped,
    PortOutCompleted,
    PortOutUndone,
    LineRestored,
    PortOutRestored,
    PortOutClosed,
)


def evolve(port: PortOut, fact: Any) -> PortOut:
    """The port-out after this fact."""
    match fact:
        case PortOutReceived():
            return replace(
                port, phase=PortOutPhase.ASKED, asked=fact.asked, window=fact.asked.window
            )
        case PortOutChecking():
            return replace(port, phase=PortOutPhase.CHECKING)
        case PortOutChecked():
            return replace(port, phase=PortOutPhase.ANSWERING, verdict=_verdict(fact))
        case PortOutReduced():
            return replace(port, phase=PortOutPhase.AWAITING)
        case PortOutConfirmed():
            return replace(
                port,
                phase=PortOutPhase.CONFIRMED,
                confirmed=fact.numbers,
                window=fact.window,
                plan=None,
            )
        case PortOutRedated():
            return replace(port, window=fact.window)
        case PortOutAnswerAtRisk():
            return replace(port, alarms=fact.alarm)
        case PortOutUnrecognised():
            return replace(port, puzzles=(*port.puzzles, fact.code))
        case _:
            return _planning(port, fact)


def _planning(port: PortOut, fact: Any) -> PortOut:
    match fact:
        case ForceMajeureProposed():
            return replace(port, plan=ForceMajeure(by=fact.by, why=fact.why))
        case ForceMajeureApproved():
            refused = Verdict(reason=RejectionReason.FORCE_MAJEURE.value, code=fact.code)
            return replace(port, phase=PortOutPhase.ANSWERING, verdict=refused, plan=None)
        case ForceMajeureVoided():
            return replace(port, plan=None)
        case _:
            return _leaving(port, fact)


def _leaving(port: PortOut, fact: Any) -> PortOut:
    match fact:
        case PortOutRejected():
            return replace(port, phase=PortOutPhase.REJECTED)
        case PortOutCancelled():
            return replace(port, phase=PortOutPhase.CANCELLED)
        case NumbersLeft():
            return replace(
                port, phase=PortOutPhase.STOPPING, confirmed=fact.numbers, left_at=fact.at
            )
        case LineStopped():
            return replace(port, stopped=(*port.stopped, fact.number))
        case PortOutCompleted():
            return replace(port, phase=PortOutPhase.LEFT)
        case PortOutUndone():
            return replace(port, phase=PortOutPhase.REACTIVATING, stopped=port.served)
        case LineRestored():
            still = tuple(number for number in port.stopped if number != fact.number)
            return replace(port, stopped=still)
        case PortOutRestored():
            return replace(port, phase=PortOutPhase.RESTORED)
        case PortOutClosed():
            return replace(port, phase=PortOutPhase.GONE)
        case _:
            return port


def _verdict(fact: PortOutChecked) -> Verdict:
    return Verdict(
        numbers=fact.numbers,
        reason=fact.reason,
        code=fact.code,
        endings=fact.endings,
        reader=fact.reader,
    )
