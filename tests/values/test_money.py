"""Exact amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.values.money import MalformedAmount, Money, eur, half_up

AMOUNTS = st.integers(-(10**9), 10**9).map(lambda minor: Money(minor, "EUR"))


def test_an_amount_is_shown_as_its_readers_write_it() -> None:
    assert eur("0.73").shown("es") == "0,73 €"
    assert eur("0.73").shown("en") == "€0.73"
    assert eur("-1234.5").shown("es") == "-1.234,50 €"
    assert eur("1234.5").shown("en-GB") == "€1,234.50"
    assert Money(150, "CHF").shown("en") == "CHF 1.50"


def test_a_half_cent_goes_up_and_below_zero_down() -> None:
    assert half_up(Decimal("0.5")) == 1
    assert half_up(Decimal("2.5")) == 3
    assert half_up(Decimal("-0.5")) == -1
    assert eur("21.50").times(Decimal(1) / 3) == eur("7.17")


@pytest.mark.parametrize("text", ["", "abc", "1,50", "0.005", "NaN", "Infinity", "1e400000000"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MalformedAmount) as refused:
        eur(text)
    assert "21.50" in refused.value.remedy


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        eur(1) + Money(100, "GBP")


@given(AMOUNTS, AMOUNTS)
def test_sums_are_exact(one: Money, other: Money) -> None:
    assert (one + other) - other == one
    assert one + -one == eur(0)
    assert eur(one.amount) == one


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-99, max_value=99))
def test_rounding_is_off_by_half_a_unit_at_most(value: Decimal) -> None:
    assert abs(half_up(value) - value) <= Decimal("0.5")
