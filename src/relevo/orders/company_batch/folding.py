"""What each fact changes in a batch. Nothing else changes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from relevo.orders.company_batch.messages import (
    BatchAsked,
    BatchConfirmed,
    BatchDivided,
    BatchDone,
    BatchDropped,
    BatchLinedUp,
    BatchMoved,
    BatchPlanned,
    BatchRejected,
    BatchRepaired,
    BatchStopped,
    NumbersSetApart,
)
from relevo.orders.company_batch.model import Batch, BatchPhase
from relevo.values.msisdn import Msisdn

FACTS: tuple[type, ...] = (
    BatchPlanned,
    BatchLinedUp,
    BatchAsked,
    BatchConfirmed,
    BatchMoved,
    NumbersSetApart,
    BatchRejected,
    BatchDivided,
    BatchStopped,
    BatchRepaired,
    BatchDropped,
    BatchDone,
)


def evolve(batch: Batch, fact: Any) -> Batch:
    """The batch after this fact."""
    match fact:
        case BatchPlanned():
            return replace(batch, plan=fact.plan, phase=BatchPhase.WAITING)
        case BatchLinedUp():
            return replace(batch, phase=BatchPhase.WAITING)
        case BatchAsked():
            return replace(batch, phase=BatchPhase.ASKING, attempt=fact.attempt, window=fact.window)
        case BatchConfirmed():
            return replace(batch, window=fact.window)
        case NumbersSetApart():
            left = without(batch, fact.numbers)
            return replace(left, pieces=batch.pieces + 1)
        case BatchRepaired():
            return replace(batch, plan=fact.plan)
        case BatchRejected():
            return replace(
                batch,
                phase=BatchPhase.CHECKING,
                cause=fact.code,
                silences=batch.silences + fact.is_silence,
            )
        case _:
            return _moving(batch, fact)


def _moving(batch: Batch, fact: Any) -> Batch:
    match fact:
        case BatchMoved():
            return replace(batch, phase=BatchPhase.PROVING)
        case BatchDivided():
            return replace(batch, phase=BatchPhase.DIVIDED)
        case BatchStopped():
            return replace(batch, phase=BatchPhase.STOPPED)
        case BatchDropped():
            return replace(batch, phase=BatchPhase.DROPPED)
        case BatchDone():
            return replace(batch, phase=BatchPhase.DONE)
        case _:
            return batch


def without(batch: Batch, numbers: Collection[Msisdn]) -> Batch:
    """The batch without these numbers."""
    if batch.plan is None:
        return batch
    gone = set(numbers)
    left = tuple(each for each in batch.plan.numbers if each.number not in gone)
    return replace(batch, plan=replace(batch.plan, numbers=left))
