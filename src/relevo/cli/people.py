"""How the program speaks with the person at the terminal: errors, waiting, checks before work."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from relevo.cli.app import NOT_AVAILABLE, STOPPED, WRONG_INPUT

if TYPE_CHECKING:
    from rich.console import Console

FAULTS_SHOWN = 20


def console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    return Console()


@contextmanager
def errors_for_people() -> Iterator[None]:
    """Expected errors become one text and an exit code."""
    if os.environ.get("RELEVO_DEBUG"):
        logging.basicConfig(level=logging.INFO)
        yield
        return
    # A peer that is down on purpose is part of the story, not a warning between its lines.
    logging.getLogger("relevo").addHandler(logging.NullHandler())
    import psycopg  # noqa: PLC0415

    from relevo.adapters.postgres.migrate import MigrationError  # noqa: PLC0415
    from relevo.config import MissingSettings  # noqa: PLC0415
    from relevo.engine.connection import ServerTooOld  # noqa: PLC0415
    from relevo.play.database import NoDatabase  # noqa: PLC0415
    from relevo.play.scenario import BadScenario  # noqa: PLC0415
    from relevo.profiles.book import UnknownProfile  # noqa: PLC0415

    try:
        yield
    except BadScenario as bad:
        for fault in bad.faults[:FAULTS_SHOWN]:
            typer.echo(fault.shown, err=True)
        if len(bad.faults) > FAULTS_SHOWN:
            typer.echo(f"and {len(bad.faults) - FAULTS_SHOWN} more", err=True)
        number = "one mistake" if len(bad.faults) == 1 else f"{len(bad.faults)} mistakes"
        fail(f"not played: {number} in the file", WRONG_INPUT)
    except (NoDatabase, ServerTooOld, MigrationError) as wrong:
        fail(str(wrong), NOT_AVAILABLE)
    except (MissingSettings, UnknownProfile) as wrong:
        fail(str(wrong), WRONG_INPUT)
    except psycopg.OperationalError as wrong:
        said = " ".join(str(wrong).split())
        fail(f"the database does not answer ({said}); is it running?", NOT_AVAILABLE)
    except psycopg.errors.InsufficientPrivilege as wrong:
        said = wrong.diag.message_primary or "permission denied"
        fail(
            f"the account of DATABASE_URL may not do that ({said}); let it own the database",
            NOT_AVAILABLE,
        )
    except KeyboardInterrupt:
        fail("stopped", STOPPED)


def fail(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    sys.exit(code)


def database_url() -> str:
    from relevo.play.database import given_server  # noqa: PLC0415

    with errors_for_people():
        dsn = given_server()
    if not dsn:
        fail(
            "set DATABASE_URL to the database, for example postgresql://localhost/relevo",
            WRONG_INPUT,
        )
    return dsn


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what takes a while, on a terminal, as long as it takes."""
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status(what):
        yield


def check_result_file(file: Path | None) -> None:
    """Refuse before the work what could not be written after it."""
    if file is None:
        return
    folder = file.absolute().parent
    if not folder.is_dir():
        fail(f"--json: there is no folder {file.parent}; make it first", WRONG_INPUT)
    if file.is_dir():
        fail(f"--json: {file} is a folder; give the name of a file in it", WRONG_INPUT)
    if not os.access(file if file.exists() else folder, os.W_OK):
        fail(f"--json: {file} may not be written; give another place", WRONG_INPUT)
