"""Numbers of cards and their check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from relevo.values.malformed import Malformed
from relevo.values.simcard import (
    MalformedCard,
    luhn_digit,
    make_iccid,
    parse_eid,
    parse_iccid,
    parse_imsi,
)


def test_the_card_of_the_scenario_is_read() -> None:
    assert parse_iccid("8934071100000000012") == "8934071100000000012"
    assert parse_iccid("8934 0711 0000 0000 012") == "8934071100000000012"


def test_a_twentieth_digit_is_refused_and_the_remedy_says_so() -> None:
    with pytest.raises(MalformedCard) as refused:
        parse_iccid("89340711000000000125")
    assert "20" in refused.value.why
    assert "20th" in refused.value.remedy


def test_a_wrong_check_digit_names_the_right_one() -> None:
    with pytest.raises(MalformedCard, match="should be 2"):
        parse_iccid("8934071100000000013")


@pytest.mark.parametrize("text", ["", "12", "893407110000000001", "7934071100000000012", "x" * 19])
def test_what_is_no_card_number_is_refused(text: str) -> None:
    with pytest.raises(MalformedCard):
        parse_iccid(text)


@given(st.integers(0, 10**11 - 1))
def test_made_cards_are_read_back_and_differ(serial: int) -> None:
    made = make_iccid("8934902", serial)
    assert parse_iccid(made) == made
    assert made != make_iccid("8934902", (serial + 1) % 10**11)


@pytest.mark.parametrize(("issuer", "serial"), [("12", 1), ("8934902", 10**11), ("8934902", -1)])
def test_a_card_that_cannot_be_made_is_refused(issuer: str, serial: int) -> None:
    with pytest.raises(MalformedCard):
        make_iccid(issuer, serial)


@given(st.text("0123456789", min_size=1, max_size=30))
def test_our_check_digit_is_the_published_one(digits: str) -> None:
    assert luhn_digit(digits) == luhn.calc_check_digit(digits)


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, by: int) -> None:
    good = "8934071100000000012"
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    with pytest.raises(MalformedCard):
        parse_iccid(wrong)


def test_an_imsi_has_fifteen_digits() -> None:
    assert parse_imsi("214990000000001") == "214990000000001"
    with pytest.raises(MalformedCard, match="15 digits"):
        parse_imsi("21499000")


def test_an_eid_proves_itself() -> None:
    assert parse_eid("89049032123451234512345678901235") == "89049032123451234512345678901235"
    with pytest.raises(MalformedCard, match="check digits"):
        parse_eid("89049032123451234512345678901236")
    with pytest.raises(MalformedCard, match="32 digits"):
        parse_eid("8904")


@given(st.text(max_size=34))
def test_any_text_is_a_card_or_malformed(text: str) -> None:
    for parse in (parse_iccid, parse_imsi, parse_eid):
        try:
            read = str(parse(text))
        except Malformed:
            continue
        assert read.isdigit()
