"""``/desk/orders/<key>/lines/<line>``: what one line can do, who holds it, how that was seen."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from relevo.activation.activation.model import Activation
from relevo.activation.ladder import Reach, reach
from relevo.numbering.queries import cards_of, history
from relevo.pages.console import reading
from relevo.pages.guard import NotFound
from relevo.pages.orders.opened import kinds, labels_of, open_order
from relevo.pages.page import page
from relevo.pages.tending import watched
from relevo.porting.port_in.model import PortIn
from relevo.tracking.ladder import changes_of, rungs_of
from relevo.tracking.replay import stops_of

CHANGES_SHOWN = 24
"""Columns of the picture of probes; what lies before them is in the story."""

ACTIVATION = "activation.activation"


def show_line(request: Request) -> Response:
    """The page of one line."""
    key, name = request.path_params["key"], request.path_params["line"]
    opened = open_order(request, key, subject=name)
    assert opened.picture is not None
    line = opened.picture.line(name)
    if line is None:
        raise NotFound(f"{key}/{name}")
    process_id = f"{key}/activation/{name}"
    activation = opened.states.get(process_id)
    with reading(request) as (connection, _):
        watch = watched(connection, process_id)
        number = line.line.number
        custody = history(connection, number) if number else []
        cards = cards_of(connection, number) if number else []
    changes = changes_of(opened.facts_of(process_id), kinds()[ACTIVATION])
    stops = stops_of(opened.records, labels_of(request))
    return page(
        request,
        "orders/line.html",
        opened=opened,
        veil=opened.veil,
        picture=opened.picture,
        line=line,
        activation=activation if isinstance(activation, Activation) else None,
        watch=watch,
        reached={
            origin: reach(status) for origin, status in (watch.calls_in if watch else {}).items()
        },
        through=Reach.REACHED,
        custody=custody,
        cards=cards,
        rungs=rungs_of(changes),
        changes=changes[-CHANGES_SHOWN:],
        ports=[
            state
            for process, state in opened.of_kind(PortIn).items()
            if process.startswith(f"{key}/port/{name}/")
        ],
        stops=[stop for stop in reversed(stops) if stop.step.line == name],
        active=f"line:{name}",
    )
