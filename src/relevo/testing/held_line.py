"""A line between two programs that stops at a chosen word, where one of them is to be killed.

What a kill does is decided by where it falls, and the worst moments last microseconds: behind the
last byte of a mail, before its answer. The line passes everything on until the trapped words come
by from one side; those it keeps, and says so. Whoever set the trap then kills what he likes, and
lets go: both ends see a broken connection, as when a machine loses its power.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum

from relevo.testing.patience import until

LOOPBACK = "127.0.0.1"
_CHUNK = 65536


class Side(Enum):
    """Who says the trapped words."""

    CALLER = "caller"
    CALLED = "called"


class HeldLine:
    """Listens on a port of the system's choice, and connects each caller to ``target``."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listening.getsockname()[1]
        self._trap: tuple[Side, bytes] | None = None
        self._is_caught = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, name="held line", daemon=True)]
        self._threads[0].start()

    def trap(self, side: Side, words: bytes) -> None:
        """Keep these words, the first time that this side says them."""
        self._is_caught.clear()
        self._trap = (side, words)

    def caught(self) -> None:
        """Wait until they were said; nothing passes on that line any more."""
        until(self._is_caught.is_set, "the trapped words are said")

    def let_go(self) -> None:
        """Break every connection; what comes after is passed on as ever."""
        self._trap = None
        with self._lock:
            opened = list(self._open)
        for each in opened:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Break everything, and take no more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.let_go()
        for each in list(self._threads):
            each.join()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self._connect(caller)

    def _connect(self, caller: socket.socket) -> None:
        try:
            called = socket.create_connection((LOOPBACK, self.target), timeout=5)
        except OSError:  # nobody is there: the caller finds a line that ends at once
            caller.close()
            return
        called.settimeout(None)
        with self._lock:
            self._open |= {caller, called}
        ended = threading.Barrier(2)
        for side, source, sink in (
            (Side.CALLER, caller, called),
            (Side.CALLED, called, caller),
        ):
            passing = threading.Thread(
                target=self._pass, args=(side, source, sink, ended), name="held line", daemon=True
            )
            self._threads.append(passing)
            passing.start()

    def _pass(
        self, side: Side, source: socket.socket, sink: socket.socket, ended: threading.Barrier
    ) -> None:
        before = b""
        is_held = False
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                place = -1 if is_held else self._place_of_words(side, before, chunk)
                if place >= 0:
                    is_held = True
                    sink.sendall(chunk[:place])
                    self._is_caught.set()
                elif not is_held:
                    sink.sendall(chunk)
                before = chunk
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            source.shutdown(socket.SHUT_RDWR)
        ended.wait()
        with self._lock:
            self._open.discard(source)
        source.close()

    def _place_of_words(self, side: Side, before: bytes, chunk: bytes) -> int:
        """Where in the chunk the trapped words begin; -1 when they do not end in it."""
        with self._lock:
            if self._trap is None or self._trap[0] is not side:
                return -1
            words = self._trap[1]
            early = before[-len(words) + 1 :]  # some of them may have passed already
            place = (early + chunk).find(words)
            if place < 0:
                return -1
            self._trap = None
            return max(0, place - len(early))
