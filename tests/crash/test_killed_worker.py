"""A worker process is killed by the system, anywhere; what is stored in the end is the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.engine.signals import POINTS
from relevo.testing.crew import Crew
from relevo.testing.street import Outcome, Street
from relevo.values.ids import draw_between

pytestmark = pytest.mark.service

TEMPLATE = "street"


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_named_point_is_followed_by_one_that_ends_the_same(
    durable: Server,
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
    point: str,
) -> None:
    name = f"killed_{point.replace('.', '_')}"
    street = place(durable.create_database(name, template=TEMPLATE), 8, 2)
    crew = hire(street)
    crew.start("w1", kill_at=point)
    again, later = {"kill_at": point}, {"kill_at": f"{point}:{draw_between(2, 5, point)}"}
    found = street.play(mind=lambda: crew.revive(again, later))
    assert len(crew.deaths) >= 2
    assert found == peaceful(8, 2)
    crew.dismiss()


@pytest.mark.parametrize(("seed", "threads"), [(1, 1), (2, 1), (3, 4)])
def test_workers_killed_at_random_under_load_lose_and_double_nothing(
    durable: Server,
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
    seed: int,
    threads: int,
) -> None:
    houses, lamps = (150, 2) if threads == 1 else (250, 1)
    dsn = durable.create_database(f"random_{seed}", template=TEMPLATE)
    street = place(dsn, houses, lamps)
    crew = hire(street, threads=threads)
    names = ("w1", "w2", "w3")

    def kill_at_random() -> None:
        before = 0
        for death in range(8):
            draw = str(death)
            before += draw_between(1, 60, seed, draw, "facts")
            street.await_facts(before)
            victim = names[draw_between(0, len(names) - 1, seed, draw, "who")]
            crew.kill(victim)
            crew.start(victim)

    for name in names:
        crew.start(name)
    assert street.play(kill_at_random) == peaceful(houses, lamps)
    crew.dismiss()
