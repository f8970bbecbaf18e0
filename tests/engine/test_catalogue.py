"""A program that does not fit together does not start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from relevo.engine.catalogue import Catalogue, CatalogueError, Route
from relevo.engine.clock import SystemClock, VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of, facts_since
from relevo.engine.replay import Diverged, digest, verify, verify_all
from relevo.testing.lamps import (
    HOUSE,
    LAMP,
    LampLit,
    NoteSeen,
    OpenHouse,
    SwitchOn,
    house_of,
)

Connection = psycopg.Connection[Any]


def test_two_processes_of_one_kind_are_refused() -> None:
    with pytest.raises(CatalogueError, match=r"two processes are called 'lamps\.lamp'"):
        Catalogue([LAMP, replace(LAMP, version=2)])


def test_a_route_to_one_who_does_not_hear_is_refused() -> None:
    with pytest.raises(CatalogueError, match=r"NoteSeen is routed to lamps\.house"):
        Catalogue([HOUSE, LAMP], [Route(NoteSeen, "lamps.house", house_of)])
    with pytest.raises(CatalogueError, match="no process is called 'sun'"):
        Catalogue([LAMP], [Route(LampLit, "sun", house_of)])
    with pytest.raises(CatalogueError, match="no process states it"):
        Catalogue([HOUSE], [Route(LampLit, "lamps.house", house_of)])


def test_a_fact_cannot_be_routed_into_another_family(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    route = Route(LampLit, "lamps.house", lambda source, fact: "another-house")
    engine = engines(catalogue=Catalogue([HOUSE, LAMP], [route]))
    engine.tell("lamps.lamp", "house-1/lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    [reason] = connection.execute("select reason from parked").fetchall()
    assert "may not tell another-house, which is of another family" in reason[0]


def test_a_word_that_was_stored_may_not_vanish_from_the_program(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    engines()
    connection.execute("insert into known_word values ('lamps.extinct', 'fact')")
    with pytest.raises(CatalogueError, match=r"no longer declares: \['lamps\.extinct'\]"):
        engines("w2")


def test_a_stored_state_equals_the_fold_of_its_facts_and_a_forged_one_is_found(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.house", "house-1", OpenHouse(lamps=2, watts=9), key="open")
    engine.run_until_quiet()
    assert verify_all(connection, engine.catalogue) == 3
    connection.execute(
        "update process set state = state || '{\"watts\": 8}' where kind = 'lamps.lamp'"
    )
    with pytest.raises(Diverged, match="house-1/lamp-0"):
        verify(connection, engine.catalogue, "house-1/lamp-0")


def test_a_digest_covers_what_happened_and_nothing_else(
    engine: Engine, connection: Connection
) -> None:
    for house in ("house-1", "house-2"):
        engine.tell("lamps.house", house, OpenHouse(lamps=1, watts=9), key="open")
    engine.run_until_quiet()
    whole, one = digest(connection), digest(connection, ["house-1"])
    assert whole.startswith("sha256:")
    assert whole != one
    connection.execute("update journal set seq = seq + 1000, caused_by = 'x'")
    assert digest(connection) == whole
    connection.execute("update journal set at = at + interval '1 s' where process_id = 'house-2'")
    assert digest(connection) != whole
    assert digest(connection, ["house-1"]) == one


def test_a_family_is_read_in_order_and_a_process_alone(
    engine: Engine, connection: Connection
) -> None:
    for house in ("house-1", "house-10"):
        engine.tell("lamps.house", house, OpenHouse(lamps=1, watts=9), key="open")
    engine.run_until_quiet()
    family = facts_of(connection, "house-1")
    assert {each.process_id for each in family} == {"house-1", "house-1/lamp-0"}
    assert [each.seq for each in family] == sorted(each.seq for each in family)
    lamp = facts_of(connection, "house-1/lamp-0")
    assert [each.version for each in lamp] == [1, 2, 3]


def test_a_history_is_followed_from_where_it_was_left(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.house", "house-1", OpenHouse(lamps=1, watts=9), key="open")
    engine.run_until_quiet()
    whole = facts_of(connection, "house-1")
    assert facts_since(connection, "house-1", whole[1].seq) == whole[2:]
    assert facts_since(connection, "house-1", whole[-1].seq) == []


def test_a_second_fact_with_the_same_number_cannot_be_stored(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=9), key="open")
    engine.run_until_quiet()
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "insert into journal select bucket, seq + 100, process_id, version, kind, kind_version,"
            " at, name, body, caused_by from journal"
        )


def test_a_virtual_clock_never_goes_back() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    clock = VirtualClock(start)
    clock.advance_to(start + timedelta(days=1))
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(start)
    assert clock.now() == start + timedelta(days=1)


def test_the_system_clock_speaks_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_server_that_is_too_old_is_named(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relevo.engine.connection.OLDEST_SERVER", 99)
    with pytest.raises(RuntimeError, match="use 99 or later"):
        connect(dsn)
