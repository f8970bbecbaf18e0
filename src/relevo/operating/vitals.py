"""How a site does, as its database tells: one look, made by ``/metrics`` and by ``relevo doctor``.

All of it together took 27 ms on a million processes with a million armed timers and two queues of
200,000; see the head of ``vitals.sql`` for why it does not grow. Times are the database's: the
clocks of the machines only matter where they are compared with it (``clock_skew_s``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from relevo.engine import connection as engine_connection
from relevo.engine.clock import SystemClock
from relevo.engine.leases import LEASE
from relevo.engine.sql import statements
from relevo.values.moment import Moment

_SQL = statements("relevo.operating", "vitals")
COUNTED_MOST = 100_000
"""How far a queue is counted: more than that is a jam, however much more."""

_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far a listener is behind the journal."""

    listener: str
    facts: int
    seconds: float  # since the oldest fact that it has not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """What was put aside in one role (message, effect, fact) and waits for a person."""

    role: str
    count: int
    oldest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A worker that has not said good-bye."""

    name: str
    seconds: float  # since it was last seen
    is_alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """One look at a site. Ages are in seconds and 0 where there is nothing; counts end at
    ``COUNTED_MOST``; None: it does not apply here, or this account may not see it."""

    clock_skew_s: float  # database less this machine
    queue_ages_s: Mapping[int, float]  # by bucket: how long the oldest message has waited
    mail_waiting: int
    effects_waiting: int
    effects_late_s: float  # how long the most overdue effect is overdue
    effects_retried: int  # tried in vain, and to be tried again
    effects_retried_oldest_s: float  # since it was decided
    lags: tuple[Lag, ...]
    parked: tuple[Parked, ...]
    timers_overdue: int
    timers_overdue_oldest_s: float
    orphans: Mapping[int, str]  # buckets that no live worker holds, and who held them last
    workers: tuple[Seen, ...]
    journal_prepared_s: float | None  # until the last prepared month of the journal ends
    connections_left: int
    oldest_transaction_s: float
    archiving_fails: bool | None
    standby_missing: bool | None

    @property
    def queue_age_s(self) -> float:
        """How long the oldest message of all has waited."""
        return max(self.queue_ages_s.values(), default=0.0)

    @property
    def workers_alive(self) -> int:
        return len([worker for worker in self.workers if worker.is_alive])


def onlooker(dsn: str, *, name: str) -> Connection[tuple[Any, ...]]:
    """A connection that only reads, and gives up rather than hang or be a burden."""
    given = conninfo_to_dict(dsn)
    given.setdefault("connect_timeout", _CONNECT_SECONDS)
    opened = engine_connection.connect(make_conninfo("", **given), name=name, autocommit=True)
    opened.execute("set default_transaction_read_only = on")
    opened.execute(f"set statement_timeout = '{_STATEMENT_SECONDS}s'".encode())
    return opened


def look(
    connection: Connection[tuple[Any, ...]],
    listeners: Iterable[str] = (),
    at: Moment | None = None,
) -> Vitals:
    """Look at a site; ``listeners`` names those that should follow, whether or not they began.

    ``at``: the time of its engine where that is not the database's own, as in a story that was
    played; what lives by machines (leases, workers, connections) is still asked of the database.
    """

    def ask(name: str, **given: object) -> list[tuple[Any, ...]]:
        return connection.execute(_SQL[name], given or None).fetchall()

    waiting, late_s = ask("effects", most=COUNTED_MOST, at=at)[0]
    retried, retried_oldest_s = ask("effects_retried", most=COUNTED_MOST, at=at)[0]
    overdue, overdue_oldest_s = ask("timers", most=COUNTED_MOST, at=at)[0]
    prepared = ask("partitions")[0][0]
    return Vitals(
        clock_skew_s=clock_skew_s(connection),
        queue_ages_s={bucket: float(age) for bucket, age in ask("queue", at=at)},
        mail_waiting=ask("mail_waiting", most=COUNTED_MOST)[0][0],
        effects_waiting=waiting,
        effects_late_s=float(late_s),
        effects_retried=retried,
        effects_retried_oldest_s=float(retried_oldest_s),
        lags=tuple(
            Lag(listener=listener, facts=facts, seconds=float(seconds))
            for listener, facts, seconds in ask("listeners", names=list(listeners), at=at)
        ),
        parked=tuple(
            Parked(role=role, count=count, oldest_s=float(oldest))
            for role, count, oldest in ask("parked", at=at)
        ),
        timers_overdue=overdue,
        timers_overdue_oldest_s=float(overdue_oldest_s),
        orphans={bucket: worker or "" for bucket, worker in ask("leases", span=LEASE)},
        workers=tuple(
            Seen(name=name, seconds=float(seconds), is_alive=is_alive)
            for name, seconds, is_alive in ask("workers", span=LEASE)
        ),
        journal_prepared_s=None if prepared is None else float(prepared),
        connections_left=ask("connections_left")[0][0],
        oldest_transaction_s=float(ask("oldest_transaction")[0][0]),
        archiving_fails=ask("archiver")[0][0],
        standby_missing=ask("standbys")[0][0],
    )


def clock_skew_s(connection: Connection[tuple[Any, ...]]) -> float:
    """How far the clock of the database is ahead of this machine's, but for the way there."""
    clock = SystemClock()
    before = clock.now()
    row = connection.execute(_SQL["clock"]).fetchone()
    after = clock.now()
    assert row is not None
    skew: float = (row[0] - (before + (after - before) / 2)).total_seconds()
    return skew
