"""What Prometheus is told is true, is named as it wants, and costs little to find out."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from tests.operating.conftest import Connection, Engines, Grid

import relevo
from relevo.engine.catalogue import Catalogue, Listener
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.recorded import Recorded
from relevo.operating.metrics import SiteCollector, WorkerMeters
from relevo.operating.vitals import COUNTED_MOST, look, onlooker
from relevo.testing.lamps import OpenHouse, PowerWanted, ShortCircuit, SwitchOn, lamps

REPOSITORY = Path(relevo.__file__).parent.parent.parent
UNITS = ("_seconds", "_bytes", "_total", "_info", "_facts", "_messages")
COUNTS = {
    "relevo_mail_waiting",
    "relevo_effects_waiting",
    "relevo_effects_retried",
    "relevo_parked",
    "relevo_timers_overdue",
    "relevo_buckets_without_worker",
    "relevo_workers_alive",
    "relevo_database_up",
    "relevo_database_connections_left",
    "relevo_database_archiving_fails",
    "relevo_database_standby_missing",
}
"""Gauges that count things, or say yes or no; all others end in their unit."""


def value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    found = registry.get_sample_value(name, labels)
    assert found is not None, f"there is no {name} {labels}"
    return found


def site(dsn: str, *listeners: str) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(SiteCollector(dsn, listeners))
    return registry


def ours(metrics: list[Metric]) -> list[Metric]:
    return [metric for metric in metrics if metric.name.startswith("relevo_")]


def test_a_worker_counts_its_messages_effects_and_parkings(engines: Engines, grid: Grid) -> None:
    meters = WorkerMeters("w1")
    engine = engines()
    engine.observe(meters)
    engine.tell("lamps.house", "h1", OpenHouse(lamps=2, watts=5), key="open")
    engine.run_until_quiet()
    grid.fault = Temporary("not now")
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    grid.fault = Permanent("never")
    engine.tell("lamps.lamp", "lamp-2", SwitchOn(watts=5), key="on")
    engine.tell("lamps.lamp", "lamp-3", ShortCircuit(), key="short")
    engine.run_until_quiet()
    told = meters.registry
    effects = {
        outcome: value(told, "relevo_effects_total", effect="lamps.send_power", outcome=outcome)
        for outcome in ("done", "again", "parked")
    }
    assert effects == {"done": 2, "again": 1, "parked": 1}
    spent = value(told, "relevo_effect_duration_seconds_count", effect="lamps.send_power")
    assert spent == sum(effects.values())
    assert value(told, "relevo_parkings_total", role="effect", word="lamps.send_power") == 1
    assert value(told, "relevo_parkings_total", role="message", word="lamps.short_circuit") == 1
    handled = value(told, "relevo_messages_handled_total")
    assert handled == value(told, "relevo_batch_messages_sum")
    assert handled >= 8
    assert value(told, "relevo_batch_duration_seconds_count") > 0
    assert value(told, "relevo_worker_info", worker="w1", release="0.1.0") == 1


def test_a_listener_that_is_behind_is_seen_in_facts_and_in_seconds(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    def forget(cursor: Any, facts: list[Recorded]) -> None:
        del cursor, facts

    def listening() -> Catalogue:
        return lamps(listeners=(Listener("board", (PowerWanted,), forget),))

    plain = engines("w1")
    plain.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    plain.run_until_quiet()
    facts = value(site(dsn, "board"), "relevo_listener_lag_facts", listener="board")
    assert facts == connection.execute("select count(*) from journal").fetchall()[0][0] > 0
    assert value(site(dsn, "board"), "relevo_listener_lag_seconds", listener="board") > 0
    plain.close()
    meters = WorkerMeters("w2")
    second = engines("w2", listening())
    second.observe(meters)
    second.run_until_quiet()
    assert value(site(dsn), "relevo_listener_lag_facts", listener="board") == 0
    assert value(site(dsn), "relevo_listener_lag_seconds", listener="board") == 0
    assert value(meters.registry, "relevo_listener_facts_total", listener="board") == facts


def test_the_age_of_the_queue_is_that_of_its_oldest_message_that_is_not_held(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engine = engines()
    for lamp in ("lamp-1", "lamp-2", "lamp-3"):
        engine.tell("lamps.lamp", lamp, SwitchOn(watts=5), key="on")
    assert value(site(dsn), "relevo_mail_waiting") == 3
    old = "update mailbox set at = at - %s::interval, held = %s where process_id = %s"
    connection.execute(old, (timedelta(hours=2), True, "lamp-1"))
    connection.execute(old, (timedelta(hours=1), False, "lamp-2"))
    told = site(dsn)
    assert 3600 <= value(told, "relevo_queue_age_seconds") < 7200
    (bucket,) = connection.execute(
        "select bucket from mailbox where process_id = 'lamp-2'"
    ).fetchall()[0]
    assert value(told, "relevo_queue_bucket_age_seconds", bucket=str(bucket)) >= 3600
    assert value(told, "relevo_mail_waiting") == 2


def test_an_old_message_of_a_late_wave_is_seen_behind_a_young_one_of_the_first(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=6), key="again")
    connection.execute(
        "update mailbox set wave = 7, at = at - interval '1 hour' where message_id = 'lamp-1:again'"
    )
    assert value(site(dsn), "relevo_queue_age_seconds") >= 3600


def test_parked_things_are_counted_by_role_with_the_age_of_the_oldest(
    engines: Engines, grid: Grid, dsn: str, connection: Connection
) -> None:
    grid.fault = Permanent("never")
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.tell("lamps.lamp", "lamp-2", ShortCircuit(), key="short")
    engine.run_until_quiet()
    connection.execute("update parked set parked_at = parked_at - interval '1 day'")
    told = site(dsn)
    assert {
        role: value(told, "relevo_parked", role=role) for role in ("message", "effect", "fact")
    } == {"message": 1, "effect": 1, "fact": 0}
    assert value(told, "relevo_parked_oldest_seconds", role="effect") >= 86400
    assert value(told, "relevo_parked_oldest_seconds", role="fact") == 0


def test_an_effect_that_is_tried_again_is_told_from_one_that_nobody_tries(
    engines: Engines, grid: Grid, dsn: str, connection: Connection
) -> None:
    grid.fault = Temporary("not now")
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    told = site(dsn)
    assert value(told, "relevo_effects_waiting") == 1
    assert value(told, "relevo_effects_retried") == 1
    assert value(told, "relevo_effects_late_seconds") == 0
    connection.execute("update outbox set due = now() - interval '1 hour', attempts = 0")
    told = site(dsn)
    assert value(told, "relevo_effects_retried") == 0
    assert value(told, "relevo_effects_late_seconds") >= 3600


def test_timers_that_did_not_go_off_are_counted(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    assert value(site(dsn), "relevo_timers_overdue") == 0
    connection.execute("update timer set due = now() - interval '1 hour'")
    told = site(dsn)
    assert value(told, "relevo_timers_overdue") == 1
    assert value(told, "relevo_timers_overdue_oldest_seconds") >= 3600


def test_buckets_whose_worker_died_are_counted_until_another_takes_them(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    assert value(site(dsn), "relevo_buckets_without_worker") == 64
    first = engines("w1")
    first.turn()
    told = site(dsn)
    assert value(told, "relevo_buckets_without_worker") == 0
    assert value(told, "relevo_workers_alive") == 1
    connection.execute("update worker set seen_at = now() - interval '1 minute'")
    told = site(dsn)
    assert value(told, "relevo_buckets_without_worker") == 64
    assert value(told, "relevo_workers_alive") == 0
    engines("w2").turn()
    assert value(site(dsn), "relevo_buckets_without_worker") == 0


def test_a_database_that_does_not_answer_is_a_value_and_no_error() -> None:
    told = site("host=127.0.0.1 port=9 dbname=none connect_timeout=1")
    assert value(told, "relevo_database_up") == 0
    assert told.get_sample_value("relevo_queue_age_seconds") is None


def test_looking_reads_no_more_when_there_are_more_timers_and_processes(
    dsn: str, connection: Connection
) -> None:
    connection.execute(
        "insert into timer (process_id, name, bucket, kind, due, armed) "
        "select 'p' || n, 't', n %% 64, 'k', now() + interval '1 day', 1 "
        "from generate_series(1, %s) as n",
        (20_000,),
    )
    connection.execute("analyze timer")
    with onlooker(dsn, name="relevo test") as watched:
        look(watched)  # the first look fills the caches of the catalogue
        watched.execute("select pg_stat_force_next_flush()")
        before = _rows_read(connection, "timer")
        vitals = look(watched)
        watched.execute("select pg_stat_force_next_flush()")
        read = _rows_read(connection, "timer") - before
    assert vitals.timers_overdue == 0
    assert read <= 3 * 64


def _rows_read(connection: Connection, table: str) -> int:
    row = connection.execute(
        "select seq_tup_read + coalesce((select sum(idx_tup_read) from pg_stat_user_indexes as i "
        "where i.relid = t.relid), 0) from pg_stat_user_tables as t where relname = %s",
        (table,),
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_queue_is_counted_no_further_than_it_says(connection: Connection, dsn: str) -> None:
    connection.execute(
        "insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)"
        " select n %% 64, 0, 'm' || n, 'p' || n, 'k', 'w', '', now(), true"
        " from generate_series(1, %s) as n",
        (COUNTED_MOST + 10,),
    )
    assert value(site(dsn), "relevo_mail_waiting") == COUNTED_MOST


@pytest.fixture
def all_metrics(dsn: str) -> list[Metric]:
    return ours([*WorkerMeters("w1").registry.collect(), *SiteCollector(dsn, ["board"]).collect()])


def test_names_are_as_prometheus_wants_them(all_metrics: list[Metric]) -> None:
    for metric in all_metrics:
        shown = f"{metric.name}_total" if metric.type == "counter" else metric.name
        shown = f"{shown}_info" if metric.type == "info" else shown
        assert re.fullmatch(r"relevo(_[a-z]+)+", shown), shown
        assert shown.endswith(UNITS) or shown in COUNTS, f"{shown} has no unit"
        assert metric.documentation.endswith("."), shown


def test_only_things_that_are_few_are_labels(all_metrics: list[Metric]) -> None:
    few = {"bucket", "listener", "role", "word", "effect", "outcome", "worker", "release", "le"}
    few |= {"level", "logger"}
    labels = {label for metric in all_metrics for each in metric.samples for label in each.labels}
    assert labels <= few


def test_the_page_of_metrics_is_as_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "tools/metrics.py", "--check"], cwd=REPOSITORY, check=False
    )
    assert done.returncode == 0, "run tools/metrics.py"
