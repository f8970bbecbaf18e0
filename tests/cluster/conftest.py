"""Pairs of database machines, streets on them, and the crews that work there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect
from relevo.testing import cluster
from relevo.testing.cluster import Machine
from relevo.testing.crew import Crew
from relevo.testing.lamp_worker import READ_MODELS, Post
from relevo.testing.postgres import ENGINE, clone
from relevo.testing.shared_clock import SharedClock
from relevo.testing.street import START, Outcome, Street

DATABASE = "street"


@dataclass(frozen=True, slots=True)
class Pair:
    """A primary, and the standby without which nothing is acknowledged."""

    a: Machine
    b: Machine

    @property
    def dsn(self) -> str:
        """As in docs/howto/fail-over.md: both, and whoever may be written is the one."""
        hosts = f"host={self.a.folder},{self.b.folder}"
        return f"{hosts} user=relevo dbname={DATABASE} target_session_attrs=read-write"

    def fail_over(self) -> None:
        """What the cluster manager does when the primary is gone."""
        self.b.promote()


@pytest.fixture(scope="session")
def golden() -> Iterator[Machine]:
    """A stopped machine with an empty street; all others are copies of it."""
    folder = Path(tempfile.mkdtemp(prefix="relevo-golden-"))
    folder.chmod(0o755)
    try:
        made = cluster.installed(folder / "golden")
        made.start(fsync="off")
        made.ask(f"create database {DATABASE}")
        dsn = made.dsn_of(DATABASE)
        migrate(dsn, ENGINE)
        with connect(dsn, autocommit=True) as connection:
            connection.execute(READ_MODELS)
        made.stop()
        yield made
    finally:
        cluster.switch_off(folder)


@pytest.fixture
def machines() -> Iterator[Path]:
    """A folder for the machines of one test, which are switched off at the end."""
    folder = Path(tempfile.mkdtemp(prefix="relevo-cluster-"))
    folder.chmod(0o755)
    yield folder
    cluster.switch_off(folder)


@pytest.fixture
def pair(golden: Machine, machines: Path) -> Pair:
    a = cluster.copied(golden, machines / "a")
    a.start()
    b = cluster.machine(machines / "b")
    cluster.follow(a, b)
    return Pair(a, b)


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str, int, int], Street]:
    """Makes a street of that many houses, with a clock and an outside of its own."""

    def make(dsn: str, houses: int, lamps: int) -> Street:
        return street_in(tmp_path, dsn, houses, lamps)

    return make


@pytest.fixture
def hire(tmp_path: Path) -> Iterator[Callable[..., Crew]]:
    """Makes the crew of a street; kills whoever is left at the end."""
    crews: list[Crew] = []

    def make(street: Street, threads: int = 1) -> Crew:
        def post(name: str, kill_at: str = "") -> Post:
            return Post(
                name=name,
                dsn=street.dsn,
                clock=street.outside.with_suffix(".clock"),
                outside=street.outside,
                log=tmp_path / f"{name}.log",
                kill_at=kill_at,
                threads=threads,
            )

        crews.append(Crew(post))
        return crews[-1]

    yield make
    for crew in crews:
        crew.bury()


@pytest.fixture(scope="session")
def peaceful(
    postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int, int], Outcome]:
    """The outcome of a street on which nothing goes wrong."""

    @cache
    def play(houses: int, lamps: int) -> Outcome:
        dsn = clone(postgres, "peaceful")
        with connect(dsn, autocommit=True) as connection:
            connection.execute(READ_MODELS)
        return street_in(tmp_path_factory.mktemp("peaceful"), dsn, houses, lamps).undisturbed()

    return play


def street_in(folder: Path, dsn: str, houses: int, lamps: int) -> Street:
    clock = SharedClock.set_to(folder / "street.clock", START)
    outside = folder / "street.outside"
    outside.touch()
    return Street(dsn=dsn, clock=clock, outside=outside, houses=houses, lamps=lamps)
