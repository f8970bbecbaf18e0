"""Connections to PostgreSQL with the settings that the engine counts on, and how they are regained.

DATABASE_URL may name several servers (``host=a,b``): a primary and its standbys. Who writes is led
to the one that may be written, so that nothing needs to be told when another one becomes it. A
server that vanished without a word, as a machine does that lost its power, is given up after
seconds and not after the two hours of TCP. What the connection string says itself goes before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import set_json_loads

from relevo.engine.clock import elapsed_seconds

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]
T = TypeVar("T")

OLDEST_SERVER = 15

_UNLESS_GIVEN = {
    "target_session_attrs": "read-write",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
# The limit on idle transactions is what frees the rows of a worker that was stopped, not killed.
_SETTINGS = "-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c jit=off"
# A worker looks up rows by their keys, in tables of any size. What the planner knows of a table may
# be from when it was empty; so it is not asked whether to read one whole.
_BY_KEY = (
    " -c plan_cache_mode=force_generic_plan"
    " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
)
_ASK_EVERY_S = 0.2

# Whatever is read as jsonb: a third of the time that the standard library takes.
set_json_loads(msgspec.json.decode)

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,  # it slept, or was stopped, and woke late
)
"""How it shows that a server is gone, or is not the one any more that may be written."""


class ServerTooOld(RuntimeError):
    """The server is older than what the schema needs."""


class NoPrimary(psycopg.OperationalError):
    """For as long as anybody should wait, no server was there that may be written."""


def connect(
    dsn: str,
    *,
    name: str = "relevo",
    autocommit: bool = False,
    reading: bool = False,
    synchronous: bool = True,
    by_key: bool = False,
) -> Connection:
    """Open a connection: UTC, no automatic commit, and a limit on forgotten transactions.

    ``reading``: any server will do, a standby too, and none can be written. ``synchronous=False``
    is for what is found again after a crash: its commits wait for no disk and for no standby.
    ``by_key``: nothing is read here but rows whose keys are known.
    """
    opened = psycopg.connect(
        settings_of(dsn, name=name, reading=reading, synchronous=synchronous, by_key=by_key),
        autocommit=autocommit,
        prepare_threshold=2,
    )
    if opened.info.server_version < OLDEST_SERVER * 10000:
        version = opened.info.server_version // 10000
        opened.close()
        raise ServerTooOld(
            f"DATABASE_URL points to PostgreSQL {version}; use {OLDEST_SERVER} or later"
        )
    return opened


def settings_of(
    dsn: str,
    *,
    name: str,
    reading: bool = False,
    synchronous: bool = True,
    by_key: bool = False,
) -> str:
    """The connection string with all that ``connect`` adds, for whoever keeps a pool of them."""
    given = conninfo_to_dict(dsn)
    wanted = {word: value for word, value in _UNLESS_GIVEN.items() if word not in given}
    options = f"{given.get('options', '')} {_SETTINGS}"
    if reading:
        wanted["target_session_attrs"] = "any"
        options += " -c default_transaction_read_only=on"
    if not synchronous:
        options += " -c synchronous_commit=off"
    if by_key:
        options += _BY_KEY
    return make_conninfo(dsn, **wanted, application_name=name, options=options.strip())


class Lane:
    """A connection for whoever keeps one for life: opened when needed, and anew when it broke.

    What was under way when it broke fails once; whoever asks again gets the next connection.
    """

    def __init__(
        self,
        dsn: str,
        *,
        name: str,
        autocommit: bool = False,
        synchronous: bool = True,
        by_key: bool = False,
    ) -> None:
        self._dsn = dsn
        self._name = name
        self._autocommit = autocommit
        self._synchronous = synchronous
        self._by_key = by_key
        self._opened: Connection | None = None

    def connection(self) -> Connection:
        """The open connection. Raises psycopg.OperationalError when no server answers."""
        if self._opened is None or self._opened.closed:
            self._opened = connect(
                self._dsn,
                name=self._name,
                autocommit=self._autocommit,
                synchronous=self._synchronous,
                by_key=self._by_key,
            )
        return self._opened

    def close(self) -> None:
        """Give the connection back."""
        if self._opened is not None:
            self._opened.close()


def patiently(work: Callable[[], T], *, within_s: float) -> T:
    """Do ``work``, which may be done twice, until a server has taken it.

    Raises NoPrimary, with what the last one said, when that takes longer than ``within_s``.
    """
    began = elapsed_seconds()
    pause = threading.Event()  # never set: it only waits
    while True:
        try:
            return work()
        except AWAY as away:
            if elapsed_seconds() - began > within_s:
                said = " ".join(str(away).split())
                raise NoPrimary(
                    f"no database that can be written for {within_s:.0f} s ({said}); start it, or "
                    "promote its standby (docs/howto/fail-over.md), and try again"
                ) from away
            pause.wait(_ASK_EVERY_S)
