"""A site under attack: two brands, orders of both, and browsers that keep cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import count

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.access.conftest import CHEAP, GOOD, House, Post
from tests.brands.conftest import RULES

from relevo import wiring
from relevo.access.links import customer_link
from relevo.access.passwords import Passwords
from relevo.access.secret import SiteSecret
from relevo.access.tickets import open_staff_ticket
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import VirtualClock
from relevo.pages.app import app
from relevo.pages.console import Console, Settings
from relevo.pages.guard import TICKET
from relevo.testing.postgres import clone

SECRET = b"the secret of a site under attack"
HERE = "https://relevo.example"
_TOKEN = re.compile(r'name="csrf" content="([0-9a-f]{64})"')
_ADDRESSES = count(1)


class Site(House):
    """A house with its pages, served in this process, by https."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.clock = VirtualClock(self.at)
        settings = Settings(
            dsn=dsn,
            people_dsn=self.group.page_dsn,
            operator="brisa",
            rules=RULES,
            secret=SECRET,
            address=HERE,
            sms=self.sms,
            email=self.email,
        )
        self.console = Console(settings, clock=self.clock)
        self.app = app(self.console)
        self.mine = self.order("brisa", "duna")
        self.theirs = self.order("altamar", "cantil")
        self.hidden = self.order("altamar", "cantil")  # theirs, and no test ever names it

    @property
    def routes(self) -> list[Route]:
        return [route for route in self.app.routes if isinstance(route, Route)]

    def browser(self, ticket: str = "", address: str = "") -> Browser:
        """Somebody's browser; each has a network address of its own unless it is given one."""
        address = address or f"198.18.{next(_ADDRESSES) // 250}.{next(_ADDRESSES) % 250}"
        made = Browser(
            self.app,
            base_url=HERE,
            follow_redirects=False,
            client=(address, 1234),
            raise_server_exceptions=False,
        )
        if ticket:
            made.cookies.set(f"__Host-{TICKET}", ticket, domain="relevo.example", path="/")
        return made

    def staff(self, name: str, *roles: str, brand: str = "brisa") -> Browser:
        """A browser in which somebody of the staff is signed in."""
        known = self.group.connection.execute("select from staff where name = %s", (name,))
        if known.fetchone() is None:
            self.hires(name, *roles, brand=brand)
        with self.acting() as connection:
            return self.browser(open_staff_ticket(connection, name))

    def link(self, order: str) -> str:
        return customer_link(self.group.connection, SiteSecret.of(SECRET), order)

    def customer(self, order: str) -> Browser:
        """A browser in which the customer of this order is in, by link and code."""
        browser, link = self.browser(), self.link(order)
        browser.says(link, link, send="email")
        entered = browser.says(f"{link}?sent=yes", link, code=self.email.code)
        assert entered.status_code == 303, entered.text
        return browser


class Browser(TestClient):
    """A client that fills in forms as a person does: with the token of the page before."""

    def token(self, page: str = "/sign-in") -> str:
        found = _TOKEN.search(self.get(page).text)
        assert found is not None, page
        return unescape(found[1])

    def says(self, page: str, action: str, **fields: str):  # type: ignore[no-untyped-def]
        """Open a page, fill in its form, and send it."""
        return self.post(action, data={"csrf": self.token(page), **fields})

    @property
    def ticket(self) -> str:
        return self.cookies.get(f"__Host-{TICKET}") or ""


@pytest.fixture(scope="session")
def site_of_session(postgres: Server) -> Iterator[Site]:
    dsn = clone(postgres, "attack_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELEVO_PASSWORD_COST", "1,8,1")
        site = Site(dsn)
        yield site
        site.console.close()
        site.group.close()


@pytest.fixture
def site(site_of_session: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Nothing is held against anybody, and the post works."""
    monkeypatch.setenv("RELEVO_PASSWORD_COST", "1,8,1")
    site_of_session.group.connection.execute("delete from guess_count")
    for post in (site_of_session.sms, site_of_session.email):
        post.sent.clear()
        post.is_down = False
    return site_of_session


__all__ = ["CHEAP", "GOOD", "HERE", "Browser", "Passwords", "Post", "Site"]
