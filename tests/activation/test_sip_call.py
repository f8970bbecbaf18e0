"""A test call, message by message, and what may be said of a number after it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.activation.ladder import Life, Reach, reach, read_probe
from relevo.adapters.probes_sip.call import Call, Patience, Stage
from relevo.adapters.probes_sip.heard import Heard, heard_in
from relevo.adapters.probes_sip.message import COOKIE, Answer, Dial, NotSip, read_answer
from relevo.adapters.probes_sip.origins import WrongOrigins, read_origins
from relevo.values.moment import Moment, instant

AT: Moment = instant("2026-11-23T02:15:00+00:00")

# Written after RFC 3261 24.2, with the headers of a proxy on the way.
TAKEN = (
    b"SIP/2.0 200 OK\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5090;rport=5090;branch=z9hG4bKabc1\r\n"
    b"Record-Route: <sip:198.51.100.1;lr>, <sip:198.51.100.2;lr>\r\n"
    b"f: <sip:+34600000999@127.0.0.1:5090>;tag=abc1\r\n"
    b"To: <sip:+34600000101@192.0.2.1:5060;user=phone>;tag=314159\r\n"
    b"Call-ID: abc1\r\n"
    b"CSeq: 1 INVITE\r\n"
    b'm: "A phone" <sip:+34600000101@198.51.100.9:5070>;expires=60\r\n'
    b'Reason: SIP;cause=200,\r\n Q.850;cause=16;text="Normal"\r\n'
    b"Server: a switch\r\n"
    b"l: 0\r\n\r\n"
)


def dial() -> Dial:
    return Dial(
        number="+34600000101",
        caller="+34600000999",
        proxy="192.0.2.1:5060",
        local="127.0.0.1:5090",
        call_id="abc1",
        branch=COOKIE + "abc1",
    )


def answer(status: int, method: str = "INVITE", more: str = "", branch: str = "abc1") -> Answer:
    cseq = 2 if method == "BYE" else 1
    return read_answer(
        f"SIP/2.0 {status} Said\r\nVia: SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bK{branch}\r\n"
        f"To: <sip:x@y>;tag=there\r\nCall-ID: abc1\r\nCSeq: {cseq} {method}\r\n{more}\r\n".encode()
    )


def called() -> Call:
    call = Call(dial(), Patience(t1_s=0.5, ring_s=5.0, progress_s=15.0), began=100.0)
    assert [each.split(b" ")[0] for each in call.start()] == [b"INVITE"]
    return call


def methods(requests: list[bytes]) -> list[str]:
    return [each.split(b" ")[0].decode() for each in requests]


def heard(call: Call) -> Heard:
    return heard_in(call, "altamar", AT)


def test_an_answer_is_read_with_short_names_folded_lines_and_lists() -> None:
    read = read_answer(TAKEN)
    assert (read.status, read.phrase, read.call_id, read.branch) == (
        200,
        "OK",
        "abc1",
        "z9hG4bKabc1",
    )
    assert (read.cseq, read.method, read.tag, read.cause) == (1, "INVITE", "314159", 16)
    assert read.contact == "sip:+34600000101@198.51.100.9:5070"
    assert read.route == ("<sip:198.51.100.2;lr>", "<sip:198.51.100.1;lr>")
    assert read.server == "a switch"


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answer_or_not_sip(datagram: bytes) -> None:
    with contextlib.suppress(NotSip):
        read_answer(datagram)


@given(st.integers(0, len(TAKEN) - 1), st.binary(max_size=3), st.integers(0, 5))
def test_a_garbled_answer_is_read_or_not_sip(at: int, put: bytes, cut: int) -> None:
    with contextlib.suppress(NotSip):
        read_answer(TAKEN[:at] + put + TAKEN[at + cut :])


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\r\n\r\n",
        b"INVITE sip:a@b SIP/2.0\r\n\r\n",
        b"SIP/2.0 700 Too much\r\n\r\n",
        TAKEN.replace(b"branch=", b"twig="),
        TAKEN.replace(b"CSeq: 1", b"CSeq: one"),
        TAKEN.replace(b"Call-ID", b"Call"),
        TAKEN.replace(b"l: 0", b"l: 12"),
        TAKEN.replace(b"l: 0", b"l: many"),
        TAKEN.replace(b"\r\n\r\n", b"\r\n"),
    ],
)
def test_what_is_no_answer_is_passed_over(wrong: bytes) -> None:
    with pytest.raises(NotSip):
        read_answer(wrong)


def test_a_call_that_is_taken_is_acknowledged_where_it_was_taken_and_hung_up() -> None:
    call = called()
    ack, bye = call.heard(read_answer(TAKEN), 101.0)
    assert ack.startswith(b"ACK sip:+34600000101@198.51.100.9:5070 SIP/2.0\r\n")
    assert b"Route: <sip:198.51.100.2;lr>\r\nRoute: <sip:198.51.100.1;lr>\r\n" in ack
    assert b"tag=314159\r\n" in ack
    assert b"CSeq: 1 ACK\r\n" in ack
    assert bye.startswith(b"BYE sip:+34600000101@198.51.100.9:5070 SIP/2.0\r\n")
    assert b"CSeq: 2 BYE\r\n" in bye
    assert not call.is_over
    call.heard(answer(200, "BYE"), 101.1)
    assert call.is_over
    assert (heard(call).code, heard(call).status, heard(call).took_ms) == (200, 200, 1000)


def test_a_hanging_up_that_nobody_hears_is_repeated_and_changes_nothing_of_the_call() -> None:
    call = called()
    call.heard(read_answer(TAKEN), 101.0)
    times = 0
    while not call.is_over:
        assert set(methods(call.woken(call.next_at))) <= {"BYE"}
        times += 1
    assert times > 5
    assert heard(call).status == 200


def test_a_request_without_an_answer_is_repeated_at_doubling_times_and_then_given_up() -> None:
    call, at = called(), []
    while not call.is_over:
        now = call.next_at
        at += [now - call.began for each in call.woken(now) if each.startswith(b"INVITE")]
    assert at == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert heard(call).took_ms == 32_000
    assert (heard(call).code, heard(call).status) == (None, None)


def test_a_provisional_answer_ends_the_repeating() -> None:
    call = called()
    call.heard(answer(100), 100.1)
    assert call.next_at == pytest.approx(115.1)
    assert methods(call.woken(115.1)) == ["CANCEL"]


def test_what_rings_too_long_is_taken_back_and_was_reached() -> None:
    call = called()
    call.heard(answer(100), 100.1)
    call.heard(answer(180), 101.0)
    call.heard(answer(180), 104.0)
    assert call.woken(105.9) == []
    cancel = call.woken(106.0)
    assert methods(cancel) == ["CANCEL"]
    assert b"branch=z9hG4bKabc1\r\n" in cancel[0]
    assert call.heard(answer(200, "CANCEL"), 106.1) == []
    assert methods(call.heard(answer(487), 106.2)) == ["ACK"]
    assert call.is_over
    assert (heard(call).code, heard(call).status) == (487, 180)
    assert reach(180) is Reach.REACHED


def test_a_call_that_is_taken_while_it_is_taken_back_is_hung_up() -> None:
    call = called()
    call.heard(answer(180), 101.0)
    call.woken(106.0)
    call.heard(answer(200, "CANCEL"), 106.1)
    assert methods(call.heard(read_answer(TAKEN), 106.2)) == ["ACK", "BYE"]
    assert heard(call).status == 200


def test_an_answer_that_comes_twice_is_acknowledged_twice_and_counts_once() -> None:
    call = called()
    first = answer(404, more="Reason: Q.850;cause=1\r\n")
    assert methods(call.heard(first, 100.2)) == ["ACK"]
    assert methods(call.heard(first, 100.7)) == ["ACK"]
    assert methods(call.heard(answer(200), 100.8)) == ["ACK", "BYE"]  # another branch took it
    assert heard(call).status == 404


def test_two_phones_that_take_the_same_call_are_both_hung_up() -> None:
    call = called()
    call.heard(read_answer(TAKEN), 101.0)
    other = read_answer(TAKEN.replace(b"314159", b"271828"))
    assert methods(call.heard(other, 101.1)) == ["ACK", "BYE"]
    assert methods(call.heard(other, 101.2)) == ["ACK"]


@pytest.mark.parametrize("stranger", [{"branch": "other"}, {"method": "OPTIONS"}])
def test_an_answer_to_something_else_is_passed_over(stranger: dict[str, str]) -> None:
    call = called()
    assert call.heard(answer(404, **stranger), 100.2) == []
    assert call.stage is Stage.CALLING


def test_early_sound_with_a_cause_is_an_announcement_and_is_not_listened_to() -> None:
    call = called()
    announced = answer(183, more='Reason: Q.850;cause=1;text="Unallocated number"\r\n')
    assert methods(call.heard(announced, 101.0)) == ["CANCEL"]
    call.heard(answer(487), 101.1)
    kept = heard(call)
    assert (kept.code, kept.cause, kept.is_announcement, kept.status) == (183, 1, True, 404)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("Reason: Q.850;cause=20\r\n", 480),
        ("Reason: Q.850;cause=1\r\n", 404),
        ("Reason: Q.850;cause=16\r\n", 200),
        ("Contact: <sip:annc@192.0.2.9;play=file>\r\n", None),
        ("", 200),
    ],
)
def test_a_machine_that_takes_the_call_is_told_from_an_answer(more: str, status: int) -> None:
    call = called()
    call.heard(answer(200, more=more), 101.0)
    assert heard(call).status == status


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        (404, "", 404),
        (404, "Reason: Q.850;cause=1\r\n", 404),
        (404, "Reason: Q.850;cause=3\r\n", None),  # no route to it: nothing of the number
        (408, "", None),  # a network gave up another one
        (408, "Reason: Q.850;cause=18\r\n", 408),  # paged, and no reply
        (480, "", 480),
        (500, "", 500),
        (503, "", 503),
        (302, "", 302),
    ],
)
def test_only_an_answer_about_the_number_says_something_of_it(
    status: int, more: str, said: int | None
) -> None:
    call = called()
    call.heard(answer(status, more=more), 100.2)
    assert heard(call).status == said


@given(st.integers(300, 699).filter(lambda status: status not in {404, 604}))
def test_no_code_but_these_two_can_make_a_line_dead(status: int) -> None:
    call = called()
    call.heard(answer(status), 100.2)
    said = heard(call).status
    calls_in = {} if said is None else {"altamar": said}
    assert read_probe(calls_in, {}).life is not Life.DEAD


def test_the_file_of_origins_is_read(tmp_path: Path) -> None:
    file = tmp_path / "origins.toml"
    file.write_text(
        'ring_s = 2.0\n[networks]\naltamar = "192.0.2.1:5060"\n'
        '[callers]\naltamar = "+34600000999"\n'
    )
    origins = read_origins(file)
    assert origins.address("altamar") == ("192.0.2.1", 5060)
    assert origins.patience == Patience(ring_s=2.0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "networks"),
        ("[networks]\n[callers]\n", "networks must name one"),
        ('[networks]\na = "proxy.example:5060"\n[callers]\na = "+34600000999"\n', "networks.a"),
        ('[networks]\na = "192.0.2.1"\n[callers]\na = "+34600000999"\n', "networks.a"),
        ('[networks]\na = "192.0.2.1:5060"\n[callers]\n', "callers.a"),
        ('[networks]\na = "192.0.2.1:5060"\n[callers]\na = "600000999"\n', "callers.a"),
        ('at_once = 0\n[networks]\na = "192.0.2.1:5"\n[callers]\na = "+34600000999"\n', "at_once"),
        ('t1_s = 0\n[networks]\na = "192.0.2.1:5"\n[callers]\na = "+34600000999"\n', "t1_s"),
        ("networks = ", "origins.toml"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_field(text: str, named: str, tmp_path: Path) -> None:
    file = tmp_path / "origins.toml"
    file.write_text(text)
    with pytest.raises(WrongOrigins, match=named):
        read_origins(file)
    with pytest.raises(WrongOrigins, match="No such file"):
        read_origins(tmp_path / "none.toml")
