"""A customer complains on his page and an agent answers him; neither has to load a page again."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.conftest import Comes, Plays
from tests.pages.conftest import WORST_DAY


def test_a_complaint_goes_from_the_customer_to_the_desk_and_back(
    plays: Plays, comes: Comes
) -> None:
    desk, play = plays(WORST_DAY)
    order = desk.order()
    me, agent = comes(desk, order=order), comes(desk, "agent")

    def goes_on() -> None:
        play.go_on(play.clock.now() + timedelta(seconds=5))

    me.goes_to("/mine")
    me.page.locator('a[href="/mine/complaint"]').click()
    me.types("topic", "continuity")
    me.types("text", "Mi taller lleva dos días sin teléfono y pierdo encargos.")
    me.types("questions", "Mi número de vuelta.\nLo que me habéis hecho perder.")
    me.presses("Tab", "Enter")
    me.page.wait_for_url("**/mine?done=complain*")
    me.page.evaluate("() => { window.neverLoadedAgain = true; }")
    goes_on()
    key = f"{order}-C1"
    me.page.locator(f"#complaint-{key}").wait_for()
    me.page.locator(f"#points-{key} summary").click()
    me.page.locator("#complaints").scroll_into_view_if_needed()
    me.looks("customer-complaint")

    agent.goes_to(f"/desk/orders/{order}/complaints", "desk-complaints")
    for place in ("0", "1"):
        answer = agent.page.locator(f"#answer-{key}-{place}")
        answer.locator("summary").click()
        answer.locator("textarea").fill("Lo hemos revisado y te damos la razón.")
        answer.locator("button").click()
        agent.page.wait_for_url("**done=answer*")
        goes_on()
    agent.page.locator('select[name="outcome"]').select_option("partly")
    agent.page.locator("form", has=agent.page.locator('select[name="outcome"]')).get_by_role(
        "button"
    ).click()
    agent.page.wait_for_url("**done=decide*")
    goes_on()
    me.says("te damos la razón en parte")
    me.says("usuariosteleco.gob.es")
    assert me.page.evaluate("() => window.neverLoadedAgain")
    me.looks()
    agent.looks()
