"""The book of countries: no gap, no overlap, and a pin that holds for ever."""

from __future__ import annotations

from datetime import date

import pytest

from relevo.porting.profile import HubKind, PortingProfile, Reaction, RejectionReason
from relevo.profiles.book import BadBook, Book, Edition, UnknownProfile, load_book
from relevo.profiles.xa import Xanadu
from relevo.profiles.xa import profile as xanadu
from relevo.values.moment import instant


def edition(start: date, until: date | None) -> Edition:
    rules = Xanadu(code=f"xa@{start}")
    return Edition(country="xa", valid_from=start, valid_until=until, rules=rules)


OLD, MIDDLE, NEW = date(2000, 1, 1), date(2010, 1, 1), date(2020, 1, 1)


def test_spain_is_installed() -> None:
    book = load_book()
    assert "es" in book.countries
    assert book.on("es", date(2019, 1, 13)).code == "es@2012-06-01"
    assert book.on("es", date(2026, 11, 22)).code == "es@2022-06-30"
    for each in book.editions("es"):
        assert book.pinned(each.rules.code) is each.rules


def test_a_day_finds_its_edition() -> None:
    book = Book({"xa": [edition(OLD, MIDDLE), edition(MIDDLE, None)]})
    assert book.on("xa", date(2009, 12, 31)).code == "xa@2000-01-01"
    assert book.on("xa", MIDDLE).code == "xa@2010-01-01"


@pytest.mark.parametrize(
    ("editions", "why"),
    [
        ([], "no edition"),
        ([edition(OLD, MIDDLE), edition(NEW, None)], "no rules between"),
        ([edition(OLD, NEW), edition(MIDDLE, None)], "overlap"),
        ([edition(OLD, None), edition(MIDDLE, None)], "overlap"),
        ([edition(OLD, MIDDLE)], "nothing follows"),
    ],
)
def test_gaps_and_overlaps_are_refused(editions: list[Edition], why: str) -> None:
    with pytest.raises(BadBook, match=why):
        Book({"xa": editions})


def test_an_edition_is_named_by_its_first_day() -> None:
    wrong = Edition(country="xa", valid_from=NEW, valid_until=None, rules=Xanadu())
    with pytest.raises(BadBook, match="must be named"):
        Book({"xa": [wrong]})


def test_what_is_not_in_the_book_is_said_with_what_is() -> None:
    book = Book({"xa": xanadu()})
    with pytest.raises(UnknownProfile, match="there are: xa"):
        book.on("yy", NEW)
    with pytest.raises(UnknownProfile, match="begin on 2000-01-01"):
        book.on("xa", date(1999, 1, 1))
    with pytest.raises(UnknownProfile, match="xa@2000-01-01"):
        book.pinned("xa@1999-01-01")


def test_xanadu_keeps_the_order_of_deadlines() -> None:
    country: PortingProfile = Book({"xa": xanadu()}).on("xa", NEW)
    at = instant("2026-03-29T01:30:00+01:00")
    for hub in HubKind:
        window = country.chain_window(hub, at, steps=2, ready_by=country.card_ready_by(at))
        assert country.reply_due(hub, at) < country.safety_at(hub, window)
        assert country.safety_at(hub, window) < country.cancel_until(hub, window) < window.opens
        wished = country.chain_window(hub, at, steps=1, wish=date(2026, 4, 1))
        assert wished == country.window_on(hub, date(2026, 4, 1))
        assert country.default_window(hub, at) == country.chain_window(hub, at, steps=1)
        assert country.latest_window_day(hub, at) == date(2026, 4, 28)
        assert country.calendar(hub).is_open(country.opens_at(hub, at))
        code = country.operator("duna")
        assert code is not None
        assert country.operator_coded(hub, code.mobile_code if hub == "mobile" else "00004") == code
        assert country.operator_coded(hub, "9") is None
    assert country.rejection(HubKind.MOBILE, "no_answer").reason is RejectionReason.NO_ANSWER
    assert country.rejection(HubKind.MOBILE, "x").reason is RejectionReason.UNRECOGNISED
    assert country.hub_answer("accepted").reaction is Reaction.ACCEPTED
    assert country.hub_answer("x").reaction is Reaction.UNRECOGNISED
    assert country.town_fits("1", "a", "b") is None
    assert country.hold_until(at) > at
    assert country.may_port_while_held(own_range=False)
    assert country.zone == country.courier_calendar().zone
