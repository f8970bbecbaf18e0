"""A house with two brands, its doors, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.brands.conftest import AT, BOSS, Group

from relevo import wiring
from relevo.access.customers import CustomerDoor
from relevo.access.passwords import Cost, Passwords
from relevo.access.secret import SiteSecret
from relevo.access.sign_in import Caller, Door, set_password
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.brands.staffing import add_staff
from relevo.engine.connection import Connection, connect
from relevo.engine.performer import Temporary
from relevo.notices.voice.messages import SendMessage
from relevo.testing.postgres import clone
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

SECRET = SiteSecret((b"a secret of this test, and of no site",))
CHEAP = Cost(rounds=1, memory_kib=8, lanes=1)
GOOD = "cuatro barcas verdes"


class Post:
    """A channel that keeps what it was given; it can be out of order."""

    def __init__(self) -> None:
        self.sent: list[SendMessage] = []
        self.is_down = False

    def send(self, message: SendMessage) -> None:
        if self.is_down:
            raise Temporary(f"refused {message.text}")
        self.sent.append(message)

    @property
    def code(self) -> str:
        """The code of the last message."""
        return next(word for word in self.sent[-1].text.replace(".", " ").split() if word.isdigit())


class House:
    """The doors of a site with two brands, and what the tests need of it."""

    def __init__(self, dsn: str) -> None:
        self.group = Group(dsn)
        self.at = AT
        self.passwords = Passwords(CHEAP)
        self.door = Door(acting=self.acting, secret=SECRET, passwords=self.passwords)
        self.sms, self.email = Post(), Post()
        self.customers = CustomerDoor(
            acting=self.acting,
            secret=SECRET,
            channels={"sms": self.sms, "email": self.email},
            clock=self,
        )
        self._numbers = iter(range(700, 1000))

    @contextmanager
    def acting(self) -> Iterator[Connection]:
        with connect(self.group.dsn) as connection:
            yield connection

    def now(self) -> Moment:
        """It is the clock of its orders, too."""
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def caller(self, ticket: str = "", address: str = "192.0.2.7") -> Caller:
        return Caller(address=address, at=self.at, ticket=ticket)

    def hires(self, name: str, *roles: str, brand: str = "brisa", password: str = GOOD) -> str:
        add_staff(self.group.connection, name, brand, roles, BOSS)
        with self.acting() as connection:
            set_password(connection, self.passwords, name, password, self.at)
        return name

    def order(self, recipient: str = "brisa", donor: str = "duna") -> str:
        number = Msisdn(f"+34600000{next(self._numbers)}")
        return self.group.order(recipient, donor, number)


@pytest.fixture(scope="session")
def house_of_session(postgres: Server) -> Iterator[House]:
    dsn = clone(postgres, "access_tests")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    house = House(dsn)
    yield house
    house.group.close()


@pytest.fixture
def house(house_of_session: House) -> House:
    """Nothing is held against anybody, and the post works."""
    house_of_session.group.connection.execute("delete from guess_count")
    for post in (house_of_session.sms, house_of_session.email):
        post.sent.clear()
        post.is_down = False
    return house_of_session
