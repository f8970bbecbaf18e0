"""Folds the facts of a case into its state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.care.case.messages import (
    CallBackKept,
    CallBackPromised,
    CaseEscalated,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    EvidenceStored,
    NextUpdateDropped,
    NextUpdateMet,
    NextUpdateSet,
    NextUpdateTold,
    OrderNoted,
    TroubleAdded,
    TroubleEnded,
)
from relevo.care.case.model import Case, CasePhase, NextUpdate


def evolve(case: Case, fact: Any) -> Case:
    """Fold one fact."""
    match fact:
        case OrderNoted():
            return replace(case, order=fact.order, rules=fact.rules, holder=fact.holder)
        case CaseOpened():
            return replace(
                case,
                phase=CasePhase.OPEN,
                key=fact.key,
                owner=fact.owner,
                opened_at=fact.at,
            )
        case CaseReopened():
            return replace(case, phase=CasePhase.OPEN, level=0, told=0)
        case CaseEscalated():
            return replace(case, phase=CasePhase.ESCALATED, level=fact.level)
        case CaseResolved():
            return replace(case, phase=CasePhase.RESOLVED)
        case TroubleAdded():
            return replace(case, troubles=(*case.troubles, fact.trouble))
        case TroubleEnded():
            left = tuple(each for each in case.troubles if each != fact.trouble)
            return replace(case, troubles=left)
        case EvidenceStored():
            return replace(case, evidence=(*case.evidence, fact.evidence))
        case _:
            return _promises(case, fact)


def _promises(case: Case, fact: Any) -> Case:
    match fact:
        case NextUpdateSet():
            new = NextUpdate(promise=fact.promise, due=fact.due)
            return replace(case, updates=(*case.updates, new), promised=fact.number)
        case NextUpdateTold():
            told = tuple(
                replace(each, told=True) if each.promise == fact.promise else each
                for each in case.updates
            )
            return replace(case, updates=told)
        case NextUpdateMet() | NextUpdateDropped():
            left = tuple(each for each in case.updates if each.promise != fact.promise)
            met = isinstance(fact, NextUpdateMet)
            return replace(case, updates=left, told=case.told + met)
        case CallBackPromised():
            return replace(case, call_backs=(*case.call_backs, fact.promise))
        case CallBackKept():
            left_ = tuple(each for each in case.call_backs if each != fact.promise)
            return replace(case, call_backs=left_)
        case _:
            return case
