"""The least that the database must do for the same day: the same rows, by bare SQL.

One engine lives through the day and every write that it makes is kept, transaction by transaction,
with the parameters as they were. The *floor* is these writes alone, made again on an empty database
by two connections of two processes, each with its half of the buckets: the same rows in the same
batches, with nothing read, decided, encoded or decoded. What other sessions put in (the mailbox) is
copied in, which is the cheapest way there is.

Engine and floor are run in turn, several times: a machine that others use gives another figure each
minute, and only what ran next to each other can be compared.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psycopg
from psycopg import sql
from typing_extensions import override

from relevo.adapters.postgres.embedded import Server
from relevo.bench.country import catalogue, letters, performers, steps, timetable
from relevo.bench.day import NotAllThere, Say, check_all_live, run_day
from relevo.bench.ground import fresh_database, own_cpu_s, server_cpu_s
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.engine import BATCH, Engine, balance
from relevo.engine.sql import statements

CONNECTIONS = 2
_SQL = statements("relevo.bench", "floor")
_SPAWN = multiprocessing.get_context("spawn")
_WRITES = (b"insert into ", b"update ", b"delete from ")
_NOT_ROWS_OF_THE_DAY = (b"worker",)
_NUMBERS = b"last_seq"  # a lease counts the facts of its bucket; the rest of it is not the day's


@dataclass(frozen=True, slots=True)
class Write:
    """One statement; ``rows`` when it is a COPY."""

    text: bytes
    given: Any = None
    rows: list[tuple[Any, ...]] | None = None


@dataclass(slots=True)
class Transaction:
    """Writes that were committed together; each transaction of the engine is in one bucket."""

    number: int
    bucket: int = -1
    writes: list[Write] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Floor:
    """Engine and floor, in turn."""

    ports: int
    engine_s: list[float]
    floor_s: list[float]
    engine_cpu_s: list[float]
    floor_cpu_s: list[float]

    def figures(self) -> dict[str, Any]:
        """The ratio is the floor's time over the engine's: 1 would be an engine for nothing."""
        ratios = [b / a for a, b in zip(self.engine_s, self.floor_s, strict=True)]
        in_cpu = [b / a for a, b in zip(self.engine_cpu_s, self.floor_cpu_s, strict=True)]
        return {
            "ports": self.ports,
            "rounds": len(ratios),
            "engine_s": self.engine_s,
            "floor_s": self.floor_s,
            "ratio": {"median": median(ratios), "least": min(ratios), "most": max(ratios)},
            "ratio_in_cpu": {"median": median(in_cpu), "least": min(in_cpu), "most": max(in_cpu)},
        }


def measure_floor(server: Server, ports: int, *, rounds: int, say: Say) -> Floor:
    """Run engine and floor in turn. Raises NotAllThere when the floor left other rows behind."""
    recorded = _record(server, ports)
    floor = Floor(ports, [], [], [], [])
    for number in range(1, rounds + 1):
        day = run_day(server, ports, say=_hush, name="floor_engine")
        floor.engine_s.append(sum(phase.seconds for phase in day.phases))
        floor.engine_cpu_s.append(
            day.caller_cpu_s + sum(each.cpu_python_s + each.cpu_postgres_s for each in day.phases)
        )
        took_s, cpu_s = _replay(server, recorded)
        floor.floor_s.append(took_s)
        floor.floor_cpu_s.append(cpu_s)
        say(f"   round {number}: engine {floor.engine_s[-1]:.1f} s, floor {took_s:.1f} s")
    return floor


# -- what the engine writes -----------------------------------------------------------------------


class _Tape:
    """The writes of one connection, in order. Numbers of transactions are PostgreSQL's own."""

    def __init__(self) -> None:
        self.transactions: list[Transaction] = []

    def now(self, connection: psycopg.Connection[Any]) -> Transaction:
        """The transaction that is under way."""
        row = psycopg.Cursor(connection).execute(_SQL["transaction"]).fetchone()
        assert row is not None
        number = int(row[0])
        if not self.transactions or self.transactions[-1].number != number:
            self.transactions.append(Transaction(number))
        return self.transactions[-1]


def _recording(tape: _Tape) -> type[psycopg.Cursor[Any]]:
    class Recording(psycopg.Cursor[Any]):
        """A cursor that keeps what it writes, and the bucket that is fenced for it."""

        @override
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            made = super().execute(query, params, **options)
            bucket = params.get("bucket") if isinstance(params, dict) else None
            if isinstance(bucket, int):
                tape.now(self.connection).bucket = bucket
            if not isinstance(query, bytes):  # begin, listen: nothing that a row comes of
                return made
            if b"insert into mailbox" in query:
                mail = _mail(self.connection, params["message_id"])
                tape.now(self.connection).writes.append(mail)
            elif _is_write(query):
                tape.now(self.connection).writes.append(Write(query, params))
            return made

        @override
        @contextmanager
        def copy(self, statement: Any, *given: Any, **options: Any) -> Iterator[Any]:
            rows: list[tuple[Any, ...]] = []
            with super().copy(statement, *given, **options) as copy:
                yield _Tapped(copy, rows)
            tape.now(self.connection).writes.append(Write(statement, rows=rows))

    return Recording


