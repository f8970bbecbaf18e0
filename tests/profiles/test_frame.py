"""What all hubs share, where the data of Spain does not lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from relevo.porting.profile import HubKind
from relevo.profiles.book import Book, load_book
from relevo.profiles.es.codec_status import decode_status_file
from relevo.profiles.es.mobile import month_later
from relevo.profiles.es.spain import Spain
from relevo.profiles.es.terms import TermsFault
from relevo.values.moment import instant


@pytest.fixture(scope="module")
def spain() -> Spain:
    rules = load_book().on("es", date(2025, 1, 1))
    assert isinstance(rules, Spain)
    return rules


def test_a_margin_that_ends_while_we_cannot_talk_is_taken_from_the_last_closing(
    spain: Spain,
) -> None:
    """With a limit at 14:40 half an hour earlier is our pause: stop before the pause."""
    hub = replace(spain.mobile, cancel_time=time(14, 40))
    window = hub.frame.window_on(date(2025, 11, 18))
    safety = hub.frame.safety_before(hub.cancel_until(window))
    assert safety == instant("2025-11-17T13:30:00+01:00")


def test_a_chain_without_requests_waits_for_the_card_only(spain: Spain) -> None:
    at = instant("2025-11-17T09:00:00+01:00")
    ready = instant("2025-11-18T12:00:00+01:00")
    window = spain.chain_window(HubKind.MOBILE, at, steps=0, ready_by=ready)
    assert window.opens == instant("2025-11-19T02:00:00+01:00")


def test_slots_out_of_order_stop_the_start(spain: Spain) -> None:
    with pytest.raises(TermsFault, match="follow one another"):
        replace(spain.mobile, slots=tuple(reversed(spain.mobile.slots)))


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 30), date(2024, 2, 29)),
        (date(2025, 12, 15), date(2026, 1, 15)),
        (date(2025, 10, 31), date(2025, 11, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(day: date, later: date) -> None:
    assert month_later(day, 1) == later


def test_a_hold_over_a_clock_change_keeps_the_time_of_day(spain: Spain) -> None:
    ceased = instant("2026-03-10T11:00:00+01:00")
    assert spain.hold_until(ceased) == instant("2026-04-10T11:00:00+02:00")


@pytest.mark.parametrize(
    "line",
    [
        "x;APOR;20190118 02:00:00;;;600000102;;901;902",
        "90290111190114081000017;APOR;20190118 25:00:00;;;600000102;;901;902",
        "90290111190114081000017;APOR;00010118 02:00:00;;;600000102;;901;902",
        "90290111190114081000017;apor;20190118 02:00:00;;;600000102;;901;902",
        "90290111190114081000017;APOR;20190118 02:00:00;;;60000010;;901;902",
        "90290111190114081000017;APOR;20190118 02:00:00;;;600000102;;901;2" + ";" * 2000,
    ],
)
def test_a_bad_line_of_the_daily_file_is_reported(line: str) -> None:
    read = decode_status_file(f"header\n{line}\n".encode())
    assert read.rows == ()
    assert [bad.line for bad in read.bad] == [2]


def test_an_empty_book_says_that_it_is_empty() -> None:
    with pytest.raises(LookupError, match="there are: none"):
        Book({}).on("es", date(2020, 1, 1))
