"""``POST /hooks/telephone/<system>``: a telephone system tells of a call, once it is signed.

Answers are JSON. Each that is not 200 names the field and the remedy; 5xx means "send it again".
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from relevo.adapters.telephone.events import WrongEvent, event_in
from relevo.adapters.telephone.signing import SIGNATURE, TIMESTAMP, NotBelieved, believe
from relevo.engine.clock import SystemClock
from relevo.notices.call.intake import CallDiffers, hear
from relevo.pages.console import console_of
from relevo.pages.guard import sent_bytes

BODY_MAX_BYTES = 64_000


def take_call(request: Request) -> Response:
    """A call began, ended, or was recorded."""
    console = console_of(request)
    telephone, name = console.settings.telephone, request.path_params["system"]
    system = telephone.systems.get(name) if telephone else None
    if system is None:
        return _refused(403, "address", "no telephone system of this name is agreed here")
    body, now = sent_bytes(request), SystemClock().now()
    try:
        believe(
            system.secrets(),
            request.headers.get(TIMESTAMP, ""),
            request.headers.get(SIGNATURE, ""),
            body,
            now=now,
            window_s=system.window_s,
        )
        told = event_in(body, system=name, brand=system.brand, purposes=system.purposes, now=now)
        with console.acting() as connection:
            call = hear(connection, console.engine, told.call, told.note)
    except NotBelieved as wrong:
        return _refused(403, wrong.where, str(wrong))
    except WrongEvent as wrong:
        return _refused(422, wrong.where, str(wrong))
    except CallDiffers as wrong:
        remedy = "another one was told of this call before: give each call an id of its own"
        return _refused(409, str(wrong), remedy)
    return JSONResponse(
        {"call": call.id, "page": f"{console.settings.address}/desk/calls/{call.id}"}
    )


def _refused(status: int, field: str, remedy: str) -> Response:
    return JSONResponse({"field": field, "remedy": remedy}, status_code=status)
