"""The customer looks at his page while everything goes wrong, and it goes on without a reload."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.conftest import Comes, Plays
from tests.browser.test_an_agents_day import NUMBER_DEAD
from tests.pages.conftest import BEGINS, WORST_DAY


def test_his_page_follows_the_story_while_he_looks(plays: Plays, comes: Comes) -> None:
    desk, play = plays(BEGINS)
    me = comes(desk, order=desk.order())
    me.goes_to("/mine/call-off", "customer-act-call-off")  # as long as it is possible
    me.goes_to("/mine", "customer-1-asked")
    me.page.evaluate("() => { window.neverLoadedAgain = true; }")
    headline = me.page.locator("main h1")
    for at, picture in ((NUMBER_DEAD, "customer-2-dead"), (WORST_DAY, "customer-3-worst-day")):
        before = headline.inner_text()
        play.go_on(at)
        me.page.wait_for_function(
            "before => document.querySelector('main h1').innerText !== before", arg=before
        )
        me.looks(picture, phone=f"{picture}-phone")
    assert me.page.evaluate("() => window.neverLoadedAgain")
    text = me.field("text")
    text.fill("¿Cuándo funcionan mis números?")
    play.go_on(WORST_DAY + timedelta(hours=3))  # what he is writing stays, whatever comes in
    me.page.locator('main [data-mood="trouble"]').first.wait_for()
    assert text.input_value() == "¿Cuándo funcionan mis números?"
    assert me.page.evaluate("() => window.neverLoadedAgain")
    me.page.locator("#ask button").click()
    me.page.locator('#outbox [data-state="sent"]').wait_for()
    play.go_on(WORST_DAY + timedelta(hours=3, minutes=1))
    me.page.locator("#latest").get_by_text("¿Cuándo funcionan mis números?").wait_for()
    before = headline.inner_text()
    play.finish()
    me.page.wait_for_function(
        "before => document.querySelector('main h1').innerText !== before", arg=before
    )
    me.page.locator('header.state[data-mood="good"]').wait_for()
    me.looks("customer-4-over", phone="customer-4-over-phone")
