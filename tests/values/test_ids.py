"""Draws and codes depend on their names and on nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.values.ids import READABLE, code, draw, draw_between

NAMES = st.lists(st.text(max_size=8), max_size=3)


@given(st.integers() | st.text(), NAMES)
def test_a_draw_lies_between_zero_and_one_and_repeats(seed: int | str, names: list[str]) -> None:
    assert 0 <= draw(seed, *names) < 1
    assert draw(seed, *names) == draw(seed, *names)


@given(st.integers(-50, 50), st.integers(0, 50), NAMES)
def test_a_whole_draw_keeps_both_bounds(low: int, width: int, names: list[str]) -> None:
    assert low <= draw_between(low, low + width, 1, *names) <= low + width


def test_both_bounds_are_reached() -> None:
    drawn = {draw_between(1, 6, 1, "die", str(n)) for n in range(200)}
    assert drawn == {1, 2, 3, 4, 5, 6}


def test_a_wrong_order_of_bounds_is_refused() -> None:
    with pytest.raises(ValueError, match="lower bound first"):
        draw_between(2, 1, 1)


def test_names_do_not_run_into_one_another() -> None:
    assert draw(1, "a", "bc") != draw(1, "ab", "c")
    assert code(8, READABLE, "a", "bc") != code(8, READABLE, "ab", "c")


def test_known_draws_stay_what_they_are_for_ever() -> None:
    """Histories and golden digests rest on them."""
    assert draw(1, "donor", "600000102") == pytest.approx(0.06419158, abs=1e-8)
    assert code(8, READABLE, "order", "1") == "4FKRSCQ8"


def test_a_code_uses_only_its_alphabet() -> None:
    assert set(code(40, "ab", "x")) == {"a", "b"}
    assert not set(READABLE) & set("01OILU")


@pytest.mark.parametrize(("length", "alphabet"), [(0, "ab"), (41, "ab"), (3, "aa")])
def test_a_code_that_cannot_be_is_refused(length: int, alphabet: str) -> None:
    with pytest.raises(ValueError, match="1 to 40"):
        code(length, alphabet, "x")
