"""Folds the facts of complaints into their state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.care.complaint.messages import (
    AnswerProposed,
    AnswerStopped,
    ComplaintAnswered,
    ComplaintCompleted,
    ComplaintFiled,
    ComplaintIncomplete,
    ComplaintNear,
    ComplaintOverdue,
    ComplaintsKnown,
    CompletionProposed,
    CompletionStopped,
    QuestionAnswered,
    ReceiptAsked,
    ReceiptSent,
    ReceiptStopped,
)
from relevo.care.complaint.model import (
    Complaint,
    Complaints,
    ComplaintsPhase,
    Question,
)


def evolve(all_: Complaints, fact: Any) -> Complaints:
    """Fold one fact."""
    match fact:
        case ComplaintsKnown():
            return replace(
                all_,
                phase=ComplaintsPhase.QUIET,
                order=fact.order,
                rules=fact.rules,
                language=fact.language,
                holder=fact.holder,
            )
        case ComplaintFiled():
            return _resting(all_, (*all_.complaints, _filed(fact)))
        case _:
            changed = tuple(
                _changed(each, fact) if each.key == fact.key else each for each in all_.complaints
            )
            return _resting(all_, changed)


def _filed(fact: ComplaintFiled) -> Complaint:
    return Complaint(
        key=fact.key,
        topic=fact.topic,
        channel=fact.channel,
        text=fact.text,
        questions=tuple(Question(text=each) for each in fact.questions),
        filed_at=fact.at,
        by=fact.by,
        due=fact.due,
        source=fact.source,
    )


def _changed(one: Complaint, fact: Any) -> Complaint:
    match fact:
        case ReceiptAsked():
            return replace(one, receipt="asked")
        case ReceiptSent():
            return replace(one, receipt="sent")
        case ReceiptStopped():
            return replace(one, receipt="stopped")
        case ComplaintIncomplete():
            return replace(one, missing=fact.missing, complete_by=fact.complete_by, asking="")
        case CompletionProposed():
            return replace(one, asking=fact.missing, asks=one.asks + 1, stopped=())
        case CompletionStopped():
            return replace(one, asking="", stopped=fact.why)
        case ComplaintCompleted():
            text = f"{one.text}\n\n{fact.text}" if fact.text else one.text
            return replace(
                one, text=text, missing="", complete_by=None, due=fact.due, near_told=False
            )
        case QuestionAnswered():
            answered = replace(one.questions[fact.question], answer=fact.answer, by=fact.by)
            before, after = one.questions[: fact.question], one.questions[fact.question + 1 :]
            return replace(one, questions=(*before, answered, *after))
        case _:
            return _towards_the_end(one, fact)


def _towards_the_end(one: Complaint, fact: Any) -> Complaint:
    match fact:
        case ComplaintNear():
            return replace(one, near_told=True)
        case ComplaintOverdue():
            return replace(one, overdue=True)
        case AnswerProposed():
            return replace(one, proposed=fact.outcome, tries=one.tries + 1, stopped=())
        case AnswerStopped():
            return replace(one, proposed=None, stopped=fact.why)
        case ComplaintAnswered():
            return replace(one, proposed=None, outcome=fact.outcome, answered_at=fact.at)
        case _:
            return one


def _resting(all_: Complaints, complaints: tuple[Complaint, ...]) -> Complaints:
    """The state in the phase that its open complaints say."""
    open_ones = [each for each in complaints if each.is_open]
    if any(each.overdue for each in open_ones):
        phase = ComplaintsPhase.OVERDUE
    else:
        phase = ComplaintsPhase.OPEN if open_ones else ComplaintsPhase.QUIET
    return replace(all_, phase=phase, complaints=complaints)
