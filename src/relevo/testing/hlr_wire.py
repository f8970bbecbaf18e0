"""A wire to an HLR that breaks, or is slow, at the very question that a test names.

It passes the frames of the control interface one by one, so that a break falls between two commands
of a change and never by chance.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum

_HEAD = struct.Struct("!HB")
_CHUNK = 65536


class Break(Enum):
    """What becomes of the question at which it happens."""

    LOST = "lost"  # it never arrives
    UNHEARD = "unheard"  # it is done, and nobody hears that it is


class HlrWire:
    """Between a client and the control port of an HLR; ``port`` is where the client goes."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.questions: list[str] = []
        self.delay_s = 0.0
        self._pause = threading.Event()  # never set: it only waits
        self._is_broken = threading.Event()
        self._break_at: int | None = None
        self._break = Break.LOST
        self._then: Callable[[], None] | None = None
        threading.Thread(target=self._accept, name="hlr wire", daemon=True).start()

    def break_at(
        self, nth: int, how: Break = Break.LOST, then: Callable[[], None] | None = None
    ) -> None:
        """Break at the ``nth`` question from now (0 is the next), and do ``then``; nobody gets
        through any more before it is mended."""
        self.questions.clear()
        self._break_at, self._break, self._then = nth, how, then

    @property
    def is_whole(self) -> bool:
        """Whether it has not broken."""
        return not self._is_broken.is_set()

    def mend(self) -> None:
        """Nothing breaks any more."""
        self._break_at = None
        self._is_broken.clear()

    def close(self) -> None:
        """Take no new connections."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self._is_broken.is_set():
                    client.close()
                    continue
                try:
                    server = socket.create_connection(self._server, 5)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                for line in (client, server):
                    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                deaf = threading.Event()
                for way in (self._upwards, self._downwards):
                    threading.Thread(target=way, args=(client, server, deaf), daemon=True).start()

    def _upwards(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with suppress(OSError, EOFError):
            while True:
                head = _exactly(client, _HEAD.size)
                body = _exactly(client, _HEAD.unpack(head)[0])
                breaks = self._break_at == len(self.questions)
                self.questions.append(body[1:].decode("ascii"))
                if self.delay_s:
                    self._pause.wait(self.delay_s)
                if breaks:
                    self._is_broken.set()
                    if self._break is Break.UNHEARD:
                        deaf.set()
                        server.sendall(head + body)
                        _exactly(server, 1, peek=True)
                    if self._then is not None:
                        self._then()
                    break
                server.sendall(head + body)
        _hang_up(client)
        _hang_up(server)

    def _downwards(
        self, client: socket.socket, server: socket.socket, deaf: threading.Event
    ) -> None:
        with suppress(OSError):
            while chunk := server.recv(_CHUNK, socket.MSG_PEEK):
                if deaf.is_set():
                    return
                client.sendall(server.recv(len(chunk)))
        _hang_up(client)


def _exactly(line: socket.socket, size: int, *, peek: bool = False) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = line.recv(size - len(parts), socket.MSG_PEEK if peek else 0)
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
