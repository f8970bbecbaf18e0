"""The ground of all pages, on a story that was really played."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.pages.conftest import BEGINS, Desk, SignedIn, Stories

from relevo.care.actions import promise_call_back
from relevo.engine.connection import connect


def test_only_who_is_signed_in_can_follow_what_changes(
    client: SignedIn, stranger: TestClient
) -> None:
    assert stranger.get("/live?of=*").status_code == 401
    assert client("agent").get("/live?of=R00000000").status_code == 404


def test_what_people_do_while_the_story_stands_is_handled_at_that_moment(stories: Stories) -> None:
    with stories.playing(BEGINS) as (dsn, play):
        desk = Desk(dsn, play.clock)
        due = BEGINS + timedelta(hours=2)
        engine, order = desk.console.engine, desk.order()
        promise_call_back(engine, order, due=due, by="agent", promise_id="a call of this test")
        play.go_on(BEGINS + timedelta(minutes=1))
        with connect(dsn) as connection:
            told = "select at from journal where body::text like '%a call of this test%' limit 1"
            handled = connection.execute(told).fetchone()
        desk.close()
    assert handled is not None
    assert BEGINS <= handled[0] <= BEGINS + timedelta(minutes=1)


def test_the_console_stands_at_the_time_of_its_story(desk: Desk, desk_afterwards: Desk) -> None:
    assert desk.order() == desk_afterwards.order()
    assert desk.clock.now() < desk_afterwards.clock.now()


@pytest.mark.parametrize(
    ("role", "shift", "faults"),
    [("agent", True, True), ("logistics", False, True), ("auditor", False, False)],
)
def test_the_bar_leads_where_a_role_may_go_and_nowhere_else(
    client: SignedIn, role: str, shift: bool, faults: bool
) -> None:
    browser = client(role)
    bar = browser.get("/account").text.partition('class="bar-nav"')[2].partition("</nav>")[0]
    places = re.findall(r'href="([^"]+)"', bar)
    assert ("/desk/shift" in places, "/desk/faults" in places) == (shift, faults)
    assert {each: browser.get(each).status_code for each in places} == dict.fromkeys(places, 200)
