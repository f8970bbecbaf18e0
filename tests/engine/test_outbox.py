"""Effects go out at least once, in order, and come back as messages exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import psycopg

from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import VirtualClock
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of, state_of
from relevo.engine.performer import Errand, Permanent, Retry, Temporary
from relevo.engine.process import (
    NOTHING,
    Decision,
    ProcessType,
    effect,
    fact,
    message,
    state,
)
from relevo.testing.lamps import LampPhase, LampWentOut, SendNote, SendPower, SwitchOn

Connection = psycopg.Connection[Any]


def test_a_temporary_failure_is_tried_again_after_30_seconds_and_then_twice_as_long(
    engine: Engine, world: Any, clock: VirtualClock
) -> None:
    start = clock.now()
    world.failure = lambda errand: Temporary("busy") if errand.attempt < 4 else None
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    waits = []
    for _ in range(3):
        engine.run_until_quiet()
        due = engine.next_due()
        assert due is not None
        waits.append((due - start).total_seconds())
        clock.advance_to(due)
    engine.run_until_quiet()
    assert waits == [30, 90, 210]
    assert world.asked == [("lamp-1#1.1", attempt) for attempt in (1, 2, 3, 4)]


def test_the_outside_may_say_when_to_come_back(
    engine: Engine, world: Any, clock: VirtualClock
) -> None:
    span = timedelta(minutes=7)
    world.failure = lambda errand: Temporary("quota", after=span) if errand.attempt == 1 else None
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    assert engine.next_due() == clock.now() + span


def test_a_permanent_failure_is_parked_and_its_process_is_told(
    engine: Engine, world: Any, connection: Connection
) -> None:
    world.failure = lambda errand: Permanent("no such street")
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    parked = connection.execute("select role, parked_id, reason, attempts from parked").fetchall()
    assert parked == [("effect", "lamp-1#1.1", "no such street", 1)]
    assert facts_of(connection, "lamp-1")[-1].fact == LampWentOut(reason="no such street")


class BeaconPhase(StrEnum):
    LIT = "lit"
    OUT = "out"


@message("beacons.ask")
class Ask:
    pass


@fact("beacons.asked")
class Asked:
    pass


@effect("beacons.send_oil", renews=True)
class SendOil:
    pass


@effect("beacons.send_letter")
class SendLetter:
    pass


@state("beacons.beacon")
class Beacon:
    beacon_id: str
    phase: BeaconPhase = BeaconPhase.LIT
    asked: int = 0


def _decide_beacon(beacon: Beacon, message_: object, at: object) -> Decision:
    del beacon, at
    asks = isinstance(message_, Ask)
    return Decision(facts=(Asked(),), effects=(SendOil(), SendLetter())) if asks else NOTHING


BEACON: ProcessType[Beacon] = ProcessType(
    kind="beacons.beacon",
    version=1,
    blank=lambda beacon_id: Beacon(beacon_id=beacon_id),
    decide=_decide_beacon,
    evolve=lambda beacon, fact_: replace(beacon, asked=beacon.asked + 1),
    lifecycle={BeaconPhase.LIT: frozenset({BeaconPhase.OUT}), BeaconPhase.OUT: frozenset()},
    state=Beacon,
    messages=(Ask,),
    facts=(Asked,),
    effects=(SendOil, SendLetter),
)


def test_what_was_parked_is_moot_once_the_same_was_asked_for_again_and_done(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    is_down = True

    def perform(word: object, errand: Errand) -> list[object]:
        del word, errand
        if is_down:
            raise Permanent("away")
        return []

    performers = {SendOil: perform, SendLetter: perform}
    engine = engines(catalogue=Catalogue([BEACON], [], (), ()), performers=performers)
    for beacon in ("beacon-1", "beacon-2"):
        engine.tell(BEACON.kind, beacon, Ask(), key="first")
    engine.run_until_quiet()
    assert connection.execute("select count(*) from parked").fetchone() == (4,)
    is_down = False
    engine.tell(BEACON.kind, "beacon-1", Ask(), key="again")
    engine.run_until_quiet()
    left = connection.execute("select process_id, name from parked order by 1, 2").fetchall()
    assert left == [
        ("beacon-1", "beacons.send_letter"),  # another letter does not bring the first one
        ("beacon-2", "beacons.send_letter"),
        ("beacon-2", "beacons.send_oil"),
    ]


def test_an_effect_is_given_up_after_twelve_attempts(
    engine: Engine, world: Any, connection: Connection, clock: VirtualClock
) -> None:
    world.failure = lambda errand: ConnectionError("the line is dead")
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    for _ in range(30):
        engine.run_until_quiet()
        due = engine.next_due()
        if due is None or len(world.asked) >= 12:
            break
        clock.advance_to(due)
    assert [attempt for _, attempt in world.asked] == list(range(1, 13))
    assert state_of(connection, "lamp-1").phase is LampPhase.OUT
    assert connection.execute("select reason from parked").fetchall() == [
        ("ConnectionError: the line is dead",)
    ]


def test_waits_are_bounded_by_an_hour() -> None:
    retry = Retry()
    assert retry.after(1) == timedelta(seconds=30)
    assert retry.after(12) == timedelta(hours=1)


def test_an_effect_that_nobody_performs_is_parked_at_once(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    engine = engines(performers={})
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    assert connection.execute("select reason from parked").fetchall() == [
        ("nobody performs lamps.send_power",)
    ]


def test_effects_of_one_process_leave_in_order_and_wait_behind_a_retry(
    engine: Engine, world: Any, connection: Connection, clock: VirtualClock
) -> None:
    world.failure = lambda errand: Temporary("busy") if errand.attempt == 1 else None
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    connection.execute(
        "insert into outbox (effect_id, bucket, wave, process_id, kind, name, body, at, due)"
        " select 'lamp-1#x', bucket, 0, process_id, kind, 'lamps.send_note',"
        ' \'{"text": "x"}\', at,'
        " at from outbox"
    )
    engine.run_until_quiet()
    assert world.notes == []
    due = engine.next_due()
    assert due is not None
    clock.advance_to(due)
    engine.run_until_quiet()
    assert world.notes == ["lamp-1: x", "lamp-1: lit"]


def test_one_failing_process_does_not_hold_up_another(
    engine: Engine, world: Any, connection: Connection
) -> None:
    world.failure = lambda errand: Temporary("busy") if errand.process_id == "lamp-1" else None
    for lamp in ("lamp-1", "lamp-2"):
        engine.tell("lamps.lamp", lamp, SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    assert state_of(connection, "lamp-1").phase is LampPhase.ORDERED
    assert state_of(connection, "lamp-2").phase is LampPhase.LIT


def test_threads_perform_the_effects_of_different_processes_side_by_side(
    engines: Callable[..., Engine], connection: Connection, world: Any
) -> None:
    engine = engines(performer_threads=4)
    for number in range(20):
        engine.tell("lamps.lamp", f"lamp-{number}", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    lit = connection.execute("select count(*) from process where phase = 'lit'").fetchone()
    assert lit == (20,)
    assert len(world.notes) == 20


def test_what_the_outside_says_while_an_effect_goes_out_arrives_too(
    engines: Callable[..., Engine], connection: Connection, world: Any
) -> None:
    def calls_back(wish: Any, errand: Any) -> list[object]:
        engine.tell("lamps.lamp", "lamp-2", SwitchOn(watts=3), key=errand.effect_id)
        return list(world.give_power(wish, errand))

    performers = {SendNote: world.read_note, SendPower: calls_back}
    engine = engines(performers=performers)
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    assert state_of(connection, "lamp-2").phase is LampPhase.LIT
