"""The addresses of this area."""

from __future__ import annotations

from starlette.routing import Route

from relevo.pages.guard import staff
from relevo.pages.today.acting import do_with_tasks
from relevo.pages.today.files import show_files
from relevo.pages.today.jeopardy import move_promise, show_jeopardy
from relevo.pages.today.parcels import show_parcels
from relevo.pages.today.search import show_found
from relevo.pages.today.today import show_today

_RIGHT = "read_orders"

ROUTES: list[Route] = [
    staff("/desk", show_today, right=""),
    staff("/desk/tasks", do_with_tasks, "POST", right=_RIGHT),
    staff("/desk/search", show_found, right=_RIGHT),
    staff("/desk/jeopardy", show_jeopardy, right=_RIGHT),
    staff("/desk/jeopardy/promise", move_promise, "POST", right="mend_orders"),
    staff("/desk/files", show_files, right="read_strays"),
    staff("/desk/parcels", show_parcels, right=_RIGHT),
]
