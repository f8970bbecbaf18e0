"""What each fact changes in a recovery. Nothing else changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.recovery.messages import (
    HoldEnded,
    NumberCut,
    NumberLeftHold,
    NumberReached,
    NumberRecovered,
    ReactivationAsked,
    ReactivationPromised,
    ReactivationReported,
    RecoveryEscalated,
    RecoveryOvertaken,
    RecoveryReminded,
)
from relevo.porting.recovery.model import Cut, Recovery, RecoveryPhase

FACTS: tuple[type, ...] = (
    NumberCut,
    ReactivationAsked,
    ReactivationPromised,
    ReactivationReported,
    NumberReached,
    NumberLeftHold,
    RecoveryEscalated,
    RecoveryReminded,
    NumberRecovered,
    RecoveryOvertaken,
    HoldEnded,
)

_ENDS = {
    NumberRecovered: RecoveryPhase.RECOVERED,
    RecoveryOvertaken: RecoveryPhase.OVERTAKEN,
    HoldEnded: RecoveryPhase.EXPIRED,
}


def evolve(recovery: Recovery, fact: Any) -> Recovery:
    """The recovery after this fact."""
    match fact:
        case NumberCut():
            return replace(recovery, phase=RecoveryPhase.ASKED, cut=_cut_in(fact))
        case ReactivationAsked():
            return replace(recovery, phase=RecoveryPhase.ASKED, attempt=fact.attempt)
        case ReactivationPromised():
            return replace(
                recovery,
                phase=RecoveryPhase.PROMISED,
                promised_by=fact.by,
                ceased_at=fact.ceased_at or recovery.ceased_at,
            )
        case ReactivationReported():
            return replace(
                recovery,
                phase=RecoveryPhase.REPORTED,
                served_again_at=fact.served_again_at,
                ceased_at=fact.ceased_at or recovery.ceased_at,
            )
        case NumberReached():
            return replace(recovery, phase=RecoveryPhase.REACHED, reached_at=fact.at)
        case NumberLeftHold():
            return replace(recovery, phase=RecoveryPhase.LEFT, left_at=fact.at)
        case RecoveryEscalated():
            return replace(recovery, level=fact.level)
        case RecoveryReminded():
            return replace(recovery, reminded=fact.attempt)
        case NumberRecovered() | RecoveryOvertaken() | HoldEnded():
            return replace(recovery, phase=_ENDS[type(fact)])
        case _:
            return recovery


def _cut_in(fact: NumberCut) -> Cut:
    return Cut(
        number=fact.number,
        donor=fact.donor,
        order=fact.order,
        line=fact.line,
        rules=fact.rules,
        recipient=fact.recipient,
        last_good_at=fact.at,
        noticed_at=fact.noticed_at,
        held_until=fact.held_until,
    )
