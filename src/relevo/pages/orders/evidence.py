"""``/desk/orders/<key>/case/evidence``: what somebody hands in on the phone, by post, from a peer.

It goes into the vault as what the customer hands in himself does (``care.actions.hand_in``), and is
never shown: it is downloaded, and that is written down.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from relevo.access.audit import note_act
from relevo.care.actions import hand_in
from relevo.care.case.messages import StoreEvidence
from relevo.care.documents import FILE_MAX_BYTES, DocumentRefused, Handed
from relevo.care.queries import content_of
from relevo.engine.process import wire_name
from relevo.pages.console import console_of, reading
from relevo.pages.guard import NotFound, field, form_of
from relevo.pages.orders.opened import open_order
from relevo.pages.page import go


def take_evidence(request: Request) -> Response:
    """Keep a file, under the name of whoever took it in."""
    key, console = request.path_params["key"], console_of(request)
    opened = open_order(request, key, subject="case")
    assert opened.picture is not None
    subject = field(request, "subject")
    numbers = {str(line.line.number) for line in opened.picture.lines if line.line.number}
    file, name, content = form_of(request).get("file"), "", b""
    if isinstance(file, UploadFile):
        with file.file as sent:  # one byte more than is taken tells that it is too large
            name, content = file.filename or "", sent.read(FILE_MAX_BYTES + 1)
    handed = Handed(
        name=name,
        content=content,
        subject=subject if subject in numbers else key,
        by=opened.session.staff,
        at=console.now(),
    )
    try:
        with console.acting() as connection:
            hand_in(connection, console.engine, key, handed)
            note_act(
                connection,
                opened.session,
                wire_name(StoreEvidence),
                at=handed.at,
                family=key,
                subject=handed.subject,
                reason=handed.name,
            )
    except DocumentRefused as refused:
        return go(f"/desk/orders/{key}/case?done=file_{refused.why}#held")
    return go(f"/desk/orders/{key}/case?done=evidence#held")


def download_evidence(request: Request) -> Response:
    """One file, as it came; the look is kept."""
    key, digest = request.path_params["key"], request.path_params["sha256"]
    console = console_of(request)
    with reading(request) as (connection, session):
        found = content_of(connection, key, digest)
    if found is None:
        raise NotFound(digest)
    with console.acting() as own:
        note_act(own, session, "care.download", at=console.now(), family=key, subject=digest)
    name, content = found
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
