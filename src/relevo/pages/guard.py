"""Who asks, and whether he may: every route is made by ``staff``, ``customer``, ``public``,
or ``machine``.

A route that is made otherwise does not exist (``tests/pages/attacks`` walks them all), so that none
is open by forgetting. What is sent to change something is believed only when it comes from our own
page: by its token, which only this visitor's pages hold, and by what the browser says of where it
came from. Nothing is read that is larger than its route takes.
"""

from __future__ import annotations

import hmac
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from urllib.parse import unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from relevo.access.guessing import Pace, TooManyTries, take_tries
from relevo.access.secret import SiteSecret
from relevo.access.tickets import touch
from relevo.brands.reading import NotSignedIn, Session
from relevo.engine.clock import SystemClock, elapsed_seconds
from relevo.pages.console import console_of
from relevo.pages.words import language_of

TICKET = "relevo_ticket"
"""The cookie of somebody who is signed in, or half-way in: staff or customer."""
VISIT = "relevo_visit"
"""The cookie of a stranger: what a form and a half-filled sign-up hang on."""

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf"
BODY_MAX_BYTES = 1_000_000
FIELDS_MAX = 2_000
FILES_MAX = 10
LINK_WANTED = "/o"
"""Where a customer is told to open the link that he was sent."""

_SAFE = frozenset({"GET", "HEAD"})
_BY_ITSELF = "x-refresh"  # a page that follows something asked, and nobody did
_TOUCHED_EVERY_S = 60.0
_TOUCHED_KEPT = 10_000
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*")

Handler = Callable[[Request], Response]
Check = Callable[["Visitor"], None]


class Forbidden(Exception):
    """He is known, and this is not for him."""


class NotFound(Exception):
    """There is no such thing, or none that he may know of."""


class Elsewhere(Exception):
    """He has to go somewhere else first."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks. A stranger has no ticket; a customer's opens one order."""

    language: str
    theme: str = ""  # "light" | "dark" | "" as the device says
    ticket: str = ""
    visit: str = ""  # of a stranger
    session: Session | None = None

    @property
    def name(self) -> str:
        """The name of a member of staff; "" for anybody else."""
        return self.session.staff if self.session else ""

    @property
    def brand(self) -> str:
        """For whom he works."""
        return self.session.brand if self.session else ""

    @property
    def order(self) -> str:
        """The order of a customer; "" for anybody else."""
        return self.session.order if self.session else ""

    def may(self, right: str) -> bool:
        """Whether one of his roles gives him this right."""
        return self.session is not None and self.session.may(right)


def public(
    path: str,
    answer: Handler,
    *methods: str,
    name: str = "",
    body_max_bytes: int = BODY_MAX_BYTES,
) -> Route:
    """For anybody."""
    return _route(path, answer, lambda visitor: None, methods, name, body_max_bytes)


def staff(
    path: str,
    answer: Handler,
    *methods: str,
    right: str,
    name: str = "",
    body_max_bytes: int = BODY_MAX_BYTES,
) -> Route:
    """For members of staff with this right; with ``right=""``, for all of them."""

    def check(visitor: Visitor) -> None:
        if not visitor.name:
            raise NotSignedIn("sign in")
        if right and not visitor.may(right):
            raise Forbidden(right)

    return _route(path, answer, check, methods, name, body_max_bytes)


def customer(
    path: str,
    answer: Handler,
    *methods: str,
    name: str = "",
    body_max_bytes: int = BODY_MAX_BYTES,
) -> Route:
    """For who came by the link of his order and the code that was sent to him."""

    def check(visitor: Visitor) -> None:
        if not visitor.order:
            raise Elsewhere(LINK_WANTED)

    return _route(path, answer, check, methods, name, body_max_bytes)


def machine(path: str, answer: Handler, *, body_max_bytes: int, name: str = "") -> Route:
    """For a machine that pushes: no session counts, and ``answer`` believes only what is signed."""

    async def answered(request: Request) -> Response:
        request.state.sent = await request.body()
        return await run_in_threadpool(answer, request)

    return Route(path, answered, methods=["POST"], name=name or None, max_body_size=body_max_bytes)


def sent_bytes(request: Request) -> bytes:
    """What a machine sent, as it was signed."""
    found = request.state.sent
    assert isinstance(found, bytes)
    return found


def form_of(request: Request) -> FormData:
    """What the form said; read and checked before the handler was called."""
    found = request.state.form
    assert isinstance(found, FormData)
    return found


def field(request: Request, name: str) -> str:
    """One text of the form, without blanks around it; "" when it is absent or a file."""
    value = form_of(request).get(name, "")
    return value.strip() if isinstance(value, str) else ""


def csrf_token(request: Request) -> str:
    """What this visitor's forms carry."""
    visitor: Visitor = request.state.visitor
    secret = console_of(request).settings.secret
    bound = visitor.ticket or visitor.visit
    return hmac.new(secret, f"form:{bound}".encode(), sha256).hexdigest()


def site_secret(request: Request) -> SiteSecret:
    """What links, keys and keyed hashes are made from."""
    return SiteSecret.of(console_of(request).settings.secret)


def slow_down(request: Request, pace: Pace) -> None:
    """Count this against the address that it comes from. Raises TooManyTries."""
    take_tries(console_of(request).acting, ((pace, address_of(request)),), SystemClock().now())


