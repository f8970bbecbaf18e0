"""What an order's complaints hear: one complaint from its receipt to its answer, and a second."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.care.complaint.messages import (
    AnswerQuestion,
    AskCompletion,
    CompleteComplaint,
    DecideComplaint,
    FileComplaint,
)
from relevo.care.complaint.model import Complaint, Complaints, Outcome, Topic
from relevo.engine.process import TimerFired
from relevo.notices.voice.messages import CustomerSaid, DraftStopped, ReplyApproved
from relevo.orders.held import SimKind
from relevo.orders.order.messages import OrderAccepted
from relevo.testing.vocabulary.cast import AT, DAY, MAIN, PARTY, RECIPIENT, RULES, SECOND
from relevo.testing.vocabulary.heard import heard, sample
from relevo.values.moment import Moment

Words = Iterator[tuple[object, Moment]]

WRITTEN = "Quiero poner una reclamación. ¿Por qué se cortó mi número? ¿Cuándo vuelve?"
MISSING = "the bill of January"
FILE = FileComplaint(
    channel="call", text=WRITTEN, topic=Topic.BILLING, by="ana", questions=("Why?", "When?")
)
ACCEPTED = OrderAccepted(
    customer=PARTY,
    recipient=RECIPIENT,
    lines=(MAIN, SECOND),
    moving=("M1", "M2"),
    sim=SimKind.CARD,
    wish=None,
    rules=RULES,
    consent_at=AT,
)


def complaint_words(all_: Complaints) -> Words:
    """Everything about the last complaint; a second one once the first is at its end."""
    yield heard("", ACCEPTED), AT
    yield sample(DecideComplaint, key="REC-1"), AT
    if not all_.rules:
        yield FILE, AT
        return
    count = len(all_.complaints)
    first = all_.complaints[0] if count else None
    if first is None or (count == 1 and first.answered_at):
        said = sample(CustomerSaid, text=WRITTEN, message_id=f"m{count}", channel="email")
        yield heard("voice", said), AT
    if first is None or (count == 1 and first.overdue and first.proposed):
        yield FILE, AT
    if first is not None:
        yield from _of(first)
    if count > 1:
        yield TimerFired(name="clock"), AT


def _of(one: Complaint) -> Words:
    """Its receipt, a gap that is filled once, its clocks, and two tries of an answer."""
    receipt, answer = f"{one.key}-receipt", f"{one.key}-answer-{one.tries}"
    if one.receipt != "sent":
        yield TimerFired(name="clock"), one.filed_at
        yield heard("voice", sample(DraftStopped, draft_id=receipt)), AT
    yield heard("voice", sample(ReplyApproved, draft_id=receipt)), AT
    if not one.receipt or one.receipt == "asked":
        return
    if one.asks <= 1 and MISSING not in one.text and not one.questions[0].answer:
        yield AskCompletion(key=one.key, missing="the bill", by="ana"), AT
    ask = f"{one.key}-ask-{one.asks}"
    yield heard("voice", sample(ReplyApproved, draft_id=ask)), AT
    if one.asks <= 1:
        yield heard("voice", sample(DraftStopped, draft_id=ask)), AT
    yield CompleteComplaint(key=one.key, text=MISSING, by="customer"), AT + DAY
    yield TimerFired(name="clock"), one.complete_by or one.due.near
    if one.near_told:
        yield TimerFired(name="clock"), one.due.latest
    for place in range(len(one.questions) + 1):
        yield AnswerQuestion(key=one.key, question=place, answer="So it is.", by="ana"), AT
    for outcome in (Outcome.REFUSED, Outcome.UPHELD) if one.tries <= 1 else ():
        yield DecideComplaint(key=one.key, outcome=outcome, by="ana"), AT
    yield heard("voice", sample(ReplyApproved, draft_id=answer)), AT
    yield heard("voice", sample(DraftStopped, draft_id=answer)), AT
