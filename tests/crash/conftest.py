"""Streets, crews and servers for the crash tests. Every server here keeps its promises: what it has
committed is on the disk before it says so."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from relevo.adapters.postgres import embedded
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect
from relevo.testing.crew import Crew
from relevo.testing.lamp_worker import READ_MODELS, Post
from relevo.testing.postgres import ENGINE, cache_folder
from relevo.testing.shared_clock import SharedClock
from relevo.testing.street import START, Outcome, Street

TEMPLATE = "street"
"""A database with the engine's tables and the read models of the lamps; cloned for each street."""


@pytest.fixture(scope="session")
def durable() -> Iterator[Server]:
    """A server that loses nothing which it has acknowledged."""
    with tempfile.TemporaryDirectory(prefix="relevo-crash-") as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder), cache=cache_folder())
        try:
            make_template(server)
            yield server
        finally:
            server.close(mode="immediate")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder that the server's account can reach."""
    with tempfile.TemporaryDirectory(prefix="relevo-crash-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def prepared() -> Iterator[Callable[[Path], Server]]:
    """Starts durable servers that hold the template; stops what is left of them at the end."""
    started: list[Server] = []

    def start(folder: Path) -> Server:
        started.append(embedded.start(folder, cache=cache_folder()))
        make_template(started[-1])
        return started[-1]

    yield start
    for server in started:
        server.close(mode="immediate")


def make_template(server: Server) -> None:
    """What every street is cloned from."""
    dsn = server.create_database(TEMPLATE)
    migrate(dsn, ENGINE)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(READ_MODELS)


@pytest.fixture
def place(tmp_path: Path) -> Callable[..., Street]:
    """Makes a street on a connection string, with a clock and an outside of its own."""

    def make(dsn: str, houses: int, lamps: int, name: str = "street") -> Street:
        clock = SharedClock.set_to(tmp_path / f"{name}.clock", START)
        outside = tmp_path / f"{name}.outside"
        outside.touch()
        return Street(dsn=dsn, clock=clock, outside=outside, houses=houses, lamps=lamps)

    return make


@pytest.fixture(scope="session")
def peaceful(
    durable: Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int, int], Outcome]:
    """The outcome of a street on which nothing goes wrong; played once for each size."""

    @cache
    def play(houses: int, lamps: int) -> Outcome:
        name = f"peaceful_{houses}_{lamps}"
        folder = tmp_path_factory.mktemp(name)
        clock = SharedClock.set_to(folder / "clock", START)
        outside = folder / "outside"
        outside.touch()
        dsn = durable.create_database(name, template=TEMPLATE)
        street = Street(dsn=dsn, clock=clock, outside=outside, houses=houses, lamps=lamps)
        return street.undisturbed()

    return play


@pytest.fixture
def hire(tmp_path: Path) -> Iterator[Callable[..., Crew]]:
    """Makes the crew of a street; kills whoever is left at the end."""
    crews: list[Crew] = []

    def make(street: Street, dsn: str | None = None, **settings: object) -> Crew:
        def post(name: str, **orders: object) -> Post:
            plain = Post(
                name=name,
                dsn=dsn or street.dsn,
                clock=street.outside.with_suffix(".clock"),
                outside=street.outside,
                log=tmp_path / f"{name}.log",
            )
            return replace(plain, **{**settings, **orders})  # type: ignore[arg-type]

        crew = Crew(post)
        crews.append(crew)
        return crew

    yield make
    for crew in crews:
        crew.bury()
        sys.stderr.write(crew.said())  # pytest shows it when the test has failed
