"""The words of complaints."""

from __future__ import annotations

from relevo.care.complaint.model import Due, Outcome, Topic
from relevo.engine.process import fact, message
from relevo.values.moment import Moment


@message("care.file_complaint")
class FileComplaint:
    """A complaint, as the customer made it or as somebody took it down. No questions given: they
    are read from the text."""

    channel: str  # "sms" | "email" | "call" | "page" | "letter"
    text: str
    topic: Topic
    by: str
    questions: tuple[str, ...] = ()
    source: str = ""  # the message it came with, so that it is not filed twice


@message("care.ask_completion")
class AskCompletion:
    """Something is missing without which nobody can answer: he is asked for it, once. The voice
    stops what is held already or was asked before; once he was asked, the clock stands."""

    key: str
    missing: str
    by: str


@message("care.complete_complaint")
class CompleteComplaint:
    key: str
    text: str
    by: str


@message("care.answer_question")
class AnswerQuestion:
    key: str
    question: int
    answer: str
    by: str


@message("care.decide_complaint")
class DecideComplaint:
    """All is answered; the answer goes out, and closes the complaint once it went."""

    key: str
    outcome: Outcome
    by: str


@fact("care.complaints_known")
class ComplaintsKnown:
    order: str
    rules: str
    language: str
    holder: str


@fact("care.complaint_filed")
class ComplaintFiled:
    key: str
    channel: str
    topic: Topic
    text: str
    questions: tuple[str, ...]
    by: str
    source: str
    at: Moment
    due: Due


@fact("care.receipt_asked")
class ReceiptAsked:
    """The receipt with the key goes out on a durable medium."""

    key: str
    draft_id: str


@fact("care.receipt_sent")
class ReceiptSent:
    key: str


@fact("care.receipt_stopped")
class ReceiptStopped:
    """The check before sending stopped it: a person must write one."""

    key: str


@fact("care.completion_proposed")
class CompletionProposed:
    key: str
    draft_id: str
    missing: str
    by: str


@fact("care.completion_stopped")
class CompletionStopped:
    """He is not asked: the check says why, for example that it is held, and since when."""

    key: str
    why: tuple[str, ...]


@fact("care.complaint_incomplete")
class ComplaintIncomplete:
    """He was asked for what is missing."""

    key: str
    missing: str
    complete_by: Moment
    at: Moment


@fact("care.complaint_completed")
class ComplaintCompleted:
    """It can be answered, by what came or by what we have; the clock starts anew."""

    key: str
    text: str
    by: str  # "" when the time for it is over
    due: Due


@fact("care.question_answered")
class QuestionAnswered:
    key: str
    question: int
    answer: str
    by: str


@fact("care.complaint_near")
class ComplaintNear:
    """The term is near and it is not answered: somebody higher looks."""

    key: str
    due: Moment
    role: str


@fact("care.complaint_overdue")
class ComplaintOverdue:
    """The law's last term is over: the ways on are open to him, and it still has to be answered."""

    key: str
    latest: Moment


@fact("care.answer_proposed")
class AnswerProposed:
    key: str
    draft_id: str
    outcome: Outcome
    by: str


@fact("care.answer_stopped")
class AnswerStopped:
    """The check before sending stopped the answer; the complaint stays open."""

    key: str
    why: tuple[str, ...]


@fact("care.complaint_answered")
class ComplaintAnswered:
    """The answer went out. ``ways_on``: what he was told that he can do next."""

    key: str
    outcome: Outcome
    ways_on: tuple[str, ...]
    at: Moment
