"""What cannot be handled is put aside with its reason, alone; the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from relevo.engine.catalogue import Projection
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of, state_of
from relevo.engine.performer import Permanent
from relevo.engine.recorded import Recorded
from relevo.testing.lamps import LampPhase, PowerWanted, Relight, ShortCircuit, SwitchOn, lamps

Connection = psycopg.Connection[Any]


def parked(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute("select parked_id, reason from parked order by parked_id").fetchall()


def switch_on(engine: Engine, count: int, watts: Callable[[int], int] = lambda number: 1) -> None:
    for number in range(count):
        message = SwitchOn(watts=watts(number))
        engine.tell("lamps.lamp", f"lamp-{number}", message, key="on")


def test_a_decider_that_raises_parks_only_its_message(
    engine: Engine, connection: Connection
) -> None:
    switch_on(engine, 3)
    engine.tell("lamps.lamp", "lamp-1", ShortCircuit(), key="bang")
    engine.run_until_quiet()
    assert parked(connection) == [("lamp-1:bang", "RuntimeError: the lamp is wired wrongly")]
    for number in range(3):
        assert state_of(connection, f"lamp-{number}").phase is LampPhase.LIT


def test_a_move_outside_the_table_parks_the_message_and_leaves_no_trace(
    engine: Engine, connection: Connection
) -> None:
    switch_on(engine, 1)
    engine.run_until_quiet()
    before = facts_of(connection, "lamp-0")
    engine.tell("lamps.lamp", "lamp-0", Relight(), key="again")
    engine.run_until_quiet()
    [(parked_id, reason)] = parked(connection)
    assert parked_id == "lamp-0:again"
    assert "moves lit to ordered, which is not in the table" in reason
    assert facts_of(connection, "lamp-0") == before


def test_a_parked_message_that_is_told_again_stays_parked(
    engine: Engine, connection: Connection
) -> None:
    for _ in range(2):
        engine.tell("lamps.lamp", "lamp-1", ShortCircuit(), key="bang")
        engine.run_until_quiet()
    assert len(parked(connection)) == 1


def test_a_name_that_the_program_does_not_know_is_parked(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    connection.execute("update mailbox set name = 'lamps.sing'")
    engine.run_until_quiet()
    assert "no message, fact, effect or state is called 'lamps.sing'" in parked(connection)[0][1]


def test_a_body_that_does_not_fit_is_parked(engine: Engine, connection: Connection) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    connection.execute('update mailbox set body = \'{"watts": "many"}\'')
    engine.run_until_quiet()
    assert "Expected `int`" in parked(connection)[0][1]


def test_a_process_that_cannot_be_read_parks_its_messages_and_no_others(
    engine: Engine, connection: Connection
) -> None:
    switch_on(engine, 2)
    engine.run_until_quiet()
    connection.execute("update process set state = '{}' where process_id = 'lamp-0'")
    for lamp in ("lamp-0", "lamp-1"):
        engine.tell("lamps.lamp", lamp, SwitchOn(watts=1), key="again")
    engine.run_until_quiet()
    assert [parked_id for parked_id, _ in parked(connection)] == ["lamp-0:again"]


def test_a_message_for_another_kind_under_the_same_id_is_parked(
    engine: Engine, connection: Connection
) -> None:
    switch_on(engine, 1)
    engine.run_until_quiet()
    connection.execute(
        "insert into mailbox (bucket, wave, message_id, process_id, kind, name, body, at, external)"
        " select bucket, 0, 'x', 'lamp-0', 'lamps.house', 'lamps.open_house',"
        ' \'{"lamps": 1, "watts": 1}\', changed_at, true from process'
    )
    engine.run_until_quiet()
    assert parked(connection) == [("x", "Misstep: lamp-0 is a lamps.lamp, not a lamps.house")]


def test_a_reason_that_the_database_cannot_store_as_it_is_parks_its_effect_all_the_same(
    engine: Engine, connection: Connection, world: Any
) -> None:
    world.failure = lambda errand: Permanent("a NUL: \x00")
    switch_on(engine, 1)
    engine.run_until_quiet()
    assert parked(connection) == [("lamp-0#1.1", "a NUL: \\0")]


@pytest.fixture
def meter(dsn: str) -> Iterator[None]:
    """A table of our own with a check at once and a check at commit."""
    with connect(dsn, autocommit=True) as opened:
        opened.execute(
            "create table meter (lamp text primary key, watts integer check (watts < 1000));"
            "create function not_thirteen() returns trigger language plpgsql as $$ begin"
            "  if new.watts = 13 then raise exception 'thirteen' using errcode = '23514'; end if;"
            "  return null; end $$;"
            "create constraint trigger no_thirteen after insert on meter"
            "  deferrable initially deferred for each row execute function not_thirteen();"
        )
        yield
        opened.execute("drop table meter; drop function not_thirteen")


def write_meter(cursor: Any, facts: list[Recorded]) -> None:
    rows = [(each.process_id, each.fact.watts) for each in facts]
    cursor.executemany("insert into meter values (%s, %s)", rows)


@pytest.mark.usefixtures("meter")
def test_an_inline_projection_is_written_in_the_transaction_of_the_facts(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    engine = engines(catalogue=lamps(projections=(Projection((PowerWanted,), write_meter),)))
    switch_on(engine, 3, watts=lambda number: number)
    engine.run_until_quiet()
    rows = connection.execute("select lamp, watts from meter order by lamp").fetchall()
    assert rows == [("lamp-0", 0), ("lamp-1", 1), ("lamp-2", 2)]


@pytest.mark.usefixtures("meter")
@pytest.mark.parametrize(("watts", "says"), [(5000, "meter_watts_check"), (13, "thirteen")])
def test_a_constraint_at_once_or_at_commit_parks_only_the_message_that_breaks_it(
    engines: Callable[..., Engine], connection: Connection, watts: int, says: str
) -> None:
    engine = engines(catalogue=lamps(projections=(Projection((PowerWanted,), write_meter),)))
    switch_on(engine, 9, watts=lambda number: watts if number == 4 else 1)
    engine.run_until_quiet()
    [(parked_id, reason)] = parked(connection)
    assert parked_id == "lamp-4:on"
    assert says in reason
    assert connection.execute("select count(*) from meter").fetchone() == (8,)
    assert state_of(connection, "lamp-4") is None
    assert state_of(connection, "lamp-8").phase is LampPhase.LIT


def test_a_projection_that_raises_parks_only_the_message_that_it_cannot_take(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    def write(cursor: Any, facts: list[Recorded]) -> None:
        if any(each.process_id == "lamp-2" for each in facts):
            raise KeyError("lamp-2")

    engine = engines(catalogue=lamps(projections=(Projection((PowerWanted,), write),)))
    switch_on(engine, 5)
    engine.run_until_quiet()
    assert [parked_id for parked_id, _ in parked(connection)] == ["lamp-2:on"]
    assert state_of(connection, "lamp-3").phase is LampPhase.LIT
