"""``/live``: the stream of changes of one order, or of anything, for who may see it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from relevo.brands.reading import NotSignedIn
from relevo.pages.console import console_of
from relevo.pages.guard import visitor_from
from relevo.pages.live import EVERYTHING

LIST_RESTS_S = 3.0
"""A list that follows everything asks again no oftener than that."""


async def follow(request: Request) -> Response:
    """Server-sent events. What somebody may not see, he is not told of: 404."""
    family = request.query_params.get("of", EVERYTHING)
    try:
        if not await run_in_threadpool(_may_follow, request, family):
            return Response(status_code=404)
    except NotSignedIn:
        return Response(status_code=401)
    rest_s = LIST_RESTS_S if family == EVERYTHING else 0.0
    return StreamingResponse(
        console_of(request).live.events(family, rest_s),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "content-encoding": "identity"},
    )


def _may_follow(request: Request, family: str) -> bool:
    visitor = visitor_from(request)
    if visitor.session is None:
        raise NotSignedIn("sign in")
    if family == EVERYTHING:
        return bool(visitor.name)
    with console_of(request).reading(visitor.ticket) as (connection, _):
        seen = "select from brand_family where family = %s limit 1"
        return connection.execute(seen, (family,)).fetchone() is not None


ROUTES = [Route("/live", follow)]
