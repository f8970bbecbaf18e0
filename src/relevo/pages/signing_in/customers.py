"""Customers come in: the link of their order, and a code that is sent to its contact."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.customers import CodeNotSent, Way
from relevo.access.guessing import TooManyTries
from relevo.access.links import LinkEnded, LinkNotYet, NoSuchLink
from relevo.access.sign_in import NotAdmitted
from relevo.pages.guard import NotFound, field, hold_ticket
from relevo.pages.page import go, page, visitor_of
from relevo.pages.signing_in.doors import caller_of, doors_of

HOME = "/mine"
ASKS_AGAIN_S = 2


def link_wanted(request: Request) -> Response:
    """He came without his link, or his time is over."""
    return page(request, "signing_in/link_wanted.html", ended=False)


def knock(request: Request) -> Response:
    """By the link: how the code can come to him. Whoever is in already goes on."""
    order, _ = _link(request)
    ways = _ways(request)
    if isinstance(ways, Response):
        return ways
    if visitor_of(request).order == order:
        return go(HOME)
    return _form(request, ways, sent=request.query_params.get("sent") == "yes")


def take(request: Request) -> Response:
    """Send a code, or take one."""
    order, token = _link(request)
    ways = _ways(request)
    if isinstance(ways, Response):
        return ways
    door, caller = doors_of(request).customers, caller_of(request)
    try:
        if channel := field(request, "send"):
            door.send_code(order, token, channel, caller)
            return go(f"{request.url.path}?sent=yes")
        ticket = door.by_code(order, token, field(request, "code"), caller)
    except CodeNotSent:
        return _form(request, ways, "not_sent", status=503)
    except NotAdmitted:
        return _form(request, ways, "refused", sent=True, status=401)
    except TooManyTries as too_many:
        return _form(request, ways, "slow", sent=True, status=429, until=too_many.until)
    answer = go(HOME)
    hold_ticket(request, answer, ticket)
    return answer


def leave(request: Request) -> Response:
    """Signed out: on a borrowed telephone, for one."""
    doors_of(request).staff.leave(caller_of(request))
    gone = go("/o")
    hold_ticket(request, gone, "")
    return gone


def _link(request: Request) -> tuple[str, str]:
    return request.path_params["order"], request.path_params["token"]


def _ways(request: Request) -> tuple[Way, ...] | Response:
    order, token = _link(request)
    try:
        return doors_of(request).customers.knock(order, token, caller_of(request))
    except LinkNotYet:
        return _prepared(request)
    except NoSuchLink:
        raise NotFound(order) from None
    except LinkEnded:
        return page(request, "signing_in/link_wanted.html", status=410, ended=True)


def _prepared(request: Request) -> Response:
    """He was faster than the worker that takes his order up: his browser asks again by itself."""
    said = page(request, "signing_in/preparing.html", status=202)
    said.headers["refresh"] = str(ASKS_AGAIN_S)
    return said


def _form(
    request: Request,
    ways: tuple[Way, ...],
    fault: str = "",
    *,
    sent: bool = False,
    status: int = 200,
    until: object = None,
) -> Response:
    return page(
        request,
        "signing_in/customer.html",
        status=status,
        ways=ways,
        fault=fault,
        sent=sent,
        until=until,
        action=request.url.path,
    )
