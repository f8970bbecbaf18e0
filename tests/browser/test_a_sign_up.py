"""A customer moves his mobile line, and has forgotten the number that hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.browser.conftest import Comes
from tests.browser.person import Person
from tests.pages.conftest import Desk
from tests.pages.sign_up_desk import ADDRESS, HOLDER, empty_site
from tests.pages.test_sign_up import serve_second_line

from relevo.adapters.postgres.embedded import Server
from relevo.engine.connection import connect


@pytest.fixture
def site(postgres: Server) -> Iterator[Desk]:
    made = empty_site(postgres)
    serve_second_line(made, HOLDER["document_number"])
    yield made
    made.close()


def test_a_forgotten_number_is_found_and_decided_before_anything_is_ordered(
    site: Desk, comes: Comes
) -> None:
    me = comes(site)
    go_on = me.page.locator(".step-end button.button")
    me.goes_to("/sign-up", "sign-up-1-bundle")
    me.chooses("bundle", "mobile")
    go_on.click()
    me.fills(M1__number="600 000 101")
    me.chooses("M1.donor", "altamar")
    me.chooses("M1.payment", "postpaid")
    me.page.locator("#said-M1 .pill").wait_for()  # checked as it is typed
    me.looks("sign-up-2-numbers", phone="sign-up-2-numbers-phone")
    go_on.click()
    me.chooses("others_said", "none")  # he forgets it
    me.looks("sign-up-3-others")
    go_on.click()
    me.looks("sign-up-4-holder")
    for name in ("name", "document_number", "email", "contact"):
        me.fills(**{name: HOLDER[name]})
    me.chooses("document_type", HOLDER["document_type"])
    me.chooses("contact_moves", "no")
    go_on.click()
    me.page.wait_for_url("**/sign-up/others")  # our books know what hangs on his number
    me.says("102")
    me.looks("sign-up-5-found", phone="sign-up-5-found-phone")
    me.page.locator('input[name$=".fate"][value="port"]').check()
    go_on.click()
    me.page.wait_for_url("**/sign-up/holder")
    go_on.click()
    me.page.wait_for_url("**/sign-up/address")
    me.fills(**ADDRESS)
    me.looks("sign-up-6-address")
    go_on.click()
    me.looks("sign-up-7-cards")
    for choice in me.page.locator('input[name$=".sim"][value="esim"]').all():
        choice.check()
    go_on.click()
    me.looks("sign-up-8-dates")
    me.chooses("when", "soon")
    go_on.click()
    me.page.wait_for_url("**/sign-up/review")
    me.says("600 000 101")
    me.looks("sign-up-9-review", phone="sign-up-9-review-phone")
    assert orders(site) == 0
    for tick in me.page.locator('input[type="checkbox"]').all():
        tick.check()
    go_on.click()
    me.page.wait_for_url("**/sign-up/done")
    me.looks("sign-up-10-done")
    assert orders(site) == 1


def test_the_whole_order_can_be_placed_in_english_and_without_a_mouse(
    site: Desk, comes: Comes
) -> None:
    me = comes(site, language="en")
    me.goes_to("/sign-up", phone="sign-up-1-bundle-phone")
    assert me.page.locator("html").get_attribute("lang") == "en"
    me.presses("Tab")
    assert me.page.evaluate("() => document.activeElement.matches('.skip')")
    me.types("bundle", "mobile")
    goes_on(me, "numbers")
    me.types("M1.number", "600 000 101")
    me.types("M1.donor", "altamar")
    me.types("M1.payment", "postpaid")
    goes_on(me, "others")
    me.types("others_said", "none")
    goes_on(me, "holder")
    for name, value in HOLDER.items():
        me.types(name, value)
    goes_on(me, "others")
    me.says("102")
    me.looks()
    me.tabs_to('[name$=".fate"]')
    me.presses("Space")  # the first is to bring it along
    goes_on(me, "holder")
    goes_on(me, "address")
    for name, value in ADDRESS.items():
        me.types(name, value)
    goes_on(me, "cards")
    for name in cards(me):
        me.types(name, "esim")
    goes_on(me, "dates")
    goes_on(me, "review")
    me.looks("sign-up-9-review-dark")
    for name in ("move", "consequences"):
        me.tabs_to(f'[name="tick.{name}"]')
        me.presses("Space")
    goes_on(me, "done")
    me.looks()
    assert orders(site) == 1


def goes_on(me: Person, step: str) -> None:
    me.tabs_to(".step-end button.button")
    me.presses("Enter")
    me.page.wait_for_url(f"**/sign-up/{step}")


def cards(me: Person) -> list[str]:
    names: list[str] = me.page.locator('[name$=".sim"][value="esim"]').evaluate_all(
        "all => all.map(each => each.name)"
    )
    return names


def orders(site: Desk) -> int:
    with connect(site.dsn) as connection:
        row = connection.execute("select count(*) from order_request").fetchone()
    assert row is not None
    return int(row[0])
