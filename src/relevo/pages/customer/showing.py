"""The page itself, and what can be taken from it: letters, and the files that were handed in."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from relevo.care.actions import hand_in
from relevo.care.case.messages import StoreEvidence
from relevo.care.documents import FILE_MAX_BYTES, DocumentRefused, Handed
from relevo.care.queries import content_of
from relevo.desk.presence import others_here
from relevo.engine.process import wire_name
from relevo.orders.order.messages import OrderAccepted
from relevo.pages.console import console_of, reading
from relevo.pages.customer.complaining import complaints_shown
from relevo.pages.customer.opening import Opened, answer, noted, opened
from relevo.pages.customer.openly import WayToWrite, way_to_write
from relevo.pages.guard import NotFound, field, form_of
from relevo.pages.page import go, visitor_of, words_of
from relevo.tracking.reading import steps_to_customer

MEGABYTE = 1_000_000
THREAD_OPEN = 6
"""So many of the latest messages are open; the others are one tap away."""


def show(request: Request) -> Response:
    """How it stands."""
    known = opened(request)
    language = visitor_of(request).language
    zone = console_of(request).settings.rules.zone
    done = request.query_params.get("done", "")
    said = words_of(request).has(f"customer.done.{done}")
    return answer(
        request,
        known,
        "mine",
        steps=steps_to_customer(known.material.records, language=language, zone=zone),
        done=done if said else "",
        done_line=known.view.line(request.query_params.get("line", "")),
        thread_open=THREAD_OPEN,
        is_being_answered=is_being_answered(request, known),
        complaints=complaints_shown(known, language),
        openly=_openly(request, known),
        times_opened=known.times_opened,
        has_welcome=any(known.material.facts(OrderAccepted)),
    )


def _openly(request: Request, known: Opened) -> WayToWrite | None:
    """For the customer's own eyes: whoever has the code speaks for him."""
    accounts = console_of(request).settings.social
    if accounts is None or not known.is_customer:
        return None
    with reading(request) as (connection, _):
        return way_to_write(connection, known.view.key, accounts)


def chat_state(request: Request) -> Response:
    """The part of the page that says who answers, until when, and whether he is at it."""
    known = opened(request)
    return answer(request, known, "chat_state", is_being_answered=is_being_answered(request, known))


def is_being_answered(request: Request, known: Opened) -> bool:
    """Whether somebody writes to him at this moment."""
    if known.view.is_answered:
        return False
    now = console_of(request).now()
    with reading(request) as (connection, _):
        return any(each.writes for each in others_here(connection, known.view.key, "", now))


def letter(request: Request) -> Response:
    """A letter as a file of text."""
    known = opened(request)
    wanted = request.path_params["letter"]
    found = next((each for each in known.view.letters if each.key == wanted), None)
    if found is None:
        raise NotFound("letter")
    return _download(f"{found.key}.txt", f"{found.subject}\n\n{found.text}\n".encode())


def evidence_form(request: Request) -> Response:
    """What he wants us to see."""
    known = opened(request)
    return answer(request, known, "evidence", fault="", megabytes=FILE_MAX_BYTES // MEGABYTE)


def take_evidence(request: Request) -> Response:
    """A file into the vault: hashed, kept as it came, never shown inline."""
    known = opened(request)
    subject = field(request, "subject")
    numbers = {str(line.number) for line in known.view.lines if line.number}
    name, content = _uploaded(request)
    handed = Handed(
        name=name,
        content=content,
        subject=subject if subject in numbers else known.view.key,
        by=known.by,
        at=console_of(request).now(),
    )
    console = console_of(request)
    try:
        with console.acting() as connection:
            hand_in(connection, console.engine, known.view.key, handed)
    except DocumentRefused as refused:
        return answer(
            request,
            known,
            "evidence",
            status=422,
            fault=refused.why,
            megabytes=FILE_MAX_BYTES // MEGABYTE,
        )
    noted(request, known, wire_name(StoreEvidence), handed.subject)
    return go(f"{known.base}?done=evidence#papers")


def document(request: Request) -> Response:
    """A file that was handed in, as a download."""
    known = opened(request)
    with reading(request) as (connection, _):
        found = content_of(connection, known.view.key, request.path_params["sha256"])
    if found is None:
        raise NotFound("document")
    return _download(*found)


def _uploaded(request: Request) -> tuple[str, bytes]:
    """Name and bytes of the file; one byte more than is taken tells that it is too large."""
    file = form_of(request).get("file")
    if not isinstance(file, UploadFile):
        return "", b""
    with file.file as opened_file:
        return file.filename or "", opened_file.read(FILE_MAX_BYTES + 1)


def _download(name: str, content: bytes) -> Response:
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
