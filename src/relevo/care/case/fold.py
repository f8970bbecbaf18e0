"""Folds the facts of a case into its state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.care.case.messages import (
    CallBackKept,
    CallBackPromised,
    CaseEscalated,
    CaseHandedOver,
    CaseMerged,
    CaseOffered,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    EscalationAcknowledged,
    EvidenceStored,
    NextUpdateDropped,
    NextUpdateMet,
    NextUpdateSet,
    NextUpdateTold,
    OfferDeclined,
    OfferExpired,
    OrderNoted,
    OwnerAppointed,
    TroubleAdded,
    TroubleEnded,
)
from relevo.care.case.model import Case, CasePhase, NextUpdate, Offer


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
            return replace(
                case,
                phase=CasePhase.OPEN,
                level=0,
                told=0,
                escalated_at=None,
                acknowledged_by="",
            )
        case CaseEscalated():
            return replace(
                case,
                phase=CasePhase.ESCALATED,
                level=fact.level,
                escalated_at=fact.at if fact.awaits_answer else None,
                acknowledged_by="",
            )
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
            return _promises(_owned(case, fact), fact)


def _owned(case: Case, fact: Any) -> Case:
    """Whose it is, under which key, and who answers for its level."""
    match fact:
        case OwnerAppointed() | CaseHandedOver():
            return replace(case, owner=fact.owner, staff=fact.staff, offer=None)
        case CaseOffered():
            offer = Offer(to=fact.to, by=fact.by, note=fact.note, until=fact.until)
            return replace(case, offer=offer)
        case OfferDeclined() | OfferExpired():
            return replace(case, offer=None)
        case EscalationAcknowledged():
            return replace(case, acknowledged_by=fact.by)
        case CaseMerged():
            return replace(
                case,
                key=fact.into,
                own_key=case.own_key or fact.key,
                owner=fact.owner,
                staff=fact.staff,
                offer=None,
            )
        case _:
            return case


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
