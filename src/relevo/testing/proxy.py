"""A proxy before PostgreSQL that cuts a connection in mid-commit.

It reads along just enough of the protocol to know a COMMIT when it passes, and then does what a
broken network does at the worst moments:

* ``LOST``: the COMMIT never reaches the server, which rolls back;
* ``UNHEARD``: the server has committed, and its answer never reaches the client;
* ``UNDER_WAY``: the client is cut off at once, while the server is still about to commit.

The client sees the same broken connection each time and cannot know which it was.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
from contextlib import suppress
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_LENGTH = struct.Struct("!I")
_COMMIT = re.compile(rb"(?:\x00|^)commit;?\x00", re.IGNORECASE)
_READY: Final = b"Z\x00\x00\x00\x05"  # and one byte that says in which state
_CHUNK = 65536


class Cut(Enum):
    """Where the line breaks."""

    LOST = "lost"
    UNHEARD = "unheard"
    UNDER_WAY = "under way"


_KINDS: Final = tuple(Cut)


class CommitCutter:
    """Cuts every ``every``-th COMMIT, each time in the next of the three ways, until ``most``.

    Only connections whose application name begins with ``of`` are cut; all others pass. Where each
    statement commits by itself (``by_itself``), it is the end of a statement that counts.
    """

    def __init__(
        self, dsn: str, *, of: str, every: int, most: int, by_itself: bool = False
    ) -> None:
        given = conninfo_to_dict(dsn)
        self._server = str(Path(str(given["host"])) / ".s.PGSQL.5432")
        self._of = of.encode()
        self._every, self._most, self._by_itself = every, most, by_itself
        self._commits = count(1)
        self._lock = threading.Lock()
        self.cuts: list[Cut] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        self.dsn = make_conninfo(dsn, host="127.0.0.1", port=port, **plain)
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def close(self) -> None:
        """Take no new connections; those that are open end with their client."""
        self._listening.close()

    def next_cut(self, application: bytes, message: bytes) -> Cut | None:
        """Whether this message is a COMMIT to cut, and how."""
        kind = message[:1]
        commits = kind in {b"Q", b"P"} and _COMMIT.search(message[5:]) is not None
        commits = commits or (self._by_itself and kind == b"S")
        if not (commits and application.startswith(self._of)):
            return None
        with self._lock:
            if len(self.cuts) >= self._most or next(self._commits) % self._every:
                return None
            self.cuts.append(_KINDS[len(self.cuts) % len(_KINDS)])
            return self.cuts[-1]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(self._server)
                except OSError:
                    _hang_up(client)
                    continue
                _Line(self, client, server).open()


class _Line:
    """One client and its backend."""

    def __init__(self, cutter: CommitCutter, client: socket.socket, server: socket.socket) -> None:
        self._cutter = cutter
        self._client, self._server = client, server
        self._is_unheard = threading.Event()

    def open(self) -> None:
        for way in (self._upwards, self._downwards):
            threading.Thread(target=way, name="proxy line", daemon=True).start()

    def _upwards(self) -> None:
        """From the client to the server, message by message."""
        with suppress(OSError, EOFError):
            start = self._message(b"")
            named = re.search(rb"application_name\x00([^\x00]*)", start)
            application = named[1] if named else b""
            self._server.sendall(start)
            while True:
                message = self._message(self._exactly(1))
                cut = self._cutter.next_cut(application, message)
                if cut is Cut.UNHEARD:
                    self._is_unheard.set()
                if cut is not Cut.LOST:
                    self._server.sendall(message)
                if cut is Cut.UNDER_WAY:
                    _hang_up(self._client)
                    return  # the other direction ends when the server has answered
                if cut is Cut.LOST:
                    break
        _hang_up(self._client)
        _hang_up(self._server)

    def _downwards(self) -> None:
        """From the server to the client, as it comes."""
        tail = b""
        with suppress(OSError):
            while chunk := self._server.recv(_CHUNK):
                if not self._is_unheard.is_set():
                    self._client.sendall(chunk)
                    continue
                tail = (tail + chunk)[-len(_READY) - 1 :]
                if tail.startswith(_READY):
                    break
        _hang_up(self._client)
        _hang_up(self._server)

    def _message(self, kind: bytes) -> bytes:
        head = self._exactly(_LENGTH.size)
        return kind + head + self._exactly(_LENGTH.unpack(head)[0] - _LENGTH.size)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._client.recv(size - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
