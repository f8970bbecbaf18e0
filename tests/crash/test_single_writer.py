"""Four walls between a process and a second writer; each alone holds, and without all it happens.

A worker has read a house and decided; it falls asleep before it writes. Another takes its lease and
does the work. Then the first one wakes and writes what it had decided, if nothing stops it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.engine import journal, leases, signals
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine, balance
from relevo.testing.lamps import NoteRead, OpenHouse, PowerCame, SendNote, SendPower, lamps
from relevo.testing.street import START
from relevo.testing.writer_audit import watch_writers

pytestmark = pytest.mark.service

TEMPLATE = "street"
WALLS = {
    "fence": "no longer holds the lease",
    "version": "the process is not as it was read",
    "key": "a fact of that number is there already",
    "watch": "the database's own watch of this test",
}
KEYS = """
select conrelid::regclass::text, conname from pg_constraint
where contype = 'p' and (conrelid = 'journal'::regclass
                         or conrelid in (select relid from pg_partition_tree('journal')))
"""
HISTORY = "select process_id, version, name, body::text from journal order by 1, 2, 3"


@pytest.fixture
def database(durable: Server, request: pytest.FixtureRequest) -> Iterator[tuple[str, Connection]]:
    name = f"single_{abs(hash(request.node.name))}"
    dsn = durable.create_database(name, template=TEMPLATE)
    with connect(dsn, autocommit=True) as connection:
        yield dsn, connection
    signals.disarm()


def tear_down(wall: str, monkeypatch: pytest.MonkeyPatch, connection: Connection) -> None:
    """Take one wall away, and make sure that it was there."""
    match wall:
        case "fence":
            ours = b"and worker = %(worker)s and token = %(token)s"
            for name in ("fence", "fence_and_number"):
                plant(monkeypatch, leases, name, ours)
            plant(monkeypatch, journal, "put_facts", ours)
        case "version":
            guard = (
                b"and process.version = given.was_version and process.emitted = given.was_emitted"
            )
            plant(monkeypatch, journal, "change_processes", guard)
            over = b"do update set version = excluded.version, state = excluded.state"
            plant(monkeypatch, journal, "add_processes", b"do nothing", over)
        case "key":
            keys = connection.execute(KEYS).fetchall()
            assert keys
            for table, key in keys:
                connection.execute(f"alter table {table} drop constraint {key}".encode())
        case _:
            assert wall == "watch"


def plant(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, old: bytes, new: bytes = b""
) -> None:
    statement = module._SQL[name]
    assert statement.count(old) == 1, f"{name} has changed: look at how it is guarded now"
    monkeypatch.setitem(module._SQL, name, statement.replace(old, new))


@dataclass(frozen=True, slots=True)
class Night:
    """What was stored before the sleeper woke, what after, and what was put aside."""

    before: list[Any]
    after: list[Any]
    parked: list[str]


def sleep_and_wake(dsn: str, connection: Connection) -> Night:
    """Let a worker be overtaken between reading and writing."""
    clock = VirtualClock(START)
    answers: dict[type, Any] = {
        SendPower: lambda wish, errand: [PowerCame(watts=wish.watts)],
        SendNote: lambda note, errand: [NoteRead()],
    }

    def worker(name: str) -> Engine:
        return Engine(dsn=dsn, catalogue=lamps(), clock=clock, performers=answers, worker=name)

    sleeper, successor = worker("w1"), worker("w2")
    done: list[list[Any]] = []

    def fall_asleep() -> None:
        signals.disarm()
        connection.execute("update worker set seen_at = '-infinity' where name = 'w1'")
        balance(successor)
        successor.run_until_quiet()
        done.append(connection.execute(HISTORY).fetchall())

    sleeper.tell("lamps.house", "house-1", OpenHouse(lamps=2, watts=40), key="open")
    signals.watch("worker.decided", fall_asleep)
    sleeper.turn()
    sleeper.run_until_quiet()
    for engine in (sleeper, successor):
        engine.close()
    parked = connection.execute("select reason from parked").fetchall()
    return Night(done[0], connection.execute(HISTORY).fetchall(), [why for (why,) in parked])


@pytest.mark.parametrize("left", WALLS)
def test_each_wall_alone_keeps_a_second_writer_out(
    database: tuple[str, Connection], monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    dsn, connection = database
    for wall in WALLS:
        if wall != left:
            tear_down(wall, monkeypatch, connection)
    if left == "watch":
        watch_writers(connection)
    night = sleep_and_wake(dsn, connection)
    assert len(night.before) > 4
    assert night.after == night.before
    # Refused, the message is decided again on the state that is now true; nothing is put aside.
    assert night.parked == []


def test_without_any_wall_the_house_is_opened_twice(
    database: tuple[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted second writer is real: this is what the walls are for."""
    dsn, connection = database
    for wall in WALLS:
        tear_down(wall, monkeypatch, connection)
    night = sleep_and_wake(dsn, connection)
    opened = [name for _, _, name, _ in night.after if name == "lamps.house_opened"]
    assert len(opened) == 2


def test_a_session_that_writes_under_a_lease_of_another_is_refused_by_the_database(
    database: tuple[str, Connection],
) -> None:
    dsn, connection = database
    watch_writers(connection)
    connection.execute("update lease set worker = 'w1', token = 7 where bucket = 3")
    row = (
        "insert into journal (bucket, seq, process_id, version, kind, kind_version, at, name, body,"
        " caused_by) values (3, %s, 'house-1', %s, 'k', 1, now(), 'n', '{}', '')"
    )
    with connect(dsn, name="relevo w1") as first, connect(dsn, name="relevo w1") as second:
        first.execute(row, (1, 1))
        first.commit()
        with pytest.raises(psycopg.errors.ExclusionViolation, match="one_session_writes"):
            second.execute(row, (2, 2))
        second.rollback()
        connection.execute("update lease set token = 8 where bucket = 3")
        second.execute(row, (5, 2))
        second.commit()
        connection.execute("update lease set token = 7 where bucket = 3")
        with pytest.raises(psycopg.errors.ExclusionViolation, match="leases_do_not_mix"):
            first.execute(row, (6, 3))
    connection.execute("update lease set token = 9 where bucket = 3")
    with (
        connect(dsn, name="relevo w2") as other,
        pytest.raises(psycopg.errors.RaiseException, match="second writer"),
    ):
        other.execute(row, (9, 9))
