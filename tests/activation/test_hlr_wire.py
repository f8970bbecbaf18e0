"""What an HLR may say that is no answer: each is an error with a name, and none is waited for."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from relevo.adapters.registry_osmocom.ctrl import Ctrl, Reply, Request
from relevo.adapters.registry_osmocom.faults import HlrAway, HlrSlow, HlrSpeaksOddly
from relevo.adapters.registry_osmocom.records import row_in
from relevo.adapters.registry_osmocom.vty import Refused, Vty

Talk = Callable[[socket.socket], None]
QUESTION = Request("subscriber.by-imsi-1.info")
LONG_S = 60.0  # longer than anything takes that answers at all


class Peer:
    """A server that says to everybody what the test has it say."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.talk: Talk = lambda _: None
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._speak, args=(line,), daemon=True).start()

    def _speak(self, line: socket.socket) -> None:
        with suppress(OSError), line:
            self.talk(line)


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.close()


def frame(text: str, protocol: int = 0xEE) -> bytes:
    body = b"\0" + text.encode()
    return struct.pack("!HB", len(body), protocol) + body


def says(*answers: bytes, stays: bool = False) -> Talk:
    def talk(line: socket.socket) -> None:
        line.recv(65536)
        for each in answers:
            line.sendall(each)
        if stays:
            line.recv(65536)

    return talk


def endless(line: socket.socket) -> None:
    while True:
        line.sendall(frame("TRAP 0 alarm 1") * 100)


ANSWER = frame(f"GET_REPLY 1 {QUESTION.variable} yes")


@pytest.mark.parametrize(
    ("talk", "fault"),
    [
        (says(ANSWER[:9]), HlrAway),
        (says(ANSWER[:2]), HlrAway),
        (says(), HlrAway),
        (says(stays=True), HlrSlow),
        (says(ANSWER[:9], stays=True), HlrSlow),
        (says(frame("GET_REPLY 7 subscriber.by-imsi-1.info yes")), HlrSpeaksOddly),
        (says(frame("GET_REPLY 1 subscriber.by-imsi-2.info yes")), HlrSpeaksOddly),
        (says(frame("ERROR err Request type unknown")), HlrSpeaksOddly),
        (says(frame("PUT_REPLY 1 subscriber.by-imsi-1.info yes")), HlrSpeaksOddly),
        (says(frame("")), HlrSpeaksOddly),
        (says(b"\0\1\xee\0" + b"HTTP/1.1 400 Bad Request\r\n\r\n"), HlrSpeaksOddly),
        (says(b"\xff\xff\xee" + b"a" * 1000, stays=True), HlrSlow),
        (endless, HlrSpeaksOddly),
    ],
)
def test_what_is_no_answer_is_a_named_error_and_soon(
    peer: Peer, talk: Talk, fault: type[Exception]
) -> None:
    peer.talk = talk
    line = Ctrl("127.0.0.1", peer.port, within_s=0.5 if fault is HlrSlow else LONG_S)
    with pytest.raises(fault) as raised:
        line.ask([QUESTION])
    assert type(raised.value) is fault
    line.close()


def test_an_answer_that_comes_twice_is_not_taken_for_the_next_one(peer: Peer) -> None:
    second = frame("GET_REPLY 2 subscriber.by-imsi-1.info other")
    peer.talk = says(ANSWER, ANSWER, second)
    line = Ctrl("127.0.0.1", peer.port, within_s=LONG_S)
    with pytest.raises(HlrSpeaksOddly, match="what nobody asked"):
        line.ask([QUESTION, QUESTION])
    line.close()


def test_answers_in_another_order_and_news_in_between_are_understood(peer: Peer) -> None:
    second = frame("GET_REPLY 2 subscriber.by-imsi-1.info other")
    foreign = struct.pack("!HB", 1, 0xFE) + b"\0"
    peer.talk = says(frame("TRAP 0 alarm 1"), second, foreign, ANSWER)
    line = Ctrl("127.0.0.1", peer.port, within_s=LONG_S)
    assert line.ask([QUESTION, QUESTION]) == [Reply("yes"), Reply("other")]
    line.close()


def test_an_answer_that_came_too_late_is_not_taken_for_that_of_the_next_question(
    peer: Peer,
) -> None:
    late = threading.Event()

    def talk(line: socket.socket) -> None:
        line.recv(65536)
        late.wait(5)
        line.sendall(ANSWER)
        line.recv(65536)
        line.sendall(frame(f"GET_REPLY 2 {QUESTION.variable} other"))

    peer.talk = talk
    line = Ctrl("127.0.0.1", peer.port, within_s=1.5)
    with pytest.raises(HlrSlow):
        line.ask([QUESTION])
    late.set()
    assert line.ask([QUESTION]) == [Reply("other")]
    line.close()


def test_nobody_there_is_said_with_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(HlrAway, match=f"127.0.0.1:{port} is not reached"):
        Ctrl("127.0.0.1", port).ask([QUESTION])


@pytest.mark.parametrize(
    "text", ["", "imsi\t1", "imsi\tabc\nnam_cs\t1\nnam_ps\t1", "nam_cs\t1\nnam_ps\t1", "\t\t\n"]
)
def test_a_record_without_its_fields_is_not_guessed(text: str) -> None:
    with pytest.raises(HlrSpeaksOddly):
        row_in(text)


PROMPT = b"OsmoHLR> "


def terminal(*answers: bytes, greeting: bytes = b"Welcome\r\n" + PROMPT) -> Talk:
    """Repeats each line, and says these things after 'enable' and 'terminal length 0'."""

    def talk(line: socket.socket) -> None:
        line.sendall(greeting)
        said = iter((b"", b"", *answers))
        while heard := line.recv(4096):
            line.sendall(heard.replace(b"\n", b"\r\n") + next(said) + b"OsmoHLR# ")

    return talk


def endless_text(line: socket.socket) -> None:
    line.sendall(PROMPT)
    while True:
        line.sendall(b"x" * 65536)


def test_a_terminal_says_no_with_words_that_begin_like_yes(peer: Peer) -> None:
    peer.talk = terminal(b"% Updated subscriber IMSI='1'\r\n", b"% No subscriber for imsi\r\n")
    line = Vty("127.0.0.1", peer.port, within_s=LONG_S)
    assert line.tell("one").startswith("% Updated")
    with pytest.raises(Refused, match="No subscriber"):
        line.tell("two")
    line.close()


@pytest.mark.parametrize(
    ("talk", "within_s", "fault"),
    [
        (says(), LONG_S, HlrAway),
        (says(b"Welcome\r\nOsmo", stays=True), 0.5, HlrSlow),
        (terminal(greeting=b""), 0.5, HlrSlow),
        (lambda line: line.sendall(PROMPT), LONG_S, HlrAway),
        (says(PROMPT + b"something else\r\nOsmoHLR# ", stays=True), 0.5, HlrSlow),
        (endless_text, LONG_S, HlrSpeaksOddly),
    ],
)
def test_a_terminal_that_does_not_answer_is_a_named_error_and_soon(
    peer: Peer, talk: Talk, within_s: float, fault: type[Exception]
) -> None:
    peer.talk = talk
    line = Vty("127.0.0.1", peer.port, within_s=within_s)
    with pytest.raises(fault):
        line.tell("subscriber imsi 1 create")
    line.close()
