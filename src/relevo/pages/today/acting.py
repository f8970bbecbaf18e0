"""Taking the form of *today*: one verb, the ticked tasks, a reason; each task on its own."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.access.audit import note_act
from relevo.brands.reading import Session
from relevo.desk.acts import Clerk, Done, Verb, act
from relevo.desk.model import Task
from relevo.desk.queues import Wanted, tasks
from relevo.pages.console import console_of, reading
from relevo.pages.export import CSV
from relevo.pages.guard import Forbidden, NotFound, field, form_of
from relevo.pages.page import go
from relevo.pages.today.verbs import RIGHT_FOR, is_his_to_release

AT_ONCE_MOST = 100
_NEEDS_NO_REASON = frozenset({Verb.TAKE, Verb.RELEASE})
_KEPT = ("view", "queue", "kind", "who", "order", "page")


def do_with_tasks(request: Request) -> Response:
    """Do it, and say of which tasks it was done and of which not."""
    said = field(request, "verb")
    if said not in set(Verb):
        raise NotFound(said)
    verb = Verb(said)
    chosen = [str(each) for each in form_of(request).getlist("task")][:AT_ONCE_MOST]
    with reading(request) as (connection, session):
        if not session.may(RIGHT_FOR[verb]):
            raise Forbidden(RIGHT_FOR[verb])
        rules = console_of(request).settings.rules
        found = tasks(connection, rules, Wanted(ids=tuple(chosen)), most=AT_ONCE_MOST)
    reason = field(request, "reason")
    if not chosen or (not reason and verb not in _NEEDS_NO_REASON):
        return _back(request, "no_task" if not chosen else "no_reason", [], [])
    known = {task.id for task in found}
    his = [t for t in found if verb is not Verb.RELEASE or is_his_to_release(session, t)]
    results = _acted(request, verb, his, session)
    done = [each.task for each in results if not each.why_not]
    left = [each for each in chosen if each not in set(done)]
    assert set(done) <= known, "only what he sees was acted on"
    return _back(request, str(verb), done, left)


def _acted(request: Request, verb: Verb, chosen: list[Task], session: Session) -> list[Done]:
    console = console_of(request)
    clerk = Clerk(who=session.staff, reason=field(request, "reason") or str(verb), at=console.now())
    of_order = {task.id: task.order for task in chosen}
    with console.acting() as connection:
        results = list(act(connection, wiring.catalogue(), verb, chosen, clerk))
        for each in results:
            if not each.why_not:
                note_act(
                    connection,
                    session,
                    f"desk.{verb}",
                    at=clerk.at,
                    family=of_order[each.task],
                    subject=each.task,
                    reason=clerk.reason,
                )
    return results


def _back(request: Request, did: str, done: list[str], left: list[str]) -> Response:
    """To the list as it was, with what became of the act."""
    query = {name: field(request, name) for name in _KEPT if name != CSV}
    query |= {"did": did, "done": " ".join(done), "left": " ".join(left)}
    return go(f"/desk?{urlencode({k: v for k, v in query.items() if v})}")
