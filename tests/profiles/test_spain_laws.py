"""What must hold on every day of two years, clock changes and holidays included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.profiles.book import load_book
from relevo.values.moment import Moment, instant

HUBS = list(HubKind)
CLOCKS = [time(0), time(2, 30), time(8), time(8, 5), time(11), time(14), time(17), time(19, 59)]
CLOCKS += [time(20), time(23, 59)]


@pytest.fixture(scope="module")
def spain() -> PortingProfile:
    return load_book().on("es", date(2025, 1, 1))


def moments(spain: PortingProfile, year: int) -> Iterator[Moment]:
    day = date(year, 1, 1)
    while day.year == year:
        for clock in CLOCKS:
            yield spain.calendar(HubKind.MOBILE).at(day, clock)
        day += timedelta(days=1)


def check_request(spain: PortingProfile, hub: HubKind, at: Moment) -> None:
    calendar = spain.calendar(hub)
    opens = spain.opens_at(hub, at)
    assert opens >= at
    assert calendar.is_open(opens)
    assert spain.opens_at(hub, opens) == opens
    due = spain.reply_due(hub, at)
    assert due > at
    assert calendar.last_closing(due) == due, "a reply is due while the hub is open, or as it shuts"
    window = spain.default_window(hub, at)
    assert due < window.opens
    check_window(spain, hub, window)
    latest = spain.latest_window_day(hub, at)
    assert calendar.local(window.opens).date() <= latest
    assert latest <= calendar.local(at).date() + timedelta(days=30)


def check_window(spain: PortingProfile, hub: HubKind, window: Window) -> None:
    calendar = spain.calendar(hub)
    day = calendar.local(window.opens).date()
    assert calendar.is_working_day(day)
    assert spain.window_on(hub, day) == window
    assert timedelta(0) < window.closes - window.opens <= timedelta(hours=4)
    limit, safety = spain.cancel_until(hub, window), spain.safety_at(hub, window)
    assert safety < limit < window.opens
    assert calendar.last_closing(limit) == limit
    assert spain.opens_at(hub, safety) == safety, "at the safety time we can talk to the hub"


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("hub", HUBS)
def test_every_deadline_lies_ahead_and_in_order(
    spain: PortingProfile, hub: HubKind, year: int
) -> None:
    for at in moments(spain, year):
        check_request(spain, hub, at)


@pytest.mark.parametrize("hub", HUBS)
def test_every_day_has_a_window_on_it_or_on_the_next_working_day(
    spain: PortingProfile, hub: HubKind
) -> None:
    calendar = spain.calendar(hub)
    for ahead in range(730):
        day = date(2025, 1, 1) + timedelta(days=ahead)
        window = spain.window_on(hub, day)
        assert calendar.local(window.opens).date() == calendar.working_day_after(day, 0)
        check_window(spain, hub, window)


@pytest.mark.parametrize("hub", HUBS)
def test_a_card_ordered_at_any_time_arrives_and_a_hold_lasts_a_month(
    spain: PortingProfile, hub: HubKind
) -> None:
    for at in moments(spain, 2026):
        ready = spain.card_ready_by(at)
        assert timedelta(hours=26) <= ready - at <= timedelta(days=9)
        assert timedelta(days=28) - timedelta(hours=1) <= spain.hold_until(at) - at
        assert spain.hold_until(at) - at <= timedelta(days=31, hours=1)


@pytest.mark.parametrize("hub", HUBS)
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_chain_leaves_room_for_every_step(
    spain: PortingProfile, hub: HubKind, steps: int
) -> None:
    for ahead in range(0, 365, 3):
        at = spain.calendar(hub).at(date(2025, 3, 1) + timedelta(days=ahead), time(11))
        card = spain.card_ready_by(at)
        window = spain.chain_window(hub, at, steps=steps, ready_by=card)
        check_window(spain, hub, window)
        asked = settled = at
        for _ in range(steps):
            asked = spain.opens_at(hub, settled)
            settled = spain.reply_due(hub, asked)
        safety = spain.safety_at(hub, window)
        assert settled < safety
        assert card < safety
        assert window.opens >= spain.default_window(hub, asked).opens
        shorter = spain.chain_window(hub, at, steps=steps - 1, ready_by=card)
        assert shorter.opens <= window.opens
        plain = spain.chain_window(hub, at, steps=steps)
        assert plain.opens <= window.opens


@pytest.mark.parametrize("hub", HUBS)
def test_a_chain_takes_the_earliest_window_that_fits(spain: PortingProfile, hub: HubKind) -> None:
    calendar = spain.calendar(hub)
    for ahead in range(0, 365, 5):
        at = calendar.at(date(2025, 3, 1) + timedelta(days=ahead), time(15))
        window = spain.chain_window(hub, at, steps=2)
        asked = spain.opens_at(hub, spain.reply_due(hub, spain.opens_at(hub, at)))
        before = calendar.working_day_before(calendar.local(window.opens).date())
        earlier = spain.window_on(hub, before)
        too_early = earlier.opens < spain.default_window(hub, asked).opens
        too_tight = spain.safety_at(hub, earlier) <= spain.reply_due(hub, asked)
        assert too_early or too_tight


def test_a_wish_is_kept_and_never_anticipated(spain: PortingProfile) -> None:
    at = instant("2025-11-17T09:00:00+01:00")
    calendar = spain.calendar(HubKind.MOBILE)
    later = spain.chain_window(HubKind.MOBILE, at, steps=1, wish=date(2025, 12, 6))
    assert calendar.local(later.opens).date() == date(2025, 12, 9)
    sooner = spain.chain_window(HubKind.MOBILE, at, steps=1, wish=date(2025, 11, 18))
    assert sooner == spain.default_window(HubKind.MOBILE, at)


def test_the_bundle_of_the_story_moves_on_friday() -> None:
    """Three mobile requests from Sunday noon on, a card on Wednesday evening at the latest."""
    spain = load_book().on("es", date(2019, 1, 13))
    at = instant("2019-01-13T11:59:00+01:00")
    card = spain.card_ready_by(at)
    assert card == instant("2019-01-16T19:00:00+01:00")
    window = spain.chain_window(HubKind.MOBILE, at, steps=2, ready_by=card)
    assert window.opens == instant("2019-01-18T02:00:00+01:00")


def test_we_pause_around_the_change_of_slot(spain: PortingProfile) -> None:
    at = instant("2025-11-17T14:05:00+01:00")
    assert spain.opens_at(HubKind.MOBILE, at) == instant("2025-11-17T14:15:00+01:00")
    assert spain.opens_at(HubKind.FIXED, at) == at
