"""Telephone numbers."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.values.malformed import Malformed
from relevo.values.msisdn import (
    MalformedNumber,
    Msisdn,
    country_code,
    masked,
    national,
    number_kind,
    parse_msisdn,
    spoken,
)


@pytest.mark.parametrize(
    "text", ["+34600000102", "600 000 102", "600.000.102", "0034 600-000-102", " 600000102 "]
)
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    assert parse_msisdn(text) == "+34600000102"


def test_the_other_forms_of_a_number() -> None:
    number = parse_msisdn("600000102")
    assert national(number) == "600000102"
    assert spoken(number) == "600 000 102"
    assert masked(number) == "••••••••102"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+34600000101", "mobile"),
        ("+34711000000", "mobile"),
        ("+34976000101", "fixed"),
        ("+34900123456", "other"),
    ],
)
def test_the_numbering_plan_says_what_kind_it_is(text: str, kind: str) -> None:
    assert number_kind(parse_msisdn(text)) == kind


def test_a_block_that_the_tables_do_not_know_is_taken_and_of_no_kind() -> None:
    assert number_kind(parse_msisdn("+34704991000")) in {"mobile", "other"}
    assert number_kind(parse_msisdn("+34599999999")) == "other"


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_number_of_any_country_parts_into_its_code_and_the_rest(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    number = Msisdn(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    assert number == f"+{country_code(number)}{national(number)}"
    assert national(number) == phonenumbers.national_significant_number(example)


def test_a_number_of_no_country_is_refused() -> None:
    with pytest.raises(MalformedNumber, match="no country"):
        country_code(Msisdn("+999123456"))


@pytest.mark.parametrize("text", ["", "hello", "12", "60000010", "6000001023", "+999123", "💥"])
def test_nonsense_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(MalformedNumber) as refused:
        parse_msisdn(text)
    assert refused.value.why
    assert refused.value.remedy
    assert isinstance(refused.value, ValueError)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_malformed(text: str) -> None:
    try:
        number = parse_msisdn(text)
    except Malformed:
        return
    assert parse_msisdn(number) == number
    assert isinstance(number_kind(number), str)
    assert national(Msisdn(number)).isdigit()
