"""A bad way between a caller and a network: it doubles, garbles or delays what is answered."""

from __future__ import annotations

import heapq
import selectors
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Self

from relevo.engine.clock import elapsed_seconds

Spoil = Callable[[bytes], Sequence[tuple[float, bytes]]]
"""What becomes of an answer: datagrams, each with the seconds by which it is late."""


def faithful(answer: bytes) -> Sequence[tuple[float, bytes]]:
    """As it came."""
    return [(0.0, answer)]


@dataclass(slots=True)
class BadWay:
    """Stands before a proxy under an address of its own. For one caller (one socket) at a time."""

    spoil: Spoil = faithful
    answers: int = 0  # that came from the proxy
    requests: list[bytes] = field(default_factory=list)  # first lines, as the caller sent them
    _front: socket.socket = field(default_factory=lambda: socket.socket(type=socket.SOCK_DGRAM))
    _back: socket.socket = field(default_factory=lambda: socket.socket(type=socket.SOCK_DGRAM))
    _late: list[tuple[float, int, bytes]] = field(default_factory=list)
    _caller: tuple[str, int] | None = None

    @property
    def address(self) -> str:
        """As ``address:port``."""
        return f"127.0.0.1:{self._front.getsockname()[1]}"

    @classmethod
    @contextmanager
    def to(cls, proxy: str, spoil: Spoil = faithful) -> Iterator[Self]:
        """Stand before that proxy until the block ends."""
        way = cls(spoil)
        host, _, port = proxy.rpartition(":")
        way._front.bind(("127.0.0.1", 0))
        way._back.connect((host, int(port)))
        ending, end = socket.socketpair()
        thread = threading.Thread(target=way._carry, args=(ending,), name="bad way", daemon=True)
        thread.start()
        try:
            yield way
        finally:
            end.close()
            thread.join()
            for each in (way._front, way._back, ending):
                each.close()

    def _carry(self, ending: socket.socket) -> None:
        numbers = count()
        with selectors.DefaultSelector() as selector:
            for each in (self._front, self._back, ending):
                selector.register(each, selectors.EVENT_READ)
            while True:
                pause = max(0.0, self._late[0][0] - elapsed_seconds()) if self._late else None
                ready = {key.fileobj for key, _ in selector.select(pause)}
                if ending in ready:
                    return
                if self._front in ready:
                    request, self._caller = self._front.recvfrom(65_535)
                    self.requests.append(request.partition(b"\r\n")[0])
                    self._back.send(request)
                if self._back in ready:
                    self._spoil_one(numbers)
                while self._late and self._late[0][0] <= elapsed_seconds():
                    if self._caller is not None:
                        self._front.sendto(heapq.heappop(self._late)[2], self._caller)

    def _spoil_one(self, numbers: Iterator[int]) -> None:
        try:
            answer = self._back.recv(65_535)
        except ConnectionRefusedError:
            return
        self.answers += 1
        for late_s, datagram in self.spoil(answer):
            heapq.heappush(self._late, (elapsed_seconds() + late_s, next(numbers), datagram))
