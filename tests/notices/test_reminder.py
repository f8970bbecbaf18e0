"""The reminder of the day before: what is confirmed, in the morning, while it can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from relevo.orders.line.messages import LineConfirmed, LineTakenBack
from relevo.orders.order.messages import GroupRedated
from relevo.porting.profile import Window

Begin = Callable[..., Any]
EVE = datetime(2019, 1, 17, 8, 0, tzinfo=UTC)  # nine in Madrid, the day before


def dated_and_confirmed(told: Any, *lines: str) -> None:
    told.begin()
    told.dated()
    for line in lines:
        window = told.known.line(line).window
        limit = window.opens - timedelta(hours=12)
        told.hear(f"/line/{line}", LineConfirmed(line=line, window=window, cancel_until=limit))


def test_at_nine_of_the_day_before_one_message_names_the_lines_and_the_last_moment(
    story: Begin,
) -> None:
    told = story("es")
    dated_and_confirmed(told, "M1", "M2")
    told.wait(until=EVE - timedelta(minutes=1))
    assert not told.texts("reminder")
    told.wait(until=EVE + timedelta(minutes=1))
    (text,) = told.texts("reminder")
    assert "600 000 101" in text
    assert "600 000 102" in text
    assert "976" not in text, "the fixed line is not confirmed, and its day may change"
    assert "hasta" in text
    told.wait(until=EVE + timedelta(hours=20))
    assert len(told.texts("reminder")) == 1


def test_a_line_that_went_back_is_not_reminded_of(story: Begin) -> None:
    told = story("es")
    dated_and_confirmed(told, "M1")
    told.hear("/line/M1", LineTakenBack(line="M1", why="redated"))
    told.wait(until=EVE + timedelta(hours=2))
    assert not told.texts("reminder")


def test_another_day_has_another_reminder(story: Begin) -> None:
    told = story("es")
    dated_and_confirmed(told, "M1")
    was = told.known.line("M1").window
    week = timedelta(days=7)
    now = Window(was.opens + week, was.closes + week)
    moved = GroupRedated(
        lines=("M1",), was={"M1": was}, windows={"M1": now}, because_line="M1", why="rejected"
    )
    told.hear("", moved)
    told.wait(until=EVE + timedelta(days=1))
    assert not told.texts("reminder")
    told.wait(until=EVE + week + timedelta(minutes=1))
    assert len(told.texts("reminder")) == 1
