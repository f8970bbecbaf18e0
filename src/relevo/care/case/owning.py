"""Whose a case is: appointed, handed over, acknowledged, made one with another. All pure.

A case is never without its owner. It is handed over with a note, and to somebody who accepts: an
offer that is declined, or that nobody answers, leaves it where it was. Reopening and merging find
the owner that it has (issue: one named owner who is not lost).
"""

from __future__ import annotations

from relevo.care.case.messages import (
    AbsorbCase,
    AcknowledgeEscalation,
    AnswerOffer,
    AppointOwner,
    CaseAbsorbed,
    CaseHandedOver,
    CaseMerged,
    CaseOffered,
    EscalationAcknowledged,
    MergeCase,
    OfferCase,
    OfferDeclined,
    OfferExpired,
    OwnerAppointed,
)
from relevo.care.case.model import Case, CasePhase
from relevo.care.case.steps import Course
from relevo.care.rights import CareRights
from relevo.engine.process import NOTHING, Decision, Refusal, Timer
from relevo.values.moment import Moment

Owning = AppointOwner | OfferCase | AnswerOffer | AcknowledgeEscalation | MergeCase | AbsorbCase
OFFER_ENDS = "offer_ends"


def owned(rights: CareRights, case: Case, message: Owning, at: Moment) -> Decision | Refusal:
    """What a word about the owner changes."""
    if case.phase is CasePhase.NEW:
        return Refusal(reason="no_case", detail="there is no trouble, hence no case yet")
    course = Course(rights, case, at)
    match message:
        case AppointOwner():
            return _appointed(course, message)
        case OfferCase():
            return _offered(course, message)
        case AnswerOffer():
            return _answered(course, message)
        case AcknowledgeEscalation():
            return _acknowledged(course, message)
        case MergeCase():
            return _merged(course, message)
        case AbsorbCase():
            return _absorbed(course, message)


def offer_over(rights: CareRights, case: Case, at: Moment) -> Decision:
    """Nobody has answered in time: the case stays with its owner."""
    if case.offer is None or case.offer.until > at:
        return NOTHING
    course = Course(rights, case, at)
    course.add(OfferExpired(key=case.key, to=case.offer.to, at=at))
    return course.decision(case)


def _appointed(course: Course, message: AppointOwner) -> Decision:
    case = course.case
    if message.staff == case.staff:
        return NOTHING
    course.add(
        OwnerAppointed(key=case.key, owner=message.called, staff=message.staff, at=course.at)
    )
    return _without_offer(course, case)


def _offered(course: Course, message: OfferCase) -> Decision | Refusal:
    case = course.case
    if not message.note.strip():
        return Refusal(reason="no_note", detail="say what whoever takes over has to know")
    if message.to == case.staff:
        return Refusal(reason="is_his_already", detail=message.to)
    if case.offer is not None:
        same = (case.offer.to, case.offer.note) == (message.to, message.note)
        return NOTHING if same else Refusal(reason="offered_already", detail=case.offer.to)
    if message.until <= course.at:
        return Refusal(reason="until_in_the_past", detail=message.until.isoformat())
    course.add(
        CaseOffered(
            key=case.key,
            to=message.to,
            by=message.by,
            note=message.note,
            until=message.until,
            at=course.at,
        )
    )
    return _joined(course.decision(case), Timer(name=OFFER_ENDS, due=message.until))


def _answered(course: Course, message: AnswerOffer) -> Decision | Refusal:
    case = course.case
    if message.by == case.staff and message.accepts:
        return NOTHING  # it is his already
    if case.offer is None or case.offer.to != message.by:
        return Refusal(reason="not_offered", detail=message.by)
    if message.accepts:
        course.add(
            CaseHandedOver(
                key=case.key,
                was=case.owner,
                owner=message.called or message.by,
                staff=message.by,
                note=case.offer.note,
                at=course.at,
            )
        )
    else:
        course.add(OfferDeclined(key=case.key, to=message.by, why=message.note, at=course.at))
    return _without_offer(course, case)


def _acknowledged(course: Course, message: AcknowledgeEscalation) -> Decision | Refusal:
    case = course.case
    if case.phase is not CasePhase.ESCALATED:
        return Refusal(reason="not_escalated", detail=case.key)
    if case.acknowledged_by:
        return NOTHING
    course.add(
        EscalationAcknowledged(
            key=case.key, level=case.level, by=message.by, note=message.note, at=course.at
        )
    )
    return course.decision(case)


def _merged(course: Course, message: MergeCase) -> Decision | Refusal:
    case = course.case
    if message.into == case.key:
        return NOTHING
    if message.order == case.order:
        return Refusal(reason="is_the_same_case", detail=message.order)
    course.add(
        CaseMerged(
            key=case.key,
            into=message.into,
            order=message.order,
            owner=message.owner,
            staff=message.staff,
            by=message.by,
            why=message.why,
            at=course.at,
        )
    )
    return _without_offer(course, case)


def _absorbed(course: Course, message: AbsorbCase) -> Decision | Refusal:
    case = course.case
    if message.order == case.order:
        return Refusal(reason="is_the_same_case", detail=message.order)
    if message.key == case.key:
        return NOTHING
    course.add(
        CaseAbsorbed(
            key=case.key,
            was=message.key,
            order=message.order,
            by=message.by,
            why=message.why,
            at=course.at,
        )
    )
    return course.decision(case)


def _without_offer(course: Course, before: Case) -> Decision:
    decision = course.decision(before)
    return _joined(decision, Timer(name=OFFER_ENDS, due=None)) if before.offer else decision


def _joined(decision: Decision, timer: Timer) -> Decision:
    return Decision(
        facts=decision.facts,
        effects=decision.effects,
        tells=decision.tells,
        timers=(*decision.timers, timer),
    )
