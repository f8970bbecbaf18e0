"""``/desk/orders/<key>/case/pack``: the evidence pack in one click, as an archive of its files.

What stands in it is what its maker may see; that it was made is kept. The same pack is made at a
terminal by ``relevo care pack``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from relevo import wiring
from relevo.access.audit import note_act
from relevo.adapters.letter_typst.pack import pack_pdf
from relevo.adapters.pack_ed25519.key import signer_of_site
from relevo.care.pack.actions import Signer, sealed, written
from relevo.care.pack.queries import Asked, Reading, Told, Veil, contents
from relevo.care.queries import documents_of
from relevo.compensation.accrual import accrued
from relevo.compensation.claim.model import Claim
from relevo.engine.connection import Connection
from relevo.engine.recorded import Recorded
from relevo.notices.queries import LANGUAGES
from relevo.pages.console import console_of, reading
from relevo.pages.orders.opened import open_order
from relevo.rim import country_module
from relevo.tracking.labels import labels
from relevo.tracking.thread import thread_of
from relevo.tracking.timeline import step_of

Pack = Mapping[str, Any]
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same pack gives the same archive


def download_pack(request: Request) -> Response:
    """Make the pack and give it as one file."""
    key, console = request.path_params["key"], console_of(request)
    opened = open_order(request, key, subject="case")
    asked = Asked(
        order=key,
        at=console.now(),
        by=opened.session.staff,
        reader="staff",
        zone=opened.rules.zone,
    )
    with reading(request) as (connection, _):
        made = pack_of(
            connection, asked, opened.records, opened.states, opened.veil, signer_of_site()
        )
    with console.acting() as own:
        note_act(own, opened.session, "care.pack", at=asked.at, family=key, subject="case")
    return Response(
        _zipped(files_of(made)),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{key}-evidence.zip"'},
    )


def pack_of(
    connection: Connection,
    asked: Asked,
    records: Sequence[Recorded],
    states: Mapping[str, Any],
    veil: Veil,
    signer: Signer | None,
) -> dict[str, Any]:
    """The sealed pack of an order, from its facts."""
    claims = [each for each in states.values() if isinstance(each, Claim)]
    found = contents(
        asked,
        records,
        tuple(states.values()),
        Reading(timeline=_timeline(records, asked.zone), messages=_messages(records), veil=veil),
        documents=documents_of(connection, asked.order),
        owed=accrued(
            lambda code: country_module(code, "compensation").schedule(), claims, asked.at
        ),
    )
    return sealed(found, signer)


def files_of(pack: Pack) -> dict[str, bytes]:
    """The pack as files: JSON, and a PDF in every language."""
    order = pack["contents"]["order"]
    found = {f"{order}.json": written(pack)}
    for language in LANGUAGES:
        found[f"{order}-{language}.pdf"] = pack_pdf(pack, language)
    return found


def zone_of(states: Mapping[str, Any], order: str) -> str:
    """The zone in which an order's times are read: that of the edition it pinned."""
    return wiring.book().pinned(states[order].rules).zone


def _timeline(records: Sequence[Recorded], zone: str) -> list[Told]:
    words = {language: labels(language, zone) for language in LANGUAGES}
    found = []
    for each in records:
        steps = {
            language: step_of(each.process_id, each.fact, at=each.at, labels=said)
            for language, said in words.items()
        }
        text = {language: step.what for language, step in steps.items() if step is not None}
        who = next((str(step.who) for step in steps.values() if step is not None), "")
        if text:
            found.append(Told(seq=each.seq, at=each.at, who=who, text=text))
    return found


def _messages(records: Sequence[Recorded]) -> list[Told]:
    """What was said, in the words in which it was said."""
    return [
        Told(
            seq=each.seq,
            at=each.at,
            who=" ".join(filter(None, (str(each.side), each.channel, each.by))),
            text=dict.fromkeys(LANGUAGES, "\n".join(filter(None, (each.subject, each.text)))),
        )
        for each in thread_of(records)
    ]


def _zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()
