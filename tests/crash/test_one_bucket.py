"""Every transaction of the engine writes in one bucket, so that its tables can be distributed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.engine.catalogue import Listener
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.operator import Operator, parked_entries
from relevo.engine.recorded import Recorded
from relevo.engine.replay import verify_all
from relevo.play.order_form import check_order, rules_of
from relevo.play.runner import Stage
from relevo.play.scenario import Scenario, parse_scenario
from relevo.simulation.company import play_company
from relevo.simulation.sketch import bundle
from relevo.simulators.plan import FaultPlan
from relevo.testing.bucket_audit import strays, watch_buckets, watched_writes
from relevo.testing.crew import Crew
from relevo.testing.lamp_worker import performers
from relevo.testing.lamps import (
    LampLit,
    NoteRead,
    OpenHouse,
    PowerCame,
    SendNote,
    SendPower,
    ShortCircuit,
    lamps,
)
from relevo.testing.postgres import clone, session_server
from relevo.testing.street import START, Street

pytestmark = pytest.mark.service

TEMPLATE = "street"
OF_THE_ENGINE = {
    "cursor",
    "handled",
    "journal",
    "lease",
    "mailbox",
    "operator_act",
    "outbox",
    "parked",
    "process",
    "refusal",
    "timer",
}


@pytest.fixture
def watched(durable: Server, request: pytest.FixtureRequest) -> Iterator[tuple[str, Connection]]:
    """A database that notes the buckets of every transaction, and a look at it."""
    name = f"one_bucket_{abs(hash(request.node.name))}"
    dsn = durable.create_database(name, template=TEMPLATE)
    with connect(dsn, autocommit=True) as connection:
        tables = watch_buckets(connection)
        assert set(tables) >= OF_THE_ENGINE
        yield dsn, connection


@pytest.mark.parametrize("threads", [1, 4])
def test_workers_that_share_come_and_go_never_write_in_two_buckets_at_once(
    watched: tuple[str, Connection],
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    threads: int,
) -> None:
    dsn, connection = watched
    street = place(dsn, 60, 2)
    crew = hire(street, threads=threads)

    def come_and_go() -> None:
        for name in ("w1", "w2"):
            crew.start(name)
        crew.kill("w1")
        crew.start("w1")

    street.play(come_and_go)
    crew.dismiss()
    assert strays(connection) == []
    assert set(watched_writes(connection)) >= OF_THE_ENGINE - {"operator_act"}


@dataclass(slots=True)
class Moody:
    """A listener that takes no fact until it is asked again."""

    refused: set[str] = field(default_factory=set)

    def write(self, cursor: Any, recorded: list[Recorded]) -> None:
        del cursor
        new = {each.process_id for each in recorded} - self.refused
        if new:
            if len(recorded) == 1:
                self.refused |= new
            raise RuntimeError("not in the mood")


def test_what_operators_do_stays_in_one_bucket(watched: tuple[str, Connection]) -> None:
    """Retry, skip, pause, resume and answer; messages, effects and facts that were parked."""
    dsn, connection = watched
    clock = VirtualClock(START)
    catalogue = lamps(listeners=(Listener("moody", (LampLit,), Moody().write),))
    engine = Engine(
        dsn=dsn,
        catalogue=catalogue,
        clock=clock,
        performers=performers(Path("/dev/null")),
    )

    def act(do: Callable[[Operator], None]) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            do(Operator(cursor, catalogue, "ana", clock.now()))

    houses = [f"house-{number}" for number in range(30)]
    opened = OpenHouse(lamps=2, watts=40)
    assert engine.tell_many(("lamps.house", house, opened, "open") for house in houses) == 30
    engine.run_until_quiet()
    for house in houses[:5]:
        engine.tell("lamps.lamp", f"{house}/lamp-0", ShortCircuit(), key="short")
        act(lambda ana, at=house: ana.pause(f"{at}/lamp-1", reason="smoke", key=at))  # type: ignore[misc]
    engine.run_until_quiet()
    entries = parked_entries(connection.cursor())
    assert {each.role for each in entries} == {"message", "effect", "fact"}
    for place, each in enumerate(entries):
        verb = Operator.skip if place % 3 == 2 else Operator.retry
        act(lambda ana, do=verb, of=each.parked_id: do(ana, of, reason="again", key=of))  # type: ignore[misc]
    answer = PowerCame(watts=1)
    for house in houses[:5]:
        act(lambda ana, at=house: ana.resume(f"{at}/lamp-1", reason="clear", key=f"{at}+"))  # type: ignore[misc]
        act(lambda ana, at=house: ana.answer(f"{at}/lamp-1", answer, reason="saw", key=f"{at}!"))  # type: ignore[misc]
    engine.run_until_quiet()
    while (due := engine.next_due()) is not None:
        clock.advance_to(due)
        engine.run_until_quiet()
    engine.close()
    assert verify_all(connection, catalogue) > 60
    assert strays(connection) == []
    assert set(watched_writes(connection)) >= OF_THE_ENGINE - {"refusal"}


def test_a_transaction_across_two_buckets_is_found(watched: tuple[str, Connection]) -> None:
    dsn, connection = watched
    answers: dict[type, Any] = {
        SendPower: lambda wish, errand: [PowerCame(watts=wish.watts)],
        SendNote: lambda note, errand: [NoteRead()],
    }
    engine = Engine(dsn=dsn, catalogue=lamps(), clock=VirtualClock(START), performers=answers)
    with psycopg.connect(dsn) as planted, planted.cursor() as cursor:
        for house in ("house-1", "house-2"):
            engine.tell_within(cursor, "lamps.house", house, OpenHouse(lamps=1, watts=1), key="x")
    engine.run_until_quiet()
    engine.close()
    found = strays(connection)
    assert len(found) == 1
    assert found[0].tables == ("mailbox",)
    assert len(found[0].buckets) == 2


@pytest.fixture
def whole() -> Iterator[Server]:
    """A server with all tables of the product."""
    with session_server(wiring.SCHEMA_PACKAGES) as server:
        yield server


def customer(place: int) -> Scenario:
    """One who moves a single mobile line; all of them act at the same moments."""
    bundled = bundle(place)
    line = bundled.lines[1]
    order = {**bundled.order, "lines": [line["id"]]}
    alone = replace(bundled, seed=place, lines=(line,), order=order, ends_by="P5D")
    return parse_scenario(alone.text(), check_order)


def test_customers_who_switch_at_the_same_moments_share_no_transaction(whole: Server) -> None:
    """The real processes, projections and intakes, two workers, and one that is killed."""
    dsn = clone(whole, "one_bucket")
    customers = [customer(place) for place in range(1, 5)]
    crash = FaultPlan(where="order", what="crash", at_point="worker.before_commit", times=2)
    with connect(dsn, autocommit=True) as connection:
        watch_buckets(connection)
        stage = Stage(dsn=dsn, rules=rules_of(customers[0]), workers=2)
        play_company(customers, [crash], stage)
        assert strays(connection) == []
        assert watched_writes(connection)["journal"] > 50
