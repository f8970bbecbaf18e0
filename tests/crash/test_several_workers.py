"""Up to six workers on one database: one dies, others sleep, and no process has two writers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.engine.buckets import BUCKETS
from relevo.engine.connection import connect
from relevo.engine.leases import LEASE, RENEW_SECONDS
from relevo.testing.crew import Crew
from relevo.testing.lamp_worker import SUPERSEDED
from relevo.testing.patience import until
from relevo.testing.street import Outcome, Street
from relevo.testing.writer_audit import watch_writers, writers

pytestmark = pytest.mark.service

Connection = psycopg.Connection[Any]
TEMPLATE = "street"
TAKEN_OVER_WITHIN = timedelta(seconds=10)
HOUSES = 120


@pytest.fixture
def watched(durable: Server, request: pytest.FixtureRequest) -> Iterator[tuple[str, Connection]]:
    """A database that refuses a second writer, and a look at it."""
    dsn = durable.create_database(f"several_{abs(hash(request.node.name))}", template=TEMPLATE)
    with connect(dsn, autocommit=True) as connection:
        watch_writers(connection)
        yield dsn, connection


def shares(connection: Connection) -> dict[str, int]:
    rows = connection.execute(
        "select worker, count(*) from lease where worker is not null group by worker"
    ).fetchall()
    return dict(rows)


def await_shares(connection: Connection, names: set[str]) -> None:
    """Until each of them has its share of the buckets."""
    least = BUCKETS // len(names) - 1

    def is_shared() -> bool:
        found = shares(connection)
        return found.keys() == names and min(found.values()) >= least

    until(is_shared, f"{sorted(names)} share the buckets", 30)


def now(connection: Connection) -> datetime:
    row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


def test_a_lease_and_one_look_for_it_fit_into_ten_seconds() -> None:
    assert LEASE + timedelta(seconds=RENEW_SECONDS) < TAKEN_OVER_WITHIN


@pytest.mark.parametrize("count", [2, 6])
def test_the_work_of_a_killed_worker_is_taken_over_within_ten_seconds(
    watched: tuple[str, Connection],
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
    count: int,
) -> None:
    dsn, connection = watched
    street = place(dsn, HOUSES, 1)
    crew = hire(street)
    names = {f"w{number}" for number in range(1, count + 1)}
    for name in sorted(names):
        crew.start(name)
    await_shares(connection, names)
    street.light_up()
    street.settle()
    crew.kill("w1")
    died_at = now(connection)
    street.dim()
    street.settle()
    left_behind = {each.bucket for each in writers(connection) if each.worker == "w1"}
    late = {
        each.bucket: each.first_at - died_at
        for each in writers(connection)
        if each.bucket in left_behind and each.first_at > died_at
    }
    assert late
    assert max(late.values()) < TAKEN_OVER_WITHIN
    street.burn_down()
    assert street.outcome() == peaceful(HOUSES, 1)
    crew.dismiss()


SLEEPERS = {
    "w1": "worker.decided",  # it has read and decided, and not yet taken the lock of the lease
    "w2": "worker.before_commit",  # it holds the lock of its bucket
    "w3": "performer.after_send",  # the outside has answered, and nobody wrote it down
}


def test_a_worker_that_slept_past_its_lease_commits_nothing_stale(
    watched: tuple[str, Connection],
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
) -> None:
    """Three are stopped in the middle of their work; the fourth does it, none of it twice."""
    dsn, connection = watched
    street = place(dsn, HOUSES, 1)
    crew = hire(street)
    for name, point in SLEEPERS.items():
        crew.start(name, freeze_at=point)
    crew.start("w4")
    await_shares(connection, {*SLEEPERS, "w4"})
    for name in SLEEPERS:
        crew.order_to_freeze(name)
    street.light_up()
    for name in SLEEPERS:
        until(lambda: crew.is_frozen(name), f"{name} sleeps")  # noqa: B023 - asked at once
    slept_at = now(connection)
    until(lambda: shares(connection) == {"w4": BUCKETS}, "w4 has all of the work")
    assert now(connection) - slept_at < TAKEN_OVER_WITHIN
    street.settle()
    for name in SLEEPERS:
        crew.thaw(name)
    street.dim()
    street.settle()
    street.burn_down()
    assert street.outcome() == peaceful(HOUSES, 1)
    assert len(crew.pids()) == 4
    crew.dismiss()
    assert "Traceback" not in crew.said()


def test_a_worker_that_wakes_late_leaves_its_name_to_the_one_that_was_started_meanwhile(
    watched: tuple[str, Connection],
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
) -> None:
    """Even when the server has cut it off meanwhile, so that it has to connect anew."""
    dsn, connection = watched
    street = place(dsn, 20, 1)
    old, new = hire(street, freeze_at="worker.decided"), hire(street)
    old.start("w1")
    await_shares(connection, {"w1"})
    old.order_to_freeze("w1")
    street.light_up()
    until(lambda: old.is_frozen("w1"), "w1 sleeps")
    new.start("w1")
    street.settle()
    connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'relevo w1' and state like 'idle in transaction%'"
    )
    old.thaw("w1")
    assert old.exit_code("w1") == SUPERSEDED
    assert "a later worker is called 'w1'" in old.said()
    street.dim()
    street.settle()
    street.burn_down()
    assert street.outcome() == peaceful(20, 1)
    new.dismiss()
