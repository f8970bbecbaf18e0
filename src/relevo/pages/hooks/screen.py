"""``/desk/calls/<id>``: whom an agent speaks to. A telephone system opens it when it rings.

It leads to the case of the order with which the number is known, else to a search for the number:
what the agent finds there is what his rights show him.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.notices.call.queries import call_of
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound
from relevo.pages.page import go


def show_call(request: Request) -> Response:
    """Lead to whoever calls."""
    name = request.path_params["call"]
    with reading(request) as (connection, session):
        call = call_of(connection, name)
    if call is None:
        raise NotFound(name)
    console = console_of(request)
    with console.acting() as own:
        note_act(own, session, "call", at=console.now(), family=call.order, subject=call.id)
    if call.order:
        return go(f"/desk/orders/{call.order}/case?{urlencode({'call': call.id})}#phone")
    return go(f"/desk/search?{urlencode({'q': call.number, 'call': call.id})}")
