"""A replay shows what was so at each moment: no more, no less, and at the end what is so now."""

from __future__ import annotations

import re

import pytest
from tests.pages.conftest import Desk

from relevo import wiring
from relevo.engine.connection import connect
from relevo.engine.history import facts_of, state_of
from relevo.engine.recorded import Recorded
from relevo.porting.profile import PortingProfile
from relevo.tracking.labels import labels
from relevo.tracking.ladder import changes_of, rungs_of
from relevo.tracking.picture import Works, picture_of
from relevo.tracking.replay import states_of, stop_at, stops_of, up_to
from relevo.tracking.thread import Side, thread_of

KINDS = wiring.catalogue().processes


@pytest.fixture(scope="module")
def story(desk_afterwards: Desk) -> list[Recorded]:
    with connect(desk_afterwards.dsn) as connection:
        return facts_of(connection, desk_afterwards.order())


@pytest.fixture(scope="module")
def rules(desk_afterwards: Desk) -> PortingProfile:
    return desk_afterwards.console.settings.rules


def test_the_last_moment_is_today(desk_afterwards: Desk, story: list[Recorded]) -> None:
    with connect(desk_afterwards.dsn) as connection:
        for process_id, state in states_of(story, KINDS).items():
            assert state == state_of(connection, process_id), process_id


def test_every_moment_of_a_story_has_a_picture(
    story: list[Recorded], rules: PortingProfile
) -> None:
    key = story[0].process_id
    for stop in stops_of(story, labels("en", rules.zone)):
        then = picture_of(key, states_of(up_to(story, stop.seq), KINDS), rules)
        assert then is not None
        assert [line.id for line in then.lines] == ["F", "M1", "M2"]


def test_a_moment_knows_nothing_of_what_came_later(
    story: list[Recorded], rules: PortingProfile
) -> None:
    key = story[0].process_id
    dead = next(r for r in story if type(r.fact).__name__ == "LifeSignLost")
    before = picture_of(key, states_of(up_to(story, dead.seq - 1), KINDS), rules)
    then = picture_of(key, states_of(up_to(story, dead.seq), KINDS), rules)
    now = picture_of(key, states_of(story, KINDS), rules)
    assert before
    assert then
    assert now
    lines = [picture.line("M2") for picture in (before, then, now)]
    assert [bool(line and line.dead_since) for line in lines] == [False, True, False]
    told = thread_of(up_to(story, dead.seq))
    assert all(each.at <= dead.at for each in told)
    assert len(told) < len(thread_of(story))


def test_a_number_between_two_moments_shows_the_one_before(
    story: list[Recorded], rules: PortingProfile
) -> None:
    stops = stops_of(story, labels("en", rules.zone))
    assert stop_at(stops, stops[3].seq) == 3
    assert stop_at(stops, stops[3].seq + 0) == stop_at(stops, stops[4].seq - 1)
    assert stop_at(stops, 0) == 0
    assert stop_at(stops, None) == len(stops) - 1


def test_the_ladder_keeps_when_each_rung_was_reached(story: list[Recorded]) -> None:
    key = story[0].process_id
    process_id = f"{key}/activation/M2"
    own = [r for r in story if r.process_id == process_id]
    changes = changes_of(own, KINDS["activation.activation"])
    assert any(sight.works is Works.LOST for change in changes for sight in change.sights)
    rungs = rungs_of(changes)
    assert {rung.works for rung in rungs} == {Works.PROVEN}
    assert all(rung.since and own[0].at < rung.since <= own[-1].at for rung in rungs)


def test_what_was_stopped_is_in_the_conversation_and_marked(story: list[Recorded]) -> None:
    thread = thread_of(story)
    stopped = [each for each in thread if each.side is Side.STOPPED]
    assert stopped
    assert all(each.why for each in stopped)
    assert [each.seq for each in thread] == sorted(each.seq for each in thread)


def test_a_moment_has_an_address_and_ways_to_its_neighbours(desk_afterwards: Desk) -> None:
    key, agent = desk_afterwards.order(), desk_afterwards.client("agent")
    page = agent.get(f"/desk/orders/{key}/replay?at=120").text
    steps = re.findall(r'\?at=(\d+)" data-step="(\w+)"', page)
    ways = {"first", "before", "after", "last", "trouble_before", "trouble_after"}
    assert {word for _, word in steps} == ways
    for seq, _ in steps:
        assert agent.get(f"/desk/orders/{key}/replay?at={seq}").status_code == 200


@pytest.mark.parametrize("at", ["0", "99999999999999999999", "-1", "x", "1e9", ""])
def test_any_address_of_a_moment_gets_a_page(desk_afterwards: Desk, at: str) -> None:
    key, agent = desk_afterwards.order(), desk_afterwards.client("agent")
    assert agent.get(f"/desk/orders/{key}/replay?at={at}").status_code == 200


def test_a_moment_before_the_story_is_its_beginning(desk_afterwards: Desk) -> None:
    key, agent = desk_afterwards.order(), desk_afterwards.client("agent")
    assert "moment 1 of" in agent.get(f"/desk/orders/{key}/replay?at=0").text
