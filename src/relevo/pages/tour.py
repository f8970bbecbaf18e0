"""Where the tour ends: the console on the story's worst day, with a link for each of its people.

The story stands there, with its workers and the whole world around it: what is done at a page is
handled, and answered, on that day. The links sign in whoever opens them; so they exist only here,
on the loopback, for as long as the tour waits.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from relevo import wiring
from relevo.access.tickets import open_customer_ticket, open_staff_ticket, random_text
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect
from relevo.operating.web import serve
from relevo.pages.app import app
from relevo.pages.console import Console, Settings, console_of
from relevo.pages.customer.opening import HOME as OF_THE_CUSTOMER
from relevo.pages.guard import NotFound, hold_ticket, public
from relevo.pages.page import go
from relevo.pages.site import Spoken
from relevo.pages.tryout import ROLES, drop_people_account, furnish
from relevo.play.database import fresh_database
from relevo.play.held import HeldPlay
from relevo.play.order_form import rules_of
from relevo.play.runner import Stage
from relevo.play.scenario import Scenario
from relevo.values.moment import instant

WORST_DAY = instant("2019-01-14T16:30:00+01:00")
"""The business number is dead, a parcel is in trouble, and the case has climbed twice."""

LOOPBACK = "127.0.0.1"
CUSTOMER = "customer"
_HOMES = {"duty_manager": "/desk/board", "auditor": "/desk/audit", CUSTOMER: OF_THE_CUSTOMER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The console, ready to be served. ``links``: the address of each role, and of the customer."""

    console: Console
    address: str
    port: int
    links: Mapping[str, str]

    def serve(self, listening: Callable[[], None] = lambda: None) -> bool:
        """Until Ctrl-C; ``listening`` is called once the links answer. False: it did not start."""
        return serve(
            _with_links(self),
            host=LOOPBACK,
            port=self.port,
            listening=listening,
            stopping=self.console.live.stop,
        )


@contextmanager
def opened(server: str, scenario: Scenario, say: Callable[[str], None]) -> Iterator[Opened]:
    """Play the story up to its worst day, on a fresh database of that server, and stand there."""
    rules = rules_of(scenario)
    with fresh_database(server) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        operator = scenario.world.recipient
        people_dsn = furnish(dsn, operator)
        try:
            with HeldPlay(scenario, Stage(dsn=dsn, rules=rules), WORST_DAY) as play:
                port = _free_port()
                settings = Settings(
                    dsn=dsn,
                    people_dsn=people_dsn,
                    operator=operator,
                    rules=rules,
                    secret=random_text().encode(),
                    sms=Spoken("SMS", say),
                    email=Spoken("e-mail", say),
                )
                console = Console(settings, clock=play.clock)
                address = f"http://{LOOPBACK}:{port}"
                links = {
                    who: f"{address}/tour/{who}/{random_text(9)}" for who in (*ROLES, CUSTOMER)
                }
                try:
                    yield Opened(console=console, address=address, port=port, links=links)
                finally:
                    console.close()
        finally:
            with connect(server, autocommit=True) as connection:
                drop_people_account(connection, dsn)


def _with_links(opened: Opened) -> ASGIApp:
    """The pages, and beside them the links."""
    whose = {link.removeprefix(opened.address): who for who, link in opened.links.items()}

    def come_in(request: Request) -> Response:
        who = whose.get(request.url.path)
        if who is None:
            raise NotFound("no such link")
        with console_of(request).acting() as connection:
            if who == CUSTOMER:
                order = connection.execute("select min(order_key) from order_request").fetchone()
                assert order is not None, "an aggregate answers"
                ticket = open_customer_ticket(connection, str(order[0]))
            else:
                ticket = open_staff_ticket(connection, who)
        answer = go(_HOMES.get(who, "/desk"))
        hold_ticket(request, answer, ticket)
        return answer

    return app(opened.console, beside=[public("/tour/{who}/{chance}", come_in)])


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        port: int = taken.getsockname()[1]
        return port
