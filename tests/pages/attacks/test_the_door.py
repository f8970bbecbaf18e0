"""Somebody wants in who should not be: guessing, planting, redirecting, and coming in halfway."""

from __future__ import annotations

import pyotp
import pytest
from tests.pages.attacks.conftest import GOOD, Site

AS_BROWSERS_DO = (
    {"origin": "null", "sec-fetch-site": "same-origin"},  # Chromium, for a page without referrer
    {"origin": "https://relevo.example", "sec-fetch-site": "same-origin"},
    {"origin": "null"},  # one that is too old to say more
)

NEXT = {
    "/desk/orders/R1?x=1": "/desk/orders/R1?x=1",
    "https://evil.example/": "/desk",
    "//evil.example/": "/desk",
    "/\\evil.example": "/desk",
    "/\t/evil.example": "/desk",
    "\\\\evil.example": "/desk",
    "javascript:alert(1)": "/desk",
    "/desk\r\nset-cookie: a=b": "/desk",
    "": "/desk",
}


def test_a_name_and_a_password_open_the_desk_and_leaving_closes_it(site: Site) -> None:
    site.hires("page-ana", "agent")
    browser = site.browser()
    entered = browser.says("/sign-in", "/sign-in", name="page-ana", password=GOOD)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("__Host-relevo_ticket=")
    for wanted in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert wanted in cookie
    assert "Domain" not in cookie
    assert "page-ana" in browser.get("/account").text
    ticket = browser.ticket
    browser.says("/account", "/sign-out")
    assert site.browser(ticket).get("/account").status_code == 303


@pytest.mark.parametrize("headers", AS_BROWSERS_DO, ids=str)
def test_a_form_of_our_own_is_taken_from_every_browser(site: Site, headers: dict[str, str]) -> None:
    browser = site.browser()
    fields = {"csrf": browser.token(), "name": "nobody", "password": "none"}
    assert browser.post("/sign-in", data=fields, headers=headers).status_code == 401


@pytest.mark.parametrize("wanted", NEXT)
def test_after_signing_in_nobody_is_led_to_another_site(site: Site, wanted: str) -> None:
    if site.group.connection.execute("select from staff where name='nexta'").rowcount == 0:
        site.hires("nexta", "agent")
    browser = site.browser()
    page = browser.get("/sign-in", params={"next": wanted})
    assert f'name="next" value="{NEXT[wanted]}"' in page.text
    entered = browser.says("/sign-in", "/sign-in", name="nexta", password=GOOD, next=wanted)
    assert entered.headers["location"] == NEXT[wanted]
    assert "a=b" not in str(entered.headers)


@pytest.mark.parametrize(
    ("name", "password"), [("page-bea", "wrong wrong wrong"), ("nobody", "nobody knows")]
)
def test_the_page_never_tells_whether_there_is_somebody_of_that_name(
    site: Site, name: str, password: str
) -> None:
    if site.group.connection.execute("select from staff where name='page-bea'").rowcount == 0:
        site.hires("page-bea", "agent")
    refused = site.browser().says("/sign-in", "/sign-in", name=name, password=password)
    told = refused.text.replace(f'value="{name}"', "")
    assert refused.status_code == 401
    assert "That was not right" in told or "No es correcto" in told
    assert password not in refused.text


def test_a_planted_ticket_is_nobodys_after_the_sign_in(site: Site) -> None:
    site.hires("page-fix", "agent")
    for planted in ("planted", site.staff("page-mal", "agent").ticket):
        victim = site.browser(planted)
        victim.says("/sign-in", "/sign-in", name="page-fix", password=GOOD)
        assert victim.ticket != planted
        assert "page-fix" in victim.get("/account").text
        assert "page-fix" not in site.browser(planted).get("/account").text


