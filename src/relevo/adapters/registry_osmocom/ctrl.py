"""The HLR's control interface (CTRL): questions and settings by number, many at a time.

TCP, each message in a frame of IPA: ``length, 0xEE, 0x00, text``. The texts are ``GET|SET <id>
<variable> [value]``; the answers carry the id, and news that nobody asked for (TRAP) may come in
between. How many answers the server keeps for who does not read them is not said anywhere, so that
no more than ``WINDOW`` questions are on their way; more of them were not measurably faster.

A connection that broke is given up, and what was on its way with it: nobody can tell whether it
was done. Every setting here may be made twice, so whoever asks again comes to the same. One on
which nothing comes is kept, and what it owes us is waited for before anything else is asked: a
server that was frozen carries out what it has received when it wakes, and that must not come after
what was decided since.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from relevo.adapters.registry_osmocom.faults import HlrAway, HlrSlow, HlrSpeaksOddly
from relevo.engine.clock import elapsed_seconds

PORT = 4259
WINDOW = 64
ANSWER_WITHIN_S = 5.0
ALL_WITHIN_S = 30.0
_HEAD = struct.Struct("!HB")
_IPA_OSMO, _CTRL = 0xEE, 0x00
_SKIPPED_AT_MOST = 10_000
_CHUNK = 65536
_ALIVE = {
    socket.TCP_KEEPIDLE: 5,
    socket.TCP_KEEPINTVL: 3,
    socket.TCP_KEEPCNT: 3,
    socket.TCP_USER_TIMEOUT: 15_000,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One question (no value) or setting."""

    variable: str
    value: str | None = None

    def text(self, number: int) -> bytes:
        """As it is sent."""
        if self.value is None:
            return f"GET {number} {self.variable}".encode("ascii")
        return f"SET {number} {self.variable} {self.value}".encode("ascii")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a value, or why not."""

    value: str
    is_refused: bool = False


class Ctrl:
    """One connection, opened when needed and anew when it broke. For one thread at a time."""

    def __init__(self, host: str, port: int = PORT, *, within_s: float = ANSWER_WITHIN_S) -> None:
        self._place = (host, port)
        self._within_s = within_s
        self._socket: socket.socket | None = None
        self._read = bytearray()
        self._number = 0
        self._owed: set[int] = set()  # ids of questions that nobody waits for any more

    def ask(self, requests: Sequence[Request]) -> list[Reply]:
        """All answers, in the order of the questions. Raises HlrAway, HlrSlow, HlrSpeaksOddly."""
        if not requests:
            return []
        was_open = self._socket is not None
        try:
            return self._ask(requests)
        except (HlrSlow, HlrSpeaksOddly):
            raise
        except HlrAway:
            if not was_open:
                raise
        return self._ask(requests)  # it was restarted since we last spoke: that is no outage

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._read.clear()
        self._owed.clear()

    def _ask(self, requests: Sequence[Request]) -> list[Reply]:
        try:
            line = self._opened()
            return self._exchange(line, requests)
        except TimeoutError as late:
            if late.errno is not None or self._socket is None:  # the system gave it up, not we
                self.close()
            raise HlrSlow(f"the HLR at {self._shown} did not answer in time") from None
        except OSError as broken:
            self.close()
            said = broken.strerror or type(broken).__name__
            raise HlrAway(f"the HLR at {self._shown} is not reached: {said}") from None
        except (HlrAway, HlrSpeaksOddly):
            self.close()
            raise

    def _exchange(self, line: socket.socket, requests: Sequence[Request]) -> list[Reply]:
        all_by = elapsed_seconds() + ALL_WITHIN_S
        while self._owed:
            number, _, _ = self._answer(line, all_by)
            self._owed.discard(number)
        replies: list[Reply | None] = [None] * len(requests)
        waiting: dict[int, int] = {}  # id -> which request
        sent = 0
        try:
            while sent < len(requests) or waiting:
                room = WINDOW - len(waiting)
                if sent < len(requests) and room >= min(WINDOW // 2, len(requests) - sent):
                    sent = self._send(line, requests, sent, sent + room, waiting)
                number, reply, variable = self._answer(line, all_by)
                at = waiting.pop(number, None)
                if at is None or variable not in {None, requests[at].variable}:
                    raise HlrSpeaksOddly(f"the HLR at {self._shown} answers what nobody asked")
                replies[at] = reply
        except TimeoutError:
            self._owed.update(waiting)
            raise
        return [each for each in replies if each is not None]

    def _send(
        self,
        line: socket.socket,
        requests: Sequence[Request],
        start: int,
        end: int,
        waiting: dict[int, int],
    ) -> int:
        """Send those up to ``end``; returns how many are sent now."""
        frames = bytearray()
        for at in range(start, min(end, len(requests))):
            self._number = self._number % 1_000_000_000 + 1
            waiting[self._number] = at
            frames += _framed(requests[at].text(self._number))
        try:
            line.settimeout(self._within_s)
            line.sendall(frames)
        except TimeoutError:  # a part of a frame may be out
            raise HlrAway(f"the HLR at {self._shown} takes nothing any more") from None
        return min(end, len(requests))

    def _answer(self, line: socket.socket, all_by: float) -> tuple[int, Reply, str | None]:
        """The next answer: its id, what it says and, unless refused, of which variable."""
        this_by = min(all_by, elapsed_seconds() + self._within_s)
        for _ in range(_SKIPPED_AT_MOST):
            kind, text = self._frame(line, this_by)
            if kind == _IPA_OSMO and text[:1] == b"\x00" and not text.startswith(b"\x00TRAP "):
                return self._understood(text[1:])
        raise HlrSpeaksOddly(f"the HLR at {self._shown} talks without answering")

    def _understood(self, text: bytes) -> tuple[int, Reply, str | None]:
        verb, _, rest = text.decode("utf-8", errors="replace").partition(" ")
        number, _, rest = rest.partition(" ")
        if not (number.isascii() and number.isdigit() and len(number) < 12):
            raise HlrSpeaksOddly(f"the HLR at {self._shown} did not understand, or was not")
        if verb == "ERROR":
            return int(number), Reply(_printable(rest), is_refused=True), None
        if verb not in {"GET_REPLY", "SET_REPLY"}:
            raise HlrSpeaksOddly(f"the HLR at {self._shown} sent no answer but {_printable(verb)}")
        variable, _, value = rest.partition(" ")
        return int(number), Reply(value), variable

    def _frame(self, line: socket.socket, by: float) -> tuple[int, bytes]:
        while True:
            if len(self._read) >= _HEAD.size:
                length, kind = _HEAD.unpack_from(self._read)
                end = _HEAD.size + length
                if len(self._read) >= end:
                    text = bytes(self._read[_HEAD.size : end])
                    del self._read[:end]
                    if elapsed_seconds() > by:
                        raise TimeoutError
                    return kind, text
            left = by - elapsed_seconds()
            if left <= 0:
                raise TimeoutError
            line.settimeout(left)
            chunk = line.recv(_CHUNK)
            if not chunk:
                raise HlrAway(f"the HLR at {self._shown} hung up")
            self._read += chunk

    def _opened(self) -> socket.socket:
        if self._socket is None:
            self._socket = dialled(self._place, self._within_s)
        return self._socket

    @property
    def _shown(self) -> str:
        return "{}:{}".format(*self._place)


def dialled(place: tuple[str, int], within_s: float) -> socket.socket:
    """A connection that breaks within seconds when the machine at its other end is gone."""
    line = socket.create_connection(place, within_s)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _ALIVE.items():
        line.setsockopt(socket.IPPROTO_TCP, option, value)
    return line


def _framed(text: bytes) -> bytes:
    return _HEAD.pack(len(text) + 1, _IPA_OSMO) + bytes((_CTRL,)) + text


def _printable(said: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in said[:120])
