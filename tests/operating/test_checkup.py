"""The doctor finds what ails a site, and says the next step."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.operating.conftest import Connection, Engines, Grid
from typer.testing import CliRunner

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import Migration, migrate, migrations
from relevo.cli import app
from relevo.engine.connection import connect
from relevo.engine.performer import Permanent, Temporary
from relevo.operating import schema as schema_module
from relevo.operating.checkup import examine_site
from relevo.operating.finding import Finding, Level
from relevo.operating.spans import spoken
from relevo.operating.vitals import COUNTED_MOST
from relevo.testing.lamps import ShortCircuit, SwitchOn
from relevo.testing.postgres import ENGINE, clone
from relevo.wiring import SCHEMA_PACKAGES

WELL = {Level.WELL}


def found(dsn: str, what: str) -> list[Finding]:
    findings = [each for each in examine_site(dsn, ENGINE) if each.what == what]
    assert findings, f"nothing was said of {what}"
    return findings


def the_ill(dsn: str, what: str) -> Finding:
    """The first of these findings that is not well; it says what to do, and where to read on."""
    ill = next(each for each in found(dsn, what) if each.level is not Level.WELL)
    assert ill.remedy
    assert Path(ill.link).name == f"{ill.page}.md"
    return ill


def test_a_site_that_is_well_is_found_well(engines: Engines, dsn: str) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    findings = list(examine_site(dsn, ENGINE))
    assert {each.level for each in findings} == WELL, [f for f in findings if f.level not in WELL]
    said = {each.what for each in findings}
    assert {
        "database",
        "schema",
        "clock",
        "workers",
        "leases",
        "queue",
        "timers",
        "effects",
    } <= said
    assert {"parked", "connections", "transactions", "standbys", "archive", "disk"} <= said


def test_a_site_without_a_worker_is_ill(dsn: str) -> None:
    assert the_ill(dsn, "workers").level is Level.AILING


def test_a_worker_that_died_is_named(engines: Engines, dsn: str, connection: Connection) -> None:
    engines("w1").turn()
    connection.execute("update worker set seen_at = now() - interval '3 hours'")
    engines("w2").turn()
    assert "w1 was last seen 3 h ago" in the_ill(dsn, "workers").found


def test_a_bucket_that_nobody_holds_is_worse_when_something_waits_in_it(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engine = engines()
    engine.turn()
    connection.execute("update lease set worker = 'gone' where bucket = 5")
    assert the_ill(dsn, "leases").level is Level.ATTEND
    assert "gone" in the_ill(dsn, "leases").found
    connection.execute(
        "insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)"
        " values (5, 0, 'm', 'p', 'k', 'w', '', now(), true)"
    )
    ill = the_ill(dsn, "leases")
    assert ill.level is Level.AILING
    assert "something waits: 5" in ill.found


@pytest.mark.parametrize(
    ("minutes", "level"), [(0.5, Level.WELL), (2, Level.ATTEND), (10, Level.AILING)]
)
def test_a_queue_is_the_worse_the_longer_its_oldest_message_waits(
    engines: Engines, dsn: str, connection: Connection, minutes: float, level: Level
) -> None:
    engine = engines()
    engine.turn()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    connection.execute("update mailbox set at = at - %s::interval", (timedelta(minutes=minutes),))
    (queue,) = found(dsn, "queue")
    assert queue.level is level
    assert "1 message waiting" in queue.found


def test_timers_that_do_not_go_off_are_found(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    connection.execute("update timer set due = now() - interval '10 minutes'")
    ill = the_ill(dsn, "timers")
    assert "1 timer overdue, the oldest by 10 min" in ill.found


def test_effects_that_fail_are_told_by_what_the_outside_says_without_its_quotations(
    engines: Engines, grid: Grid, dsn: str, connection: Connection
) -> None:
    grid.fault = Temporary("no answer for +34600000101")
    engine = engines()
    for number in range(3):
        engine.tell("lamps.lamp", f"lamp-{number}", SwitchOn(watts=5), key="on")
    engine.run_until_quiet()
    ill = the_ill(dsn, "effects")
    assert ill.level is Level.ATTEND
    assert "3 x lamps.send_power" in ill.found
    assert "no answer for [number]" in ill.found
    connection.execute("update outbox set at = at - interval '1 hour'")
    assert the_ill(dsn, "effects").level is Level.AILING


def test_what_is_parked_is_told_by_reason_with_the_command_that_takes_it_up_again(
    engines: Engines, grid: Grid, dsn: str, connection: Connection
) -> None:
    grid.fault = Permanent("we do not know ana@example.es")
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    engine.tell("lamps.lamp", "lamp-2", ShortCircuit(), key="short")
    engine.run_until_quiet()
    findings = found(dsn, "parked")
    assert len(findings) == 2
    assert {each.level for each in findings} == {Level.AILING}
    effect = next(each for each in findings if "effect lamps.send_power" in each.found)
    assert "we do not know [e-mail]" in effect.found
    (first,) = connection.execute("select parked_id from parked where role = 'effect'").fetchall()
    assert f"relevo retry '{first[0]}'" in effect.remedy


def test_of_very_many_reasons_the_most_frequent_are_told_and_the_rest_counted(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engines().turn()
    connection.execute(
        "insert into parked (parked_id, bucket, role, process_id, kind, name, body, at, reason, "
        "parked_at) select 'm' || n, 1, 'message', 'p', 'k', 'w', '', now(), "
        "'reason ' || n %% 30, now() from generate_series(1, %s) as n",
        (90,),
    )
    findings = found(dsn, "parked")
    assert len(findings) == 6
    assert "75 more, for 25 other reasons" in findings[-1].found


def test_a_transaction_that_nobody_ends_is_named_with_its_program(
    engines: Engines, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines().turn()
    monkeypatch.setattr("relevo.operating.postgres_checks.OLD_TRANSACTION_S", 0.0)
    with connect(dsn, name="somebody's report") as forgotten:
        forgotten.execute("select 1")
        pid = forgotten.info.backend_pid
        ill = the_ill(dsn, "transactions")
    assert "somebody's report" in ill.found
    assert "idle in transaction" in ill.found
    assert f"pg_terminate_backend({pid})" in ill.remedy


def test_a_database_without_a_schema_says_how_to_make_one(dsn: str) -> None:
    with connect(dsn, autocommit=True) as connection:
        connection.execute("alter table schema_migration rename to put_away")
        try:
            findings = list(examine_site(dsn, ENGINE))
        finally:
            connection.execute("alter table put_away rename to schema_migration")
    assert findings[-1].what == "schema"
    assert findings[-1].level is Level.ATTEND
    assert "relevo migrate" in findings[-1].remedy


LATER = (
    ("0098_pre_later.sql", "ahead of this program", Level.ATTEND),
    ("0099_post_later.sql", "a later release has finished its migration", Level.AILING),
)


@pytest.mark.parametrize(("file", "said", "level"), LATER)
def test_a_schema_of_a_later_release_is_told_from_one_that_is_finished(
    connection: Connection, dsn: str, file: str, said: str, level: Level
) -> None:
    connection.execute(
        "insert into schema_migration (package, file, sha256) values ('relevo.engine', %s, '')",
        (file,),
    )
    try:
        ill = the_ill(dsn, "schema")
    finally:
        connection.execute("delete from schema_migration where file = %s", (file,))
    assert ill.level is level
    assert said in ill.found


@pytest.fixture
def unapplied(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A schema file that this program brings and nobody has applied."""
    name = str(request.param)
    extra = Migration("relevo.engine", name, "select 1")
    monkeypatch.setattr(
        schema_module, "migrations", lambda packages: [*migrations(packages), extra]
    )
    return name


