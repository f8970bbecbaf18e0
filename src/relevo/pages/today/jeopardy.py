"""``/desk/jeopardy``: promises and limits of law that run out, and whose move it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.access.audit import note_act
from relevo.brands.reading import Session
from relevo.desk.looks import Awaited, OpenPromise, awaited, movable_due, open_promises
from relevo.engine.operator import NothingToDo, Operator
from relevo.engine.process import family
from relevo.pages.console import console_of, reading
from relevo.pages.export import ROWS_MOST, as_csv, wants_csv
from relevo.pages.guard import NotFound, field
from relevo.pages.page import go, page
from relevo.pages.today.today import number_seen
from relevo.promises.promise.messages import MovePromise
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment, utc

ROWS_SHOWN = 100
HOURS_AHEAD = (4, 24, 72, 240)
_HOURS_FIRST = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One thing that runs out."""

    id: str
    what: str  # reply, or the kind of a promise
    due: Moment
    order: str
    line: str
    number: str
    missing: tuple[str, ...]  # on what it rests
    mover: str  # whose move it is
    state: str
    kept_percent: int | None = None
    can_be_moved: bool = False


def show_jeopardy(request: Request) -> Response:
    """The list; ``?as=csv`` gives the same rows."""
    console, asked = console_of(request), request.query_params
    now = console.now()
    wished = asked.get("hours", "")
    hours = int(wished) if wished in set(map(str, HOURS_AHEAD)) else _HOURS_FIRST
    before, what = now + timedelta(hours=hours), asked.get("what", "")
    file = wants_csv(request)
    most = ROWS_MOST if file else ROWS_SHOWN + 1
    with reading(request) as (connection, session):
        promises = (
            []
            if what == "reply"
            else open_promises(
                connection, before=before, what=what, owner=asked.get("owner", ""), most=most
            )
        )
        replies = (
            awaited(connection, before=before, most=most)
            if what in {"", "reply"} and not asked.get("owner")
            else []
        )
    clocks = sorted(_clocks(promises, replies, session, now), key=lambda c: (c.due, c.id))
    if file:
        return as_csv(request, "jeopardy", _COLUMNS, _cells(clocks))
    zone = ZoneInfo(console.settings.rules.zone)
    return page(
        request,
        "today/jeopardy.html",
        clocks=clocks[:ROWS_SHOWN],
        more=len(clocks) > ROWS_SHOWN,
        hours=hours,
        all_hours=HOURS_AHEAD,
        what=what,
        whats=sorted({clock.what for clock in clocks} | {what} - {""}),
        may_move=session.may("mend_orders"),
        proposed={c.id: f"{_proposed(c, now).astimezone(zone):%Y-%m-%dT%H:%M}" for c in clocks},
        did=asked.get("did", ""),
    )


def move_promise(request: Request) -> Response:
    """Tell the customer another time, before the first one is over."""
    process_id, why = field(request, "promise"), field(request, "reason")
    console = console_of(request)
    zone = ZoneInfo(console.settings.rules.zone)
    with reading(request) as (connection, session):
        was_due = movable_due(connection, process_id)
    if was_due is None:
        raise NotFound(process_id)
    try:
        due = utc(datetime.fromisoformat(field(request, "due")).replace(tzinfo=zone))
    except ValueError:
        return go("/desk/jeopardy?did=no_due")
    if due <= console.now() or not why:
        return go(f"/desk/jeopardy?did={'no_reason' if not why else 'no_due'}")
    key = code(16, READABLE, process_id, due.isoformat(), why, session.staff)
    moved = MovePromise(due=due, why=why)
    with console.acting() as connection, connection.cursor() as cursor:
        operator = Operator(cursor, wiring.catalogue(), session.staff, console.now())
        try:
            operator.answer(process_id, moved, reason=why, key=f"move:{key}")
        except NothingToDo as nothing:
            raise NotFound(process_id) from nothing
        note_act(
            connection,
            session,
            "promises.move",
            at=console.now(),
            family=family(process_id),
            subject=process_id,
            reason=why,
        )
    return go("/desk/jeopardy?did=moved")


def _clocks(
    promises: list[OpenPromise], replies: list[Awaited], session: Session, now: Moment
) -> Iterator[Clock]:
    for promise in promises:
        yield Clock(
            id=promise.process_id,
            what=promise.what,
            due=promise.due,
            order=promise.order,
            line="",
            number="",
            missing=promise.rests_on,
            mover=promise.owner,
            state=promise.state,
            kept_percent=promise.kept_percent,
            can_be_moved=promise.state in {"made", "at_risk"} and promise.due > now,
        )
    for reply in replies:
        yield Clock(
            id=reply.process_id,
            what="reply",
            due=reply.due,
            order=reply.order,
            line=reply.line,
            number=number_seen(reply.number, session),
            missing=(),
            mover=reply.donor,
            state="asked",
        )


def _proposed(clock: Clock, now: Moment) -> Moment:
    return max(clock.due, now) + timedelta(hours=2)


_COLUMNS = ("due", "what", "state", "order", "line", "number", "missing", "mover", "kept_percent")


def _cells(clocks: list[Clock]) -> Iterator[tuple[object, ...]]:
    for each in clocks:
        yield (
            each.due.isoformat(), each.what, each.state, each.order, each.line, each.number,
            " ".join(each.missing), each.mover, each.kept_percent,
        )  # fmt: skip
