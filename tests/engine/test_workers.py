"""Several workers: one writer for each process, and no write by one that lost its lease."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from relevo.engine import signals
from relevo.engine.buckets import BUCKETS, bucket_of
from relevo.engine.clock import SystemClock, VirtualClock
from relevo.engine.engine import Engine, balance
from relevo.engine.history import facts_of
from relevo.engine.leases import Superseded
from relevo.engine.replay import digest, verify_all
from relevo.engine.signals import WorkerKilled, kill_at
from relevo.testing.lamps import HOUR, OpenHouse, SwitchOn, lamps
from relevo.testing.postgres import wipe

Connection = psycopg.Connection[Any]


def tell_houses(engine: Engine, count: int) -> None:
    for number in range(count):
        opened = OpenHouse(lamps=3, watts=40)
        engine.tell("lamps.house", f"house-{number}", opened, key="open")


def share(connection: Connection) -> dict[str, int]:
    rows = connection.execute("select worker, count(*) from lease group by worker").fetchall()
    return dict(rows)


def finish(team: list[Engine]) -> None:
    """Turns of all, in turn, until nobody finds anything to do."""
    while sum(engine.turn() for engine in team):
        pass


def expire(connection: Connection, worker: str) -> None:
    """What ten seconds without a heartbeat look like."""
    connection.execute("update worker set seen_at = '-infinity' where name = %s", (worker,))


def test_two_workers_share_the_buckets_and_each_family_has_one(
    engines: Callable[..., Engine], connection: Connection, clock: VirtualClock
) -> None:
    first, second = engines("w1"), engines("w2")
    tell_houses(first, 20)
    balance(first)
    balance(second)
    balance(first)
    balance(second)
    assert share(connection) == {"w1": BUCKETS // 2, "w2": BUCKETS // 2}
    while first.turn() or second.turn():
        pass
    assert verify_all(connection, first.catalogue) == 80


def test_the_digest_is_the_same_with_one_worker_or_three_and_with_any_size_of_batch(
    engines: Callable[..., Engine], connection: Connection, dsn: str
) -> None:
    digests = set()
    for workers, batch in ((1, 1000), (1, 1), (1, 7), (3, 2)):
        clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
        team = [engines(f"w{n}", batch=batch, clock=clock) for n in range(workers)]
        for _ in range(2):
            for engine in team:
                balance(engine)
        tell_houses(team[0], 12)
        finish(team)
        clock.advance_to(clock.now() + HOUR)
        finish(team)
        digests.add(digest(connection))
        for engine in team:
            engine.close()
        wipe(dsn)
    assert len(digests) == 1


def test_a_worker_that_left_in_good_order_is_followed_at_once(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    first = engines("w1")
    balance(first)
    first.close()
    second = engines("w2")
    balance(second)
    assert share(connection) == {"w2": BUCKETS}


def test_the_leases_of_a_silent_worker_are_taken_over_when_they_expire(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    first, second = engines("w1"), engines("w2")
    tell_houses(first, 3)
    balance(first)
    balance(second)
    assert share(connection) == {"w1": BUCKETS}
    expire(connection, "w1")
    balance(second)
    assert share(connection) == {"w2": BUCKETS}
    assert second.run_until_quiet() > 0


def test_a_stale_worker_cannot_write_over_its_successor(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    """It has read and decided; while it sleeps, another worker takes over and does the work."""
    stale, successor = engines("w1"), engines("w2")
    tell_houses(stale, 1)
    balance(stale)

    def fall_asleep() -> None:
        signals.disarm()
        expire(connection, "w1")
        balance(successor)
        successor.run_until_quiet()

    signals.watch("worker.decided", fall_asleep)
    stale.run_until_quiet()
    opened = [each for each in facts_of(connection, "house-0") if each.process_id == "house-0"]
    assert [type(each.fact).__name__ for each in opened].count("HouseOpened") == 1
    assert verify_all(connection, stale.catalogue) == 4


def test_a_worker_of_the_same_name_is_the_same_worker_started_again(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    old = engines("w1")
    balance(old)
    tokens = connection.execute("select sum(token) from lease").fetchone()
    new = engines("w1")
    balance(new)
    assert tokens == (BUCKETS,)
    assert connection.execute("select sum(token) from lease").fetchone() == (2 * BUCKETS,)
    tell_houses(new, 1)
    with pytest.raises(Superseded, match="a later worker is called 'w1'"):
        balance(old)
    assert new.run_until_quiet() > 0


def test_the_numbers_of_a_bucket_have_no_gaps(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    engine = engines(batch=3)
    tell_houses(engine, 30)
    kill_at("worker.before_commit", nth=4)
    with pytest.raises(WorkerKilled):
        engine.run_until_quiet()
    engine = engines(batch=3)
    engine.run_until_quiet()
    rows = connection.execute(
        "select bucket, min(seq), max(seq), count(*) from journal group by bucket"
    ).fetchall()
    assert all(low == 1 and high == many for _, low, high, many in rows)


def test_a_family_lies_in_one_bucket() -> None:
    assert bucket_of("house-1") == bucket_of("house-1/lamp-2")
    assert {bucket_of(f"house-{number}") for number in range(2000)} == set(range(BUCKETS))


def test_a_lost_connection_is_replaced_and_the_work_goes_on(
    engine: Engine, connection: Connection
) -> None:
    tell_houses(engine, 2)
    engine.turn()
    connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name like 'relevo w1%' and pid <> pg_backend_pid()"
    )
    engine.run_until_quiet()
    engine.tell("lamps.lamp", "lamp-9", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    assert verify_all(connection, engine.catalogue) == 9


def test_the_loop_of_production_works_until_it_is_stopped(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    engine = engines(clock=SystemClock(), performer_threads=3)
    stop, lit = threading.Event(), threading.Event()

    def see() -> None:
        row = connection.execute("select count(*) from process where state->>'noted' = 'true'")
        if row.fetchone() == (6,):
            lit.set()

    signals.watch("worker.after_commit", see)
    loop = threading.Thread(target=engine.run, args=(stop,))
    loop.start()
    teller = engines("teller", clock=SystemClock())
    tell_houses(teller, 2)
    assert lit.wait(20)
    stop.set()
    loop.join(20)
    assert not loop.is_alive()


def test_the_catalogue_of_lamps_names_every_effect_that_wants_a_performer() -> None:
    assert {effect.__name__ for effect in lamps().effects()} == {"SendPower", "SendNote"}
