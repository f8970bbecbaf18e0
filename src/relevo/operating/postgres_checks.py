"""Looks at PostgreSQL itself: what fills up, what hangs, what is not copied anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import Connection

from relevo.engine.sql import statements
from relevo.operating.finding import Finding, Level, graded
from relevo.operating.spans import spoken
from relevo.operating.vitals import Vitals

_SQL = statements("relevo.operating", "checkup")
_Connection = Connection[tuple[Any, ...]]

OLD_TRANSACTION_S = 300.0
CONNECTIONS_LEFT = 10
PREPARED_S = 30 * 86400.0
AGE_ATTEND = 1_000_000_000
"""Of two thousand million; autovacuum begins to hurry at 200 million."""

_SHOWN = 5
_GIB = 1 << 30


def examine_postgres(connection: _Connection, vitals: Vitals) -> Iterator[Finding]:
    """Everything, one after the other."""
    yield from _connections(vitals)
    yield from _transactions(connection)
    yield from _standbys(connection, vitals)
    yield from _archiving(connection, vitals)
    yield from _journal(vitals)
    yield from _sizes(connection)


def _connections(vitals: Vitals) -> Iterator[Finding]:
    is_short = vitals.connections_left < CONNECTIONS_LEFT
    yield graded(
        Level.AILING if is_short else Level.WELL,
        what="connections",
        found=f"{vitals.connections_left} left",
        remedy="see who holds them, or raise max_connections",
        page="connections-short",
    )


def _transactions(connection: _Connection) -> Iterator[Finding]:
    span = timedelta(seconds=OLD_TRANSACTION_S)
    rows = connection.execute(_SQL["old_transactions"], {"span": span}).fetchall()
    if not rows:
        yield Finding(what="transactions", found=f"none is older than {spoken(OLD_TRANSACTION_S)}")
    for pid, program, state, age in rows[:_SHOWN]:
        yield Finding(
            what="transactions",
            found=f"{program or 'a program without a name'} (pid {pid}, {state}) "
            f"has one open for {spoken(float(age))}",
            level=Level.ATTEND,
            remedy=f"ask its owner, or: psql -c 'select pg_terminate_backend({pid})'",
            page="transaction-old",
        )


def _standbys(connection: _Connection, vitals: Vitals) -> Iterator[Finding]:
    names, in_step, all_ = connection.execute(_SQL["standbys"]).fetchall()[0]
    if not names:
        yield Finding(what="standbys", found=f"no synchronous one is asked for; {all_} connected")
    elif vitals.standby_missing is None:
        remedy = "grant pg_monitor to the account of DATABASE_URL"
        found = f"{names!r} is asked for; this account may not see whether it is there"
        yield Finding(what="standbys", found=found, level=Level.ATTEND, remedy=remedy)
    elif vitals.standby_missing:
        yield Finding(
            what="standbys",
            found=f"{names!r} is asked for, and none is there: every commit waits",
            level=Level.AILING,
            remedy="start the standby; only then think of synchronous_standby_names",
            page="standby-missing",
        )
    else:
        yield Finding(what="standbys", found=f"{in_step} in step, of {all_} connected")


def _archiving(connection: _Connection, vitals: Vitals) -> Iterator[Finding]:
    if vitals.archiving_fails is None:
        yield Finding(what="archive", found="WAL is not archived (archive_mode is off)")
        return
    failed, age = connection.execute(_SQL["archiver"]).fetchall()[0]
    last = f"the last segment {spoken(float(age))} ago" if age is not None else "none so far"
    if vitals.archiving_fails:
        yield Finding(
            what="archive",
            found=f"segment {failed} cannot be archived; {last}",
            level=Level.AILING,
            remedy="see the log of the server for what archive_command says; free its target",
            page="archiving-fails",
        )
        return
    yield Finding(what="archive", found=f"works, {last}")


def _journal(vitals: Vitals) -> Iterator[Finding]:
    prepared = vitals.journal_prepared_s
    if prepared is None:
        yield Finding(what="journal", found="not in partitions")
        return
    yield graded(
        Level.ATTEND if prepared < PREPARED_S else Level.WELL,
        what="journal",
        found=f"partitions are prepared for {spoken(max(0.0, prepared))}",
        remedy="a worker prepares them each hour; see its log",
        page="journal-unprepared",
    )


def _sizes(connection: _Connection) -> Iterator[Finding]:
    bytes_, age = connection.execute(_SQL["sizes"]).fetchall()[0]
    try:
        wal_bytes = connection.execute(_SQL["wal_bytes"]).fetchall()[0][0]
        wal = f", WAL {wal_bytes / _GIB:.2f} GiB"
    except psycopg.errors.InsufficientPrivilege:
        wal = ", WAL not to be seen without pg_monitor"
    yield Finding(what="disk", found=f"the database has {bytes_ / _GIB:.2f} GiB{wal}")
    for slot, status, behind_bytes in connection.execute(_SQL["slots"]).fetchall():
        yield Finding(
            what="disk",
            found=f"nobody reads the slot {slot} ({status}); "
            f"it keeps {behind_bytes / _GIB:.2f} GiB of WAL",
            level=Level.ATTEND,
            remedy=f"start its standby, or: psql -c \"select pg_drop_replication_slot('{slot}')\"",
            page="standby-missing",
        )
    if age > AGE_ATTEND:
        yield Finding(
            what="vacuum",
            found=f"the oldest transaction id is {age:,} behind; at 2,000,000,000 writing stops",
            level=Level.AILING,
            remedy="end old transactions and slots, then: vacuumdb --all --freeze",
            page="transaction-old",
        )
