"""``/desk/orders/<key>/case``: the eight blocks for whoever speaks to a customer, and his reply.

A reply is held against the facts before it goes out. What contradicts them does not go: the writer
sees his sentence beside what is so, and has to write another one. The voice judges once more when
it sends (``notices/voice``), so that nothing depends on this page.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.adapters.channel_social.ledger import account_of_order
from relevo.care.documents import FILE_MAX_BYTES, Document
from relevo.care.history import Proposal, UnderWay, trouble_stage
from relevo.care.model import Evidence
from relevo.care.queries import documents_of, proposals
from relevo.care.rights import AnswerTerm, CareRights, Rung
from relevo.claims.model import Judgement
from relevo.engine.recorded import Recorded
from relevo.notices.actions import propose_reply
from relevo.pages.console import console_of, reading
from relevo.pages.guard import field
from relevo.pages.orders.acts import TENDS, for_input, possible_acts, proposed_at
from relevo.pages.orders.case_present import came_meanwhile, leaves_off, present
from relevo.pages.orders.judged import Judged, judge
from relevo.pages.orders.money import effort_minutes, owed_now
from relevo.pages.orders.opened import Opened, labels_of, open_order
from relevo.pages.orders.phone import phone_of, proposed_correction
from relevo.pages.page import go, page
from relevo.porting.profile import HubKind
from relevo.rim import country_module
from relevo.tracking.replay import stops_of
from relevo.tracking.thread import Side, thread_of
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

TEXT_MAX = 4000
CHANNELS = ("sms", "email", "social")
"""Of a reply."""
FILE_ITEM = "document_"
"""How pieces of evidence that are files begin (``care.actions.hand_in``)."""

WRITES = "answer_customers"


def show_case(request: Request) -> Response:
    """The page of the case; it is there before there is any trouble, and after."""
    opened = open_order(request, request.path_params["key"], subject="case")
    correcting = proposed_correction(request, opened)
    now = console_of(request).now()
    return _page(request, opened, judge(opened, *correcting, now) if correcting else None)


def check_reply(request: Request) -> Response:
    """The part of the page that says how a draft stands, while it is being written."""
    opened = open_order(request, request.path_params["key"], subject="case")
    judged = _judged(request, opened) if field(request, "text") else None
    present(request, opened.key, writes=judged is not None)
    return page(request, "orders/verdict.html", opened=opened, veil=opened.veil, judged=judged)


def reply(request: Request) -> Response:
    """Send a reply, or show why it may not go."""
    key = request.path_params["key"]
    opened = open_order(request, key, subject="case")
    if not field(request, "text"):
        return go(f"/desk/orders/{key}/case?done=no_text")
    judged = _judged(request, opened)
    meanwhile = came_meanwhile(request, opened)
    if meanwhile and field(request, "step") != "check":
        return _page(request, opened, judged, meanwhile)
    warned = judged.verdict is Judgement.WARNED and field(request, "warned") != "yes"
    if field(request, "step") == "check" or warned:
        return _page(request, opened, judged)
    who, console = opened.session.staff, console_of(request)
    propose_reply(
        console.engine,
        key,
        channel=judged.channel,
        text=judged.text,
        by=who,
        draft_id=f"page-{code(16, READABLE, key, who, field(request, 'seen'), judged.text)}",
    )  # one that is stopped becomes a fact as well: what nearly went out is worth knowing
    if not judged.may_go:
        return _page(request, opened, judged)
    leaves_off(request, key, who)
    return go(f"/desk/orders/{key}/case?done=reply")


def _judged(request: Request, opened: Opened) -> Judged:
    channel, text = field(request, "channel"), field(request, "text")[:TEXT_MAX]
    channel = channel if channel in CHANNELS else CHANNELS[0]
    return judge(opened, channel, text, console_of(request).now())


def _channels(request: Request, opened: Opened) -> list[str]:
    """By which he can be answered: on an open network once he has proven who he is there."""
    with reading(request) as (connection, _):
        is_proven = bool(account_of_order(connection, opened.key))
    return [each for each in CHANNELS if is_proven or each != "social"]


def _page(
    request: Request,
    opened: Opened,
    judged: Judged | None,
    meanwhile: Sequence[Recorded] = (),
) -> Response:
    picture = opened.picture
    assert picture is not None
    now = console_of(request).now()
    may_be_promised = _proposals(request, opened, now)
    next_at = min([proposed_at(opened, now), *(p.due for p in may_be_promised if p.is_by_history)])
    said = thread_of(opened.records)
    stops = stops_of(opened.records, labels_of(request))
    is_stopped = judged and not judged.may_go and request.method != "GET"
    return page(
        request,
        "orders/case.html",
        status=409 if meanwhile else 422 if is_stopped else 200,
        opened=opened,
        veil=opened.veil,
        picture=picture,
        case=picture.case,
        rungs=_rungs(opened, now),
        last_said=[each for each in said if each.side is Side.US][:-4:-1],
        troubles=[stop for stop in stops if stop.is_trouble][:-9:-1],
        complaints=[each for each in said if each.side is Side.CUSTOMER],
        evidence=_evidence(opened),
        files=_files(request, opened.key),
        megabytes=FILE_MAX_BYTES // 1_000_000,
        thread=[*reversed(said)],
        minutes=effort_minutes(opened, tuple(said)),
        owed=owed_now(opened, now),
        acts=possible_acts(opened),
        may_tend=opened.session.may(TENDS),
        may_write=opened.session.may(WRITES),
        next_at=next_at,
        proposals=may_be_promised,
        terms=_terms(opened),
        next_promise=for_input(next_at, opened.rules.zone),
        judged=judged,
        phone=phone_of(request, opened),
        channels=_channels(request, opened),
        present=present(request, opened.key),
        meanwhile_said=thread_of([*meanwhile]),
        meanwhile=[*reversed(stops_of([*meanwhile], labels_of(request)))],
        owner=opened.states.get(f"{opened.key}/case"),
        seen=opened.records[-1].seq,
        done=request.query_params.get("done", ""),
        active="case",
    )


def _files(request: Request, key: str) -> list[Document]:
    """What was handed in, as far as this reader sees it; what was taken a second ago is there."""
    with reading(request) as (connection, _):
        return documents_of(connection, key)


@cache
def _care(edition: str) -> CareRights:
    days = wiring.book().pinned(edition).calendar(HubKind.MOBILE)
    rights: CareRights = country_module(edition, "care").care(days)
    return rights


def _rungs(opened: Opened, now: Moment) -> list[tuple[str, str, Rung]]:
    """The next rung of the ladder for each open trouble: kind, subject, and when it is reached."""
    case = opened.picture.case if opened.picture else None
    if case is None or not case.rules:
        return []
    care = _care(case.rules)
    found = []
    for trouble in case.troubles:
        ahead = [rung for rung in care.rungs(trouble.kind, trouble.since) if rung.due > now]
        if ahead:
            found.append((str(trouble.kind), trouble.subject, ahead[0]))
    return found


def _terms(opened: Opened) -> list[tuple[str, AnswerTerm]]:
    """In which time the law wants each open trouble answered."""
    case = opened.picture.case if opened.picture else None
    if case is None or not case.rules:
        return []
    care = _care(case.rules)
    return [
        (str(trouble.kind), term)
        for trouble in case.troubles
        for term in care.answers(trouble.kind, trouble.since)
    ]


def _proposals(request: Request, opened: Opened, now: Moment) -> list[Proposal]:
    """What may be promised to him now, by how long such things have taken."""
    case = opened.picture.case if opened.picture else None
    if case is None or not case.rules:
        return []
    care, days = _care(case.rules), opened.rules.calendar(HubKind.MOBILE)
    others = [
        UnderWay(
            stage=trouble_stage(trouble),
            key=trouble.subject,
            began=trouble.since,
            bound=care.next_update_due(trouble.kind, trouble.since, 0),
        )
        for trouble in case.troubles
    ]
    with reading(request) as (connection, _):
        return proposals(connection, opened.key, days, now, others)


def _evidence(opened: Opened) -> dict[str, list[Evidence]]:
    """What is held, by what it is: nobody asks for it. Files are shown by their names."""
    case = opened.states.get(f"{opened.key}/case")
    found: dict[str, list[Evidence]] = {}
    for each in getattr(case, "evidence", ()):
        if not each.item.startswith(FILE_ITEM):
            found.setdefault(each.item, []).append(each)
    return found
