"""A volume of the database is full: nobody crashes in circles, and everything ends the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from relevo.adapters.postgres import embedded
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.server_account import server_account
from relevo.engine.connection import connect
from relevo.testing.crew import Crew
from relevo.testing.patience import until
from relevo.testing.postgres import cache_folder
from relevo.testing.street import Outcome, Street
from relevo.testing.volume import CannotMount, Volume, small_volume

pytestmark = pytest.mark.service

TEMPLATE = "street"
HOUSES = 80


@pytest.fixture
def volume() -> Iterator[Volume]:
    """A volume that is big enough for a database or for its log, and not for much more."""
    try:
        with small_volume(megabytes=80) as mounted:
            yield mounted
    except CannotMount as refused:
        pytest.skip(f"a full disk needs a volume of its own: {refused}")


def lines_of(crew: Crew, words: str) -> int:
    return sum(words in line for line in crew.said().splitlines())


def test_workers_wait_for_space_for_the_data_and_then_go_on(
    durable: Server,
    volume: Volume,
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
) -> None:
    """The tables are on a volume of their own. The server answers, and refuses to write."""
    space = volume.folder / "tables"
    server_account().owns(space)
    with psycopg.connect(durable.dsn_of("postgres"), autocommit=True) as connection:
        connection.execute(f"create tablespace small location '{space}'".encode())
        connection.execute(f"create database full_data template {TEMPLATE} tablespace small")
    street = place(durable.dsn_of("full_data"), HOUSES, 1)
    crew = hire(street)

    def fill_the_volume() -> None:
        volume.fill(all_but_bytes=64 * 1024)
        pids = {crew.start("w1"), crew.start("w2")}
        crew.await_words("the volume of the database is full")
        assert crew.pids() == pids
        volume.make_room()

    try:
        found = street.play(fill_the_volume)
        assert found == peaceful(HOUSES, 1)
        crew.dismiss()
        assert "Traceback" not in crew.said()
        assert "make room" in crew.said()
        assert lines_of(crew, "the volume of the database is full") < 20
    finally:
        durable.drop_database("full_data")
        with psycopg.connect(durable.dsn_of("postgres"), autocommit=True) as connection:
            connection.execute("drop tablespace small")


def test_a_server_that_stopped_for_want_of_space_for_its_log_is_started_again_and_all_goes_on(
    volume: Volume,
    short_folder: Path,
    prepared: Callable[[Path], Server],
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
) -> None:
    """Without room for its write-ahead log PostgreSQL stops itself, and all of its clients see is
    that it is gone."""
    prepared(short_folder).close()
    move_log(short_folder, volume)
    servers = [embedded.start(short_folder, cache=cache_folder())]
    street = place(servers[0].create_database("full_log", template=TEMPLATE), HOUSES, 1)
    crew = hire(street)

    def fill_the_volume() -> None:
        pids = {crew.start("w1"), crew.start("w2")}
        street.await_facts(HOUSES // 2)
        volume.fill()
        until(lambda: wants_a_new_segment(servers[0]), "the server stops")
        crew.await_words("the database does not answer")
        assert crew.pids() == pids
        volume.make_room()
        servers[0].close(mode="immediate")
        servers.append(embedded.start(short_folder, cache=cache_folder()))

    found = street.play(fill_the_volume)
    assert found == peaceful(HOUSES, 1)
    crew.dismiss()
    assert "Traceback" not in crew.said()
    servers[-1].close(mode="immediate")


def move_log(home: Path, volume: Volume) -> None:
    """Put the write-ahead log of a stopped server on that volume."""
    log, there = home / "cluster" / "pg_wal", volume.folder / "pg_wal"
    server_account().owns(there)
    server_account().run(["cp", "-a", f"{log}/.", there], folder=home)
    shutil.rmtree(log)
    log.symlink_to(there)


def wants_a_new_segment(server: Server) -> bool:
    """Make the server begin a new file of its log; True when it is gone."""
    try:
        with connect(server.dsn, autocommit=True) as connection:
            connection.execute("select pg_logical_emit_message(true, 'fill', 'x')")
            connection.execute("select pg_switch_wal()")
    except psycopg.OperationalError:
        return not answers(server)
    return False


def answers(server: Server) -> bool:
    try:
        connect(server.dsn).close()
    except psycopg.OperationalError:
        return False
    return True
