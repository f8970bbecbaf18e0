"""ISO durations, and the ones that are none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relevo.play.durations import MalformedDuration, duration


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("PT26H", 26),
        ("P14D", 336),
        ("P1DT2H", 26),
        ("PT90M", 1.5),
        ("PT1H30M", 1.5),
        ("P1W", 168),
        ("PT0.5H", 0.5),
        ("PT3600S", 1),
        ("PT0S", 0),
    ],
)
def test_a_duration_is_read(text: str, hours: float) -> None:
    assert duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "P", "PT", "26H", "P1H", "1 day", "-PT1H", "PT1D", "P1DT"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(MalformedDuration) as wrong:
        duration(text)
    assert "PT26H" in wrong.value.remedy


@pytest.mark.parametrize("text", ["P1M", "P1Y", "P2Y6M"])
def test_months_and_years_are_refused_because_they_have_no_length(text: str) -> None:
    with pytest.raises(MalformedDuration) as wrong:
        duration(text)
    assert "not fixed" in wrong.value.why
