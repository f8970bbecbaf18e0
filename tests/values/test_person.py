"""Documents and holders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.values.malformed import Malformed
from relevo.values.person import Document, DocumentType, MalformedDocument, parse_document


@pytest.mark.parametrize(
    ("type_", "written", "number"),
    [
        ("NIF", "12345678-z", "12345678Z"),
        ("nie", "x-2482300w", "X2482300W"),
        ("CIF", "B99286320", "B99286320"),
        ("CIF", "B-99.286.320", "B99286320"),
        ("PAS", "aa 123456", "AA123456"),
    ],
)
def test_a_document_is_read_however_it_is_written(type_: str, written: str, number: str) -> None:
    assert parse_document(type_, written) == Document(DocumentType(type_.upper()), number)


@pytest.mark.parametrize(
    ("type_", "number", "expected"),
    [
        ("NIF", "12345678A", "should be Z, not A"),
        ("NIE", "X2482300A", "should be W, not A"),
        ("CIF", "B99286321", "should be 0, not 1"),
        ("CIF", "P5000001A", "should be"),
        ("CIF", "J99216583", "should be 2 or B, not 3"),
    ],
)
def test_a_wrong_last_character_names_the_right_one(type_: str, number: str, expected: str) -> None:
    with pytest.raises(MalformedDocument) as refused:
        parse_document(type_, number)
    assert expected in refused.value.why
    assert refused.value.remedy


def test_a_number_of_another_type_is_recognised() -> None:
    with pytest.raises(MalformedDocument, match="looks like a CIF"):
        parse_document("NIF", "B99286320")


@pytest.mark.parametrize(
    ("type_", "number"),
    [("DNI", "12345678Z"), ("NIF", ""), ("NIF", "1234567Z"), ("PAS", "!"), ("CIF", "I1234567J")],
)
def test_what_is_no_document_is_refused(type_: str, number: str) -> None:
    with pytest.raises(MalformedDocument) as refused:
        parse_document(type_, number)
    assert refused.value.remedy


@given(st.sampled_from(["NIF", "NIE", "CIF", "PAS"]), st.text(max_size=20))
def test_any_text_is_a_document_or_malformed(type_: str, number: str) -> None:
    try:
        document = parse_document(type_, number)
    except Malformed:
        return
    assert parse_document(document.type, document.number) == document


@given(st.integers(0, 99_999_999))
def test_exactly_one_letter_fits_a_nif(digits: int) -> None:
    fitting = 0
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        try:
            parse_document("NIF", f"{digits:08d}{letter}")
        except MalformedDocument:
            continue
        fitting += 1
    assert fitting == 1
