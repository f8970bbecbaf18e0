"""How people come in: a customer by his link and a code, staff by password and a second factor."""

from __future__ import annotations

import pyotp
from tests.access.conftest import CHEAP, GOOD
from tests.browser.conftest import Comes
from tests.pages.conftest import SECRET, Desk

from relevo.access.links import customer_path
from relevo.access.passwords import Passwords
from relevo.access.secret import SiteSecret
from relevo.access.sign_in import set_password
from relevo.engine.connection import connect


def test_a_customer_opens_his_link_and_types_the_code_that_was_sent_to_him(
    own_desk: Desk, comes: Comes
) -> None:
    me = comes(own_desk)
    link = customer_path(SiteSecret.of(SECRET), own_desk.order())
    me.goes_to(link, "customer-link", phone="customer-link-phone")
    way = me.page.locator('button[name="send"]').first
    post = own_desk.sms if way.get_attribute("value") == "sms" else own_desk.email
    way.click()
    me.page.wait_for_url("**?sent=yes")
    me.looks("customer-code")
    me.fills(code=post.code)
    me.presses("Enter")
    me.page.wait_for_url("**/mine")


def test_who_may_do_much_comes_in_by_two_factors_and_a_wrong_password_by_none(
    own_desk: Desk, comes: Comes
) -> None:
    with connect(own_desk.dsn, autocommit=True) as connection:
        connection.execute("insert into second_factor_role values ('agent') on conflict do nothing")
        at = own_desk.clock.now()
        set_password(connection, Passwords(CHEAP), "agent", GOOD, at)
    him = comes(own_desk)
    him.complaints_expected = True  # a refusal is one
    him.page.goto("/sign-in?next=/desk/parcels")
    him.fills(name="agent", password="not this one at all")
    him.presses("Enter")
    him.page.get_by_role("alert").wait_for()
    him.looks("sign-in-refused")
    him.fills(name="agent", password=GOOD)
    him.presses("Enter")
    him.page.wait_for_url("**/sign-in/second-factor*")
    him.looks()
    key = him.page.locator("code.key").inner_text().replace(" ", "")
    him.fills(code=pyotp.TOTP(key).now())
    him.presses("Enter")
    him.page.locator("main code").nth(1).wait_for()  # recovery codes, shown once
    him.looks()
    assert him.page.goto("/desk/parcels").status == 200  # type: ignore[union-attr]
