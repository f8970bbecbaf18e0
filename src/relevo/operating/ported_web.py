"""Where a number is routed, over HTTP: what a switch asks before each call.

    GET /ported/+34600000102
    200 {"number":"+34600000102","routing_number":"704914","as_of":20261123}

A number that is not ported has ``null`` there: that is an answer. No answer (no sheet, one that
cannot be read) is 503 and never "not ported", for a call that goes to the range's old operator in
silence is what customers report as "the number does not exist".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from relevo.adapters.ported_sheet.sheet import NoSheet, Sheet
from relevo.engine.clock import elapsed_seconds
from relevo.values.msisdn import Msisdn

PATH = "/ported/"
LOOK_AGAIN_S = 1.0
"""How soon a sheet that was put in another one's place is taken up."""

_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}", re.ASCII)
_HEADERS = (b"content-type", b"application/json")
_OK, _BAD, _UNKNOWN, _NOT_ALLOWED, _AWAY = 200, 400, 404, 405, 503


class PortedApp:
    """An application in itself, for it does one thing ten thousand times a second."""

    def __init__(self, path: Path) -> None:
        """Raises NoSheet."""
        self._path = path
        self._sheet = Sheet(path)
        self._looked_s = elapsed_seconds()

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            status, body = self._answer(scope["method"], scope["path"])
            length = (b"content-length", b"%d" % len(body))
            headers = (_HEADERS, length)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def close(self) -> None:
        """Give the memory back."""
        self._sheet.close()

    def _answer(self, method: str, path: str) -> tuple[int, bytes]:
        if path == "/healthz":
            return _OK, _said(ok=True, **msgspec.to_builtins(self._sheet.header))
        if not path.startswith(PATH):
            return _UNKNOWN, _said(error="there is nothing here; ask for /ported/+34600000101")
        if method not in {"GET", "HEAD"}:
            return _NOT_ALLOWED, _said(error="ask with GET")
        number = path[len(PATH) :]
        if _NUMBER.fullmatch(number) is None:
            return _BAD, _said(
                error="number: it is not written as +34600000101; write it with a plus sign, "
                "country code and digits only"
            )
        try:
            sheet = self._current()
            route = sheet.route_of(Msisdn(number))
        except (NoSheet, OSError, ValueError):
            return _AWAY, _said(error="the sheet of ported numbers cannot be read; do not route")
        shown = f'"{route}"' if route else "null"
        as_of = sheet.header.sequence
        return _OK, f'{{"number":"{number}","routing_number":{shown},"as_of":{as_of}}}'.encode()

    def _current(self) -> Sheet:
        now_s = elapsed_seconds()
        if now_s - self._looked_s >= LOOK_AGAIN_S:
            self._looked_s = now_s
            if not self._sheet.is_current():
                stale, self._sheet = self._sheet, Sheet(self._path)
                stale.close()
        return self._sheet


def _said(**words: Any) -> bytes:
    return msgspec.json.encode(words)
