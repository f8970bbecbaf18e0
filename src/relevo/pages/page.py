"""Makes a page: a template, the visitor's language, his time, and what the handler found."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from relevo.access import masking
from relevo.pages.assets import asset
from relevo.pages.console import console_of
from relevo.pages.guard import Visitor, csrf_token
from relevo.pages.shown import Shown, label_of
from relevo.pages.words import Words, words

_FILTERS = (
    "number", "word", "moment", "day", "hour", "window", "iso", "span", "away", "eur",
)  # fmt: skip


@lru_cache(maxsize=1)
def environment() -> Environment:
    """All templates. A name that a handler did not give is an error, never an empty place."""
    made = Environment(
        loader=PackageLoader("relevo.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    for name in _FILTERS:
        made.filters[name] = _filter(name)
    made.filters["masked"] = _masked
    return made


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A whole page, or the part of it that a template makes. ``t`` gives its words."""
    return HTMLResponse(rendered(request, template, **values), status_code=status)


def rendered(request: Request, template: str, **values: Any) -> str:
    """The text of a page."""
    console, visitor = console_of(request), visitor_of(request)
    said = words(visitor.language)
    shown = Shown(said, console.settings.rules.zone, console.now())
    return (
        environment()
        .get_template(template)
        .render(
            t=said,
            shown=shown,
            now=shown.now,
            visitor=visitor,
            request=request,
            site_address=console.settings.address,
            house=label_of(console.settings.rules, visitor.brand or console.settings.operator),
            csrf=csrf_token(request),
            with_query=lambda **changed: with_query(request, **changed),
            **values,
        )
    )


def visitor_of(request: Request) -> Visitor:
    """Who asks."""
    found = request.state.visitor
    assert isinstance(found, Visitor)
    return found


def words_of(request: Request) -> Words:
    """The words in the language of whoever asks."""
    return words(visitor_of(request).language)


def go(where: str) -> Response:
    """After a form was taken: look at the result by a GET, so that a reload does nothing twice."""
    return RedirectResponse(where, status_code=303)


def with_query(request: Request, **changed: object) -> str:
    """This address with other values in its query; an empty one is left out."""
    query = {**dict(request.query_params), **{name: str(v) for name, v in changed.items()}}
    kept = {name: value for name, value in query.items() if value}
    path = "/" + request.url.path.lstrip("/\\")  # "//host" would be a place on another site
    return f"{path}?{urlencode(kept)}" if kept else path


@pass_context
def _masked(context: Context, value: object, what: str) -> str:
    """A person's name, document, address …, as this reader's roles may see it."""
    return masking.shown(value, what, context["visitor"].session)


def _filter(name: str) -> Any:
    @pass_context
    def show(context: Context, value: Any, *more: Any) -> Any:
        return getattr(context["shown"], name)(value, *more)

    return show
