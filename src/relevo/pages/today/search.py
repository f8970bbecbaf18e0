"""``/desk/search``: by anything that is known. One clear hit leads straight to its page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.access.masking import roles_of
from relevo.pages.console import console_of, reading
from relevo.pages.export import as_csv, wants_csv
from relevo.pages.page import go, page
from relevo.tracking.finding.queries import MOST, Found, Kind, find

QUESTION_MOST = 120


def show_found(request: Request) -> Response:
    """The page, or with htmx what was typed so far."""
    asked = request.query_params.get("q", "").strip()[:QUESTION_MOST]
    typed = request.headers.get("hx-request") == "true"
    found: list[Found] = []
    if asked:
        with reading(request) as (connection, session):
            found = find(connection, asked, roles_of(session))
        console = console_of(request)
        with console.acting() as own:
            note_act(own, session, "search", at=console.now(), subject=asked)
    if wants_csv(request):
        rows = ((hit.kind, hit.shown, hit.family, place_of(hit)) for hit in found)
        return as_csv(request, "search", ("kind", "found", "order", "page"), rows)
    if not typed and (where := direct(found)):
        return go(where)
    return page(
        request,
        "today/search.html",
        asked=asked,
        groups=[(kind, list(each)) for kind, each in groupby(_by_kind(found), lambda h: h.kind)],
        count=len(found),
        is_cut=len(found) >= MOST,
        place_of=place_of,
    )


def direct(found: list[Found]) -> str:
    """Where the only exact hit leads, or the only hit at all; "" when there is a choice."""
    exact = [hit for hit in found if hit.is_exact and hit.kind is not Kind.NAME]
    places = {place_of(hit) for hit in exact or found}
    return places.pop() if len(places) == 1 else ""


def place_of(hit: Found) -> str:
    """The page of what was found."""
    order = f"/desk/orders/{hit.family}"
    if not hit.place:
        return order
    match hit.kind:
        case Kind.NUMBER | Kind.CARD:
            return f"{order}/lines/{hit.place}"
        case Kind.TRACKING:
            return f"{order}/parcels/{hit.place}"
        case Kind.REFERENCE:
            return f"/desk/ports/{hit.place}"
        case _:
            return order


def _by_kind(found: list[Found]) -> Iterator[Found]:
    kinds = list(Kind)
    yield from sorted(found, key=lambda hit: kinds.index(hit.kind))
