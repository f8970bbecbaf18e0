"""Complaints of an order: receipt with a key at once, clocks, every question, the ways on.

A complaint is filed by a message that says it is one, by a member of staff, or on the customer's
page. It is closed by an answer to every one of its questions that the voice has sent, and by
nothing else: when the last term is over the ways on are open, and it is still ours to answer
(Ley 10/2025, arts. 11 to 13; LGTel 65.2; rights-care 1.6). Whatever goes out goes through the
voice, which holds it against the facts; what it stops did not go, and is somebody's task.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from relevo.care.complaint.fold import evolve
from relevo.care.complaint.lifecycle import LIFECYCLE
from relevo.care.complaint.messages import (
    AnswerProposed,
    AnswerQuestion,
    AnswerStopped,
    AskCompletion,
    ComplaintAnswered,
    ComplaintCompleted,
    ComplaintFiled,
    ComplaintIncomplete,
    ComplaintNear,
    ComplaintOverdue,
    ComplaintsKnown,
    CompleteComplaint,
    CompletionProposed,
    CompletionStopped,
    DecideComplaint,
    FileComplaint,
    QuestionAnswered,
    ReceiptAsked,
    ReceiptSent,
    ReceiptStopped,
)
from relevo.care.complaint.model import Complaint, Complaints, ComplaintsPhase, Outcome, Topic
from relevo.care.complaint.terms import ComplaintTerms
from relevo.care.complaint.wording import (
    Wordings,
    answer_text,
    ask_text,
    is_complaint,
    points_of,
    questions_in,
    receipt_text,
)
from relevo.engine.process import (
    NOTHING,
    Decision,
    Heard,
    ProcessType,
    Refusal,
    Tell,
    Timer,
    TimerFired,
    family,
)
from relevo.notices.voice.messages import CustomerSaid, DraftStopped, ProposeReply, ReplyApproved
from relevo.orders.order.messages import OrderAccepted
from relevo.values.moment import Moment

TermsOf = Callable[[str], ComplaintTerms]
"""The terms of a pinned profile code."""

CLOCK = "clock"
REPLIES = frozenset({"sms", "email"})
"""Channels on which the voice answers; all others are answered by e-mail, a durable medium."""


def complaint_process(terms: TermsOf, wordings: Wordings) -> ProcessType[Complaints]:
    """The process ``care.complaint``; one for each order, ``{order}/complaint``."""

    def decide(all_: Complaints, message: Any, at: Moment) -> Decision | Refusal:
        return _decide(terms, wordings, all_, message, at)

    return ProcessType(
        kind="care.complaint",
        version=1,
        blank=lambda process_id: Complaints(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Complaints,
        messages=(FileComplaint, AskCompletion, CompleteComplaint, AnswerQuestion, DecideComplaint),
        facts=(
            ComplaintsKnown,
            ComplaintFiled,
            ReceiptAsked,
            ReceiptSent,
            ReceiptStopped,
            CompletionProposed,
            CompletionStopped,
            ComplaintIncomplete,
            ComplaintCompleted,
            QuestionAnswered,
            ComplaintNear,
            ComplaintOverdue,
            AnswerProposed,
            AnswerStopped,
            ComplaintAnswered,
        ),
        hears=(OrderAccepted, CustomerSaid, ReplyApproved, DraftStopped),
        timers=frozenset({CLOCK}),
    )


def _decide(
    terms_of: TermsOf, wordings: Wordings, all_: Complaints, message: Any, at: Moment
) -> Decision | Refusal:
    match all_.phase:
        case ComplaintsPhase.UNKNOWN:
            return _when_unknown(all_, message)
        case ComplaintsPhase.QUIET | ComplaintsPhase.OPEN | ComplaintsPhase.OVERDUE:
            terms = terms_of(all_.rules)
            match message:
                case FileComplaint():
                    return _file(terms, all_, message, at)
                case Heard(fact=CustomerSaid() as said):
                    return _said(terms, wordings, all_, said, at)
                case Heard():
                    return _heard(terms, all_, message.fact, at)
                case TimerFired():
                    return _clock(terms, wordings, all_, at)
                case _:
                    return _about(terms, wordings, all_, message, at)
        case _:
            assert_never(all_.phase)


def _when_unknown(all_: Complaints, message: Any) -> Decision | Refusal:
    match message:
        case Heard(fact=OrderAccepted() as accepted):
            known = ComplaintsKnown(
                order=message.source,
                rules=accepted.rules,
                language=accepted.customer.language,
                holder=accepted.customer.holder.name,
            )
            return Decision(facts=(known,))
        case Heard() | TimerFired():
            return NOTHING
        case _:
            return Refusal(reason="order_unknown", detail=all_.id)


def _said(
    terms: ComplaintTerms, wordings: Wordings, all_: Complaints, said: CustomerSaid, at: Moment
) -> Decision | Refusal:
    """He says that he complains. While one is open, what he adds belongs to it, and is read."""
    if all_.open_ones or not is_complaint(wordings, said.text):
        return NOTHING
    filed = FileComplaint(
        channel=said.channel,
        text=said.text,
        topic=Topic.GENERAL,
        by="customer",
        source=said.message_id,
    )
    return _file(terms, all_, filed, at)


def _file(
    terms: ComplaintTerms, all_: Complaints, filed: FileComplaint, at: Moment
) -> Decision | Refusal:
    if not filed.text.strip():
        return Refusal(reason="nothing_said", detail="write down what he complains of")
    if filed.source and any(each.source == filed.source for each in all_.complaints):
        return NOTHING
    number = len(all_.complaints) + 1
    key = f"{all_.order}-C{number}"  # the order's own key: what he has, and nobody else's
    asked = tuple(each.strip() for each in filed.questions if each.strip())
    fact = ComplaintFiled(
        key=key,
        channel=filed.channel,
        topic=filed.topic,
        text=filed.text,
        questions=points_of(asked) or questions_in(filed.text),
        by=filed.by,
        source=filed.source,
        at=at,
        due=terms.due(filed.topic, at),
    )
    return _with_clock(all_, (fact,), at)


def _about(
    terms: ComplaintTerms, wordings: Wordings, all_: Complaints, message: Any, at: Moment
) -> Decision | Refusal:
    """An act on one complaint."""
    if not isinstance(
        message, AskCompletion | CompleteComplaint | AnswerQuestion | DecideComplaint
    ):
        return NOTHING
    one = all_.named(message.key)
    if one is None:
        return Refusal(reason="no_such_complaint", detail=message.key)
    if not one.is_open or one.proposed is not None or one.asking:
        return Refusal(reason="already_answered", detail=one.key)
    match message:
        case AskCompletion():
            return _ask(wordings, all_, one, message)
        case CompleteComplaint():
            return _complete(terms, all_, one, message, at)
        case AnswerQuestion():
            return _answer(one, message)
        case DecideComplaint():
            return _propose(terms, wordings, all_, one, message)


def _ask(
    wordings: Wordings, all_: Complaints, one: Complaint, asked: AskCompletion
) -> Decision | Refusal:
    if one.complete_by is not None:
        return NOTHING
    if not asked.missing.strip():
        return Refusal(reason="nothing_said", detail="write down what is missing")
    draft_id = f"{one.key}-ask-{one.asks + 1}"
    text = ask_text(wordings[all_.language], one, all_.holder, asked.missing)
    fact = CompletionProposed(key=one.key, draft_id=draft_id, missing=asked.missing, by=asked.by)
    return Decision(facts=(fact,), tells=(_draft(all_, one, draft_id, text, asked.by),))


def _complete(
    terms: ComplaintTerms, all_: Complaints, one: Complaint, came: CompleteComplaint, at: Moment
) -> Decision | Refusal:
    if one.complete_by is None:
        return Refusal(reason="nothing_missing", detail=one.key)
    fact = ComplaintCompleted(key=one.key, text=came.text, by=came.by, due=terms.due(one.topic, at))
    return _with_clock(all_, (fact,), at)


def _answer(one: Complaint, answer: AnswerQuestion) -> Decision | Refusal:
    if not 0 <= answer.question < len(one.questions):
        return Refusal(reason="no_such_question", detail=f"{one.key}: {answer.question}")
    if not answer.answer.strip():
        return Refusal(reason="nothing_said", detail="write the answer to this question")
    if one.questions[answer.question].answer == answer.answer:
        return NOTHING
    fact = QuestionAnswered(
        key=one.key, question=answer.question, answer=answer.answer, by=answer.by
    )
    return Decision(facts=(fact,))


def _propose(
    terms: ComplaintTerms,
    wordings: Wordings,
    all_: Complaints,
    one: Complaint,
    decided: DecideComplaint,
) -> Decision | Refusal:
    if one.unanswered:
        left = ", ".join(str(n + 1) for n in one.unanswered)
        return Refusal(reason="questions_unanswered", detail=f"{one.key}: {left}")
    outcome = Outcome(decided.outcome)
    draft_id = f"{one.key}-answer-{one.tries + 1}"
    text = answer_text(
        wordings[all_.language], one, all_.holder, outcome, _told(terms, all_, outcome)
    )
    fact = AnswerProposed(key=one.key, draft_id=draft_id, outcome=outcome, by=decided.by)
    return Decision(facts=(fact,), tells=(_draft(all_, one, draft_id, text, decided.by),))


def _ways(terms: ComplaintTerms, outcome: Outcome) -> tuple[str, ...]:
    return () if outcome is Outcome.UPHELD else terms.ways_on()


def _told(terms: ComplaintTerms, all_: Complaints, outcome: Outcome) -> tuple[str, ...]:
    return tuple(terms.said(way, all_.language) for way in _ways(terms, outcome))


def _draft(all_: Complaints, one: Complaint, draft_id: str, text: str, by: str) -> Tell:
    channel = one.channel if one.channel in REPLIES else "email"
    draft = ProposeReply(draft_id=draft_id, channel=channel, text=text, by=by)
    return Tell(kind="notices.voice", to=f"{family(all_.id)}/voice", message=draft)


def _heard(terms: ComplaintTerms, all_: Complaints, fact: Any, at: Moment) -> Decision:
    """What the voice made of a receipt, of a request, or of an answer of ours."""
    if not isinstance(fact, ReplyApproved | DraftStopped):
        return NOTHING
    for one in all_.open_ones:
        if fact.draft_id.startswith(f"{one.key}-"):
            said = _went(terms, one, fact, at)
            return _with_clock(all_, (said,), at) if said is not None else NOTHING
    return NOTHING


def _went(
    terms: ComplaintTerms, one: Complaint, fact: ReplyApproved | DraftStopped, at: Moment
) -> object | None:
    went = isinstance(fact, ReplyApproved)
    why = fact.why if isinstance(fact, DraftStopped) else ()
    if one.receipt == "asked" and fact.draft_id == f"{one.key}-receipt":
        return ReceiptSent(key=one.key) if went else ReceiptStopped(key=one.key)
    if one.asking and fact.draft_id == f"{one.key}-ask-{one.asks}":
        if not went:
            return CompletionStopped(key=one.key, why=why)
        return ComplaintIncomplete(
            key=one.key, missing=one.asking, complete_by=terms.complete_by(at), at=at
        )
    if one.proposed is not None and fact.draft_id == f"{one.key}-answer-{one.tries}":
        if not went:
            return AnswerStopped(key=one.key, why=why)
        ways = _ways(terms, one.proposed)
        return ComplaintAnswered(key=one.key, outcome=one.proposed, ways_on=ways, at=at)
    return None


def _clock(terms: ComplaintTerms, wordings: Wordings, all_: Complaints, at: Moment) -> Decision:
    """Whatever is due by now, for every open complaint."""
    facts: list[Any] = []
    tells: list[Tell] = []
    for one in all_.open_ones:
        if not one.receipt:
            draft_id = f"{one.key}-receipt"
            text = receipt_text(wordings[all_.language], one, all_.holder, terms.local)
            facts.append(ReceiptAsked(key=one.key, draft_id=draft_id))
            tells.append(_draft(all_, one, draft_id, text, "care"))
        if one.complete_by is not None and one.complete_by <= at:
            due = terms.due(one.topic, at)
            facts.append(ComplaintCompleted(key=one.key, text="", by="", due=due))
        elif one.complete_by is None:
            facts += _late(terms, one, at)
    return _with_clock(all_, tuple(facts), at, tuple(tells))


def _late(terms: ComplaintTerms, one: Complaint, at: Moment) -> list[Any]:
    facts: list[Any] = []
    if not one.near_told and one.due.near <= at:
        role = terms.role_when_near()
        facts.append(ComplaintNear(key=one.key, due=one.due.answer, role=role))
    if not one.overdue and one.due.latest <= at:
        facts.append(ComplaintOverdue(key=one.key, latest=one.due.latest))
    return facts


def _with_clock(
    all_: Complaints, facts: tuple[Any, ...], at: Moment, tells: tuple[Tell, ...] = ()
) -> Decision:
    """The facts, and the clock at what is due next."""
    after = all_
    for fact in facts:
        after = evolve(after, fact)
    dues: list[Moment] = []
    for one in after.open_ones:
        if not one.receipt:
            dues.append(at)
        if one.complete_by is not None:
            dues.append(one.complete_by)
            continue
        dues += [] if one.near_told else [one.due.near]
        dues += [] if one.overdue else [one.due.latest]
    return Decision(
        facts=facts, tells=tells, timers=(Timer(name=CLOCK, due=min(dues, default=None)),)
    )
