"""``/desk``: what needs a person now, the nearest promise or legal limit first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.masking import Personal, shown
from relevo.brands.reading import Session
from relevo.care.model import TroubleKind
from relevo.desk.model import Queue, Task
from relevo.desk.queues import COUNTED_MOST, Wanted, counts, tasks
from relevo.operating.masking import masked
from relevo.pages.console import console_of, reading
from relevo.pages.export import ROWS_MOST, as_csv, wants_csv
from relevo.pages.guard import Forbidden
from relevo.pages.page import go, page, visitor_of
from relevo.pages.today.verbs import verbs_for, verbs_of
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, spoken

ROWS_SHOWN = 50
NOBODY, ME = "-", "me"
_SOON = timedelta(hours=1)

OTHERWISE = (("read_board", "/desk/board"), ("read_engine", "/desk/engine"))
"""Where somebody begins who has no orders to look after."""


@dataclass(frozen=True, slots=True)
class View:
    """Tasks that one kind of work deals with."""

    queues: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def takes(self, queue: str, kind: str) -> bool:
        """Whether tasks of this queue and kind are in it; for troubles the kind is known."""
        is_of_queue = not self.queues or queue in self.queues
        return is_of_queue and (not self.kinds or kind in self.kinds)


VIEWS: Mapping[str, View] = {
    "all": View(),
    "cases": View(queues=(Queue.CASE, Queue.COMPLAINT, Queue.PROMISE, Queue.TROUBLE)),
    "answers": View(queues=(Queue.ANSWER, Queue.RETURN, Queue.RESCUE, Queue.STRAY)),
    "parcels": View(queues=(Queue.TROUBLE,), kinds=("parcel_troubled", "esim_failed")),
    "dead": View(
        queues=(Queue.TROUBLE,),
        kinds=(
            "number_dead",
            "capability_lost",
            "provisioning_failed",
            "record_vanished",
            "recovery_escalated",
            "number_lost",
        ),
    ),
    "parked": View(queues=(Queue.PARKED,)),
}

VIEW_OF_ROLE = {
    "agent": "cases",
    "porting": "answers",
    "logistics": "parcels",
    "network": "dead",
}
"""What a role sees first; whoever has several, or another one, sees everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One task as it is shown."""

    task: Task
    href: str
    number: str  # as this reader sees it
    detail: str
    verbs: str  # what this reader may do with it, with blanks between


def show_today(request: Request) -> Response:
    """The list; ``?as=csv`` gives the same rows."""
    visitor = visitor_of(request)
    if not visitor.may("read_orders"):
        for right, where in (*OTHERWISE, ("read_looks", "/desk/audit")):
            if visitor.may(right):
                return go(where)
        raise Forbidden("read_orders")
    console = console_of(request)
    skip = page_of(request) * ROWS_SHOWN
    file = wants_csv(request)
    with reading(request) as (connection, session):
        view = view_of(request, session)
        wanted = wanted_by(request, session, view)
        most = ROWS_MOST if file else ROWS_SHOWN + 1
        rules = console.settings.rules
        found = tasks(connection, rules, wanted, most=most, skip=0 if file else skip)
        if file:
            return as_csv(request, "today", _COLUMNS, _cells(found, session))
        lies = counts(connection)
        left = _named(request, "left")
        told = tasks(connection, rules, Wanted(ids=left), most=len(left)) if left else []
    now = console.now()
    shown_rows = rows_of(found[:ROWS_SHOWN], session)
    return page(
        request,
        "today/today.html",
        view=view,
        views={name: _counted(each, lies) for name, each in VIEWS.items()},
        counted_most=COUNTED_MOST,
        kinds=sorted({kind for (queue, kind) in lies if kind and queue is Queue.TROUBLE}),
        queues=[each for each in Queue if _counted(View(queues=(each,)), lies)],
        groups=[
            (name, list(each))
            for name, each in groupby(
                shown_rows, key=lambda r: group_of(r.task.due, now, rules.zone)
            )
        ],
        more=len(found) > ROWS_SHOWN,
        page_number=page_of(request),
        verbs=verbs_for(session, found[:ROWS_SHOWN]),
        did=request.query_params.get("did", ""),
        done=len(_named(request, "done")),
        left=[*left],
        left_rows=rows_of(told, session),
    )


def view_of(request: Request, session: Session) -> str:
    """The view that the address names, or that of his role."""
    asked = request.query_params.get("view", "")
    if asked in VIEWS:
        return asked
    first = {VIEW_OF_ROLE.get(role, "all") for role in session.roles}
    return first.pop() if len(first) == 1 else "all"


def wanted_by(request: Request, session: Session, view: str) -> Wanted:
    """What the address selects."""
    asked = request.query_params
    who = asked.get("who", "")
    queue, kind = asked.get("queue", ""), asked.get("kind", "")
    within = VIEWS[view]
    return Wanted(
        queues=(queue,) if queue in set(Queue) else within.queues,
        kinds=(kind,) if kind else within.kinds,
        order=asked.get("order", ""),
        who=session.staff if who == ME else who,
    )


def group_of(due: Moment | None, now: Moment, zone: str) -> str:
    """Under which heading a task stands."""
    if due is None:
        return "open"
    if due < now:
        return "overdue"
    if due <= now + _SOON:
        return "hour"
    here = ZoneInfo(zone)
    return "today" if due.astimezone(here).date() == now.astimezone(here).date() else "later"


def page_of(request: Request) -> int:
    """Which page of a list the address names; the first is 0."""
    asked = request.query_params.get("page", "")
    return min(int(asked), 200) if asked.isascii() and asked.isdecimal() else 0


def rows_of(found: list[Task], session: Session) -> list[Row]:
    """The tasks as this reader sees them."""
    return [
        Row(
            task=task,
            href=place_of(task),
            number=number_seen(task.number, session),
            detail=masked(task.detail),
            verbs=" ".join(verbs_of(session, task)),
        )
        for task in found
    ]


def number_seen(number: str, session: Session) -> str:
    """A number in groups, as far as this reader sees it."""
    return shown(spoken(Msisdn(number)), Personal.NUMBER, session) if number else ""


_OF_THE_CASE = frozenset(
    {TroubleKind.PROMISE_BROKEN, TroubleKind.COMPLAINT, TroubleKind.UNDELIVERABLE}
)
"""What one deals with by speaking to the customer."""


def place_of(task: Task) -> str:
    """The page on which it can be understood; "" where there is none."""
    if task.queue is Queue.FAULT:
        return "/desk/faults"
    if not task.order:
        return ""
    at = f"/desk/orders/{task.order}"
    if task.queue is Queue.COMPLAINT:
        return f"{at}/complaints#{task.detail}"
    if task.queue in {Queue.CASE, Queue.PROMISE} or task.kind in _OF_THE_CASE:
        return f"{at}/case"
    if task.kind == "parcel_troubled" and task.line:
        return f"{at}/parcels/{task.line}"
    is_of_a_line = task.queue is Queue.TROUBLE and task.line and "/" not in task.line
    return f"{at}/lines/{task.line}" if is_of_a_line else at


def _counted(view: View, lies: Mapping[tuple[Queue, str], int]) -> int:
    return sum(count for (queue, kind), count in lies.items() if view.takes(queue, kind))


def _named(request: Request, name: str) -> tuple[str, ...]:
    return tuple(filter(None, request.query_params.get(name, "").split(" ")))


_COLUMNS = ("due", "queue", "kind", "order", "line", "number", "detail", "since", "who", "id")


def _cells(found: list[Task], session: Session) -> Iterator[tuple[object, ...]]:
    for row in rows_of(found, session):
        task = row.task
        is_of_number = task.queue is Queue.RESCUE and task.number != row.number
        yield (
            task.due.isoformat() if task.due else "", task.queue, task.kind, task.order, task.line,
            row.number, row.detail, task.since.isoformat(), task.who,
            "" if is_of_number else task.id,
        )  # fmt: skip
