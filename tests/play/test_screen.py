"""What is printed while a play goes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from relevo.play.screen import Screen
from relevo.tracking.timeline import Mood, Step

AT = datetime(2019, 1, 14, 13, 6, tzinfo=UTC)
STEP = Step(at=AT, line="M2", who="donor", what="cuts the number", mood=Mood.TROUBLE)


def printed(*steps: Step, width: int = 80, colour: bool = False, **how: bool) -> str:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour)
    screen = Screen(console, "Europe/Madrid", **how)
    for step in steps:
        screen.step(step)
    return out.getvalue()


def test_a_step_shows_local_time_line_who_and_what_below_its_day() -> None:
    day, row = printed(STEP).splitlines()
    assert "Monday 14 January 2019" in day
    assert row.split() == ["14:06", "✗", "M2", "donor", "cuts", "the", "number"]


def test_a_day_is_named_once() -> None:
    assert printed(STEP, STEP).count("January") == 1


def test_details_are_left_out_unless_asked_for() -> None:
    detail = Step(at=AT, line="", who="relevo", what="noted", is_detail=True)
    assert printed(detail) == ""
    assert "noted" in printed(detail, is_verbose=True)


def test_a_quiet_screen_prints_no_steps() -> None:
    assert printed(STEP, is_quiet=True) == ""


def test_a_long_text_is_folded_and_not_cut_on_a_narrow_screen() -> None:
    long = Step(at=AT, line="M2", who="relevo", what="word " * 40)
    text = printed(long, width=60)
    assert text.count("word") == 40
    assert max(len(line) for line in text.splitlines()) <= 60


def test_there_are_no_colours_without_a_terminal() -> None:
    assert "\x1b" not in printed(STEP)
    assert "\x1b" in printed(STEP, colour=True)
