"""The customer complains on his own page, and sees how his complaint stands.

The page decides nothing: key, terms, receipt and answer are those of ``care.complaint``. It says
by when an answer is due before he sends it, shows what we still need from him, and shows our
answers only once they went out: a draft is not an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.guessing import Pace
from relevo.care.complaint.actions import KIND, complaint_id
from relevo.care.complaint.messages import CompleteComplaint, FileComplaint
from relevo.care.complaint.model import Complaint, Due, Outcome, Topic
from relevo.care.complaint.terms import ComplaintTerms
from relevo.pages.console import console_of
from relevo.pages.customer.opening import Opened, answer, opened
from relevo.pages.customer.telling import go_back, key_of, tell
from relevo.pages.guard import NotFound, field, slow_down
from relevo.porting.profile import HubKind
from relevo.profiles.book import UnknownProfile
from relevo.rim import country_module
from relevo.wiring import book

COMPLAINT_MAX = 4_000
COMPLAINTS_FROM = Pace(scope="complaint:from", free=20, first_s=30, longest_s=900, forgotten_s=3600)
"""Each has a receipt that goes out, and is answered by a person."""
ASKED = ("topic", "text", "questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintShown:
    """One complaint as its customer reads it."""

    complaint: Complaint
    state: str  # open | missing | overdue, or how it ended
    mood: str
    ways_on: tuple[str, ...]  # where he can go next: when we are late, or have not upheld it

    @property
    def answers(self) -> bool:
        """Whether what we answer has gone out."""
        return self.complaint.outcome is not None


def complaints_shown(known: Opened, language: str) -> tuple[ComplaintShown, ...]:
    """All complaints of the order, the newest first."""
    return tuple(_shown(known, each, language) for each in reversed(known.view.complaints))


def complaint_form(request: Request) -> Response:
    """What he complains of, what he wants, and by when we have to answer."""
    return _form(request, opened(request), dict.fromkeys(ASKED, ""))


def complain(request: Request) -> Response:
    """File it; the receipt with its key goes out by the process."""
    known = opened(request)
    typed = {name: field(request, name)[:COMPLAINT_MAX] for name in ASKED}
    if not typed["text"]:
        return _form(request, known, typed, missing=True)
    if known.is_customer:  # an office has one address for all
        slow_down(request, COMPLAINTS_FROM)
    topic = Topic(typed["topic"]) if typed["topic"] in set(Topic) else Topic.GENERAL
    key = key_of(request, "complain", *typed.values())
    filed = FileComplaint(
        channel=known.channel,
        text=typed["text"],
        topic=topic,
        by=known.by,
        questions=tuple(typed["questions"].splitlines()),
        source=key,
    )
    tell(request, known, KIND, complaint_id(known.view.key), filed, key)
    return go_back(known, "complain")


def complete(request: Request) -> Response:
    """What we asked him for, so that the clock goes on."""
    known = opened(request)
    wanted = request.path_params["complaint"]
    one = next((each for each in known.view.complaints if each.key == wanted), None)
    if one is None:
        raise NotFound("complaint")
    text = field(request, "text")[:COMPLAINT_MAX]
    if one.complete_by is None or not text:
        return go_back(known, "too_late" if text else "no_text")
    came = CompleteComplaint(key=one.key, text=text, by=known.by)
    key = key_of(request, "complete", one.key, text)
    tell(request, known, KIND, complaint_id(known.view.key), came, key)
    return go_back(known, "complete")


def _form(
    request: Request, known: Opened, typed: Mapping[str, str], *, missing: bool = False
) -> Response:
    terms, now = _terms_of(known), console_of(request).now()
    dues: dict[Topic, Due | None] = {
        topic: terms.due(topic, now) if terms else None for topic in reversed(Topic)
    }
    return answer(
        request,
        known,
        "complaint",
        status=422 if missing else 200,
        dues=dues,
        typed=typed,
        missing=missing,
    )


def _shown(known: Opened, one: Complaint, language: str) -> ComplaintShown:
    state = str(one.outcome or ("overdue" if one.overdue else "missing" if one.missing else "open"))
    moods = {Outcome.UPHELD: "good", "overdue": "trouble", "missing": "wait", "open": "plain"}
    ways: tuple[str, ...] = ()
    terms = _terms_of(known)
    if terms is not None and (one.overdue or one.outcome in {Outcome.PARTLY, Outcome.REFUSED}):
        ways = tuple(terms.said(way, language) for way in terms.ways_on())
    return ComplaintShown(complaint=one, state=state, mood=moods.get(state, "plain"), ways_on=ways)


def _terms_of(known: Opened) -> ComplaintTerms | None:
    """The law's terms under the rules of this order; None when they are of no edition we know."""
    order = known.material.order
    assert order is not None, "only an order that exists is shown"
    try:
        return _terms(order.rules)
    except UnknownProfile:
        return None


@cache
def _terms(code: str) -> ComplaintTerms:
    days = book().pinned(code).calendar(HubKind.MOBILE)
    terms: ComplaintTerms = country_module(code, "complaint").complaint_terms(days)
    return terms
