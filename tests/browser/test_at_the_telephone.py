"""An agent at the telephone: it rings, his page is there, and what he said wrong is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.conftest import Comes
from tests.pages.conftest import Stories
from tests.pages.telephone import Office, office

FALSE = "Ya funciona su número 600 000 102, puede llamar y recibir llamadas."


@pytest.fixture
def here(stories: Stories, tmp_path: Path) -> Iterator[Office]:
    with office(stories, tmp_path) as made:
        yield made


def test_he_notes_what_both_said_and_corrects_what_was_not_so(here: Office, comes: Comes) -> None:
    here.says("started", "b1")
    him = comes(here.desk, "agent")
    him.goes_to("/desk/calls/pbx:b1")
    him.page.wait_for_url(f"**/desk/orders/{here.order}/case?call=pbx%3Ab1#phone")
    form = 'details[id^="act-note_call"]'
    him.page.locator(f"{form} summary").click()
    assert him.field("call").input_value() == "pbx:b1"
    him.tabs_to(f'{form} textarea[name="reason"]')
    him.page.keyboard.type("No le llaman")
    him.tabs_to(f'{form} textarea[name="told"]')
    him.page.keyboard.type(FALSE)
    him.page.locator(f'{form} .verdict[data-mood="trouble"]').wait_for()
    him.looks()
    him.tabs_to(f"{form} button")
    him.presses("Enter")
    him.page.wait_for_url("**/case?done=note_call")
    here.goes_on()
    correct = him.page.locator('a[href^="?correct="]')
    correct.wait_for()
    him.looks()
    correct.click()
    him.page.locator('#verdict [data-mood="good"]').first.wait_for()
    him.looks()
    him.page.locator('#reply button[value="send"]').click()
    him.page.wait_for_url("**/case?done=reply")
    here.goes_on()
    correct.wait_for(state="detached")
    here.says("ended", "b1")
    here.goes_on()
    him.page.locator("#phone").get_by_text("5").first.wait_for()
