"""PostgreSQL dies in mid-load and is started again; the workers see to themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from relevo.adapters.postgres import embedded
from relevo.adapters.postgres.embedded import Server
from relevo.testing.crew import Crew
from relevo.testing.postgres import cache_folder
from relevo.testing.street import Outcome, Street

pytestmark = pytest.mark.service

TEMPLATE = "street"
HOUSES = 80


@pytest.fixture
def mortal(prepared: Callable[[Path], Server], short_folder: Path) -> Server:
    """A server of one test's own, which it may stop."""
    return prepared(short_folder)


@pytest.mark.parametrize("threads", [1, 4])
def test_workers_outlive_a_server_that_was_stopped_at_once(
    mortal: Server,
    short_folder: Path,
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
    threads: int,
) -> None:
    """``immediate`` is what the loss of the machine looks like to the next start."""
    street = place(mortal.create_database("stopped", template=TEMPLATE), HOUSES, 1)
    crew = hire(street, threads=threads)
    pids = {crew.start("w1"), crew.start("w2")}
    servers = [mortal]

    def stop_and_start() -> None:
        for goal in (HOUSES, 2 * HOUSES):
            street.await_facts(goal)
            servers[-1].close(mode="immediate")
            assert street.facts() == -1
            crew.await_words("the database does not answer")
            servers.append(embedded.start(short_folder, cache=cache_folder()))

    found = street.play(stop_and_start)
    assert found == peaceful(HOUSES, 1)
    assert pids == crew.pids()
    crew.dismiss()
    assert "Traceback" not in crew.said()
    servers[-1].close(mode="immediate")
