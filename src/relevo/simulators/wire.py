"""HTTP/1.1 as far as the servers of this world need it: connections that stay, bodies of a length.

A day of a company is some ten thousand requests; a web framework would take more time over them
than hubs, courier and network together. What is not understood is refused, never guessed.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

from typing_extensions import override

from relevo.simulators.http import Answer, Asked, Route

_LOG = logging.getLogger(__name__)
_HEAD_ENDS = b"\r\n\r\n"
HEAD_MAX_BYTES = 64 * 1024
BODY_MAX_BYTES = 16 * 1024 * 1024


class Refused(ValueError):
    """What came in is not the HTTP that is spoken here."""


class Directory:
    """Finds who answers at an address."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._plain = {(each.method, each.path): each for each in routes if "{" not in each.path}
        self._patterns = [
            (each, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", each.path)))
            for each in routes
            if "{" in each.path
        ]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route, and what stands in the places of its path."""
        plain = self._plain.get((method, path))
        if plain is not None:
            return plain, {}
        for route, pattern in self._patterns:
            found = pattern.fullmatch(path)
            if found is not None and route.method == method:
                return route, {name: unquote(text) for name, text in found.groupdict().items()}
        return None


class Connection(asyncio.Protocol):
    """One peer. Requests that come at once are answered in their order."""

    def __init__(self, directory: Directory, opened: set[Connection]) -> None:
        self._directory = directory
        self._opened = opened
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._opened.add(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._opened.discard(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        try:
            for method, target, headers, body in self._requests():
                self._write(self._answer(method, target, headers, body))
                if headers.get("connection", "").lower() == "close":
                    self.close()
        except Refused as wrong:
            self._write(Answer(400, {"error": str(wrong)}))
            self.close()

    def close(self) -> None:
        """Hang up, after what was written has gone out."""
        if self._transport is not None:
            self._transport.close()

    def _requests(self) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
        """Every request that is complete by now."""
        while (ends := self._received.find(_HEAD_ENDS)) >= 0:
            first, *lines = self._received[:ends].decode("latin-1").split("\r\n")
            headers = dict(_header(line) for line in lines)
            length = _length(headers)
            begins = ends + len(_HEAD_ENDS)
            if len(self._received) < begins + length:
                return
            words = first.split(" ")
            if len(words) != 3 or words[2] != "HTTP/1.1":
                raise Refused(f"{first[:80]!r} is no request of HTTP/1.1")
            body = bytes(self._received[begins : begins + length])
            del self._received[: begins + length]
            yield words[0], words[1], headers, body
        if len(self._received) > HEAD_MAX_BYTES:
            raise Refused("the head of the request does not end")

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        path, _, query = target.partition("?")
        found = self._directory.find(method, path)
        if found is None:
            return Answer(404, {"error": f"nothing is served at {method} {path}"})
        route, places = found
        asked = Asked(path=places, query=dict(parse_qsl(query)), headers=headers, body=body)
        try:
            return route.serve(asked)
        except Exception:
            _LOG.exception("%s %s", method, path)
            return Answer(500, {"error": "the server has failed; its log says why"})

    def _write(self, answer: Answer) -> None:
        if self._transport is None:
            return
        content = answer.rendered()
        head = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"content-type: {answer.media}",
            f"content-length: {len(content)}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        self._transport.write("\r\n".join(head).encode("latin-1") + _HEAD_ENDS + content)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise Refused(f"{line[:80]!r} is no header")
    return name.lower(), value.strip()


def _length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise Refused("send the body with a content-length")
    text = headers.get("content-length", "0")
    if not text.isdecimal() or int(text) > BODY_MAX_BYTES:
        raise Refused(f"content-length: {text[:20]!r} is no number of bytes that is taken here")
    return int(text)
