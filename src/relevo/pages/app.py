"""The pages as one application: all areas, what every answer carries, and what errors look like."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from relevo.brands.reading import NotSignedIn, WallDown
from relevo.pages.assets import serve_asset
from relevo.pages.console import Console
from relevo.pages.guard import Forbidden, NotFound, Visitor, new_visit, visitor_from
from relevo.pages.page import page
from relevo.pages.words import COOKIE, LANGUAGES, language_of

_LOG = logging.getLogger(__name__)
AREAS = ("following", "signing_in", "sign_up", "customer", "hooks", "today", "orders", "duty")
"""Folders with a ``routes.py``, in the order in which their addresses are tried."""

_HEADERS = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            b"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
            b"frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def app(console: Console, beside: Sequence[BaseRoute] = ()) -> Starlette:
    """The pages of a site; ``beside``: health and metrics, which need no console."""
    found: list[BaseRoute] = [
        *beside,
        Route("/static/{hash}/{name}", serve_asset),
        Route("/healthz", lambda _: PlainTextResponse("ok\n")),
        Route("/", lambda _: RedirectResponse("/desk")),
    ]
    for area in AREAS:
        found += import_module(f"relevo.pages.{area}.routes").ROUTES
    made = Starlette(
        routes=found,
        middleware=[Middleware(_Headers), Middleware(GZipMiddleware, minimum_size=800)],
        exception_handlers={
            NotSignedIn: _sign_in_first,
            Forbidden: _error(403, "forbidden"),
            NotFound: _error(404, "not_found"),
            404: _error(404, "not_found"),
            405: _error(405, "not_found"),
            400: _error(400, "not_understood"),
            413: _error(413, "too_large"),
            429: _error(429, "too_many"),
            WallDown: _error(503, "unavailable"),
            500: _error(500, "broken"),
        },
    )
    made.state.console = console
    return made


class _Headers:
    """What every answer says to browsers; and the language, once it was chosen in an address."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        extra = [*_safe_headers(scope["app"]), *_chosen_language(scope)]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if not any(name == b"cache-control" for name, _ in headers):
                    extra.append((b"cache-control", b"no-store"))
                message["headers"] = [*headers, *extra]
            await send(message)

        await self._inner(scope, receive, sending)


def _safe_headers(pages: Starlette) -> list[tuple[bytes, bytes]]:
    """What keeps browsers safe; and, once they came by https, that they always do."""
    if not pages.state.console.settings.is_secure:
        return list(_HEADERS)
    return [*_HEADERS, (b"strict-transport-security", b"max-age=63072000")]


def _chosen_language(scope: Scope) -> list[tuple[bytes, bytes]]:
    asked = Request(scope).query_params.get("lang", "")
    if asked not in LANGUAGES:
        return []
    kept = f"{COOKIE}={asked}; Path=/; Max-Age=31536000; SameSite=Lax"
    return [(b"set-cookie", kept.encode())]


def _visitor(request: Request, *, known: bool) -> Visitor:
    """Who asked, as far as it can be known: the page of an error must never be another error."""
    if known:
        try:
            return visitor_from(request)
        except Exception:
            _LOG.exception("%s: who asked could not be looked up", request.url.path)
    return Visitor(language=language_of(request), visit=new_visit())


def _sign_in_first(request: Request, _: Exception) -> Response:
    return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)


def _error(status: int, what: str) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, wrong: Exception) -> Response:
        if status >= 500:
            _LOG.error("%s: %s", request.url.path, wrong)
        if not hasattr(request.state, "visitor"):
            request.state.visitor = _visitor(request, known=status < 500)
        said = page(request, "error.html", status=status, what=what)
        said.headers.update(getattr(wrong, "headers", None) or {})
        if status == 500:  # it is made outside of all middleware
            said.headers.raw.extend([*_safe_headers(request.app), (b"cache-control", b"no-store")])
        return said

    return answer
