"""Every page there is, as whoever may see it, in both languages: readable, and none forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.routing import Route
from tests.browser.conftest import Comes
from tests.pages.conftest import Desk

CUSTOMER, STRANGER = "customer", ""
PAGES: dict[str, dict[str, str]] = {
    STRANGER: {"/sign-in": "sign-in", "/o": ""},
    "agent": {
        "/desk": "",
        "/desk/search?q=Taller": "desk-search",
        "/desk/orders/{order}": "desk-order",
        "/desk/orders/{order}/lines/M1": "",
        "/desk/orders/{order}/parcels/M1": "desk-parcel",
        "/desk/orders/{order}/case": "desk-case",
        "/desk/orders/{order}/replay": "desk-replay",
        "/desk/orders/{order}/as-customer": "desk-as-customer",
        "/desk/orders/{order}/complaints": "",
        "/desk/shift": "desk-shift",
    },
    "porting": {
        "/desk/ports/{order}/port/M2/1": "",
        "/desk/jeopardy": "desk-jeopardy",
        "/desk/files": "desk-files",
    },
    "logistics": {"/desk/parcels": "desk-parcels"},
    "network": {
        "/desk/engine": "desk-engine",
        "/desk/engine/processes/{order}/port/M2/1": "desk-process",
    },
    "duty_manager": {"/desk/board": "", "/desk/rules": "desk-rules", "/desk/faults": "desk-faults"},
    "auditor": {
        "/desk/audit": "desk-audit",
        "/desk/audit?kind=acts": "",
        "/desk/audit?kind=looks_across": "",
    },
    "administrator": {"/account": "account"},
    CUSTOMER: {
        "/mine/evidence": "customer-act-evidence",
        "/mine/complaint": "customer-act-complaint",
        "/mine/lines/M1/delivery": "customer-act-delivery",
        "/mine/lines/M1/card": "customer-act-card",
        "/mine/lines/M1/test": "customer-act-test",
    },
}
"""By role: the address, and the name of its picture."""

ELSEWHERE = (
    "/mine",  # test_the_customers_page
    "/mine/call-off",
    "/sign-up",  # test_a_sign_up, with all its steps
    "/sign-in/code",  # test_coming_in
    "/sign-in/second-factor",
    "/o/{order}/{token}",
)
NO_PAGES = (
    "/desk/orders/{order}/as-customer/",  # the customer's own
    "/live",
    "/sign-in/openid",
    "/mine/chat",  # a part of his page: test_chat
    "/mine/letters",
    "/mine/documents",
    "/desk/orders/{key}/case/evidence/",
    "/desk/orders/{key}/case/pack",
    "/desk/calls/",
    "/mine/welcome.pdf",
)
"""Streams, redirects, files, and what is looked at under another address."""


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("role", PAGES)
def test_whoever_may_see_a_page_can_read_it_on_every_screen(
    desk: Desk, comes: Comes, role: str, language: str
) -> None:
    order = desk.order()
    whose = {"order": order} if role == CUSTOMER else {"role": role}
    somebody = comes(desk, language=language, **whose)
    if role == CUSTOMER:  # his page speaks his own language, until he chooses another one
        somebody.page.goto(f"/mine?lang={language}")
    for address, picture in PAGES[role].items():
        shown = picture if language == "es" or picture.startswith("desk-") else ""
        dark = "-dark" if language == "en" else ""
        somebody.goes_to(address.format(order=order), f"{shown}{dark}" if shown else "")
        if language == "en":
            assert somebody.page.locator("html").get_attribute("lang") == "en"


def test_no_page_is_forgotten_here(desk: Desk) -> None:
    order = desk.order()
    seen = [
        address.partition("?")[0].format(order=order) for each in PAGES.values() for address in each
    ]
    forgotten = [
        route.path
        for route in _pages(desk)
        if not any(route.path_regex.match(address) for address in seen)
        and not route.path.startswith(("/sign-up/", *NO_PAGES))
        and route.path not in ELSEWHERE
    ]
    assert not forgotten


def _pages(desk: Desk) -> Iterator[Route]:
    for route in desk.app.routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        if route.path not in {"/", "/healthz", "/static/{hash}/{name}"}:
            yield route
