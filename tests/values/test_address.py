"""Addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.values.address import Address, MalformedAddress, folded, parse_address


@pytest.mark.parametrize(
    "spellings",
    [
        ["A Coruña", "La Coruña", "Coruña, A", "CORUNA (A)"],
        ["L'Hospitalet de Llobregat", "Hospitalet de Llobregat, L'", "hospitalet llobregat"],
        ["Cuarte de Huerva", "Cuarte De Huerva", "  cuarte   de huerva "],
    ],
)
def test_spellings_of_one_town_fold_to_the_same(spellings: list[str]) -> None:
    assert len({folded(spelling) for spelling in spellings}) == 1


def test_an_article_alone_is_kept() -> None:
    assert folded("La") == "la"


def test_a_label_names_the_province_only_when_it_adds_something() -> None:
    city = Address("Calle de Alfonso I 17, 3º", "50003", "Zaragoza", "Zaragoza")
    town = Address("Calle Mayor 1", "50410", "Cuarte de Huerva", "Zaragoza")
    assert city.label_lines == ("Calle de Alfonso I 17, 3º", "50003 Zaragoza")
    assert town.label_lines[-1] == "Zaragoza"


def test_blanks_are_tidied() -> None:
    read = parse_address(street=" Calle  Mayor 1 ", postcode="50003", city="Zaragoza", province="Z")
    assert read.street == "Calle Mayor 1"


@pytest.mark.parametrize(
    ("part", "text"), [("street", " "), ("city", ""), ("postcode", "5003"), ("postcode", "53001")]
)
def test_a_part_that_is_missing_or_cannot_be_is_named(part: str, text: str) -> None:
    parts = {"street": "Calle Mayor 1", "postcode": "50003", "city": "Zaragoza", "province": "Z"}
    with pytest.raises(MalformedAddress) as refused:
        parse_address(**{**parts, part: text})
    assert refused.value.remedy


@given(st.text(max_size=40))
def test_folding_is_total_and_settles(text: str) -> None:
    assert folded(folded(text)) == folded(text) or not folded(text).isascii()
