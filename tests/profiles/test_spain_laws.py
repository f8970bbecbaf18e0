"""What holds in Spain alone; the laws of every country are in ``test_country_laws``."""

from __future__ import annotations

from datetime import date

import pytest

from relevo.porting.profile import HubKind, PortingProfile
from relevo.profiles.book import load_book
from relevo.values.moment import instant


@pytest.fixture(scope="module")
def spain() -> PortingProfile:
    return load_book().on("es", date(2025, 1, 1))


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
