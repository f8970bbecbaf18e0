"""What a person may do, and that it is remembered in the history of the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from relevo.engine.acts import OperatorActed, Verb
from relevo.engine.clock import VirtualClock
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of, state_of
from relevo.engine.operator import NothingToDo, Operator, parked_entries
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.replay import verify_all
from relevo.testing.lamps import Dim, LampPhase, PowerCame, ShortCircuit, SwitchOn

Connection = psycopg.Connection[Any]


def act(engine: Engine, connection: Connection, do: Callable[[Operator], None]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        do(Operator(cursor, engine.catalogue, "ana", engine.clock.now()))
    engine.run_until_quiet()


def acted(connection: Connection, process_id: str) -> list[OperatorActed]:
    facts = [each.fact for each in facts_of(connection, process_id)]
    return [each for each in facts if isinstance(each, OperatorActed)]


def test_a_paused_process_rests_and_a_resumed_one_catches_up_in_order(
    engine: Engine, connection: Connection, world: Any
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    engine.run_until_quiet()
    act(engine, connection, lambda ana: ana.pause("lamp-1", reason="smoke", key="1"))
    for watts in (80, 70):
        engine.tell("lamps.lamp", "lamp-1", Dim(watts=watts), key=f"{watts}")
    engine.run_until_quiet()
    assert state_of(connection, "lamp-1").watts == 90
    assert engine.run_until_quiet() == 0
    act(engine, connection, lambda ana: ana.resume("lamp-1", reason="no smoke", key="2"))
    assert state_of(connection, "lamp-1").watts == 70
    assert [each.verb for each in acted(connection, "lamp-1")] == [Verb.PAUSE, Verb.RESUME]
    assert verify_all(connection, engine.catalogue) == 1


def test_the_effects_of_a_paused_process_stay_where_they_are(
    engine: Engine, connection: Connection, world: Any
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    act(engine, connection, lambda ana: ana.pause("lamp-1", reason="smoke", key="1"))
    assert world.asked == []
    assert engine.next_due() == state_due(connection)
    act(engine, connection, lambda ana: ana.resume("lamp-1", reason="no smoke", key="2"))
    assert state_of(connection, "lamp-1").phase is LampPhase.LIT


def state_due(connection: Connection) -> Any:
    row = connection.execute("select due from timer where name = 'reply_due'").fetchone()
    return None if row is None else row[0]


def test_a_parked_effect_is_tried_again_on_request(
    engine: Engine, connection: Connection, world: Any
) -> None:
    world.failure = lambda errand: Permanent("wrong key")
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    engine.run_until_quiet()
    world.failure = lambda errand: None
    [entry] = parked_entries(connection.cursor())
    act(engine, connection, lambda ana: ana.retry(entry.parked_id, reason="key found", key="1"))
    assert len(world.asked) == 2
    assert parked_entries(connection.cursor()) == []


def test_a_waiting_effect_need_not_wait_when_somebody_knows_better(
    engine: Engine, connection: Connection, world: Any
) -> None:
    world.failure = lambda errand: Temporary("down") if errand.attempt == 1 else None
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    engine.run_until_quiet()
    world.failure = lambda errand: None
    act(engine, connection, lambda ana: ana.retry("lamp-1#1.1", reason="it is up", key="1"))
    assert state_of(connection, "lamp-1").phase is LampPhase.LIT


def test_a_parked_message_is_skipped_with_a_reason_or_tried_again(
    engine: Engine, connection: Connection
) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    engine.run_until_quiet()
    engine.tell("lamps.lamp", "lamp-1", ShortCircuit(), key="bang")
    engine.run_until_quiet()
    act(engine, connection, lambda ana: ana.retry("lamp-1:bang", reason="rewired", key="1"))
    assert [entry.parked_id for entry in parked_entries(connection.cursor())] == ["lamp-1:bang"]
    act(engine, connection, lambda ana: ana.skip("lamp-1:bang", reason="a test lamp", key="2"))
    assert parked_entries(connection.cursor()) == []
    rows = connection.execute("select verb, who, reason, target from operator_act").fetchall()
    assert sorted(rows) == [
        ("retry", "ana", "rewired", "lamp-1:bang"),
        ("skip", "ana", "a test lamp", "lamp-1:bang"),
    ]


def test_an_answer_by_hand_is_taken_like_one_from_outside(
    engine: Engine, connection: Connection, world: Any, clock: VirtualClock
) -> None:
    world.failure = lambda errand: Temporary("down")
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    engine.run_until_quiet()
    came = PowerCame(watts=12)
    for _ in range(2):  # a doubled click
        act(engine, connection, lambda ana: ana.answer("lamp-1", came, reason="by phone", key="1"))
    assert state_of(connection, "lamp-1").watts == 12
    [remembered] = acted(connection, "lamp-1")
    assert (remembered.verb, remembered.who) == (Verb.ANSWER, "ana")
    assert remembered.reason == "by phone"
    assert verify_all(connection, engine.catalogue) == 1


def test_an_act_needs_a_target_a_name_and_a_reason(engine: Engine, connection: Connection) -> None:
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=90), key="on")
    with connection.cursor() as cursor:
        ana = Operator(cursor, engine.catalogue, "ana", engine.clock.now())
        with pytest.raises(NothingToDo, match="nothing is parked or waiting under 'x'"):
            ana.retry("x", reason="why not", key="1")
        with pytest.raises(NothingToDo, match="there is no process 'lamp-2'"):
            ana.pause("lamp-2", reason="why not", key="1")
        with pytest.raises(ValueError, match="say who acts and why"):
            ana.pause("lamp-1", reason=" ", key="1")
