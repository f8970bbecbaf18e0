"""What must hold in every country on every day of two years, with clock changes and holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.profiles.book import Book
from relevo.profiles.es import profile as spanish
from relevo.profiles.nl import profile as dutch
from relevo.values.moment import Moment

HUBS = list(HubKind)
CLOCKS = [time(0), time(2, 30), time(8), time(8, 5), time(11), time(14), time(17), time(19, 59)]
CLOCKS += [time(20), time(23, 59)]


BOOK = Book({"es": spanish(), "nl": dutch()})
WISH_DAYS_MAX = {"es": 30, "nl": 90}


@pytest.fixture(scope="module", params=sorted(BOOK.countries))
def rules(request: pytest.FixtureRequest) -> PortingProfile:
    return BOOK.on(request.param, date(2025, 1, 1))


def moments(rules: PortingProfile, year: int) -> Iterator[Moment]:
    day = date(year, 1, 1)
    while day.year == year:
        for clock in CLOCKS:
            yield rules.calendar(HubKind.MOBILE).at(day, clock)
        day += timedelta(days=1)


def check_request(rules: PortingProfile, hub: HubKind, at: Moment) -> None:
    calendar = rules.calendar(hub)
    opens = rules.opens_at(hub, at)
    assert opens >= at
    assert calendar.is_open(opens)
    assert rules.opens_at(hub, opens) == opens
    due = rules.reply_due(hub, at)
    assert due > at
    assert calendar.last_closing(due) == due, "a reply is due while the hub is open, or as it shuts"
    window = rules.default_window(hub, at)
    assert due < window.opens
    check_window(rules, hub, window)
    latest = rules.latest_window_day(hub, at)
    assert calendar.local(window.opens).date() <= latest
    days_max = WISH_DAYS_MAX[rules.code.partition("@")[0]]
    assert latest <= calendar.local(at).date() + timedelta(days=days_max)


def check_window(rules: PortingProfile, hub: HubKind, window: Window) -> None:
    calendar = rules.calendar(hub)
    day = calendar.local(window.opens).date()
    assert calendar.is_working_day(day)
    assert rules.window_on(hub, day) == window
    assert timedelta(0) < window.closes - window.opens <= timedelta(hours=4)
    limit, safety = rules.cancel_until(hub, window), rules.safety_at(hub, window)
    assert safety < limit < window.opens
    assert calendar.last_closing(limit) == limit
    assert rules.opens_at(hub, safety) == safety, "at the safety time we can talk to the hub"


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize("hub", HUBS)
def test_every_deadline_lies_ahead_and_in_order(
    rules: PortingProfile, hub: HubKind, year: int
) -> None:
    for at in moments(rules, year):
        check_request(rules, hub, at)


@pytest.mark.parametrize("hub", HUBS)
def test_every_day_has_a_window_on_it_or_on_the_next_working_day(
    rules: PortingProfile, hub: HubKind
) -> None:
    calendar = rules.calendar(hub)
    for ahead in range(730):
        day = date(2025, 1, 1) + timedelta(days=ahead)
        window = rules.window_on(hub, day)
        assert calendar.local(window.opens).date() == calendar.working_day_after(day, 0)
        check_window(rules, hub, window)


@pytest.mark.parametrize("hub", HUBS)
def test_a_card_ordered_at_any_time_arrives_and_a_hold_lasts_a_month(
    rules: PortingProfile, hub: HubKind
) -> None:
    for at in moments(rules, 2026):
        ready = rules.card_ready_by(at)
        assert timedelta(hours=26) <= ready - at <= timedelta(days=9)
        assert timedelta(days=28) - timedelta(hours=1) <= rules.hold_until(at) - at
        assert rules.hold_until(at) - at <= timedelta(days=31, hours=1)


@pytest.mark.parametrize("hub", HUBS)
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_chain_leaves_room_for_every_step(
    rules: PortingProfile, hub: HubKind, steps: int
) -> None:
    for ahead in range(0, 365, 3):
        at = rules.calendar(hub).at(date(2025, 3, 1) + timedelta(days=ahead), time(11))
        card = rules.card_ready_by(at)
        window = rules.chain_window(hub, at, steps=steps, ready_by=card)
        check_window(rules, hub, window)
        asked = settled = at
        for _ in range(steps):
            asked = rules.opens_at(hub, settled)
            settled = rules.reply_due(hub, asked)
        safety = rules.safety_at(hub, window)
        assert settled < safety
        assert card < safety
        assert window.opens >= rules.default_window(hub, asked).opens
        shorter = rules.chain_window(hub, at, steps=steps - 1, ready_by=card)
        assert shorter.opens <= window.opens
        plain = rules.chain_window(hub, at, steps=steps)
        assert plain.opens <= window.opens


@pytest.mark.parametrize("hub", HUBS)
def test_a_chain_takes_the_earliest_window_that_fits(rules: PortingProfile, hub: HubKind) -> None:
    calendar = rules.calendar(hub)
    for ahead in range(0, 365, 5):
        at = calendar.at(date(2025, 3, 1) + timedelta(days=ahead), time(15))
        window = rules.chain_window(hub, at, steps=2)
        asked = rules.opens_at(hub, rules.reply_due(hub, rules.opens_at(hub, at)))
        before = calendar.working_day_before(calendar.local(window.opens).date())
        earlier = rules.window_on(hub, before)
        too_early = earlier.opens < rules.default_window(hub, asked).opens
        too_tight = rules.safety_at(hub, earlier) <= rules.reply_due(hub, asked)
        assert too_early or too_tight
