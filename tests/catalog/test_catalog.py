"""The catalogue: what hangs on what."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relevo.catalog.expand import find_cycle, moves_together
from relevo.catalog.model import Tie
from relevo.catalog.offers import offered


def test_the_shipped_catalogue_offers_fixed_mobile_and_fibre() -> None:
    offers = offered().offers
    assert set(offers) == {"fixed", "mobile", "fibre"}
    assert offers["mobile"].needs_card
    assert not offers["fibre"].needs_number


def test_a_fibre_without_a_number_moves_with_the_fixed_line() -> None:
    lines = [
        Tie(line="F", kind="fixed", has_number=True),
        Tie(line="W", kind="fibre", has_number=False),
        Tie(line="M", kind="mobile", has_number=True),
    ]
    assert moves_together(offered(), lines) == {"F": "", "W": "F", "M": ""}


def test_a_fibre_with_a_number_of_its_own_is_ported_by_itself() -> None:
    lines = [
        Tie(line="F", kind="fixed", has_number=True),
        Tie(line="W", kind="fibre", has_number=True),
    ]
    assert moves_together(offered(), lines) == {"F": "", "W": ""}


def test_what_the_customer_says_goes_before_the_catalogue() -> None:
    lines = [
        Tie(line="F", kind="fixed", has_number=True),
        Tie(line="G", kind="fixed", has_number=True),
        Tie(line="W", kind="fibre", has_number=False, moves_with="G"),
    ]
    assert moves_together(offered(), lines)["W"] == "G"


def test_a_circle_is_named_in_its_order() -> None:
    assert find_cycle({"A": "B", "B": "C", "C": "A", "D": "A"}) == ("A", "B", "C")
    assert find_cycle({"A": "A"}) == ("A",)
    assert find_cycle({"A": "B", "B": "C"}) == ()


@given(st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")))
def test_every_circle_found_is_one_and_none_is_missed(ties: dict[str, str]) -> None:
    circle = find_cycle(ties)
    if circle:
        assert [ties[line] for line in circle] == [*circle[1:], circle[0]]
    else:
        for line in ties:
            for _ in range(len(ties) + 1):
                line = ties.get(line, "")  # noqa: PLW2901
            assert line == ""
