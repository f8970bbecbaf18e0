"""Working days, opening hours and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.values.calendar import Calendar, CalendarFault
from relevo.values.moment import instant

DESK = Calendar(
    zone="Europe/Madrid",
    weekend=frozenset((5, 6)),
    holidays=frozenset((date(2025, 12, 8), date(2026, 1, 1))),
    hours=(((time(8), time(14)), (time(16), time(20))),) * 5 + ((), ()),
)
ALWAYS = Calendar(
    zone="Europe/Madrid",
    weekend=frozenset(),
    holidays=frozenset(),
    hours=(((time(0), time(23, 59)),),) * 7,
)
MOMENTS = st.integers(0, 730 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def test_a_holiday_and_a_weekend_are_skipped_in_both_directions() -> None:
    assert DESK.working_day_after(date(2025, 12, 5)) == date(2025, 12, 9)
    assert DESK.working_day_before(date(2025, 12, 9)) == date(2025, 12, 5)
    assert DESK.working_day_after(date(2025, 12, 5), 3) == date(2025, 12, 11)
    assert DESK.working_day_after(date(2025, 12, 6), 0) == date(2025, 12, 9)
    assert DESK.working_day_before(date(2025, 12, 8), 0) == date(2025, 12, 5)


def test_a_time_that_the_clocks_skip_is_the_moment_of_the_skip() -> None:
    assert ALWAYS.at(date(2026, 3, 29), time(2, 30)) == instant("2026-03-29T03:00:00+02:00")


def test_a_time_that_comes_twice_is_its_first() -> None:
    assert ALWAYS.at(date(2025, 10, 26), time(2, 30)) == instant("2025-10-26T02:30:00+02:00")


def test_closing_is_not_open_any_more() -> None:
    assert DESK.is_open(instant("2025-12-05T13:59:59+01:00"))
    assert not DESK.is_open(instant("2025-12-05T14:00:00+01:00"))
    assert DESK.is_open(instant("2025-12-05T16:00:00+01:00"))


def test_the_next_opening_crosses_lunch_night_and_a_long_weekend() -> None:
    assert DESK.next_opening(instant("2025-12-05T15:00:00+01:00")) == instant(
        "2025-12-05T16:00:00+01:00"
    )
    assert DESK.next_opening(instant("2025-12-05T20:00:00+01:00")) == instant(
        "2025-12-09T08:00:00+01:00"
    )
    now = instant("2025-12-05T09:00:00+01:00")
    assert DESK.next_opening(now) == now


def test_the_last_closing_looks_back_over_a_long_weekend() -> None:
    assert DESK.last_closing(instant("2025-12-08T12:00:00+01:00")) == instant(
        "2025-12-05T20:00:00+01:00"
    )
    assert DESK.last_closing(instant("2025-12-05T15:00:00+01:00")) == instant(
        "2025-12-05T14:00:00+01:00"
    )


def test_working_time_counts_opening_hours_only() -> None:
    start = instant("2025-12-05T13:30:00+01:00")
    assert DESK.add_working_time(start, 30) == instant("2025-12-05T14:00:00+01:00")
    assert DESK.add_working_time(start, 60) == instant("2025-12-05T16:30:00+01:00")
    assert DESK.add_working_time(start, 600) == instant("2025-12-09T13:30:00+01:00")


def test_an_hour_that_the_clocks_take_away_is_not_worked() -> None:
    start = instant("2026-03-29T01:30:00+01:00")
    assert ALWAYS.add_working_time(start, 60) == instant("2026-03-29T03:30:00+02:00")


@given(MOMENTS, st.integers(0, 5_000))
def test_adding_and_counting_working_time_agree(moment: datetime, minutes: int) -> None:
    end = DESK.add_working_time(moment, minutes)
    assert end >= moment
    assert DESK.working_minutes_between(moment, end) == minutes
    assert DESK.working_minutes_between(end, moment) == -minutes


@given(MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime) -> None:
    opening = DESK.next_opening(moment)
    assert opening >= moment
    assert DESK.is_open(opening)
    assert DESK.working_minutes_between(moment, opening) == 0


@given(MOMENTS)
def test_the_last_closing_is_not_later_and_nothing_is_open_since(moment: datetime) -> None:
    closing = DESK.last_closing(moment)
    assert closing <= moment
    assert DESK.working_minutes_between(closing, moment) == 0


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.times().map(lambda t: t.replace(fold=1)))
def test_a_local_time_comes_back_as_it_was_or_after_the_skip(day: date, clock: time) -> None:
    back = ALWAYS.local(ALWAYS.at(day, clock)).replace(tzinfo=None, fold=0)
    wanted = datetime.combine(day, clock).replace(fold=0)
    assert back == wanted or timedelta(0) < back - wanted <= timedelta(hours=1)


def test_a_calendar_that_is_never_open_says_so() -> None:
    shut = Calendar(
        zone="Europe/Madrid", weekend=frozenset(range(7)), holidays=frozenset(), hours=((),) * 7
    )
    with pytest.raises(CalendarFault, match="no working day"):
        shut.working_day_after(date(2025, 1, 1))
    with pytest.raises(CalendarFault, match="never open"):
        shut.next_opening(instant("2025-01-01T00:00:00+01:00"))
    with pytest.raises(CalendarFault, match="never open"):
        shut.last_closing(instant("2025-01-01T00:00:00+01:00"))


def test_negative_times_are_refused() -> None:
    with pytest.raises(CalendarFault, match="negative"):
        DESK.add_working_time(instant("2025-01-02T00:00:00+01:00"), -1)
    with pytest.raises(CalendarFault, match="other direction"):
        DESK.working_day_after(date(2025, 1, 1), -1)
