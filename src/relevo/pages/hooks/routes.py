"""The addresses of this area: one for machines, and the page of a call that it leads agents to."""

from __future__ import annotations

from starlette.routing import Route

from relevo.pages.guard import machine, staff
from relevo.pages.hooks.screen import show_call
from relevo.pages.hooks.telephone import BODY_MAX_BYTES, take_call

ROUTES: list[Route] = [
    machine("/hooks/telephone/{system}", take_call, body_max_bytes=BODY_MAX_BYTES),
    staff("/desk/calls/{call}", show_call, right="read_orders"),
]
