"""What each fact changes in a multiple request. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.multiple.messages import (
    MultipleCancellationAsked,
    MultipleCancellationMissed,
    MultipleCancelled,
    MultipleCompleted,
    MultipleConfirmed,
    MultipleDonorCorrected,
    MultipleDrafted,
    MultipleQueued,
    MultipleReduced,
    MultipleRejected,
    MultipleReplyOverdue,
    MultipleRequested,
    MultipleSent,
    MultipleUnrecognised,
)
from relevo.porting.multiple.model import AskedMultiple, Multiple, MultiplePhase
from relevo.porting.port_in.model import Standing, Wait

FACTS: tuple[type, ...] = (
    MultipleDrafted,
    MultipleQueued,
    MultipleSent,
    MultipleDonorCorrected,
    MultipleRequested,
    MultipleReplyOverdue,
    MultipleReduced,
    MultipleConfirmed,
    MultipleRejected,
    MultipleCancellationAsked,
    MultipleCancellationMissed,
    MultipleCancelled,
    MultipleCompleted,
    MultipleUnrecognised,
)


def evolve(multiple: Multiple, fact: Any) -> Multiple:
    """The request after this fact."""
    match fact:
        case MultipleDrafted():
            return replace(multiple, phase=MultiplePhase.QUEUED, asked=asked_in(fact))
        case MultipleQueued():
            waits = (*multiple.waits, Wait(fact.why))
            return replace(multiple, phase=MultiplePhase.QUEUED, waits=waits)
        case MultipleSent():
            return replace(multiple, phase=MultiplePhase.SENT, sendings=fact.sending)
        case MultipleDonorCorrected():
            return _corrected(multiple, fact)
        case MultipleRequested():
            return _requested(multiple, fact)
        case MultipleReduced():
            return replace(
                multiple,
                phase=MultiplePhase.AGREEING,
                confirmed=fact.confirmed,
                agrees=fact.agrees,
            )
        case MultipleReplyOverdue():
            return replace(multiple, is_overdue=True)
        case MultipleUnrecognised():
            return replace(multiple, puzzles=(*multiple.puzzles, fact.code))
        case _:
            return _ending(multiple, fact)


def _ending(multiple: Multiple, fact: Any) -> Multiple:
    match fact:
        case MultipleConfirmed():
            return _confirmed(multiple, fact)
        case MultipleCancellationAsked():
            return replace(multiple, phase=MultiplePhase.CANCELLING, cancel_why=fact.why)
        case MultipleCancellationMissed():
            return _not_taken_back(multiple)
        case MultipleRejected():
            return replace(multiple, phase=MultiplePhase.REJECTED)
        case MultipleCancelled():
            return replace(multiple, phase=MultiplePhase.CANCELLED)
        case MultipleCompleted():
            return replace(multiple, phase=MultiplePhase.COMPLETED)
        case _:
            return multiple


def asked_in(fact: MultipleDrafted) -> AskedMultiple:
    """What a draft asks for."""
    return AskedMultiple(
        numbers=fact.numbers,
        groups=fact.groups,
        hub=fact.hub,
        donor=fact.donor,
        recipient=fact.recipient,
        holder=fact.holder,
        order=fact.order,
        rules=fact.rules,
        consent_at=fact.consent_at,
        contract_code=fact.contract_code,
        window=fact.window,
    )


def _corrected(multiple: Multiple, fact: MultipleDonorCorrected) -> Multiple:
    if multiple.asked is None:
        return multiple
    return replace(multiple, asked=replace(multiple.asked, donor=fact.donor))


def _requested(multiple: Multiple, fact: MultipleRequested) -> Multiple:
    standing = Standing(
        reference=fact.reference,
        window=fact.window,
        reply_due=fact.reply_due,
        cancel_until=fact.cancel_until,
    )
    taking_back = multiple.phase is MultiplePhase.CANCELLING
    phase = MultiplePhase.CANCELLING if taking_back else MultiplePhase.REQUESTED
    return replace(multiple, phase=phase, standing=standing)


def _confirmed(multiple: Multiple, fact: MultipleConfirmed) -> Multiple:
    if multiple.standing is None:
        return multiple
    standing = replace(multiple.standing, window=fact.window, cancel_until=fact.cancel_until)
    return replace(
        multiple,
        phase=MultiplePhase.CONFIRMED,
        standing=standing,
        confirmed=fact.numbers,
        is_confirmed=True,
    )


def _not_taken_back(multiple: Multiple) -> Multiple:
    if multiple.phase is not MultiplePhase.CANCELLING:
        return multiple
    phase = MultiplePhase.CONFIRMED if multiple.is_confirmed else MultiplePhase.REQUESTED
    return replace(multiple, phase=phase, cancel_why="")
