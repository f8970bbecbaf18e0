"""What each fact changes in a port-in. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.port_in.messages import (
    CancellationAsked,
    CancellationMissed,
    DonorCorrected,
    PortInAnnounced,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInDrafted,
    PortInQueued,
    PortInQueuedAtHub,
    PortInRejected,
    PortInRequested,
    PortInSent,
    PortInUnread,
    PortInUnrecognised,
    ReplyOverdue,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInPhase, Standing, Wait

FACTS: tuple[type, ...] = (
    PortInDrafted,
    PortInQueued,
    PortInSent,
    DonorCorrected,
    PortInRequested,
    PortInQueuedAtHub,
    ReplyOverdue,
    PortInConfirmed,
    PortInAnnounced,
    PortInUnread,
    PortInRejected,
    CancellationAsked,
    CancellationMissed,
    PortInCancelled,
    PortInCompleted,
    PortInUnrecognised,
)


def evolve(port: PortIn, fact: Any) -> PortIn:
    """The port-in after this fact."""
    match fact:
        case PortInDrafted():
            return replace(port, phase=PortInPhase.QUEUED, asked=asked_in(fact))
        case PortInQueued():
            waits = (*port.waits, Wait(fact.why))
            return replace(port, phase=PortInPhase.QUEUED, waits=waits)
        case PortInSent():
            return replace(port, phase=PortInPhase.SENT, sendings=fact.sending)
        case DonorCorrected():
            return _corrected(port, fact)
        case PortInRequested():
            return _requested(port, fact)
        case PortInConfirmed():
            return _confirmed(port, fact)
        case ReplyOverdue():
            return replace(port, is_overdue=True)
        case PortInUnrecognised():
            return replace(port, puzzles=(*port.puzzles, fact.code))
        case _:
            return _ending(port, fact)


def _ending(port: PortIn, fact: Any) -> PortIn:
    match fact:
        case CancellationAsked():
            return replace(port, phase=PortInPhase.CANCELLING, cancel_why=fact.why)
        case CancellationMissed():
            return _not_taken_back(port)
        case PortInRejected():
            return replace(port, phase=PortInPhase.REJECTED)
        case PortInCancelled():
            return replace(port, phase=PortInPhase.CANCELLED)
        case PortInCompleted():
            return replace(port, phase=PortInPhase.COMPLETED)
        case _:
            return _noting(port, fact)


def _noting(port: PortIn, fact: Any) -> PortIn:
    match fact:
        case PortInQueuedAtHub():
            return _queued_at_hub(port, fact)
        case PortInAnnounced():
            return replace(port, announced_at=fact.at)
        case PortInUnread():
            return replace(port, unread=(*port.unread, fact.said))
        case _:
            return port


def asked_in(fact: PortInDrafted) -> Asked:
    """What a draft asks for."""
    return Asked(
        number=fact.number,
        hub=fact.hub,
        donor=fact.donor,
        recipient=fact.recipient,
        holder=fact.holder,
        order=fact.order,
        line=fact.line,
        rules=fact.rules,
        consent_at=fact.consent_at,
        contract_code=fact.contract_code,
        window=fact.window,
        donor_iccid=fact.donor_iccid,
        prepaid=fact.prepaid,
        held_at_donor=fact.held_at_donor,
        address=fact.address,
    )


def _corrected(port: PortIn, fact: DonorCorrected) -> PortIn:
    if port.asked is None:
        return port
    asked = replace(port.asked, donor=fact.donor)
    return replace(port, asked=asked, corrections=port.corrections + 1)


def _requested(port: PortIn, fact: PortInRequested) -> PortIn:
    standing = Standing(
        reference=fact.reference,
        window=fact.window,
        reply_due=fact.reply_due,
        cancel_until=fact.cancel_until,
    )
    taking_back = port.phase is PortInPhase.CANCELLING
    phase = PortInPhase.CANCELLING if taking_back else PortInPhase.REQUESTED
    return replace(port, phase=phase, standing=standing)


def _queued_at_hub(port: PortIn, fact: PortInQueuedAtHub) -> PortIn:
    if port.standing is None:
        return port
    standing = replace(
        port.standing,
        window=fact.window,
        reply_due=fact.reply_due,
        cancel_until=fact.cancel_until,
    )
    return replace(port, standing=standing, expected_on=fact.expected_on)


def _confirmed(port: PortIn, fact: PortInConfirmed) -> PortIn:
    if port.standing is None:
        return port
    standing = replace(port.standing, window=fact.window, cancel_until=fact.cancel_until)
    return replace(port, phase=PortInPhase.CONFIRMED, standing=standing, is_confirmed=True)


def _not_taken_back(port: PortIn) -> PortIn:
    if port.phase is not PortInPhase.CANCELLING:
        return port
    phase = PortInPhase.CONFIRMED if port.is_confirmed else PortInPhase.REQUESTED
    return replace(port, phase=phase, cancel_why="")
