"""The law of both codecs: any bytes give a value or TheirFault, and nothing else.

Random bytes hardly ever get past the first check, so samples are mutilated too: cut, doubled,
and with pieces replaced by pieces of other samples.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.profiles.es import codec_fixed, codec_mobile, codec_status
from relevo.profiles.es.codec_status import parse_reference
from relevo.profiles.faults import OurFault, TheirFault
from relevo.values.msisdn import Msisdn

DECODERS: dict[str, Callable[[bytes], Any]] = {
    name: getattr(module, name)
    for module in (codec_mobile, codec_fixed, codec_status)
    for name in sorted(vars(module))
    if name.startswith("decode_")
}
"""All there are; atheris has the same ones for longer (``tests/fuzz/codecs.py``)."""

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent / "samples").iterdir())]
PIECES = [b"", b"<", b">", b"&", b";", b"\n", b"\x00", b"\xff", b"9" * 30, b"T25:61:61", b"-"]
PIECES += ["٣".encode(), "²".encode(), "é".encode("latin-1"), b"<x/>", b"0000 00000", b"true"]


def readable(decode: Callable[[bytes], Any]) -> list[bytes]:
    """The samples that it can read: only a small change of those gets far."""
    found = []
    for sent in SAMPLES:
        try:
            decode(sent)
        except TheirFault:
            continue
        found.append(sent)
    return found


@st.composite
def mutilated(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    sent = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(sent)))
        end = draw(st.integers(start, min(len(sent), start + 40)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
        if draw(st.booleans()):
            other = draw(st.sampled_from(SAMPLES))
            cut = draw(st.integers(0, len(other)))
            piece = other[cut : cut + draw(st.integers(0, 60))]
        sent = sent[:start] + piece + sent[end:]
    return sent


@pytest.mark.parametrize("name", DECODERS)
def test_any_bytes_give_a_value_or_their_fault(name: str) -> None:
    decode = DECODERS[name]
    samples = readable(decode)
    assert samples, f"no sample in tests/profiles/samples is for {name}"

    @settings(max_examples=80, deadline=None)
    @given(sent=st.binary(max_size=200) | mutilated(samples))
    def law(sent: bytes) -> None:
        try:
            read = decode(sent)
        except TheirFault as fault:
            read = fault.why
        assert read is not None or name == "decode_donor_get"

    law()


@given(st.text(max_size=30) | st.from_regex(r"\d{23}", fullmatch=True))
def test_any_text_is_a_reference_or_their_fault(text: str) -> None:
    try:
        read = parse_reference(text)
    except TheirFault:
        return
    assert len(text) == 23
    assert read.donor == text[3:6]


@given(st.text(max_size=70), st.text(max_size=70))
def test_any_text_of_ours_is_sent_as_it_is_or_is_our_fault(user: str, key: str) -> None:
    try:
        sent = codec_mobile.encode_login(user, key, "902")
    except OurFault:
        return
    assert sent.startswith(b"<?xml")


@given(st.text(max_size=30))
def test_a_number_that_is_not_spanish_is_our_fault(text: str) -> None:
    try:
        sent = codec_mobile.encode_number_query("S1", Msisdn(text))
    except OurFault:
        return
    assert text[3:].encode() in sent
