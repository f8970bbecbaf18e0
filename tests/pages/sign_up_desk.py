"""A site without a customer, and a stranger who fills in its form page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from itertools import count

from httpx2 import Response
from starlette.testclient import TestClient
from tests.pages.conftest import Desk

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import VirtualClock
from relevo.values.moment import instant

AT = instant("2019-01-13T11:59:00+01:00")
HOLDER = {
    "name": "Taller Cierzo S.L.",
    "document_type": "CIF",
    "document_number": "B99286320",
    "email": "hola@cierzo.example",
    "contact": "976 000 100",
    "contact_moves": "no",
}
ADDRESS = {
    "street": "Calle de Alfonso I 17, 3º",
    "postcode": "50003",
    "city": "Zaragoza",
    "province": "Zaragoza",
}
MOBILE = {"M1.number": "600 000 101", "M1.donor": "altamar", "M1.payment": "postpaid"}
SECOND = {
    "others_said": "some",
    "N1.number": "600000102",
    "N1.hangs_on": "line:M1",
    "N1.fate": "port",
}
YES = {"tick.move": "yes", "tick.consequences": "yes"}
ANSWERS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("", {"bundle": "mobile", "mobiles": "1"}),
    ("/numbers", MOBILE),
    ("/others", {"others_said": "none"}),
    ("/holder", HOLDER),
    ("/address", ADDRESS),
    ("/cards", {"M1.sim": "esim"}),
    ("/dates", {"when": "soon"}),
)
"""The shortest way to the last page, in its order."""

_PLACES = count(1)
_FIELD = re.compile(r'name="(csrf|version)" value="([^"]*)"')


def empty_site(server: Server) -> Desk:
    """A site on which nobody has ordered anything."""
    dsn = server.create_database(f"sign_up_{next(_PLACES)}")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return Desk(dsn, VirtualClock(AT))


class Stranger:
    """Somebody with a browser."""

    def __init__(self, desk: Desk, language: str = "en") -> None:
        self.desk = desk
        self.browser: TestClient = desk.client()
        self.browser.headers["accept-language"] = language

    def see(self, page: str) -> str:
        """A page of the sign-up, after all that it led to."""
        found = self.browser.get(f"/sign-up{page}", follow_redirects=True)
        assert found.status_code == 200, found.text
        return unescape(found.text)

    def send(
        self, page: str, answers: Mapping[str, str], *, hidden: Mapping[str, str] | None = None
    ) -> Response:
        """Fill in a page and press its button; ``hidden``: what the page held, if not now."""
        kept = hidden if hidden is not None else self.hidden(page)
        return self.browser.post(f"/sign-up{page}", data={**kept, **answers})

    def answer(self, page: str, answers: Mapping[str, str]) -> str:
        """The same, and where it led to."""
        sent = self.send(page, answers)
        assert sent.status_code == 303, sent.text
        return sent.headers["location"].removeprefix("/sign-up")

    def hidden(self, page: str) -> dict[str, str]:
        """What a form holds that nobody types."""
        fields = dict(_FIELD.findall(self.see(page)))
        assert set(fields) == {"csrf", "version"}, f"{page} has no form"
        return fields

    def walk(self, until: str = "/review", **instead: Mapping[str, str]) -> str:
        """All answers up to a page; ``instead`` gives other ones for pages by name."""
        led = ""
        for page, answers in ANSWERS:
            if page == until:
                break
            led = self.answer(page, instead.get(page.strip("/") or "start", answers))
        return led
