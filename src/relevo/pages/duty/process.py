"""``/desk/engine/processes/<id>``: all that the engine knows of one process, and what may be done.

Whether somebody may see it, the wall says: its row is read first, as him. Its timers, messages and
effects are the engine's own tables, and are read as the site once that is known.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.access.audit import note_act, note_look
from relevo.engine.operator import NothingToDo, Operator
from relevo.engine.process import family
from relevo.engine.sql import statements
from relevo.operating.masking import masked
from relevo.pages.console import console_of, reading
from relevo.pages.export import as_csv, wants_csv
from relevo.pages.guard import NotFound, field
from relevo.pages.page import go, page
from relevo.values.ids import READABLE, code

_SQL = statements("relevo.pages.duty", "engine")
FACTS_SHOWN = 100
_VERBS = frozenset({"pause", "resume"})


def show_process(request: Request) -> Response:
    """The page; ``?as=csv`` gives its facts."""
    process_id = request.path_params["process_id"]
    console = console_of(request)
    asked = {"process_id": process_id, "most": FACTS_SHOWN}
    with reading(request) as (connection, session):
        row = connection.execute(_SQL["process"], asked).fetchone()
        if row is None:
            raise NotFound(process_id)
        facts = connection.execute(_SQL["facts"], asked).fetchall()
    with console.acting() as own:
        note_look(
            own,
            session,
            [family(process_id)],
            at=console.now(),
            page=request.url.path,
            subject=process_id,
        )
        if wants_csv(request):
            told = ((v, at.isoformat(), name, masked(body)) for v, at, name, body, _ in facts)
            return as_csv(request, "facts", ("version", "at", "name", "body"), told)
        rest: dict[str, Any] = {
            name: own.execute(_SQL[name], asked).fetchall()
            for name in ("timers", "effects", "mail", "refusals", "put_aside", "acts")
        }
    names = ("process_id", "kind", "kind_version", "version", "phase", "rules", "paused", "at")
    return page(
        request,
        "duty/process.html",
        process=dict(zip(names, row[:-1], strict=True)),
        order=family(process_id),
        state=_written(row[-1]),
        facts=[(v, at, name, _written(body), by) for v, at, name, body, by in facts],
        may_mend=session.may("mend_engine"),
        may_see_orders=session.may("read_orders"),
        did=request.query_params.get("did", ""),
        mask=masked,
        **rest,
    )


def do_with_process(request: Request) -> Response:
    """Let it rest, or go on."""
    verb, reason = field(request, "verb"), field(request, "reason")
    process_id = field(request, "process")
    where = f"/desk/engine/processes/{process_id}"
    console = console_of(request)
    with reading(request) as (connection, session):
        seen = connection.execute(_SQL["visible"], {"process_id": process_id}).fetchone()
    if seen is None or verb not in _VERBS:
        raise NotFound(process_id)
    if not reason:
        return go(f"{where}?did=no_reason")
    at = console.now()
    with console.acting() as connection, connection.cursor() as cursor:
        operator = Operator(cursor, wiring.catalogue(), session.staff, at)
        act = operator.pause if verb == "pause" else operator.resume
        key = code(16, READABLE, process_id, verb, reason, at.isoformat())
        try:
            act(process_id, reason=reason, key=f"page:{key}")
        except NothingToDo as nothing:
            raise NotFound(process_id) from nothing
        note_act(
            connection,
            session,
            f"engine.{verb}",
            at=at,
            family=family(process_id),
            subject=process_id,
            reason=reason,
        )
    return go(f"{where}?did={verb}")


def _written(body: str) -> str:
    """JSON on lines, without what is personal."""
    return masked(msgspec.json.format(body.encode(), indent=2).decode())
