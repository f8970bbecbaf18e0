"""``/desk/orders/<key>/replay?at=<seq>``: the order as it stood after any fact of its story."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relevo.pages.orders.graph import graph_of
from relevo.pages.orders.opened import labels_of, open_order
from relevo.pages.page import page
from relevo.tracking.replay import stop_at, stops_of, up_to
from relevo.tracking.thread import Side, thread_of

_FIGURES_MAX = 18


def show_replay(request: Request) -> Response:
    """One moment of a story, and the ways to all others."""
    asked = request.query_params.get("at", "")
    seq = int(asked) if asked.isdecimal() and len(asked) <= _FIGURES_MAX else None
    opened = open_order(request, request.path_params["key"], subject="replay", seq=seq)
    assert opened.picture is not None
    stops = stops_of(opened.records, labels_of(request))
    place = stop_at(stops, seq)
    heard = thread_of(up_to(opened.records, seq))
    picture = opened.picture
    waits = [wait for line in picture.lines for wait in line.waits]
    troubles = [at for at, stop in enumerate(stops) if stop.is_trouble]
    return page(
        request,
        "orders/replay.html",
        opened=opened,
        veil=opened.veil,
        picture=picture,
        graph=graph_of(picture.order.views, picture.groups, waits),
        stops=stops,
        place=place,
        stop=stops[place] if stops else None,
        troubles=troubles,
        trouble_before=max((at for at in troubles if at < place), default=None),
        trouble_after=min((at for at in troubles if at > place), default=None),
        told=[*reversed([each for each in heard if each.side is not Side.STOPPED])],
        active="replay",
    )
