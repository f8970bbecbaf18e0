"""What is printed before and after a play: who is in it, and what it came to."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from relevo.play.cast import cast_of
from relevo.play.scenario import load_scenario
from relevo.play.screen import Screen

STORIES = Path(__file__).parents[2] / "stories"


def test_the_cast_names_every_line_and_on_what_it_depends() -> None:
    head, fixed, first, second, signs = cast_of(load_scenario(STORIES / "clean.toml"))
    assert head == "Taller Cierzo S.L., Zaragoza, moves to brisa:"
    assert fixed.split() == ["F", "fixed", "976", "000", "101", "from", "altamar"]
    assert first.split()[:2] == ["M1", "mobile"]
    assert second.endswith("on the card of M1")
    assert "⚡" in signs


def test_the_cast_says_which_line_the_order_leaves_out() -> None:
    rows = cast_of(load_scenario(STORIES / "number-left-out.toml"))
    assert [row for row in rows if "does not name" in row]


@pytest.mark.parametrize(("is_quiet", "times"), [(False, 1), (True, 0)])
def test_a_play_begins_with_its_title_and_its_cast(is_quiet: bool, times: int) -> None:
    out = StringIO()
    screen = Screen(Console(file=out, width=80), "Europe/Madrid", is_quiet=is_quiet)
    with screen.performing("A story", ("F  fixed",)):
        pass
    assert out.getvalue().count("A story") == times
    assert out.getvalue().count("F  fixed") == times
