"""The console of one site: its settings, its connections, and what the pages share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg_pool import ConnectionPool
from starlette.requests import Request

from relevo import wiring
from relevo.access.links import Channel
from relevo.adapters.channel_social.account import SocialAccounts
from relevo.adapters.telephone.account import Telephone
from relevo.brands.reading import Session, enter
from relevo.engine.clock import Clock, SystemClock
from relevo.engine.connection import Connection, settings_of
from relevo.engine.engine import Engine
from relevo.pages.live import Live
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

POOL_MAX = 16
"""Connections of one process: more threads than that wait for one, which is a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a site shows itself.

    ``dsn`` is the owner's connection: acts and sign-ins. ``people_dsn`` is what pages read with: an
    account that belongs to ``relevo_people`` and to nothing else (decision 14).
    """

    dsn: str
    people_dsn: str
    operator: str
    rules: PortingProfile
    secret: bytes  # of this site: what signs forms and links
    address: str = ""  # as customers reach it: https://relevo.example; "" when it is only tried
    sms: Channel | None = None  # for one-time codes; None: this site sends none
    email: Channel | None = None
    telephone: Telephone | None = None  # who may push calls here; None: nobody
    social: SocialAccounts | None = None  # where customers may write to us in the open

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us by https."""
        return self.address.startswith("https://")


@dataclass(slots=True)
class Console:
    """What every page may use. Made once for a process, and closed with it."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    live: Live = field(init=False)
    _people: ConnectionPool[Connection] = field(init=False)
    _own: ConnectionPool[Connection] = field(init=False)
    _engine: Engine | None = field(init=False, default=None)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._people = _pool(self.settings.people_dsn, "relevo people", configure=_only_reads)
        self._own = _pool(self.settings.dsn, "relevo pages")
        self.live = Live(self.settings.dsn)

    def now(self) -> Moment:
        """The time that pages speak of; a story that was played has its own."""
        return self.clock.now()

    @contextmanager
    def reading(self, ticket: str) -> Iterator[tuple[Connection, Session]]:
        """One transaction that reads, as the holder of this ticket and behind the wall.

        Raises NotSignedIn and WallDown.
        """
        with self._people.connection() as connection:
            try:
                yield connection, enter(connection, ticket)
            finally:
                connection.rollback()

    @contextmanager
    def acting(self) -> Iterator[Connection]:
        """One transaction of the site itself; it is committed when the block ends well.

        Only for what a person is allowed to do: nobody's wall stands in its way.
        """
        with self._own.connection() as connection:
            yield connection

    @property
    def engine(self) -> Engine:
        """Takes messages for the processes (``tell``, operator verbs). It runs none of them."""
        with self._lock:
            if self._engine is None:
                self._engine = Engine(
                    dsn=self.settings.dsn,
                    catalogue=wiring.catalogue(),
                    clock=self.clock,
                    performers={},
                    worker="pages",
                )
            return self._engine

    def close(self) -> None:
        """Give all connections back."""
        self.live.stop()
        self._people.close()
        self._own.close()
        if self._engine is not None:
            self._engine.close()


def console_of(request: Request) -> Console:
    """The console that this request came to."""
    found = request.app.state.console
    assert isinstance(found, Console)
    return found


def reading(request: Request) -> Any:
    """``console.reading`` for whoever asked: gives (connection, session)."""
    return console_of(request).reading(request.state.visitor.ticket)


def _only_reads(connection: Connection) -> None:
    """Each of its transactions says so as it begins."""
    connection.read_only = True


def _pool(
    dsn: str, name: str, configure: Callable[[Connection], None] | None = None
) -> ConnectionPool[Connection]:
    return ConnectionPool(
        settings_of(dsn, name=name),
        configure=configure,
        min_size=0,
        max_size=POOL_MAX,
        open=True,
        kwargs={"prepare_threshold": 2},
    )
