"""Two of the desk have the same case open: the customer does not get two answers."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.conftest import Comes, Plays
from tests.browser.person import Person
from tests.browser.test_an_agents_day import NUMBER_DEAD

SAYS_THAT_HE_IS_HERE_EVERY_MS = 20_000


def test_the_second_is_warned_before_he_writes_and_his_answer_waits_for_what_came(
    plays: Plays, comes: Comes
) -> None:
    desk, play = plays(NUMBER_DEAD)
    case = f"/desk/orders/{desk.order()}/case"
    first, second = comes(desk, "agent"), comes(desk, "duty_manager")
    second.page.clock.install()
    first.goes_to(case)
    second.goes_to(case)
    present = second.page.locator("#present")
    present.get_by_text("agent").wait_for()

    writes(first, "Gracias por tu paciencia.")
    second.page.locator("#reply-text").focus()
    second.page.clock.fast_forward(SAYS_THAT_HE_IS_HERE_EVERY_MS + 1_000)
    present.get_by_text("agent está escribiendo una respuesta").wait_for()
    assert is_before_his_eyes(second, "#present .pill"), "where he writes, not above it"
    second.looks("desk-case-two")

    first.page.locator('#reply button[value="send"]').click()
    first.page.wait_for_url("**/case?done=reply")
    writes(second, "Hola, ahora lo miro.")
    play.go_on(NUMBER_DEAD + timedelta(minutes=1))  # the first answer goes out
    second.page.locator("#thread").get_by_text("Gracias por tu paciencia.").wait_for()
    assert second.page.locator("#reply-text").input_value() == "Hola, ahora lo miro."
    second.complaints_expected = True  # his answer is refused, which the browser writes down
    second.page.locator('#reply button[value="send"]').click()
    second.page.locator("#meanwhile").get_by_text("Gracias por tu paciencia.").wait_for()
    assert second.page.locator("#main").get_attribute("data-live") == "", "nothing takes it away"
    assert second.page.locator("#reply-text").input_value() == "Hola, ahora lo miro."
    second.looks()


def writes(who: Person, text: str) -> None:
    who.page.locator("#reply-text").press_sequentially(text)
    who.page.locator("#verdict .pill").wait_for()


def is_before_his_eyes(who: Person, selector: str) -> bool:
    found: bool = who.page.evaluate(
        """(selector) => {
          const box = document.querySelector(selector).getBoundingClientRect();
          const bar = document.querySelector(".bar").getBoundingClientRect();
          return box.top >= bar.bottom && box.bottom <= innerHeight;
        }""",
        selector,
    )
    return found
