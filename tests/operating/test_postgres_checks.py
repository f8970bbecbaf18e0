"""The doctor sees what ails PostgreSQL itself, on a server of its own that is really ill."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from relevo.adapters.postgres.embedded import embedded
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import elapsed_seconds
from relevo.operating.checkup import examine_site
from relevo.operating.finding import Finding, Level
from relevo.operating.metrics import SiteCollector
from relevo.testing.postgres import ENGINE, cache_folder

pytestmark = pytest.mark.service
PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that archives to nowhere."""
    folder = _reachable(tmp_path_factory.mktemp("ailing"))
    with embedded(folder, durable=False, cache=cache_folder()) as server:
        ask(
            server.dsn,
            "alter system set archive_mode = on",
            "alter system set archive_command = 'false'",
        )
    with embedded(folder, durable=False, cache=cache_folder()) as server:
        migrate(server.dsn, ENGINE)
        yield server.dsn


def _reachable(folder: Path) -> Path:
    """As root, the server runs under an account that must get to the folder."""
    for each in (folder, folder.parent, folder.parent.parent):
        each.chmod(0o755)
    return folder


def ask(dsn: str, *statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def until(holds: Callable[[], bool]) -> None:
    began = elapsed_seconds()
    while not holds():
        assert elapsed_seconds() - began < PATIENCE_S
        threading.Event().wait(0.1)


def found(dsn: str, what: str) -> list[Finding]:
    return [each for each in examine_site(dsn, ENGINE) if each.what == what]


def told(dsn: str) -> dict[str, float]:
    return {
        sample.name: sample.value
        for metric in SiteCollector(dsn).collect()
        for sample in metric.samples
        if not sample.labels
    }


def test_wal_that_cannot_be_archived_is_seen(dsn: str) -> None:
    ask(dsn, "create table if not exists written (n int)", "insert into written values (1)")
    ask(dsn, "select pg_switch_wal()")
    until(lambda: found(dsn, "archive")[0].level is Level.AILING)
    (ill,) = found(dsn, "archive")
    assert "cannot be archived" in ill.found
    assert ill.page == "archiving-fails"
    assert told(dsn)["relevo_database_archiving_fails"] == 1


def test_commits_that_wait_for_a_standby_that_is_not_there_are_seen(dsn: str) -> None:
    assert "relevo_database_standby_missing" not in told(dsn)
    ask(dsn, "alter system set synchronous_standby_names = 'standby_1'", "select pg_reload_conf()")
    try:
        until(lambda: found(dsn, "standbys")[0].level is Level.AILING)
        (ill,) = found(dsn, "standbys")
        assert "every commit waits" in ill.found
        assert told(dsn)["relevo_database_standby_missing"] == 1
    finally:
        ask(dsn, "alter system set synchronous_standby_names = ''", "select pg_reload_conf()")
    until(lambda: found(dsn, "standbys")[0].level is Level.WELL)


def test_a_slot_that_nobody_reads_is_named_with_what_it_keeps(dsn: str) -> None:
    ask(dsn, "select pg_create_physical_replication_slot('standby_1', true)")
    try:
        ill = next(each for each in found(dsn, "disk") if each.level is Level.ATTEND)
    finally:
        ask(dsn, "select pg_drop_replication_slot('standby_1')")
    assert "standby_1" in ill.found
    assert "pg_drop_replication_slot('standby_1')" in ill.remedy


def test_few_connections_left_are_seen_while_there_is_one_to_look_with(dsn: str) -> None:
    with ExitStack() as held:
        for _ in range(90):
            held.enter_context(psycopg.connect(dsn))
        (ill,) = found(dsn, "connections")
        assert ill.level is Level.AILING
        assert told(dsn)["relevo_database_connections_left"] < 10


def test_an_account_that_may_see_little_is_told_what_to_ask_for(dsn: str) -> None:
    ask(
        dsn,
        "create role modest login",
        "grant select on all tables in schema public to modest",
        "alter system set synchronous_standby_names = 'standby_1'",
        "select pg_reload_conf()",
    )
    try:
        modest = f"{dsn} options='-c role=modest'"
        until(lambda: "may not see" in found(modest, "standbys")[0].found)
        assert "pg_monitor" in found(modest, "standbys")[0].remedy
        assert "WAL not to be seen" in found(modest, "disk")[0].found
        assert "relevo_database_standby_missing" not in told(modest)
    finally:
        ask(dsn, "alter system set synchronous_standby_names = ''", "select pg_reload_conf()")
