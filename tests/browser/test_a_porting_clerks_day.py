"""A porting clerk's day: which number is dead, what the hub said, and taking it on himself."""

from __future__ import annotations

from datetime import timedelta

from tests.browser.conftest import Comes, Plays
from tests.browser.test_an_agents_day import NUMBER_DEAD


def test_he_takes_a_dead_number_on_himself_and_notes_what_the_donor_says(
    plays: Plays, comes: Comes
) -> None:
    desk, play = plays(NUMBER_DEAD)
    him, order = comes(desk, "porting"), desk.order()
    him.goes_to("/desk?view=dead", "desk-today-dead-numbers")
    him.goes_to("/desk?view=all", "desk-today")
    him.presses("j", "x")  # the first row, ticked
    ticked = him.page.locator("input[data-one]:checked")
    assert ticked.count() == 1
    task = ticked.get_attribute("value")
    him.page.locator('#acts button[value="take"]').click()
    him.page.wait_for_url("**did=take*")
    row = him.page.locator(f'tr:has(input[value="{task}"])')
    assert "porting" in row.inner_text()
    him.goes_to(f"/desk/orders/{order}", "desk-order-in-trouble")
    him.page.locator(f'main a[href^="/desk/ports/{order}/port/M2"]').first.click()
    him.page.wait_for_url("**/desk/ports/**")
    him.looks("desk-port")
    him.goes_to(f"/desk/orders/{order}/case")
    him.page.locator('details[id^="act-note_call-"] summary').click()
    said = him.page.locator('details[id^="act-note_call-"] textarea[name="reason"]')
    said.fill("Altamar mira el rechazo")
    him.page.locator('details[id^="act-note_call-"] button').click()
    him.page.wait_for_url("**/case?done=note_call")
    play.go_on(NUMBER_DEAD + timedelta(minutes=1))
    him.page.locator("#thread").get_by_text("Altamar mira el rechazo").wait_for()
