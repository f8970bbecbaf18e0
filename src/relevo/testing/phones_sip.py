"""Telephones on loopback that answer SIP: all of them behind one UDP port, in one thread."""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self

from relevo.engine.clock import elapsed_seconds

_REPEATED = re.compile(rb"(?im)^(?:via|v|from|f|call-id|i|cseq|record-route)[ \t]*:.*\r\n")
_TO = re.compile(rb"(?im)^(?:to|t)[ \t]*:[ \t]*(.*)\r\n")
_CALL_ID = re.compile(rb"(?im)^(?:call-id|i)[ \t]*:[ \t]*(.*)\r\n")
_CALLED = re.compile(rb"^[A-Z]+ sip:([^@;]*)[^ ]* SIP/2\.0\r\n")
_REPEAT_S = 0.5


@dataclass(slots=True)
class _Taken:
    """What a phone said that took a call."""

    answer: bytes
    peer: tuple[str, int]
    repeat_at: float


@dataclass(slots=True)
class Phones:
    """``does`` says what a number's phone does with a call: ``answers`` (else), ``busy``,
    ``rings``, ``early:N`` (early sound with cause N), ``machine:N`` (taken by an announcement)."""

    port: int
    does: dict[str, str] = field(default_factory=dict)
    rung: Counter[str] = field(default_factory=Counter)  # calls that reached each number
    hung_up: Counter[str] = field(default_factory=Counter)
    taken_back: Counter[str] = field(default_factory=Counter)
    _line: socket.socket = field(default_factory=lambda: socket.socket(type=socket.SOCK_DGRAM))
    _open: dict[bytes, bytes] = field(default_factory=dict)  # INVITEs that ring, by call id
    _taken: dict[bytes, _Taken] = field(default_factory=dict)  # calls not yet acknowledged

    @classmethod
    @contextmanager
    def ringing(cls) -> Iterator[Self]:
        """Have them answer until the block ends."""
        line = socket.socket(type=socket.SOCK_DGRAM)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        line.bind(("127.0.0.1", 0))
        phones = cls(line.getsockname()[1], _line=line)
        answering = threading.Thread(target=phones._answer, name="phones", daemon=True)
        answering.start()
        try:
            yield phones
        finally:
            with suppress(OSError):
                line.sendto(b"", ("127.0.0.1", phones.port))  # the word to end
            answering.join()
            line.close()

    def _answer(self) -> None:
        self._line.settimeout(_REPEAT_S)
        while True:
            try:
                request, peer = self._line.recvfrom(65_535)
            except TimeoutError:
                request, peer = b"\r\n", ("", 0)
            if not request:
                return
            self._repeat()
            method = request.partition(b" ")[0]
            called = _CALLED.match(request)
            if called is None:
                continue
            for answer in self._answers(method, called[1].decode(), request):
                self._line.sendto(answer, peer)
                if method == b"INVITE" and b" 200 OK\r\n" in answer:
                    call = _found(_CALL_ID, request)
                    self._taken[call] = _Taken(answer, peer, elapsed_seconds() + _REPEAT_S)

    def _repeat(self) -> None:
        """That a call was taken is said again until it was heard (RFC 3261 13.3.1.4)."""
        now = elapsed_seconds()
        for each in self._taken.values():
            if each.repeat_at <= now:
                self._line.sendto(each.answer, each.peer)
                each.repeat_at = now + _REPEAT_S

    def _answers(self, method: bytes, number: str, request: bytes) -> list[bytes]:
        call = _found(_CALL_ID, request)
        if method == b"INVITE":
            return self._rung(number, request, call)
        if method in {b"ACK", b"BYE"}:
            self._taken.pop(call, None)
        if method == b"BYE":
            self.hung_up[number] += 1
            return [_reply(request, b"200 OK")]
        if method == b"CANCEL":
            self.taken_back[number] += 1
            invite = self._open.pop(call, b"")
            ended = [_reply(invite, b"487 Request Terminated")] if invite else []
            return [_reply(request, b"200 OK"), *ended]
        return []

    def _rung(self, number: str, request: bytes, call: bytes) -> list[bytes]:
        self.rung[number] += 1
        what, _, cause = self.does.get(number, "answers").partition(":")
        reason = f"Reason: Q.850;cause={cause}\r\n".encode() if cause else b""
        if what == "busy":
            return [_reply(request, b"486 Busy Here", b"Reason: Q.850;cause=17\r\n")]
        if what in {"rings", "early"}:
            self._open[call] = request
            told = b"180 Ringing" if what == "rings" else b"183 Session Progress"
            return [_reply(request, told, reason)]
        contact = b"annc" if what == "machine" else number.encode()
        here = b"Contact: <sip:%s@127.0.0.1:%d>\r\n" % (contact, self.port)
        # Taken at once: two answers on each other's heels may be overtaken on their way.
        return [_reply(request, b"200 OK", here + reason)]


def _reply(request: bytes, status: bytes, more: bytes = b"") -> bytes:
    repeated = b"".join(_REPEATED.findall(request))
    to = _found(_TO, request)
    tag = b"" if b";tag=" in to else b";tag=phone"
    server = b"Server: phone\r\n"
    return b"SIP/2.0 %s\r\n%sTo: %s%s\r\n%s%sContent-Length: 0\r\n\r\n" % (
        status,
        repeated,
        to,
        tag,
        server,
        more,
    )


def _found(pattern: re.Pattern[bytes], request: bytes) -> bytes:
    found = pattern.search(request)
    return found[1].strip() if found else b""
