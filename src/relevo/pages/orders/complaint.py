"""``/desk/orders/<key>/complaints``: take a complaint down, answer every question, decide it.

The page asks and decides nothing: terms, receipts, and whether an answer may go out are those of
``care.complaint``. An answer is held against the facts while it is written, as a reply is.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.care.complaint.actions import Act, complaint_id, tend_complaint
from relevo.care.complaint.messages import (
    AnswerQuestion,
    AskCompletion,
    CompleteComplaint,
    DecideComplaint,
    FileComplaint,
)
from relevo.care.complaint.model import Complaint, Complaints, Outcome, Topic
from relevo.claims.check import check
from relevo.claims.model import Draft, Judgement
from relevo.engine.process import wire_name
from relevo.notices.snapshot import snapshot_of
from relevo.pages.console import console_of
from relevo.pages.guard import field
from relevo.pages.orders.judged import Beside, beside
from relevo.pages.orders.opened import Opened, open_order
from relevo.pages.page import go, page
from relevo.values.ids import READABLE, code

CHANNELS = ("call", "email", "sms", "letter", "page", "social", "chat")
TEXT_MAX = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """An answer that contradicts the facts: it was not kept."""

    key: str
    question: int
    text: str
    findings: tuple[Beside, ...]


def show_complaints(request: Request) -> Response:
    """All complaints of an order, the newest first."""
    opened = open_order(request, request.path_params["key"], subject="complaints")
    return _page(request, opened, None)


def act_on_complaint(request: Request) -> Response:
    """Take a form of the page."""
    key = request.path_params["key"]
    opened = open_order(request, key, subject="complaints")
    where = f"/desk/orders/{key}/complaints"
    act = _act(request, opened.session.staff)
    if act is None:
        return go(f"{where}?done=no_text")
    if isinstance(act, AnswerQuestion):
        stopped = _stopped(request, opened, act)
        if stopped is not None:
            return _page(request, opened, stopped)
    console, staff = console_of(request), opened.session.staff
    told = (key, repr(act), staff, field(request, "seen"))
    tend_complaint(console.engine, key, act, act_id=f"page-{code(16, READABLE, *told)}")
    with console.acting() as connection:
        note_act(
            connection,
            opened.session,
            wire_name(act),
            at=console.now(),
            family=key,
            subject=field(request, "complaint"),
            reason=field(request, "act"),
        )
    return go(f"{where}?done={field(request, 'act')}")


def _act(request: Request, by: str) -> Act | None:
    """What the form asks for; None when it lacks a text."""
    key, text = field(request, "complaint"), field(request, "text")[:TEXT_MAX]
    name = field(request, "act")
    if name != "decide" and not text:
        return None
    match name:
        case "file":
            channel, topic = field(request, "channel"), field(request, "topic")
            return FileComplaint(
                channel=channel if channel in CHANNELS else CHANNELS[0],
                text=text,
                topic=Topic(topic) if topic in set(Topic) else Topic.GENERAL,
                by=by,
                questions=tuple(field(request, "questions")[:TEXT_MAX].splitlines()),
                source=field(request, "source"),
            )
        case "ask":
            return AskCompletion(key=key, missing=text, by=by)
        case "complete":
            return CompleteComplaint(key=key, text=text, by=by)
        case "answer":
            place = field(request, "question")
            number = int(place) if place.isdigit() and len(place) < 4 else -1
            return AnswerQuestion(key=key, question=number, answer=text, by=by)
        case "decide":
            outcome = field(request, "outcome")
            known = outcome in set(Outcome)
            return DecideComplaint(key=key, outcome=Outcome(outcome), by=by) if known else None
        case _:
            return None


def _stopped(request: Request, opened: Opened, answer: AnswerQuestion) -> Stopped | None:
    """An answer that the check stops is shown beside what is so, and not kept."""
    voice = opened.picture.voice if opened.picture else None
    if voice is None or voice.knowledge is None:
        return None
    snapshot = snapshot_of(voice.knowledge, opened.rules, console_of(request).now())
    verdict = check(snapshot, Draft(id="complaint", channel="email", text=answer.answer))
    if verdict.verdict is not Judgement.BLOCKED:
        return None
    return Stopped(
        key=answer.key,
        question=answer.question,
        text=answer.answer,
        findings=tuple(beside(answer.answer, each) for each in verdict.findings),
    )


def _page(request: Request, opened: Opened, stopped: Stopped | None) -> Response:
    state = opened.states.get(complaint_id(opened.key))
    complaints: tuple[Complaint, ...] = ()
    if isinstance(state, Complaints):
        complaints = tuple(reversed(state.complaints))
    return page(
        request,
        "orders/complaint.html",
        status=422 if stopped else 200,
        opened=opened,
        veil=opened.veil,
        picture=opened.picture,
        complaints=complaints,
        stopped=stopped,
        channels=CHANNELS,
        topics=list(Topic),
        outcomes=list(Outcome),
        seen=opened.records[-1].seq,
        may_tend=opened.session.may("tend_customers"),
        done=request.query_params.get("done", ""),
        active="case",
    )
