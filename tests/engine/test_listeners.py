"""Read models follow the journal in order and never stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from relevo.engine.catalogue import Catalogue, CatalogueError, Listener
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.operator import Operator, parked_entries
from relevo.engine.recorded import Recorded
from relevo.engine.signals import WorkerKilled, kill_at
from relevo.testing.lamps import LampLit, PowerWanted, SwitchOn, lamps

Connection = psycopg.Connection[Any]


@pytest.fixture
def board(dsn: str) -> Iterator[None]:
    with connect(dsn, autocommit=True) as opened:
        opened.execute("create table board (place serial, lamp text, what text)")
        yield
        opened.execute("drop table board")


def write_board(cursor: Any, facts: list[Recorded]) -> None:
    rows = [(each.process_id, type(each.fact).__name__) for each in facts]
    cursor.executemany("insert into board (lamp, what) values (%s, %s)", rows)


def listening() -> Catalogue:
    return lamps(listeners=(Listener("board", (PowerWanted, LampLit), write_board),))


@pytest.mark.usefixtures("board")
def test_a_listener_gets_its_facts_once_and_in_order_even_after_a_crash(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    engine = engines(catalogue=listening())
    for number in range(4):
        engine.tell("lamps.lamp", f"lamp-{number}", SwitchOn(watts=1), key="on")
    kill_at("listener.before_commit", 2)
    with pytest.raises(WorkerKilled):
        engine.run_until_quiet()
    engines(catalogue=listening()).run_until_quiet()
    rows = connection.execute("select lamp, what from board order by lamp, place").fetchall()
    expected = [(f"lamp-{n}", what) for n in range(4) for what in ("PowerWanted", "LampLit")]
    assert rows == expected


@pytest.mark.usefixtures("board")
def test_a_new_listener_begins_at_the_beginning(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    first = engines()
    first.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    first.run_until_quiet()
    first.close()
    engines(catalogue=listening()).run_until_quiet()
    assert connection.execute("select count(*) from board").fetchone() == (2,)


@pytest.mark.usefixtures("board")
def test_a_fact_that_a_listener_cannot_take_is_parked_for_it_and_the_others_go_on(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    def write(cursor: Any, facts: list[Recorded]) -> None:
        if any(each.process_id == "lamp-2" for each in facts):
            raise LookupError("no such lamp")
        write_board(cursor, facts)

    engine = engines(catalogue=lamps(listeners=(Listener("board", (LampLit,), write),)))
    for number in range(4):
        engine.tell("lamps.lamp", f"lamp-{number}", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    assert connection.execute("select count(*) from board").fetchone() == (3,)
    rows = connection.execute("select role, process_id, kind, reason from parked").fetchall()
    assert rows == [("fact", "lamp-2", "board", "LookupError: no such lamp")]


@pytest.mark.usefixtures("board")
def test_a_parked_fact_is_taken_again_when_its_listener_was_mended(
    engines: Callable[..., Engine], connection: Connection
) -> None:
    broken = [True]

    def write(cursor: Any, facts: list[Recorded]) -> None:
        if broken[0]:
            raise LookupError("no such lamp")
        write_board(cursor, facts)

    engine = engines(catalogue=lamps(listeners=(Listener("board", (LampLit,), write),)))
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=1), key="on")
    engine.run_until_quiet()
    for key in ("still broken", "mended"):
        with connection.transaction(), connection.cursor() as cursor:
            [entry] = parked_entries(cursor)
            ana = Operator(cursor, engine.catalogue, "ana", engine.clock.now())
            ana.retry(entry.parked_id, reason=key, key=key)
        engine.run_until_quiet()
        broken[0] = False
    assert connection.execute("select lamp from board").fetchall() == [("lamp-1",)]
    assert parked_entries(connection.cursor()) == []


def test_two_listeners_of_one_name_are_refused() -> None:
    same = Listener("board", (LampLit,), write_board)
    with pytest.raises(CatalogueError, match="two listeners have the same name"):
        lamps(listeners=(same, same))
