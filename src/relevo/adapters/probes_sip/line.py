"""Many calls at once over one UDP socket for each network, in one thread.

A socket is connected to its network's proxy: what others send does not arrive, and a proxy that is
not there is known at once. Calls that are over are remembered for a while, for what comes late is
to be acknowledged, or the other side repeats it.
"""

from __future__ import annotations

import heapq
import os
import selectors
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from relevo.adapters.probes_sip.call import Call
from relevo.adapters.probes_sip.message import (
    COOKIE,
    DATAGRAM_MAX,
    Dial,
    NotSip,
    read_answer,
)
from relevo.adapters.probes_sip.origins import Origins
from relevo.engine.clock import elapsed_seconds

_BUFFER_BYTES = 1 << 22
_AT_A_TIME = 64  # datagrams, before timers are looked at again


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number to be called from a network."""

    number: str
    origin: str


@dataclass(slots=True)
class _Calls:
    """Those of one round that are under way."""

    known: dict[str, tuple[Wanted, Call]]
    alarms: list[tuple[float, str]] = field(default_factory=list)
    armed: dict[str, float] = field(default_factory=dict)  # the alarm of each call that counts
    open: int = 0


class Line:
    """The sockets of all origins. For one thread at a time."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._sockets: dict[str, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._over: dict[str, tuple[Wanted, Call]] = {}

    def close(self) -> None:
        """Give the sockets back."""
        self._selector.close()
        for each in self._sockets.values():
            each.close()
        self._sockets.clear()

    def call(self, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, Call]]:
        """Make these calls, not too many at once; each is given back when it is over."""
        waiting = deque(wanted)
        stem = os.urandom(8).hex()
        numbered = 0
        self._forget(elapsed_seconds())
        calls = _Calls(self._over)
        while waiting or calls.open:
            while waiting and calls.open < self._origins.at_once:
                numbered += 1
                one = waiting.popleft()
                yield from self._begin(one, f"{stem}{numbered:x}", calls)
            yield from self._hear(calls)
            yield from self._wake(calls)

    def _begin(self, wanted: Wanted, name: str, calls: _Calls) -> Iterable[tuple[Wanted, Call]]:
        line = self._socket(wanted.origin)
        host, port = line.getsockname()
        dial = Dial(
            number=wanted.number,
            caller=self._origins.callers[wanted.origin],
            proxy=self._origins.networks[wanted.origin],
            local=f"{host}:{port}",
            call_id=name,
            branch=COOKIE + name,
        )
        call = Call(dial, self._origins.patience, elapsed_seconds())
        calls.known[name] = (wanted, call)
        calls.open += 1
        return self._sent(wanted, call, call.start(), calls)

    def _hear(self, calls: _Calls) -> Iterator[tuple[Wanted, Call]]:
        pause = calls.alarms[0][0] - elapsed_seconds() if calls.alarms else 0.0
        for key, _ in self._selector.select(max(0.0, pause) if calls.open else 0.0):
            for datagram in self._datagrams(key.data):
                if datagram is None:
                    yield from self._refuse(key.data, calls)
                else:
                    yield from self._take(key.data, datagram, calls)

    def _datagrams(self, origin: str) -> Iterator[bytes | None]:
        """What has arrived; None: the system says that nobody listens there."""
        line = self._sockets[origin]
        for _ in range(_AT_A_TIME):
            try:
                yield line.recv(DATAGRAM_MAX)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                yield None

    def _take(self, origin: str, datagram: bytes, calls: _Calls) -> list[tuple[Wanted, Call]]:
        try:
            answer = read_answer(datagram)
        except NotSip:
            return []
        wanted, call = calls.known.get(answer.call_id, (None, None))
        if wanted is None or call is None or wanted.origin != origin:
            return []
        was_over = call.is_over
        requests = call.heard(answer, elapsed_seconds())
        if was_over:
            self._send(origin, requests)
            return []
        return self._sent(wanted, call, requests, calls)

    def _refuse(self, origin: str, calls: _Calls) -> Iterator[tuple[Wanted, Call]]:
        """All that have heard nothing yet from there will not."""
        now = elapsed_seconds()
        for wanted, call in calls.known.values():
            if wanted.origin == origin and not call.is_over:
                call.unreachable(now)
                yield from self._sent(wanted, call, [], calls)

    def _wake(self, calls: _Calls) -> Iterator[tuple[Wanted, Call]]:
        now = elapsed_seconds()
        while calls.alarms and calls.alarms[0][0] <= now:
            at, name = heapq.heappop(calls.alarms)
            wanted, call = calls.known[name]
            if calls.armed.get(name) == at and not call.is_over:
                del calls.armed[name]
                yield from self._sent(wanted, call, call.woken(now), calls)

    def _sent(
        self, wanted: Wanted, call: Call, requests: list[bytes], calls: _Calls
    ) -> list[tuple[Wanted, Call]]:
        self._send(wanted.origin, requests)
        name = call.dial.call_id
        if call.is_over:
            calls.armed.pop(name, None)
            calls.open -= 1
            return [(wanted, call)]
        if calls.armed.get(name) != call.next_at:
            calls.armed[name] = call.next_at
            heapq.heappush(calls.alarms, (call.next_at, name))
        return []

    def _send(self, origin: str, requests: list[bytes]) -> None:
        for request in requests:
            # What cannot be sent now is lost like any datagram: it is repeated in its time.
            with suppress(OSError):
                self._socket(origin).send(request)

    def _socket(self, origin: str) -> socket.socket:
        if origin not in self._sockets:
            line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            line.setblocking(False)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
            line.connect(self._origins.address(origin))
            self._sockets[origin] = line
            self._selector.register(line, selectors.EVENT_READ, origin)
        return self._sockets[origin]

    def _forget(self, now: float) -> None:
        """Calls that were over long ago."""
        late = self._origins.patience.silence_s
        self._over = {
            name: each
            for name, each in self._over.items()
            if each[1].is_over and now - each[1].ended < late
        }
