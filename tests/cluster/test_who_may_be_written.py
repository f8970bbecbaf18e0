"""Which server is written, and that none is that must not be."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import Lane, NoPrimary, connect, patiently
from relevo.engine.engine import Engine
from relevo.engine.replay import verify_all
from relevo.testing import cluster
from relevo.testing.lamp_worker import street_lamps
from relevo.testing.lamps import OpenHouse
from relevo.testing.patience import until

pytestmark = pytest.mark.service

OPENED = OpenHouse(lamps=2, watts=40)


def engine_on(dsn: str) -> Engine:
    clock = VirtualClock(datetime(2026, 3, 1, 8, tzinfo=UTC))
    return Engine(dsn=dsn, catalogue=street_lamps(), clock=clock, performers={}, worker="w1")


def test_a_worker_refuses_a_standby_and_finds_the_primary_in_any_place_of_the_list(
    pair: Any,
) -> None:
    standby, primary = pair.b.dsn_of("street"), pair.a.dsn_of("street")
    with pytest.raises(psycopg.OperationalError, match="read-only"):
        engine_on(standby)
    both = primary.replace(str(pair.a.folder), f"{pair.b.folder},{pair.a.folder}")
    engine = engine_on(both)
    engine.tell("lamps.house", "house-1", OPENED, key="open")
    engine.turn()
    engine.close()
    until(lambda: pair.b.ask("select count(*) from process", "street") == (3,), "all is there")
    with connect(standby, reading=True, autocommit=True) as reading:
        assert verify_all(reading, engine.catalogue) == 3
    with (
        connect(primary, reading=True) as reading,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        reading.execute("delete from journal")


def test_an_old_primary_that_comes_back_acknowledges_nothing_and_follows_after_a_rewind(
    pair: Any,
) -> None:
    """It waits for its standby, which follows it no more; so nobody is told that it was written."""
    pair.a.lose_power()
    pair.fail_over()
    engine = engine_on(pair.dsn)
    engine.tell("lamps.house", "house-1", OPENED, key="open")
    pair.a.start()
    mistaken: list[BaseException | None] = []
    waiting = threading.Thread(target=_tell_alone, args=(pair.a.dsn_of("street"), mistaken))
    waiting.start()
    stuck = "select count(*) from pg_stat_activity where wait_event = 'SyncRep'"
    until(lambda: pair.a.ask(stuck) == (1,), "the old primary waits for its standby")
    assert pair.a.ask("select count(*) from mailbox", "street") == (0,)
    assert mistaken == []
    pair.a.stop("immediate")
    waiting.join()
    assert isinstance(mistaken[0], psycopg.OperationalError)
    cluster.rewind(pair.b, pair.a)
    pair.a.start()
    with pytest.raises(psycopg.OperationalError, match="read-only"):
        engine_on(pair.a.dsn_of("street"))
    engine.tell("lamps.house", "house-2", OPENED, key="open")
    engine.turn()
    engine.close()
    followed = "select count(*) from process where kind = 'lamps.house'"
    until(lambda: pair.a.ask(followed, "street") == (2,), "the old primary follows")


def _tell_alone(dsn: str, said: list[BaseException | None]) -> None:
    """As a worker would that reaches the old primary alone."""
    connection = connect(dsn)
    try:
        connection.execute(
            "insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at,"
            " external) values (0, 0, 'm', 'house-9', 'lamps.house', 'x', '{}', now(), true)"
        )
        connection.commit()
        said.append(None)
    except psycopg.Error as fault:
        said.append(fault)
    finally:
        connection.close()


def test_who_waits_for_a_primary_waits_no_longer_than_the_bound_and_is_told_what_to_do() -> None:
    nowhere = "host=/nonexistent-folder user=relevo dbname=street"
    began = elapsed_seconds()
    with pytest.raises(NoPrimary, match=r"promote its standby \(docs/howto/fail-over\.md\)"):
        patiently(lambda: connect(nowhere), within_s=0.5)
    assert 0.5 < elapsed_seconds() - began < 60


def test_what_failed_while_the_primary_was_away_is_done_when_it_is_back() -> None:
    tries: list[int] = []

    def third_time_lucky() -> int:
        tries.append(len(tries))
        if len(tries) < 3:
            raise psycopg.OperationalError("away")
        return 7

    assert patiently(third_time_lucky, within_s=30) == 7
    assert len(tries) == 3


@pytest.mark.parametrize("synchronous", [True, False])
def test_a_lane_that_was_cut_leads_to_the_server_again_with_its_settings(
    dsn: str, synchronous: bool
) -> None:
    lane = Lane(dsn, name="relevo test lane", autocommit=True, synchronous=synchronous)

    def ask(statement: str) -> Any:
        return lane.connection().execute(statement.encode()).fetchone()

    wanted = ask("show synchronous_commit")
    assert (wanted == ("off",)) or synchronous
    (before,) = ask("select pg_backend_pid()")
    with connect(dsn, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", (before,))
    with pytest.raises(psycopg.OperationalError):
        ask("select 1")
    assert ask("select pg_backend_pid()") != (before,)
    assert ask("show synchronous_commit") == wanted
    lane.close()
