"""The golden vectors of the fact sheet (facts/porting-es.md, 3.6), seen at the mobile hub.

"inferred" marks the values that the sheet gives in brackets with (I): they follow from the rule
and were not seen. Windows that the subscriber chose are not the hub's default.
"""

from __future__ import annotations

from datetime import date

import pytest

from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles.book import load_book
from relevo.profiles.es.spain import Spain
from relevo.values.moment import Moment, instant

MOBILE = HubKind.MOBILE


@pytest.fixture(scope="module")
def spain() -> PortingProfile:
    return load_book().on("es", date(2025, 10, 1))


def local(text: str) -> Moment:
    """All vectors but one lie in winter time."""
    summer = text < "2025-10-26"
    return instant(f"{text}:00+0{2 if summer else 1}:00")


REPLIES = [
    pytest.param("2025-10-21T17:11", "2025-10-22T14:00", id="tue-21-oct-17:11-inferred"),
    pytest.param("2025-10-31T10:21", "2025-10-31T20:00", id="fri-31-oct-10:21-inferred"),
    pytest.param("2025-10-31T17:25", "2025-11-03T14:00", id="fri-31-oct-17:25"),
    pytest.param("2025-11-05T11:09", "2025-11-05T20:00", id="wed-5-nov-11:09"),
    pytest.param("2025-11-14T14:35", "2025-11-17T14:00", id="fri-14-nov-14:35"),
    pytest.param("2025-11-27T09:35", "2025-11-27T20:00", id="thu-27-nov-09:35-multiple"),
    pytest.param("2025-12-05T16:37", "2025-12-09T14:00", id="fri-5-dec-16:37-over-a-holiday"),
    pytest.param("2025-12-09T08:05", "2025-12-09T20:00", id="tue-9-dec-08:05"),
]
WINDOWS = [
    ("2025-10-21T17:11", "2025-10-23T02:00"),
    ("2025-10-31T10:21", "2025-11-04T02:00"),
    ("2025-10-31T17:25", "2025-11-04T02:00"),
    ("2025-11-05T11:09", "2025-11-07T02:00"),
    ("2025-11-14T12:19", "2025-11-18T02:00"),
    ("2025-11-14T14:35", "2025-11-18T02:00"),
    ("2025-11-17T19:33", "2025-11-19T02:00"),
    ("2025-11-18T09:07", "2025-11-20T02:00"),
    ("2025-11-21T10:01", "2025-11-25T02:00"),
]
CHOSEN = [
    pytest.param("2025-11-27T09:35", "2025-12-11T02:00", id="thu-27-nov-chosen"),
    pytest.param("2025-12-05T16:37", "2025-12-15T02:00", id="fri-5-dec-chosen-inferred"),
    pytest.param("2025-12-09T08:05", "2025-12-29T02:00", id="tue-9-dec-chosen"),
]


@pytest.mark.parametrize(("created", "due"), REPLIES)
def test_the_donor_answers_in_the_next_half_day(
    spain: PortingProfile, created: str, due: str
) -> None:
    assert spain.reply_due(MOBILE, local(created)) == local(due)


@pytest.mark.parametrize(("created", "opens"), WINDOWS)
def test_the_default_window_is_that_of_the_second_working_day(
    spain: PortingProfile, created: str, opens: str
) -> None:
    assert spain.default_window(MOBILE, local(created)).opens == local(opens)


@pytest.mark.parametrize(("created", "opens"), CHOSEN)
def test_a_chosen_window_lies_after_the_default_and_within_thirty_days(
    spain: PortingProfile, created: str, opens: str
) -> None:
    day = date.fromisoformat(opens[:10])
    assert spain.window_on(MOBILE, day).opens == local(opens)
    assert spain.default_window(MOBILE, local(created)).opens < local(opens)
    assert day <= spain.latest_window_day(MOBILE, local(created))


def test_a_ceased_number_goes_back_after_a_month_and_two_working_days() -> None:
    spain = load_book().on("es", date(2025, 11, 24))
    assert isinstance(spain, Spain)
    window = spain.mobile.return_window(date(2025, 11, 24), spain.hold.months)
    assert window.opens == local("2025-12-29T02:00")
    assert spain.hold_until(local("2025-11-24T18:03")) == local("2025-12-24T18:03")


def test_a_monday_request_works_on_wednesday_at_six(spain: PortingProfile) -> None:
    """3.5: user-visible effect."""
    window = spain.default_window(MOBILE, local("2025-11-17T09:00"))
    assert window.closes == local("2025-11-19T06:00")


def test_cancelling_ends_at_two_in_the_afternoon_of_the_working_day_before(
    spain: PortingProfile,
) -> None:
    monday = spain.window_on(MOBILE, date(2025, 11, 17))
    assert spain.cancel_until(MOBILE, monday) == local("2025-11-14T14:00")
    after_holiday = spain.window_on(MOBILE, date(2025, 12, 9))
    assert spain.cancel_until(MOBILE, after_holiday) == local("2025-12-05T14:00")
    assert spain.safety_at(MOBILE, monday) == local("2025-11-14T13:30")


def test_january_2019_has_its_holidays() -> None:
    """The story's month: 1 January is none of our days, the 6th a Sunday, the 7th regional."""
    calendar = load_book().on("es", date(2019, 1, 13)).calendar(MOBILE)
    assert not calendar.is_working_day(date(2019, 1, 1))
    assert not calendar.is_working_day(date(2019, 1, 6))
    assert calendar.is_working_day(date(2019, 1, 7))
    assert calendar.working_day_after(date(2019, 1, 12)) == date(2019, 1, 14)
