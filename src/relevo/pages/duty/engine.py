"""``/desk/engine``: workers, leases, queues, and what was put aside.

How the site does (``operating/vitals``) is nobody's customer and is read as the site. What was put
aside names orders: it is read behind the wall.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.access.audit import note_act
from relevo.engine.connection import Connection
from relevo.engine.operator import NothingToDo, Operator
from relevo.engine.process import family
from relevo.engine.sql import statements
from relevo.operating.masking import masked
from relevo.operating.vitals import look
from relevo.pages.console import console_of, reading
from relevo.pages.export import ROWS_MOST, as_csv, wants_csv
from relevo.pages.guard import NotFound, field, form_of
from relevo.pages.page import go, page
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.pages.duty", "engine")
ROWS_SHOWN = 100
AT_ONCE_MOST = 100
ROLES = ("message", "effect", "fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAside:
    """Something that the engine gave up on, until a person says what is to be done."""

    parked_id: str
    role: str
    process_id: str
    kind: str
    name: str
    attempts: int
    reason: str
    at: Moment


def show_engine(request: Request) -> Response:
    """The page; ``?as=csv`` gives what was put aside."""
    console, asked = console_of(request), request.query_params
    if wished := asked.get("process", "").strip().strip("/"):
        return go(f"/desk/engine/processes/{quote(wished)}")
    role = asked.get("role", "") if asked.get("role", "") in ROLES else ""
    file = wants_csv(request)
    with reading(request) as (connection, session):
        aside = _put_aside(
            connection, role, asked.get("name", ""), ROWS_MOST if file else ROWS_SHOWN + 1
        )
    if file:
        return as_csv(request, "put-aside", _COLUMNS, _cells(aside))
    listeners = [listener.name for listener in wiring.catalogue().listeners]
    with console.acting() as own:
        vitals = look(own, listeners, console.now())
        leases = dict(own.execute(_SQL["leases"]).fetchall())
    return page(
        request,
        "duty/engine.html",
        vitals=vitals,
        leases=leases,
        buckets=sum(leases.values()) + len(vitals.orphans),
        aside=aside[:ROWS_SHOWN],
        more=len(aside) > ROWS_SHOWN,
        role=role,
        roles=ROLES,
        names=sorted({each.name for each in aside}),
        may_mend=session.may("mend_engine"),
        did=asked.get("did", ""),
        done=asked.get("done", ""),
        of=asked.get("of", ""),
    )


def do_with_parked(request: Request) -> Response:
    """Try again, or skip for good, all that were ticked; each on its own."""
    verb, reason = field(request, "verb"), field(request, "reason")
    if verb not in {"retry", "skip"}:
        raise NotFound(verb)
    ids = [str(each) for each in form_of(request).getlist("parked")][:AT_ONCE_MOST]
    if not ids or not reason:
        return go(f"/desk/engine?did={'no_reason' if ids else 'no_row'}")
    console = console_of(request)
    with reading(request) as (connection, session):
        seen = connection.execute(_SQL["parked_named"], {"ids": ids}).fetchall()
    done = 0
    with console.acting() as connection:
        for parked_id, process_id in seen:
            at = console.now()
            try:
                with connection.transaction(), connection.cursor() as cursor:
                    operator = Operator(cursor, wiring.catalogue(), session.staff, at)
                    act = operator.retry if verb == "retry" else operator.skip
                    act(parked_id, reason=reason, key=f"page:{parked_id}:{at.isoformat()}")
                    note_act(
                        connection,
                        session,
                        f"engine.{verb}",
                        at=at,
                        family=family(process_id),
                        subject=parked_id,
                        reason=reason,
                    )
            except NothingToDo:
                continue
            done += 1
    return go(f"/desk/engine?{urlencode({'did': verb, 'done': done, 'of': len(ids)})}")


def _put_aside(connection: Connection, role: str, name: str, most: int) -> list[PutAside]:
    asked = {"role": role, "name": name, "most": most}
    rows: list[tuple[Any, ...]] = connection.execute(_SQL["parked"], asked).fetchall()
    return [
        PutAside(
            parked_id=row[0],
            role=row[1],
            process_id=row[2],
            kind=row[3],
            name=row[4],
            attempts=row[5],
            reason=masked(" ".join(row[6].split())),
            at=utc(row[7]),
        )
        for row in rows
    ]


_COLUMNS = ("parked_at", "role", "process", "kind", "name", "attempts", "reason", "id")


def _cells(aside: list[PutAside]) -> Iterator[tuple[object, ...]]:
    for each in aside:
        yield (
            each.at.isoformat(), each.role, each.process_id, each.kind, each.name, each.attempts,
            each.reason, each.parked_id,
        )  # fmt: skip
