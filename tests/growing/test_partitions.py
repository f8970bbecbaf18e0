"""The journal lies in months: there is always one for what comes, and old code never notices."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import errors

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import apply, migrate, migrations
from relevo.engine import signals
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.housekeeping import keep
from relevo.engine.partitions import look_ahead, partitions
from relevo.engine.replay import verify_all
from relevo.testing.lamps import Dim, SwitchOn, lamps

FACT = (
    "insert into journal (bucket, seq, process_id, version, kind, kind_version, at, name, body,"
    " caused_by) values (1, %s, %s, 1, 'k', 1, %s, 'n', '{}', '')"
)


def shown(connection: Connection) -> list[Any]:
    return [(each.name, each.starts_at, each.ends_at) for each in partitions(connection)]


def test_a_journal_of_old_becomes_the_first_partition_without_a_copy(postgres: Server) -> None:
    dsn = postgres.create_database("journal_of_old")
    files = migrations(["relevo.engine"])
    migrate(dsn, ())
    with connect(dsn, autocommit=True) as connection:
        apply(connection, files[0])
        for number in range(50):
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
            connection.execute(FACT, (number, f"p{number}", at))
        ask = "select pg_relation_filenode('journal')"
        before = connection.execute(ask).fetchone()
        migrate(dsn, ["relevo.engine"])
        assert connection.execute(ask.replace("journal", "journal_past")).fetchone() == before
        assert connection.execute("select count(*) from journal").fetchone() == (50,)
        assert connection.execute(
            "select count(*) from pg_constraint where conname = 'journal_bound'"
        ).fetchone() == (0,)
        # What old code does is done as before, with the same guard against a second writer.
        connection.execute(FACT, (99, "p99", datetime(2026, 3, 1, tzinfo=UTC)))
        with pytest.raises(errors.UniqueViolation):
            connection.execute(FACT, (100, "p99", datetime(2026, 3, 1, tzinfo=UTC)))


def test_three_months_lie_ahead_of_the_clock_of_the_database(connection: Connection) -> None:
    look_ahead(connection)
    row = connection.execute("select now() + interval '3 months'").fetchone()
    assert row is not None
    *_, last, future = partitions(connection)
    assert (future.name, future.starts_at, future.ends_at) == ("journal_future", last.ends_at, None)
    assert future.starts_at is not None
    assert future.starts_at > row[0]
    before = shown(connection)
    assert look_ahead(connection) == []
    assert shown(connection) == before


def test_workers_that_start_together_make_each_month_once(grown: str) -> None:
    with ThreadPoolExecutor(6) as pool, ExitStack() as stack:
        opened = [stack.enter_context(connect(grown, autocommit=n % 2 == 0)) for n in range(6)]
        made = list(pool.map(look_ahead, opened))
    assert len([each for each in made if each]) == 1


def test_a_fact_of_any_year_has_a_place_and_those_of_the_far_future_get_a_partition(
    connection: Connection,
) -> None:
    for number, year in enumerate((1999, 2019, 2026, 2199)):
        connection.execute(FACT, (number, f"p{year}", datetime(year, 7, 1, tzinfo=UTC)))
    before = shown(connection)[-1][1]
    look_ahead(connection)
    *_, filled, future = partitions(connection)
    assert (filled.starts_at, filled.ends_at) == (before, datetime(2199, 8, 1, tzinfo=UTC))
    assert future.starts_at == filled.ends_at
    assert connection.execute("select count(*) from journal").fetchone() == (4,)


def test_every_instant_has_exactly_one_partition(connection: Connection) -> None:
    look_ahead(connection)
    found = partitions(connection)
    assert (found[0].starts_at, found[-1].ends_at) == (None, None)
    assert [each.ends_at for each in found[:-1]] == [each.starts_at for each in found[1:]]


def test_a_second_writer_is_refused_though_his_fact_lies_in_another_month(
    engine_at: Callable[..., Engine], connection: Connection
) -> None:
    clock = VirtualClock(datetime(2026, 1, 31, 23, 59, tzinfo=UTC))
    engine = engine_at(clock)
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=9), key="on")
    engine.run_until_quiet()
    engine.tell("lamps.lamp", "lamp-1", Dim(watts=4), key="dim")
    planted: list[int] = []

    def overtake() -> None:
        """What a writer does that no lease holds back: the same version, a minute later."""
        signals.disarm()
        planted.append(1)
        connection.execute(
            "insert into journal select bucket, seq + 1, process_id, version + 1, kind,"
            " kind_version, '2026-02-01', 'engine.operator_acted',"
            ' \'{"verb": "skip", "who": "w", "reason": "r", "target": "t"}\', caused_by'
            " from journal order by version desc limit 1"
        )
        connection.execute("update process set version = version + 1")
        connection.execute("update lease set last_seq = last_seq + 1 where last_seq > 0")

    signals.watch("worker.decided", overtake)
    try:
        engine.run_until_quiet()
    finally:
        signals.disarm()
    assert planted
    versions = "select version, at < '2026-02-01' from journal order by version"
    found = connection.execute(versions).fetchall()
    assert [version for version, _ in found] == list(range(1, len(found) + 1))
    assert [is_ours for _, is_ours in found].count(False) == 1
    assert verify_all(connection, lamps()) == 1
    assert connection.execute("select count(*) from parked").fetchone() == (0,)


def test_what_is_older_than_the_retention_is_forgotten_and_nothing_younger(
    connection: Connection,
) -> None:
    now = datetime(2028, 1, 1, tzinfo=UTC)
    connection.execute(
        "insert into handled (message_id, bucket, at)"
        " select 'm' || n, n %% 64, %s - n * interval '1 day' from generate_series(1, 1000) as n",
        (now,),
    )
    connection.execute(
        "insert into refusal (message_id, bucket, at, process_id, name, reason, detail)"
        " select 'm' || n, n %% 64, %s - n * interval '1 day', '', '', '', ''"
        " from generate_series(1, 1000) as n",
        (now,),
    )
    done = keep(connection, now)
    assert (done.handled, done.refusals) == (600, 600)
    left = (400, now - timedelta(days=400))
    assert connection.execute("select count(*), min(at) from handled").fetchone() == left
    assert connection.execute("select count(*), min(at) from refusal").fetchone() == left
    assert (keep(connection, now).handled, keep(connection, now).refusals) == (0, 0)


def test_one_round_forgets_no_more_than_it_may(connection: Connection) -> None:
    now = datetime(2028, 1, 1, tzinfo=UTC)
    connection.execute(
        "insert into handled select 'm' || n, n %% 64, %s - interval '500 days'"
        " from generate_series(1, 1000) as n",
        (now,),
    )
    assert [keep(connection, now, most=400).handled for _ in range(4)] == [400, 400, 200, 0]


def test_what_is_parked_is_not_forgotten_by_age(connection: Connection) -> None:
    connection.execute(
        "insert into parked (parked_id, bucket, role, process_id, kind, name, body, at, reason,"
        " parked_at) values ('x', 1, 'effect', 'p', 'k', 'n', '{}', %(at)s, 'r', %(at)s)",
        {"at": datetime(2019, 1, 1, tzinfo=UTC)},
    )
    keep(connection, datetime(2028, 1, 1, tzinfo=UTC))
    assert connection.execute("select count(*) from parked").fetchone() == (1,)
