"""The machine of the primary dies in mid-load, its standby is promoted, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.mailbox import message_id_of
from relevo.testing.crew import Crew
from relevo.testing.lamp_worker import street_lamps
from relevo.testing.lamps import OpenHouse
from relevo.testing.patience import until
from relevo.testing.street import Outcome, Street

pytestmark = pytest.mark.service

HOUSES = 60
_FACTS = "select process_id, version, at, name, body::text, caused_by from journal"
_KNOWN = "select message_id from handled union select message_id from mailbox"


class Town:
    """Tells the houses of a street to open, one by one, and keeps what was acknowledged.

    The last third is told when the blow falls, and after it.
    """

    def __init__(self, street: Street) -> None:
        self._street = street
        self.acknowledged: list[str] = []
        self.faults: list[Exception] = []
        self.blow = threading.Event()

    @contextmanager
    def telling(self) -> Iterator[None]:
        thread = threading.Thread(target=self._tell_all)
        thread.start()
        try:
            yield
        finally:
            self.blow.set()
            thread.join()
        assert self.faults == []

    def _tell_all(self) -> None:
        street = self._street
        engine = Engine(
            dsn=street.dsn,
            catalogue=street_lamps(),
            clock=street.clock,
            performers={},
            worker="teller",
        )
        try:
            for number in range(street.houses):
                if number == street.houses * 2 // 3:
                    self.blow.wait()
                house, opened = f"house-{number}", OpenHouse(lamps=street.lamps, watts=40 + number)
                engine.tell("lamps.house", house, opened, key="open")
                self.acknowledged.append(message_id_of(house, "open"))
        except Exception as fault:  # told to the test, which has its own thread
            self.faults.append(fault)
        finally:
            engine.close()


def rows(dsn: str, statement: str) -> set[tuple[Any, ...]]:
    with connect(dsn, name="onlooker", autocommit=True) as connection:
        return set(connection.execute(statement.encode()).fetchall())


@pytest.mark.parametrize(("death", "threads"), [("power", 1), ("immediate", 4)])
def test_a_primary_that_dies_in_mid_load_takes_no_committed_fact_with_it(
    pair: Any,
    place: Callable[[str, int, int], Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
    death: str,
    threads: int,
) -> None:
    """Workers and teller follow by themselves; in the end all is as if nothing had happened."""
    lamps = 2 if threads == 1 else 1  # with threads, lamps of one house come in any order
    street = place(pair.dsn, HOUSES, lamps)
    crew = hire(street, threads=threads)
    pids = {crew.start("w1"), crew.start("w2")}
    town = Town(street)
    with town.telling():
        until(lambda: street.facts() >= HOUSES, "the workers are at it")
        facts = rows(street.dsn, _FACTS)
        told = list(town.acknowledged)
        town.blow.set()
        pair.a.lose_power() if death == "power" else pair.a.stop("immediate")
        pair.fail_over()
        assert facts <= rows(street.dsn, _FACTS)
        assert {(each,) for each in told} <= rows(street.dsn, _KNOWN)
    assert len(town.acknowledged) == HOUSES
    street.light_up()
    street.settle()
    street.dim()
    street.settle()
    street.burn_down()
    assert street.outcome() == peaceful(HOUSES, lamps)
    assert crew.pids() == pids
    crew.dismiss()
    assert "Traceback" not in crew.said()
