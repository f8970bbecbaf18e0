"""Two at the same case: who else has it open, who is writing, and what came while one wrote.

An answer rests on what its writer saw. What was said or changed meanwhile is shown to him before
his answer goes, so that the customer never reads two answers from two states.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from relevo.care.case.messages import CaseHandedOver, CaseMerged, OwnerAppointed
from relevo.desk.presence import Colleague, be_here, has_written, is_seen, others_here
from relevo.engine.recorded import Recorded
from relevo.notices.voice.messages import (
    CustomerSaid,
    MessageSent,
    NewsTaken,
    filed_by_person,
)
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound, field
from relevo.pages.orders.opened import Opened
from relevo.pages.page import page


def say_here(request: Request) -> Response:
    """An open page says that it is open, and is told who else is there."""
    key = request.path_params["key"]
    return page(request, "orders/present.html", present=present(request, key))


def present(request: Request, key: str, *, writes: bool = False) -> list[Colleague]:
    """Note that he is here; gives the others."""
    console = console_of(request)
    now = console.now()
    with reading(request) as (connection, session):
        if not is_seen(connection, key):
            raise NotFound(key)
        others = others_here(connection, key, session.staff, now)
    with console.acting() as connection:
        be_here(connection, key, session.staff, now, writes=writes)
    return others


def leaves_off(request: Request, key: str, who: str) -> None:
    """His answer was proposed."""
    with console_of(request).acting() as connection:
        has_written(connection, key, who)


def came_meanwhile(request: Request, opened: Opened) -> Sequence[Recorded]:
    """All that has come since the writer looked, if any of it would change what he writes.

    What he did himself does not: the call he has just noted, the case he has just taken.
    """
    seen, who = field(request, "seen"), opened.session.staff
    since = int(seen) if seen.isdecimal() else 0
    came = [each for each in opened.records if each.seq > since]
    return came if any(_is_news_to(who, each.fact) for each in came) else ()


def _is_news_to(who: str, fact: object) -> bool:
    match fact:
        case CustomerSaid():
            return fact.filed_by != filed_by_person(who)
        case MessageSent() | CaseMerged():
            return fact.by != who
        case OwnerAppointed() | CaseHandedOver():
            return fact.staff != who
        case _:
            return isinstance(fact, NewsTaken)