@pytest.mark.parametrize("unapplied", ["0098_pre_new.sql"], indirect=True)
def test_a_file_that_this_program_needs_and_that_is_not_applied_is_named(
    dsn: str, unapplied: str
) -> None:
    ill = the_ill(dsn, "schema")
    assert unapplied in ill.found
    assert "relevo migrate --stage pre" in ill.remedy


@pytest.mark.parametrize("unapplied", ["0099_post_new.sql"], indirect=True)
def test_a_file_that_waits_for_the_last_old_worker_is_no_emergency(
    dsn: str, unapplied: str
) -> None:
    ill = the_ill(dsn, "schema")
    assert ill.level is Level.ATTEND
    assert unapplied in ill.found


def test_a_released_file_that_was_edited_is_named(connection: Connection, dsn: str) -> None:
    edit = "update schema_migration set sha256 = %s where file = '0001_pre_engine.sql'"
    ((sha256,),) = connection.execute(
        "select sha256 from schema_migration where file = '0001_pre_engine.sql'"
    ).fetchall()
    connection.execute(edit, ("another",))
    try:
        ill = the_ill(dsn, "schema")
    finally:
        connection.execute(edit, (sha256,))
    assert "relevo.engine/schema/0001_pre_engine.sql was changed" in ill.found


def test_clocks_that_differ_are_told_with_the_limit(
    engines: Engines, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines().turn()
    monkeypatch.setattr("relevo.operating.vitals.clock_skew_s", lambda connection: -3.5)
    ill = the_ill(dsn, "clock")
    assert "3.500 s behind this machine (limit 2.0 s)" in ill.found
    assert ill.level is Level.ATTEND


def test_a_long_queue_is_counted_only_so_far(dsn: str, connection: Connection) -> None:
    connection.execute(
        "insert into outbox (effect_id, bucket, wave, process_id, kind, name, body, at, due) "
        "select 'e' || n, n %% 64, 0, 'p' || n, 'k', 'w', '', now(), now() "
        "from generate_series(1, %s) as n",
        (COUNTED_MOST + 1,),
    )
    assert f"{COUNTED_MOST} or more effects waiting" in found(dsn, "effects")[0].found


def run(*words: str, env: dict[str, str]) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words), env=env)
    return done.exit_code, done.output


def test_the_doctor_exits_1_when_there_is_something_to_do(postgres: Server) -> None:
    dsn = clone(postgres, "doctor")
    migrate(dsn, SCHEMA_PACKAGES)
    code, said = run("doctor", "--json", env={"DATABASE_URL": dsn})
    findings = {each["what"]: each for each in json.loads(said)["findings"]}
    assert code == 1, said
    assert findings["schema"]["level"] == "well"
    assert findings["workers"]["level"] == "ailing"
    assert findings["workers"]["runbook"] == "docs/runbooks/no-worker.md"


def test_the_doctor_exits_3_when_the_database_does_not_answer_and_keeps_the_password() -> None:
    url = "postgresql://relevo:hunter2@127.0.0.1:9/none?connect_timeout=1"
    code, said = run("doctor", env={"DATABASE_URL": url})
    assert code == 3
    assert "✗ database: " in said
    assert "docs/runbooks/database-down.md" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (60, "1 min"), (3900, "1 h 5 min"), (200_000, "2 d 7 h")],
)
def test_a_span_is_said_no_more_exactly_than_anybody_needs(seconds: float, said: str) -> None:
    assert spoken(seconds) == said
