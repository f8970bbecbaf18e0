"""What a customer is told of his order, at every moment of a story in which all goes wrong."""

from __future__ import annotations

from functools import cache

import pytest
from tests.pages.conftest import Desk

from relevo import wiring
from relevo.engine.connection import connect
from relevo.engine.history import facts_of
from relevo.engine.recorded import Recorded
from relevo.pages.customer.material import Material
from relevo.pages.customer.view import CustomerView, customer_view
from relevo.pages.words import LANGUAGES, words
from relevo.tracking.replay import states_of
from relevo.values.moment import Moment, instant

MOBILE, SECOND = "M1", "M2"


@pytest.fixture(scope="module")
def story(desk_afterwards: Desk) -> list[Recorded]:
    with connect(desk_afterwards.dsn) as connection:
        return facts_of(connection, desk_afterwards.order())


@cache
def _kinds() -> dict[str, object]:
    return dict(wiring.catalogue().processes)


def view_at(story: list[Recorded], at: Moment) -> CustomerView:
    """The page as it was at that moment."""
    return view_of([record for record in story if record.at <= at], at)


def view_of(records: list[Recorded], at: Moment) -> CustomerView:
    states = states_of(records, _kinds())  # type: ignore[arg-type]
    key = records[0].process_id.partition("/")[0]
    material = Material(key=key, states=states, records=records, looks={})
    return customer_view(material, owner="Lucía", now=at)


def test_a_dead_number_is_the_first_thing_that_is_said(story: list[Recorded]) -> None:
    view = view_at(story, instant("2019-01-14T15:00:00+01:00"))
    assert view.now.code == "dead"
    assert view.mood == "trouble"
    second = view.line(SECOND)
    assert second is not None
    assert second.now.code == "dead_at_donor"
    assert {work.standing for work in second.works} == {"dead"}
    assert view.now.slots["numbers"] == (second.number,)


def test_a_case_has_an_owner_and_a_time_for_the_next_word(story: list[Recorded]) -> None:
    view = view_at(story, instant("2019-01-14T15:00:00+01:00"))
    assert view.owner == "Lucía"
    assert view.case_key.startswith("PT-")
    assert view.next_update is not None
    assert view.next_update > instant("2019-01-14T15:00:00+01:00")


def test_a_promise_that_was_broken_is_shown_as_broken(story: list[Recorded]) -> None:
    view = view_at(story, instant("2019-01-14T20:05:00+01:00"))
    assert ("call_back", "broken") in {(each.what, each.standing) for each in view.promises}


def test_what_is_owed_grows_first_and_then_has_an_amount(story: list[Recorded]) -> None:
    (running,) = view_at(story, instant("2019-01-14T15:00:00+01:00")).owed
    assert running.standing == "running"
    assert running.since is not None
    (found,) = view_at(story, instant("2019-01-15T12:00:00+01:00")).owed
    assert found.standing == "found"
    assert found.eur_cents == 15
    assert found.credit is not None


def test_a_parcel_says_where_it_is_and_who_may_take_it(story: list[Recorded]) -> None:
    line = view_at(story, instant("2019-01-16T10:00:00+01:00")).line(MOBILE)
    assert line is not None
    assert line.parcel is not None
    assert line.parcel.state == "out"
    assert line.parcel.city == "Zaragoza"
    assert line.parcel.can_change
    assert line.parcel.can_confirm
    assert not line.parcel.can_contest


def test_a_card_that_is_not_needed_any_more_offers_nothing(story: list[Recorded]) -> None:
    line = view_at(story, instant("2019-01-16T10:00:00+01:00")).line(SECOND)
    assert line is not None
    assert line.esim is not None
    assert line.esim.phase == "installed"
    assert not line.esim.activation_code, "a code that was used is not shown again"
    assert line.parcel is not None
    assert not line.parcel.can_change
    assert not line.parcel.can_confirm
    assert not line.parcel.can_present


def test_works_is_said_when_all_of_it_was_seen_and_not_before(story: list[Recorded]) -> None:
    end = story[-1].at
    view = view_of(story, end)
    assert view.now.code == "all_works"
    for line in view.lines:
        assert {work.standing for work in line.works} == {"works"}
    for count in range(1, len(story), 7):
        records = story[:count]
        for line in view_of(records, records[-1].at).lines:
            if line.now.code == "live":
                assert {work.standing for work in line.works} == {"works"}


def test_every_moment_of_the_story_has_words_in_both_languages(story: list[Recorded]) -> None:
    said = {
        f"customer.{group}.{saying.code}"
        for count in range(1, len(story), 5)
        for view in (view_of(story[:count], story[count - 1].at),)
        for group, saying in (
            ("now", view.now),
            *(("line", line.now) for line in view.lines),
            *(("next", line.next) for line in view.lines if line.next),
        )
    }
    assert len(said) > 8, "the story has many moments"
    for language in LANGUAGES:
        assert not [key for key in said if not words(language).has(key)]


def test_the_thread_holds_all_messages_in_their_order(story: list[Recorded]) -> None:
    view = view_of(story, story[-1].at)
    times = [said.at for said in view.thread]
    assert times == sorted(times)
    assert {said.channel for said in view.thread} >= {"sms", "email"}
    assert {letter.key for letter in view.letters} <= {said.key for said in view.thread}


def test_an_act_has_one_name_on_one_page_and_another_on_the_next(story: list[Recorded]) -> None:
    first, later = view_of(story[:-9], story[-9].at), view_of(story, story[-1].at)
    assert first.once("ask") == first.once("ask")
    assert first.once("ask") != later.once("ask")
    assert first.once("ask") != first.once("call_off")
    assert first.once("test", MOBILE) != first.once("test", SECOND)
