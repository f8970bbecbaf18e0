"""Consoles over a story that was really played, and visitors who are signed in to them.

The story of all faults is played at most twice for a session: to its worst day, and to its end.
Whoever looks gets the console of his module; whoever acts gets one of his own. To have what people
do handled as well, ``stories.playing`` gives a story that goes on while pages are open, and that
stands, with its workers, at any moment.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient

from relevo import wiring
from relevo.access.tickets import open_customer_ticket
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.brands.staffing import sign_in
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.notices.voice.messages import SendMessage
from relevo.pages.app import app
from relevo.pages.console import Console, Settings
from relevo.pages.guard import TICKET
from relevo.pages.live import Live
from relevo.pages.tryout import furnish
from relevo.play.held import HeldPlay
from relevo.play.order_form import rules_of
from relevo.play.runner import Stage
from relevo.play.theatre import Wishes, read
from relevo.values.moment import Moment, instant

STORY = Path(__file__).parents[2] / "stories" / "everything-goes-wrong.toml"
OPERATOR = "brisa"
WORST_DAY = instant("2019-01-16T10:00:00+01:00")
"""Two lines lost, a parcel gone astray, and a promise about to be broken."""
BEGINS = instant("2019-01-13T12:00:00+01:00")
"""The order has just been signed."""
SECRET = b"a secret of these tests, and of no site"

_CLONES = count(1)

SignedIn = Callable[[str], TestClient]


class Post:
    """A channel that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[SendMessage] = []

    def send(self, message: SendMessage) -> None:
        self.sent.append(message)

    @property
    def code(self) -> str:
        """The one-time code of the last message."""
        return next(word for word in self.sent[-1].text.replace(".", " ").split() if word.isdigit())


class Desk:
    """A console over a database of its own, with everybody who works there."""

    def __init__(self, dsn: str, clock: VirtualClock) -> None:
        self.dsn, self.clock = dsn, clock
        self.people_dsn = furnish(dsn, OPERATOR)
        self.sms, self.email = Post(), Post()
        scenario = read(STORY, Wishes())
        self.console = Console(
            Settings(
                dsn=dsn,
                people_dsn=self.people_dsn,
                operator=OPERATOR,
                rules=rules_of(scenario),
                secret=SECRET,
                sms=self.sms,
                email=self.email,
            ),
            clock=clock,
        )
        self.app = app(self.console)

    def ticket(self, role: str) -> str:
        """What somebody of this role holds when he is signed in."""
        with connect(self.dsn, autocommit=True) as connection:
            return sign_in(connection, role)

    def customer_ticket(self, order: str) -> str:
        """What a customer holds who came by his link and his code."""
        with connect(self.dsn, autocommit=True) as connection:
            return open_customer_ticket(connection, order)

    def client(self, role: str = "") -> TestClient:
        """A browser without a screen: of this role, or of a stranger."""
        cookies = {TICKET: self.ticket(role)} if role else {}
        made = TestClient(self.app, cookies=cookies, follow_redirects=False)
        made.headers["accept-language"] = "en"
        return made

    def order(self) -> str:
        """The key of the story's order."""
        with connect(self.dsn) as connection:
            row = connection.execute("select order_key from order_request limit 1").fetchone()
        assert row is not None, "the story has an order"
        return str(row[0])

    @contextmanager
    def served(self) -> Iterator[str]:
        """The console over real HTTP; gives its address."""
        config = uvicorn.Config(self.app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        self.console.live = Live(self.dsn)  # whoever served it before has stopped its own
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen(128)
            thread = threading.Thread(target=server.run, args=([taken],), name="pages")
            thread.start()
            try:
                yield f"http://127.0.0.1:{taken.getsockname()[1]}"
            finally:
                self.console.live.stop()
                server.should_exit = True
                thread.join()

    def close(self) -> None:
        self.console.close()


class Stories:
    """The database of a story at some moment of it, cloned for whoever asks."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._played: dict[Moment | None, tuple[str, Moment]] = {}

    def desk(self, at: Moment | None) -> Desk:
        """A console that stands at this moment (None: after the end), on a clone of its own."""
        if at not in self._played:
            with self.playing(at or BEGINS) as (dsn, play):
                if at is None:
                    play.finish()
            self._played[at] = dsn.rpartition("dbname=")[2], play.clock.now()
        template, stood_at = self._played[at]
        dsn = self._server.create_database(f"desk_{next(_CLONES)}", template=template)
        return Desk(dsn, VirtualClock(stood_at))

    @contextmanager
    def playing(self, at: Moment) -> Iterator[tuple[str, HeldPlay]]:
        """The story itself, standing at this moment, in a database of its own."""
        dsn = self._server.create_database(f"story_{next(_CLONES)}")
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        scenario = read(STORY, Wishes())
        with HeldPlay(scenario, Stage(dsn=dsn, rules=rules_of(scenario)), at) as play:
            yield dsn, play


_STORIES: dict[Path, Stories] = {}  # by server: the tests of browsers share them


@pytest.fixture(scope="session")
def stories(postgres: Server) -> Stories:
    return _STORIES.setdefault(postgres.folder, Stories(postgres))


@pytest.fixture(scope="module")
def desk(stories: Stories) -> Iterator[Desk]:
    """The console of this module, in the middle of the trouble. Only to be looked at."""
    made = stories.desk(WORST_DAY)
    yield made
    made.close()


@pytest.fixture
def own_desk(stories: Stories) -> Iterator[Desk]:
    """The same, for one test that does something."""
    made = stories.desk(WORST_DAY)
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk_afterwards(stories: Stories) -> Iterator[Desk]:
    """The console when the story is over. Only to be looked at."""
    made = stories.desk(None)
    yield made
    made.close()


@pytest.fixture
def console(desk: Desk) -> Console:
    return desk.console


@pytest.fixture
def client(desk: Desk) -> SignedIn:
    """``client("agent")`` looks at this module's console as somebody of that role."""
    return desk.client


@pytest.fixture
def stranger(desk: Desk) -> TestClient:
    """Somebody who is not signed in."""
    return desk.client()
