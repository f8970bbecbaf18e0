"""An agent's day: from what needs him now to the customer, by keyboard; what he does is done."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.conftest import Comes, Plays
from tests.browser.person import Person
from tests.pages.conftest import Desk

from relevo.values.moment import instant

NUMBER_DEAD = instant("2019-01-14T16:30:00+01:00")
"""A number is with nobody, and its case has climbed twice."""


def test_he_takes_a_customer_up_and_answers_him_without_a_mouse(plays: Plays, comes: Comes) -> None:
    desk, play = plays(NUMBER_DEAD)
    him, order = comes(desk, "agent", language="en"), desk.order()
    him.goes_to("/desk?view=all", "desk-today-dark", phone="desk-today-phone")
    him.presses("/")
    him.page.keyboard.type(order)
    him.presses("Enter")
    him.page.wait_for_url(f"**/desk/orders/{order}")
    him.tabs_to(f'main a[href="/desk/orders/{order}/case"]')
    him.presses("Enter")
    him.page.wait_for_url(f"**/desk/orders/{order}/case")
    him.looks("desk-case-dark", phone="desk-case-phone")
    opens(him, "take")
    him.tabs_to('details[id^="act-take"] button')
    him.presses("Enter")
    him.page.wait_for_url("**/case?done=take")
    opens(him, "note_call")
    him.tabs_to('details[id^="act-note_call"] textarea')
    him.page.keyboard.type("He has no service and wants to be called")
    him.tabs_to('details[id^="act-note_call"] button')
    him.presses("Enter")
    him.page.wait_for_url("**/case?done=note_call")
    him.tabs_to("#reply-text")
    him.page.keyboard.type("Gracias por tu paciencia.")
    him.page.locator("#verdict .pill").wait_for()  # judged as typed
    him.tabs_to('#reply button[value="send"]')
    him.presses("Enter")
    him.page.wait_for_url("**/case?done=reply")
    him.page.evaluate("() => { window.neverLoadedAgain = true; }")
    play.go_on(NUMBER_DEAD + timedelta(minutes=1))  # everybody handles what waits
    thread = him.page.locator("#thread")
    thread.get_by_text("He has no service and wants to be called").wait_for()
    thread.get_by_text("Gracias por tu paciencia.").wait_for()
    assert him.page.evaluate("() => window.neverLoadedAgain")
    him.presses("g", "t")
    him.page.wait_for_url("**/desk")
    him.goes_to("/desk?view=all&who=me")
    him.page.locator("main [data-row]").get_by_text(order).first.wait_for()


def test_what_he_looks_for_leads_straight_to_its_page(desk: Desk, comes: Comes) -> None:
    him = comes(desk, "agent")
    him.goes_to("/desk?view=all")
    him.presses("j")
    assert him.page.evaluate("() => !!document.activeElement.closest('[data-row]')")
    him.presses("/")
    him.page.keyboard.type("600 000 102")
    him.presses("Enter")
    him.page.wait_for_url(f"**/desk/orders/{desk.order()}/lines/M2")
    him.looks("desk-line")


def test_what_is_not_his_is_refused_in_his_language(desk: Desk, comes: Comes) -> None:
    him = comes(desk, "agent")
    him.complaints_expected = True
    him.goes_to("/desk/board", "error-forbidden", status=403)
    him.goes_to("/desk/orders/R00000000", status=404)


def opens(him: Person, act: str) -> None:
    him.tabs_to(f'details[id^="act-{act}-"] summary')
    him.presses("Enter")
