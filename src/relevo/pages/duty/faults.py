"""``/desk/faults``: one cause, many customers, one truth. People open it, facts propose it."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.brands.reading import Session
from relevo.care.fault.messages import EndFault, OpenFault, UpdateFault
from relevo.care.fault.model import SAID_AHEAD
from relevo.desk.faults import (
    ALIKE_WITHIN,
    KIND,
    SHARED,
    DeskFault,
    LooksAlike,
    fault_process_id,
    faults,
    looks_alike,
)
from relevo.notices.queries import LANGUAGES, read_texts
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound, field
from relevo.pages.orders.acts import for_input
from relevo.pages.orders.hand import local_moment
from relevo.pages.page import go, page
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

OPENS = "look_across"
"""Whoever is on duty speaks to many at once, and nobody else."""

TEXT_MAX = 600
NEXT_AFTER = timedelta(hours=2)


def show_faults(request: Request) -> Response:
    """What is open, what looks like one fault, and the form to open one."""
    console = console_of(request)
    now, zone = console.now(), console.settings.rules.zone
    with reading(request) as (connection, session):
        known = faults(connection, now)
        alike = looks_alike(connection, now)
    wanted = request.query_params
    chosen = LooksAlike(
        kind=wanted.get("kind", ""), cause=wanted.get("cause", ""), orders=0, since=now
    )
    begun = next(
        (each for each in alike if (each.kind, each.cause) == (chosen.kind, chosen.cause)), None
    )
    return page(
        request,
        "duty/faults.html",
        faults=known,
        alike=alike,
        kinds=[str(kind) for kind in SHARED],
        chosen=begun or chosen,
        since=for_input(begun.since if begun else now - ALIKE_WITHIN, zone),
        next_update=for_input(now + NEXT_AFTER, zone),
        proposed=_proposed(chosen.kind),
        over=_proposed("over"),
        may_open=session.may(OPENS),
        did=wanted.get("did", ""),
    )


def do_with_faults(request: Request) -> Response:
    """Open one, write its next word, or say that it is over."""
    console = console_of(request)
    with reading(request) as (connection, session):
        known = {each.fault: each for each in faults(connection, console.now())}
    texts = {language: field(request, f"text_{language}")[:TEXT_MAX] for language in LANGUAGES}
    if not all(texts.values()):
        return go("/desk/faults?did=nothing_said")
    step = field(request, "step")
    if step == "open":
        return _open(request, session, texts)
    fault = known.get(field(request, "fault"))
    if fault is None:
        raise NotFound(field(request, "fault"))
    if fault.ended_at is not None:
        return go("/desk/faults?did=over")
    return (
        _end(request, session, fault, texts)
        if step == "end"
        else _update(request, session, fault, texts)
    )


def _open(request: Request, session: Session, texts: dict[str, str]) -> Response:
    zone = console_of(request).settings.rules.zone
    kind, cause = field(request, "kind"), field(request, "cause")
    since, due = local_moment(field(request, "since"), zone), _due(request)
    if kind not in set(map(str, SHARED)) or since is None:
        return go("/desk/faults?did=no_kind")
    if due is None:
        return go("/desk/faults?did=no_due")
    opened = OpenFault(
        kind=kind,
        cause=cause,
        since=since,
        texts=texts,
        next_update=due,
        by=session.staff,
        is_confirmed=field(request, "is_confirmed") == "yes",
        brand=session.brand,
    )
    process_id = fault_process_id(kind, cause, since, session.brand)
    return _tell(request, session, process_id, opened, "opened")


def _update(
    request: Request, session: Session, fault: DeskFault, texts: dict[str, str]
) -> Response:
    due = _due(request)
    if due is None:
        return go("/desk/faults?did=no_due")
    updated = UpdateFault(
        texts=texts,
        next_update=due,
        by=session.staff,
        is_confirmed=field(request, "is_confirmed") == "yes",
    )
    return _tell(request, session, f"{fault.fault}/fault", updated, "updated")


def _end(request: Request, session: Session, fault: DeskFault, texts: dict[str, str]) -> Response:
    ended = EndFault(texts=texts, by=session.staff)
    return _tell(request, session, f"{fault.fault}/fault", ended, "ended")


def _tell(
    request: Request, session: Session, process_id: str, message: object, did: str
) -> Response:
    console, said = console_of(request), field(request, "text_es")
    key = code(16, READABLE, "fault", process_id, did, said, field(request, "next_update"))
    console.engine.tell(KIND, process_id, message, key=f"page:{key}")
    family = process_id.partition("/")[0]
    with console.acting() as connection:
        note_act(
            connection,
            session,
            f"fault.{did}",
            at=console.now(),
            family="",
            subject=family,
            reason=said,
        )
    return go(f"/desk/faults?did={did}")


def _due(request: Request) -> Moment | None:
    """When the next word comes, if that is far enough ahead to be kept."""
    console = console_of(request)
    due = local_moment(field(request, "next_update"), console.settings.rules.zone)
    return due if due is not None and due > console.now() + SAID_AHEAD else None


def _proposed(kind: str) -> dict[str, str]:
    book = read_texts()
    return {language: book[language].phrase(f"fault_text.{kind}") for language in LANGUAGES}
