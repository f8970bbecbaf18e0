"""A server for the Dutch clearing house: calls with one answer each, and streams that stay open.

The server of the world (``wire``) knows no streams. This one is as small: HTTP/1.1, bodies of a
length, and server-sent events in chunks.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from relevo.simulators.http import Answer

HEAD_MAX_BYTES = 64 * 1024
BODY_MAX_BYTES = 16 * 1024 * 1024
_LOOPBACK = "127.0.0.1"
_HEAD_ENDS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in; the names of headers are in small letters."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that does not end."""

    begin: Callable[[Callable[[bytes], None]], tuple[Sequence[bytes], Callable[[], None]]]
    """Takes the ear for what comes from now on; gives what there is, and the way to stop."""


class _Refused(ValueError):
    """What came in is not the HTTP that is spoken here."""


class CoinServer:
    """Runs in a thread of its own until it is stopped; it can be started once."""

    def __init__(self, answer: Callable[[Call], Answer | Stream]) -> None:
        self._answer = answer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._is_up = threading.Event()
        self._open: set[asyncio.StreamWriter] = set()

    def start(self) -> str:
        """Listen on a free port; returns the base address."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind((_LOOPBACK, 0))
        port = listening.getsockname()[1]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listening)), daemon=True
        )
        self._thread.start()
        self._is_up.wait()
        return f"http://{_LOOPBACK}:{port}"

    def stop(self) -> None:
        """Hang up on everybody and wait for the thread to end."""
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None

    def hang_up(self) -> None:
        """Close all connections, and go on listening."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._close_all)

    async def _serve(self, listening: socket.socket) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, sock=listening, limit=HEAD_MAX_BYTES)
        self._is_up.set()
        await self._stopping.wait()
        server.close()
        self._close_all()
        await asyncio.sleep(0)  # let the closed connections say goodbye

    def _close_all(self) -> None:
        for writer in list(self._open):
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while (call := await _read(reader)) is not None:
                answer = self._answer(call)
                if isinstance(answer, Stream):
                    await self._stream(answer, reader, writer)
                    return
                is_last = answer.status == HTTPStatus.SERVICE_UNAVAILABLE
                writer.write(_written(answer, is_last=is_last))
                await writer.drain()
                if is_last:
                    return
        except (_Refused, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever speaks something else, or no more, is hung up on
        finally:
            self._open.discard(writer)
            writer.close()

    async def _stream(
        self, stream: Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        loop = asyncio.get_running_loop()
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )

        def tell(event: bytes) -> None:
            loop.call_soon_threadsafe(_write_if_open, writer, event)

        events, stop = stream.begin(tell)
        for event in events:  # before whatever is told meanwhile: that waits for the loop
            writer.write(_chunk(event))
        try:
            await reader.read()  # until the peer hangs up, or we do
        finally:
            stop()


def _write_if_open(writer: asyncio.StreamWriter, event: bytes) -> None:
    if not writer.is_closing():
        writer.write(_chunk(event))


def _chunk(event: bytes) -> bytes:
    return f"{len(event):x}\r\n".encode() + event + b"\r\n"


async def _read(reader: asyncio.StreamReader) -> Call | None:
    """The next request; None when the peer has gone."""
    head = await reader.readuntil(_HEAD_ENDS)
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] != "HTTP/1.1":
        raise _Refused(first)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > BODY_MAX_BYTES:
        raise _Refused(length)
    return Call(words[0], words[1], headers, await reader.readexactly(int(length)))


def _written(answer: Answer, *, is_last: bool) -> bytes:
    """``is_last``: the peer is told that we hang up, else its next call dies on the way."""
    content = answer.rendered()
    head = (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
        f"content-type: {answer.media}\r\ncontent-length: {len(content)}\r\n"
        f"connection: {'close' if is_last else 'keep-alive'}\r\n\r\n"
    )
    return head.encode("latin-1") + content
