"""How an act on the customer's page reaches the processes: once, its form checked, and noted."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from relevo.engine.process import wire_name
from relevo.pages.console import console_of
from relevo.pages.customer.opening import Opened, noted
from relevo.pages.guard import field, form_of
from relevo.pages.page import go


def key_of(request: Request, act: str, *content: str) -> str:
    """The same form with the same content is the same message."""
    told = "\x1f".join((field(request, "once"), act, *content))
    return f"page:{act}:{sha256(told.encode()).hexdigest()[:32]}"


def tell(
    request: Request, known: Opened, kind: str, process_id: str, message: object, key: str
) -> None:
    """Tell a process what he does."""
    form_of(request)  # only what came as a form, with its token, is told
    console_of(request).engine.tell(kind, process_id, message, key=key)
    noted(request, known, wire_name(message), process_id)


def go_back(known: Opened, what: str, line: str = "") -> Response:
    """To his page, which says what became of it."""
    query = f"?done={what}" + (f"&line={line}" if line else "")
    return go(f"{known.base}{query}" + (f"#line-{line}" if line else ""))