def address_of(request: Request) -> str:
    """Whence it comes, for counting: a household has a whole /64 of IPv6 addresses.

    Behind a proxy the server is told whose word it takes (docs/howto/sign-in.md).
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def local_path(text: str, otherwise: str) -> str:
    """A place on this site, as an address gave it; never one on another."""
    return text if _LOCAL.fullmatch(text) else otherwise


def new_visit() -> str:
    """A name for a stranger that nobody else can guess."""
    return os.urandom(16).hex()


def ticket_of(request: Request) -> str:
    """The ticket that the browser showed, whatever it is worth."""
    return request.cookies.get(cookie_name(request, TICKET), "")


def hold_ticket(request: Request, response: Response, ticket: str) -> None:
    """Give the browser its new ticket; with "", take it away. It ends with the browser."""
    _set_cookie(request, response, TICKET, ticket)


def hold(request: Request, response: Response, name: str, value: str, age_s: int) -> None:
    """A cookie for a while that no script and no other site reads."""
    _set_cookie(request, response, name, value, age_s)


def held(request: Request, name: str) -> str:
    """What ``hold`` gave."""
    return request.cookies.get(cookie_name(request, name), "")


def cookie_name(request: Request, name: str) -> str:
    """With https, the name by which a browser lets nobody but this very host set it."""
    return f"__Host-{name}" if console_of(request).settings.is_secure else name


def visitor_from(request: Request) -> Visitor:
    """Who asks, by his cookies. A ticket that is over makes him a stranger."""
    theme = request.cookies.get("relevo_theme", "")
    language = language_of(request)
    theme = theme if theme in {"light", "dark"} else ""
    visit = request.cookies.get(cookie_name(request, VISIT), "")
    ticket = ticket_of(request)
    if ticket:
        try:
            with console_of(request).reading(ticket) as (_, session):
                pass
        except NotSignedIn:
            pass
        else:
            if _BY_ITSELF not in request.headers:
                _keep_alive(request, ticket)
            return Visitor(language=language, theme=theme, ticket=ticket, session=session)
    return Visitor(language=language, theme=theme, visit=visit or new_visit())


def _route(
    path: str, answer: Handler, check: Check, methods: tuple[str, ...], named: str, max_bytes: int
) -> Route:
    async def answered(request: Request) -> Response:
        if "\x00" in unquote(f"{request.url.path}?{request.url.query}"):
            raise NotFound("no address holds a NUL")
        request.state.visitor = visitor = await run_in_threadpool(visitor_from, request)
        try:
            check(visitor)
            if request.method not in _SAFE:
                _check_origin(request)
                form = await request.form(
                    max_files=FILES_MAX, max_fields=FIELDS_MAX, max_part_size=BODY_MAX_BYTES
                )
                request.state.form = _without_nul(form)
                _check_token(request)
            response = await run_in_threadpool(answer, request)
        except Elsewhere as elsewhere:
            response = RedirectResponse(elsewhere.where, status_code=303)
        except TooManyTries as too_many:
            wait_s = max(1, round((too_many.until - SystemClock().now()).total_seconds()))
            raise HTTPException(429, headers={"Retry-After": str(wait_s)}) from too_many
        if visitor.visit and visitor.visit != request.cookies.get(cookie_name(request, VISIT)):
            _set_cookie(request, response, VISIT, visitor.visit)
        return response

    return Route(
        path,
        answered,
        methods=list(methods or ("GET",)),
        name=named or None,
        max_body_size=max_bytes,
    )


def _check_origin(request: Request) -> None:
    """What the browser says of the page that sent this: a second wall behind the token.

    As our pages send no referrer, browsers call their origin "null"; those that are not too old
    say beside it whether it was the same site.
    """
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    settings = console_of(request).settings
    own = urlsplit(settings.address or str(request.base_url))
    from_us = fetched in {None, "same-origin", "none"}
    if not from_us or origin not in {"null", f"{own.scheme}://{own.netloc}"}:
        raise Forbidden("sent by another site")


def _check_token(request: Request) -> None:
    given = request.headers.get(CSRF_HEADER) or field(request, CSRF_FIELD)
    if not hmac.compare_digest(given.encode(), csrf_token(request).encode()):
        raise Forbidden("csrf")


def _without_nul(form: FormData) -> FormData:
    """PostgreSQL keeps no NUL, and nobody types one."""
    return FormData(
        [
            (name, value.replace("\x00", "") if isinstance(value, str) else value)
            for name, value in form.multi_items()
        ]
    )


def _set_cookie(
    request: Request, response: Response, name: str, value: str, age_s: int | None = None
) -> None:
    response.set_cookie(
        cookie_name(request, name),
        value,
        max_age=age_s if value else 0,
        path="/",
        httponly=True,
        samesite="lax",
        secure=console_of(request).settings.is_secure,
    )


_touched: OrderedDict[bytes, float] = OrderedDict()
_touching = threading.Lock()


def _keep_alive(request: Request, ticket: str) -> None:
    """Its holder uses it; said to the database once a minute, and not for every page."""
    key, now_s = sha256(ticket.encode()).digest(), elapsed_seconds()
    with _touching:
        if now_s - _touched.get(key, -_TOUCHED_EVERY_S) < _TOUCHED_EVERY_S:
            return
        _touched[key] = now_s
        _touched.move_to_end(key)
        if len(_touched) > _TOUCHED_KEPT:
            _touched.popitem(last=False)
    with console_of(request).acting() as connection:
        touch(connection, ticket)
