"""The HTTP of the simulators: whole requests are answered in order, anything else is refused."""

from __future__ import annotations

import socket
from typing import Any

import pytest


def say(play: Any, *pieces: bytes) -> bytes:
    """Send bytes as they are; what comes back until the server hangs up."""
    host, _, port = play.ends.http.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            opened.sendall(piece)
        opened.shutdown(socket.SHUT_WR)
        received = b""
        while more := opened.recv(65536):
            received += more
        return received


GET = b"GET /courier/events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = GET.replace(b"Host: x", b"Connection: close")


def test_requests_that_come_at_once_are_answered_in_their_order(start: Any) -> None:
    missing = b"GET /courier/parcels/R%201 HTTP/1.1\r\n\r\n"
    answers = say(start(), GET + missing + LAST)
    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200", b"404", b"200"]


def test_a_request_may_come_in_pieces(start: Any) -> None:
    play = start()
    body = b'{"numbers": ["%b"]}' % play.main.encode()
    head = b"POST /network/probes HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    whole = head % len(body) + body
    at_once = say(play, whole)
    assert b'"results":{"+34' in at_once
    assert say(play, *(whole[place : place + 9] for place in range(0, len(whole), 9))) == at_once


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (
            b"GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n",
            b"nothing is served at GET /nowhere",
        ),
        (b"DELETE /courier/events HTTP/1.1\r\nConnection: close\r\n\r\n", b"nothing is served"),
        (b"HELLO\r\n\r\n", b"is no request of HTTP/1.1"),
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"is no header"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"send the body with"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"is no number of bytes"),
        (b"x" * 70_000, b"does not end"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_reason(
    sent: bytes, said: bytes, start: Any
) -> None:
    answer = say(start(), sent)
    assert answer.startswith(b"HTTP/1.1 40")
    assert said in answer
