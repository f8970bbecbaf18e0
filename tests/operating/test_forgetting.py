"""What pages leave behind is forgotten by itself, and the settings they share are looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from relevo.access.guessing import CODE_TRIED, take_tries
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.operating.finding import Finding, Level
from relevo.operating.forgetting import Forgetting
from relevo.operating.settings_checks import examine_settings
from relevo.operating.vitals import look
from relevo.orders.drafts.actions import open_draft
from relevo.testing.postgres import clone
from relevo.wiring import SCHEMA_PACKAGES

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TIMER = """
    insert into timer (process_id, name, bucket, kind, due, armed)
    values ('lamp-1', 'off', 1, 'lamps.lamp', %(due)s, 1)
"""
LEFT = """
    select (select count(*) from order_draft), (select count(*) from guess_count),
           (select count(*) from wire_exchange)
"""


def test_a_worker_forgets_what_is_over_and_keeps_what_is_not(postgres: Server) -> None:
    dsn = clone(postgres, "forgetting")
    migrate(dsn, SCHEMA_PACKAGES)
    later = AT + timedelta(days=500)
    with connect(dsn, autocommit=True) as connection:
        for at in (later, AT):  # a new form sweeps older ones away, and this one is older
            open_draft(connection, b"form", at=at)
            take_tries(lambda: connect(dsn), ((CODE_TRIED, f"R{at:%Y}"),), at)
            connection.execute(
                "insert into wire_exchange (at, hub, operation, key, took_ms, verdict, sent,"
                " received) values (%s, 'mobile', 'ask', '', 1, 'ok', '', '')",
                (at,),
            )
        assert connection.execute(LEFT).fetchone() == (2, 2, 2)
        clock = VirtualClock(later)
        forgetting = Forgetting(dsn, clock)
        assert forgetting.poll() == 0
        assert connection.execute(LEFT).fetchone() == (1, 1, 1)
        clock.advance_to(later + timedelta(days=500))
        forgetting.poll()  # not an hour later: nothing is looked at
        assert connection.execute(LEFT).fetchone() == (1, 1, 1)


def test_a_site_that_stands_in_its_own_time_is_looked_at_by_that_time(postgres: Server) -> None:
    dsn = clone(postgres, "own_time")
    migrate(dsn, SCHEMA_PACKAGES)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(TIMER, {"due": AT})
        assert look(connection, at=AT - timedelta(minutes=1)).timers_overdue == 0
        seen = look(connection, at=AT + timedelta(minutes=1))
    assert (seen.timers_overdue, seen.timers_overdue_oldest_s) == (1, 60.0)


def found(**environment: str) -> Finding:
    (finding,) = examine_settings(environment)
    return finding


def test_a_worker_that_cannot_make_links_is_found_and_told_what_to_set(tmp_path: Path) -> None:
    secret = tmp_path / "site.secret"
    secret.write_text("s" * 40, encoding="ascii")
    without = found()
    assert without.level is Level.ATTEND
    assert "RELEVO_PAGES_URL" in without.remedy
    blind = found(RELEVO_PAGES_URL="https://relevo.example")
    assert blind.level is Level.AILING
    assert "RELEVO_SECRET_FILE" in blind.remedy
    well = found(RELEVO_PAGES_URL="https://relevo.example", RELEVO_SECRET_FILE=str(secret))
    assert well.level is Level.WELL