class _Tapped:
    def __init__(self, copy: psycopg.Copy, rows: list[tuple[Any, ...]]) -> None:
        self._copy = copy
        self._rows = rows

    def write_row(self, row: Sequence[Any]) -> None:
        self._rows.append(tuple(row))
        self._copy.write_row(row)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A day on tape: the transactions by connection, the leases and what was there at the end."""

    halves: list[list[Transaction]]
    leases: list[tuple[Any, ...]]
    rows: dict[str, int]


def _record(server: Server, ports: int) -> _Recorded:
    """One day of one engine."""
    dsn = fresh_database(server, "floor_tape")
    clock, tape = VirtualClock(timetable().prepared), _Tape()
    engine = Engine(
        dsn=dsn, catalogue=catalogue(), clock=clock, performers=performers(), batch=BATCH
    )
    with connect(dsn, autocommit=True) as connection:
        balance(engine)
        leases = connection.execute(_SQL["leases"]).fetchall()
        engine.connection.cursor_factory = _recording(tape)
        for step in steps():
            clock.advance_to(step.at)
            engine.tell_many(letters(step, ports))
            for bucket, ids in connection.execute(_SQL["told"]).fetchall():
                told = Transaction(0, bucket, [_mail(connection, ids)])
                tape.transactions.append(told)
            engine.run_until_quiet()
        engine.connection.cursor_factory = psycopg.Cursor
        rows = _count(connection)
    engine.close()
    check_all_live(dsn, ports)
    halves: list[list[Transaction]] = [[] for _ in range(CONNECTIONS)]
    for transaction in tape.transactions:
        if transaction.writes:
            assert transaction.bucket >= 0, f"in which bucket is {transaction.writes}?"
            halves[transaction.bucket % CONNECTIONS].append(transaction)
    return _Recorded(halves, leases, rows)


def _is_write(query: bytes) -> bool:
    lines = (line for line in query.lower().splitlines() if not line.startswith(b"--"))
    text = b" ".join(lines)
    is_ours = any(word in text for word in _NOT_ROWS_OF_THE_DAY) and _NUMBERS not in text
    return not is_ours and any(word in text for word in _WRITES)


def _mail(connection: psycopg.Connection[Any], ids: Any) -> Write:
    """These rows of the mailbox with all their columns, as a COPY."""
    with psycopg.Cursor(connection) as cursor:
        rows = cursor.execute(_SQL["mail"], {"ids": ids}).fetchall()
        names = [column.name for column in cursor.description or ()]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        text = sql.SQL("copy mailbox ({}) from stdin").format(columns)
        return Write(text.as_bytes(connection), rows=rows)


# -- the floor ------------------------------------------------------------------------------------


def _replay(server: Server, recorded: _Recorded) -> tuple[float, float]:
    """Write it all again; returns seconds and CPU seconds (clients and server)."""
    dsn = fresh_database(server, "floor")
    with connect(dsn, autocommit=True) as connection, _SPAWN.Pool(CONNECTIONS) as pool:
        with connection.cursor() as cursor:
            cursor.executemany(_SQL["lease"], recorded.leases)
        pool.map(_warm_up, [dsn] * CONNECTIONS, chunksize=1)
        server_before = server_cpu_s(connection)
        spans = pool.starmap(_write_all, [(dsn, half) for half in recorded.halves], chunksize=1)
        server_cpu = server_cpu_s(connection) - server_before
        found = _count(connection)
    if found != recorded.rows:
        raise NotAllThere(f"the floor left {found}; the engine {recorded.rows}")
    took = max(end for _, end, _ in spans) - min(begin for begin, _, _ in spans)
    return took, server_cpu + sum(cpu for _, _, cpu in spans)


def _warm_up(dsn: str) -> None:
    connect(dsn).close()


def _write_all(dsn: str, transactions: Sequence[Transaction]) -> tuple[float, float, float]:
    """When it began, when it ended (the machine's stopwatch), and the CPU of this process."""
    with connect(dsn, name="relevo floor") as connection:
        cpu_before, began = own_cpu_s(), elapsed_seconds()
        for transaction in transactions:
            _write_again(connection, transaction)
            connection.commit()
        return began, elapsed_seconds(), own_cpu_s() - cpu_before


def _write_again(connection: psycopg.Connection[Any], transaction: Transaction) -> None:
    """What is copied in first, then all the rest without waiting for one answer after the other."""
    with connection.cursor() as cursor:
        for write in transaction.writes:
            if write.rows is not None:
                with cursor.copy(write.text) as copy:
                    for row in write.rows:
                        copy.write_row(row)
    with connection.pipeline():
        for write in transaction.writes:
            if write.rows is None:
                connection.execute(write.text, write.given)


def _count(connection: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(connection.execute(_SQL["rows"]).fetchall())


def _hush(_: str) -> None:
    """Rounds say their own line."""