def test_halfway_in_is_not_in(site: Site) -> None:
    site.hires("page-boss", "duty_manager")
    browser = site.browser()
    half = browser.says("/sign-in", "/sign-in", name="page-boss", password=GOOD, next="/desk/board")
    assert half.headers["location"] == "/sign-in/second-factor"
    for path in ("/account", "/live"):
        assert browser.get(path).status_code in {303, 401}
    page = browser.get("/sign-in/second-factor")
    assert "<svg" in page.text
    assert "style=" not in page.text
    key = page.text.partition('class="key">')[2].partition("<")[0].replace(" ", "")
    shown = browser.says(
        "/sign-in/second-factor", "/sign-in/second-factor", code=pyotp.TOTP(key).now()
    )
    assert shown.status_code == 200
    assert shown.text.count("<li><code>") == 10
    assert 'href="/desk/board"' in shown.text
    assert "page-boss" in browser.get("/account").text
    assert browser.get("/sign-in/second-factor").headers["location"] == "/sign-in"


def test_without_the_first_step_there_is_no_second(site: Site) -> None:
    browser = site.browser()
    assert browser.get("/sign-in/second-factor").headers["location"] == "/sign-in"
    assert browser.says("/sign-in/code", "/sign-in/code", code="123456").status_code == 401


def test_guessing_passwords_ends_in_a_pause_that_the_browser_is_told(site: Site) -> None:
    site.hires("page-brute", "agent")
    answers = [
        site.browser().says("/sign-in", "/sign-in", name="page-brute", password=f"guess {n}")
        for n in range(7)
    ]
    assert [each.status_code for each in answers] == [401] * 5 + [429] * 2


def test_changing_the_password_needs_the_old_one_and_says_what_is_wrong(site: Site) -> None:
    browser = site.staff("page-cam", "agent")
    tries = [
        ({"old": GOOD, "new": "a b c", "again": "a b d"}, 422),
        ({"old": GOOD, "new": "short", "again": "short"}, 422),
        ({"old": "wrong", "new": "seis barcas lilas", "again": "seis barcas lilas"}, 401),
        ({"old": GOOD, "new": "seis barcas lilas", "again": "seis barcas lilas"}, 303),
    ]
    for fields, status in tries:
        assert browser.says("/account", "/account/password", **fields).status_code == status


def test_a_customer_comes_in_by_link_and_code_and_goes(site: Site) -> None:
    browser = site.customer(site.mine)
    assert browser.get(site.link(site.mine)).headers["location"] == "/mine"
    assert browser.get("/account").headers["location"].startswith("/sign-in")
    assert browser.get("/live", params={"of": site.theirs}).status_code == 404
    ticket = browser.ticket
    assert browser.says("/o", "/o/leave").headers["location"] == "/o"
    assert site.browser(ticket).get(site.link(site.mine)).status_code == 200


def test_only_looking_at_a_link_sends_nothing(site: Site) -> None:
    """A mail program that looks at the links of a mail must not spend its reader's codes."""
    link = site.link(site.mine)
    for _ in range(5):
        assert site.browser().get(link).status_code == 200
        assert site.browser().head(link).status_code == 200
    assert site.email.sent == []


def test_a_link_that_is_none_is_answered_as_any_address_that_is_none(site: Site) -> None:
    link = site.link(site.mine)
    token = link.rpartition("/")[2]
    nothing = site.browser().get("/nothing/of/the/kind")
    for path in (
        f"/o/{site.mine}/{'A' * 27}",
        f"/o/{site.theirs}/{token}",
        f"/o/R0000000/{token}",
        f"/o/{site.mine}/{token}x",
        f"/o/{site.mine}/%00",
    ):
        answer = site.browser().get(path)
        assert (answer.status_code, answer.text) == (
            404,
            nothing.text.replace("/nothing/of/the/kind", path),
        ) or answer.status_code == 404
        posted = site.browser().says("/sign-in", path, send="email")
        assert posted.status_code == 404
    assert site.email.sent == []


def test_guessing_codes_ends_in_a_pause_whatever_the_address(site: Site) -> None:
    link = site.link(site.mine)
    site.browser().says(link, link, send="email")
    wrong = f"{(int(site.email.code) + 1) % 10**6:06d}"
    answers = [site.browser().says(link, link, code=wrong).status_code for _ in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_one_customers_ticket_is_of_no_use_with_another_ones_link(site: Site) -> None:
    other = site.order()
    browser = site.customer(site.mine)
    assert browser.get(site.link(other)).status_code == 200  # asks for that one's code
    assert site.email.sent[-1].message_key.startswith("code-")
