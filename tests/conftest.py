"""Databases for all tests: one server for a session, emptied between tests.

Each parallel worker of pytest is a session of its own, with a server of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from relevo.adapters.postgres.embedded import Server
from relevo.testing.postgres import clone, session_server, wipe


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this session, with a template that holds the engine's tables."""
    with session_server() as server:
        yield server


@pytest.fixture(scope="session")
def engine_database(postgres: Server) -> str:
    """One database with the engine's tables for the whole session."""
    return clone(postgres, "engine_tests")


@pytest.fixture
def dsn(engine_database: str) -> Iterator[str]:
    """The connection string of an empty database with the engine's tables."""
    yield engine_database
    wipe(engine_database)


# How long an example takes says something of the machine and nothing of the program.
settings.register_profile("relevo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("relevo")

SERVICE_FIXTURES = frozenset({"postgres", "world", "stage"})
SERVICE_PLACES = frozenset({"simulators", "simulation", "test_embedded.py"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a server is marked by what it uses, so that nobody has to remember it."""
    for item in items:
        uses = SERVICE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if uses or SERVICE_PLACES & set(item.path.parts):
            item.add_marker(pytest.mark.service)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """``./dev test`` asks which tests failed: it runs a few of them once more, alone."""
    wanted = os.environ.get("RELEVO_FAILED_TESTS")
    if wanted and not hasattr(terminalreporter.config, "workerinput"):
        reports = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
        failed = dict.fromkeys(each.nodeid for each in reports)
        Path(wanted).write_text("".join(f"{each}\n" for each in failed), encoding="utf-8")
