"""A group of two brands for the tests: its people, its orders, and an account for its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg.conninfo import make_conninfo

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.brands.staffing import By, add_brand, add_staff, sign_in
from relevo.brands.wall import raise_wall
from relevo.customers.actions import load_lines
from relevo.customers.model import PartyDraft
from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.orders.actions import place_order
from relevo.orders.capture import LineDraft, OrderDraft
from relevo.porting.profile import PortingProfile
from relevo.profiles.es import profile
from relevo.testing.postgres import clone
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType

AT = instant("2019-01-14T09:00:00+01:00")
RULES: PortingProfile = next(e.rules for e in profile() if e.rules.code == "es@2012-06-01")
BOSS = By(who="root", reason="set up the group")
SHARED, BRISAS, ALTAMARS = (Msisdn(f"+34600000{n}01") for n in (1, 2, 3))
SERVED_BY_ALTAMAR = Msisdn("+34600000401")
PAGE = "relevo_page"
THEIR_LINES = "select from served_line where operator = 'altamar'"


def form(recipient: str, donor: str, number: Msisdn) -> OrderDraft:
    return OrderDraft(
        customer=PartyDraft(
            name="Taller Cierzo S.L.",
            document_type="CIF",
            document_number="B99286320",
            business=True,
            email=f"{recipient}.{number[-3:]}@cierzo.example",
            contact="+34976000100",
            street="Calle de Alfonso I 17, 3º",
            postcode="50003",
            city="Zaragoza",
            province="Zaragoza",
        ),
        lines=(LineDraft(id="M1", kind="mobile", number=number, donor=donor),),
        recipient=recipient,
        moving=("M1",),
    )


class Group:
    """Two brands, altamar and brisa; cantil and duna are other companies."""

    shared: str
    brisas: str
    altamars: str

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.catalogue = wiring.catalogue()
        self.connection: Connection = connect(dsn, autocommit=True)
        self.engine = Engine(
            dsn=dsn,
            catalogue=self.catalogue,
            clock=VirtualClock(AT),
            performers={each: lambda _effect, _errand: () for each in self.catalogue.effects()},
        )
        raise_wall(self.connection)
        exists = self.connection.execute("select from pg_roles where rolname = %s", (PAGE,))
        if exists.fetchone() is None:
            self.connection.execute(f"create role {PAGE} login in role relevo_people")
        self.page_dsn = make_conninfo(dsn, user=PAGE)
        for name in ("altamar", "brisa"):
            add_brand(self.connection, name, name.title(), BOSS)

    def joins(self, name: str, brand: str, *roles: str) -> str:
        """Somebody starts at a brand and signs in; his ticket."""
        add_staff(self.connection, name, brand, roles, BOSS)
        return sign_in(self.connection, name)

    def order(self, recipient: str, donor: str, number: Msisdn) -> str:
        draft, key = form(recipient, donor, number), f"{recipient}:{number}"
        made = place_order(self.connection, self.engine, draft, key=key, rules=RULES, at=AT)
        self.engine.run_until_quiet()
        return made

    def serves(self, operator: str, number: Msisdn) -> None:
        line = ServedLine(
            number=number,
            operator=operator,
            document=Document(DocumentType.CIF, "B99286320"),
            holder_name="Taller Cierzo S.L.",
            is_prepaid=False,
            status=ServedStatus.ACTIVE,
            is_own_range=True,
        )
        with self.connection.transaction(), self.connection.cursor() as cursor:
            load_lines(cursor, [line], at=AT, as_of=None)

    def page(self) -> Connection:
        """A connection of the pages' account, as somebody who broke into a page has it."""
        return connect(self.page_dsn, name="page")

    def close(self) -> None:
        self.engine.close()
        self.connection.close()


@pytest.fixture(scope="session")
def group(postgres: Server) -> Iterator[Group]:
    """Each brand has an order of its own with a stranger; one order is between the two of them."""
    dsn = clone(postgres, "brands_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    made = Group(dsn)
    made.shared = made.order("brisa", "altamar", SHARED)
    made.brisas = made.order("brisa", "duna", BRISAS)
    made.altamars = made.order("altamar", "cantil", ALTAMARS)
    made.serves("altamar", SERVED_BY_ALTAMAR)
    yield made
    made.close()
