"""What becomes of a message: dedup, order, refusal, one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from relevo.engine.catalogue import CatalogueError
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of, state_of
from relevo.testing.lamps import (
    DAY,
    HOUR,
    Dim,
    HousePhase,
    LampPhase,
    LampWentOut,
    OpenHouse,
    SwitchOn,
)

Connection = psycopg.Connection[Any]


def names(connection: Connection, of: str) -> list[str]:
    return [type(each.fact).__name__ for each in facts_of(connection, of)]


def count(connection: Connection, table: str) -> int:
    statement = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def test_a_message_becomes_facts_a_state_and_an_answered_effect(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="a")
    engine.run_until_quiet()
    assert names(connection, "lamp-1") == ["PowerWanted", "LampLit", "NoteSeen"]
    assert state_of(connection, "lamp-1").phase is LampPhase.LIT
    assert count(connection, "mailbox") == 0
    assert count(connection, "outbox") == 0


def test_a_doubled_key_is_the_same_message_before_and_after_it_was_handled(
    engine: Engine, connection: Connection
) -> None:
    for _ in range(2):
        engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="a")
    assert count(connection, "mailbox") == 1
    engine.run_until_quiet()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="a")
    assert count(connection, "mailbox") == 0
    assert engine.run_until_quiet() == 0


def test_a_double_that_slips_into_the_mailbox_after_the_check_is_dropped_by_the_worker(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="a")
    engine.run_until_quiet()
    connection.execute(
        "insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)"
        " select bucket, 0, message_id, 'lamp-1', 'lamps.lamp', 'lamps.switch_on',"
        " '{\"watts\": 1}',"
        " at, true from handled"
    )
    engine.run_until_quiet()
    assert count(connection, "mailbox") == 0
    assert count(connection, "refusal") == 0


def test_messages_of_one_process_are_taken_in_the_order_in_which_they_were_told(
    engines: Callable[..., Engine], connection: Connection, clock: VirtualClock
) -> None:
    for batch in (1, 2, 1000):
        engine = engines(f"worker-{batch}", batch=batch)
        lamp = f"lamp-{batch}"
        engine.tell("lamps.lamp", lamp, SwitchOn(watts=90), key="on")
        engine.run_until_quiet()
        for watts in (80, 60, 70, 50):
            engine.tell("lamps.lamp", lamp, Dim(watts=watts), key=f"dim {watts}")
        engine.run_until_quiet()
        dimmed = [each.fact.watts for each in facts_of(connection, lamp) if "Dim" in repr(each)]
        assert dimmed == [80, 60, 50]
        engine.close()


def test_a_refusal_is_recorded_and_changes_nothing(engine: Engine, connection: Connection) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="on")
    engine.run_until_quiet()
    before = state_of(connection, "lamp-1")
    engine.tell("lamps.lamp", "lamp-1", Dim(watts=99), key="brighter")
    engine.run_until_quiet()
    rows = connection.execute("select message_id, name, reason from refusal").fetchall()
    assert rows == [("lamp-1:brighter", "lamps.dim", "a lamp can only be made darker")]
    assert state_of(connection, "lamp-1") == before


def test_tell_within_belongs_to_the_transaction_of_the_caller(
    engine: Engine, dsn: str, connection: Connection
) -> None:
    with connect(dsn) as mine:
        engine.tell_within(mine.cursor(), "lamps.lamp", "lamp-1", SwitchOn(watts=1), key="a")
        mine.rollback()
        assert count(connection, "mailbox") == 0
        engine.tell_within(mine.cursor(), "lamps.lamp", "lamp-1", SwitchOn(watts=1), key="a")
        mine.commit()
    assert count(connection, "mailbox") == 1


def test_a_message_that_the_kind_does_not_take_is_refused_at_the_door(engine: Engine) -> None:
    with pytest.raises(CatalogueError, match=r"lamps\.house does not take SwitchOn"):
        engine.tell("lamps.house", "house-1", SwitchOn(watts=1), key="a")
    with pytest.raises(CatalogueError, match="no process is called 'sun'"):
        engine.tell("sun", "house-1", SwitchOn(watts=1), key="a")


def test_tells_and_routes_carry_a_family_to_its_end(
    engine: Engine, connection: Connection, clock: VirtualClock
) -> None:
    engine.tell("lamps.house", "house-1", OpenHouse(lamps=3, watts=40), key="open")
    engine.run_until_quiet()
    house = state_of(connection, "house-1")
    assert house.lit == tuple(f"house-1/lamp-{number}" for number in range(3))
    assert engine.next_due() == clock.now() + HOUR
    clock.advance_to(clock.now() + HOUR)
    engine.run_until_quiet()
    assert state_of(connection, "house-1").phase is HousePhase.DARK
    assert engine.next_due() is None
    assert names(connection, "house-1/lamp-2")[-1] == "LampWentOut"


def test_the_moment_of_a_fact_is_that_of_the_recording_of_its_message(
    engine: Engine, connection: Connection, clock: VirtualClock
) -> None:
    told = clock.now()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="a")
    clock.advance_to(told + HOUR)
    engine.run_until_quiet()
    assert facts_of(connection, "lamp-1")[0].at == told


def test_a_moved_timer_does_not_go_off_at_its_old_moment(
    engine: Engine, connection: Connection, clock: VirtualClock
) -> None:
    start = clock.now()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="on")
    engine.run_until_quiet()
    clock.advance_to(start + HOUR)
    engine.tell("lamps.lamp", "lamp-1", Dim(watts=5), key="dim")  # moves burnt by two hours
    engine.run_until_quiet()
    assert state_of(connection, "lamp-1").phase is LampPhase.LIT
    assert engine.next_due() == start + 3 * HOUR
    clock.advance_to(start + 3 * HOUR)
    engine.run_until_quiet()
    assert state_of(connection, "lamp-1").phase is LampPhase.OUT


def test_a_disarmed_timer_is_gone_and_a_final_phase_holds_none(
    engine: Engine, connection: Connection, clock: VirtualClock, world: Any
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=40), key="on")
    engine.run_until_quiet()
    timers = connection.execute("select name from timer").fetchall()
    assert timers == [("burnt",)]
    clock.advance_to(clock.now() + DAY)
    engine.run_until_quiet()
    assert count(connection, "timer") == 0
    assert isinstance(facts_of(connection, "lamp-1")[-1].fact, LampWentOut)


def test_many_due_timers_fire_in_one_turn(
    engine: Engine, connection: Connection, clock: VirtualClock
) -> None:
    for number in range(50):
        engine.tell("lamps.lamp", f"lamp-{number}", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    clock.advance_to(clock.now() + HOUR)
    engine.run_until_quiet()
    out = connection.execute("select count(*) from process where phase = 'out'").fetchone()
    assert out == (50,)
