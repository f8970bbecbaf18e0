"""The commands. Each imports what it needs when it runs, so that ``--help`` answers at once.

Exit codes: 0 done, 1 an expectation does not hold, 2 the input is wrong, 3 the machine lacks
something. An error that was to be expected is one clear text; ``RELEVO_DEBUG=1`` shows where it
came from.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from relevo.play.theatre import Wishes

WRONG_INPUT = 2
NOT_AVAILABLE = 3
STOPPED = 130
FAULTS_SHOWN = 20
TOUR = ("clean.toml", "everything-goes-wrong.toml")

app = typer.Typer(
    name="relevo",
    help="Moves a customer's lines from one operator to another and proves that none was lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """The program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ✓ shows ? and goes on
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup asks for that
            signal.signal(number, _stop)
    app()


def _stop(number: int, _frame: object) -> None:
    """However the program is stopped, its server and its database go with it, without complaint."""
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    raise KeyboardInterrupt(number)


@app.command(short_help="Play a scenario and judge it.")
def play(
    file: Annotated[Path | None, typer.Argument(help="A scenario file (TOML).")] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the result to this file.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the file's.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=8, help="How many workers.")] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the scoreboard.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Every fact.")] = False,
    points: Annotated[
        bool, typer.Option("--points", help="List the names that at_point takes.")
    ] = False,
) -> None:
    """Play a scenario and judge it.

    Exits 0 if every expectation holds, 1 if one does not, 2 if the file is not valid.

    Example: relevo play stories/clean.toml --json result.json
    """
    if points:
        _list_points()
        return
    if file is None:
        _fail("give a scenario file, for example: relevo play stories/clean.toml", WRONG_INPUT)
    _check_result_file(json_out)
    from relevo.play.theatre import Wishes  # noqa: PLC0415

    wishes = Wishes(
        workers=workers,
        seed=seed,
        json_out=json_out,
        is_quiet=quiet,
        is_verbose=verbose,
    )
    with _errors_for_people():
        holds = _perform([file], wishes)
    raise typer.Exit(0 if holds else 1)


@app.command(short_help="Play the true story twice.")
def tour() -> None:
    """Play the true story twice: with nothing wrong, then with all its faults again.

    Example: relevo tour
    """
    from relevo.play.theatre import Wishes  # noqa: PLC0415

    stories = _stories()
    _console().print(
        "A customer moves three lines from one operator to another. The story is true; the clock "
        "is not: days pass in seconds. First nothing goes wrong, then everything that did.",
        highlight=False,
    )
    with _errors_for_people():
        holds = _perform([stories / name for name in TOUR], Wishes())
    others = sorted(path.name for path in stories.glob("*.toml") if path.name not in TOUR)
    _console().print(
        "\nWhere to go next:\n"
        f"  another story     ./dev relevo play {stories / others[0] if others else 'FILE'}\n"
        f"  all {len(others) + len(TOUR)} stories    {stories / 'README.md'}\n"
        "  your own story    copy stories/clean.toml, change it, play it\n"
        "  how it works      ARCHITECTURE.md",
        highlight=False,
        soft_wrap=True,
    )
    raise typer.Exit(0 if holds else 1)


@app.command(short_help="Measure the engine.")
def bench(
    ports: Annotated[int, typer.Option(min=1, help="How many ports in a round.")] = 2000,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Measure the engine against the least that the database must do, in one run.

    Example: relevo bench --ports 2000
    """
    _check_result_file(json_out)
    with _errors_for_people():
        from relevo import bench as measured  # noqa: PLC0415

        measured.run(ports, json_out)


@app.command(short_help="Look whether this machine is fit.")
def doctor() -> None:
    """Look whether this machine has what is needed, and say what to do where it has not.

    Example: relevo doctor
    """
    from rich.text import Text  # noqa: PLC0415

    from relevo.play.doctor import examine  # noqa: PLC0415

    console = _console()
    is_well = True
    with _errors_for_people():
        for finding in examine():
            is_well = is_well and finding.is_well
            sign = ("✓ ", "green") if finding.is_well else ("✗ ", "bold red")
            found = f"{finding.what}: {finding.found}"
            console.print(Text.assemble(sign, found), soft_wrap=True)
            if finding.remedy:
                console.print(Text(f"    {finding.remedy}"), soft_wrap=True)
    raise typer.Exit(0 if is_well else NOT_AVAILABLE)


@app.command(short_help="Bring a schema up to date.")
def migrate() -> None:
    """Bring the schema of DATABASE_URL up to date; what is applied already is left alone.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo migrate
    """
    dsn = _database_url()
    with _errors_for_people():
        from relevo import wiring  # noqa: PLC0415
        from relevo.adapters.postgres.migrate import migrate as apply  # noqa: PLC0415

        applied = apply(dsn, wiring.SCHEMA_PACKAGES)
    for each in applied:
        _console().print(f"applied {each.package}/{each.file}", highlight=False, soft_wrap=True)
    _console().print(f"{len(applied)} files applied; the schema is up to date", highlight=False)


@app.command(short_help="Run one worker on a database.")
def work(
    operator: Annotated[str, typer.Option(help="Our name at the hubs, for example brisa.")],
    name: Annotated[str, typer.Option(help="This worker's own name; kept over restarts.")] = "w1",
    country: Annotated[str, typer.Option(help="Whose rules new calls to the hubs follow.")] = "es",
    threads: Annotated[int, typer.Option(min=1, max=32, help="Effects under way at once.")] = 4,
) -> None:
    """Run one worker on DATABASE_URL until it is told to stop (SIGTERM or Ctrl-C).

    Where the outside systems are is read from RELEVO_*; see docs/howto/run-a-site.md.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo work --operator brisa --name w1
    """
    dsn = _database_url()
    with _errors_for_people():
        from relevo import work as production  # noqa: PLC0415

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        worker = production.Worker(operator=operator, name=name, country=country, threads=threads)
        production.run(dsn, worker)


def _database_url() -> str:
    from relevo.play.database import given_server  # noqa: PLC0415

    with _errors_for_people():
        dsn = given_server()
    if not dsn:
        _fail(
            "set DATABASE_URL to the database, for example postgresql://localhost/relevo",
            WRONG_INPUT,
        )
    return dsn


def _perform(files: list[Path], wishes: Wishes) -> bool:
    """Play one file after the other on one server. All are read before the first is played."""
    with ExitStack() as stack:
        with _waiting("getting ready …"):
            from relevo.play.database import play_server  # noqa: PLC0415
            from relevo.play.theatre import perform, read  # noqa: PLC0415

            scenarios = [read(file, wishes) for file in files]
        with _waiting("starting PostgreSQL …"):
            server = stack.enter_context(play_server())
        console = _console()
        verdicts = [perform(scenario, server, wishes, console) for scenario in scenarios]
    return all(verdict.holds for verdict in verdicts)


@contextmanager
def _waiting(what: str) -> Iterator[None]:
    """Say what takes a while, on a terminal, as long as it takes."""
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status(what):
        yield


def _check_result_file(file: Path | None) -> None:
    """Refuse before the work what could not be written after it."""
    if file is None:
        return
    folder = file.absolute().parent
    if not folder.is_dir():
        _fail(f"--json: there is no folder {file.parent}; make it first", WRONG_INPUT)
    if file.is_dir():
        _fail(f"--json: {file} is a folder; give the name of a file in it", WRONG_INPUT)
    if not os.access(file if file.exists() else folder, os.W_OK):
        _fail(f"--json: {file} may not be written; give another place", WRONG_INPUT)


def _list_points() -> None:
    from relevo.engine.signals import POINTS  # noqa: PLC0415

    for point in POINTS:
        typer.echo(point)


def _stories() -> Path:
    """The folder of stories: here, or beside the source."""
    beside = Path(__file__).resolve().parents[2] / "stories"
    folders = [Path("stories"), beside]
    complete = [each for each in folders if all((each / name).is_file() for name in TOUR)]
    if not complete:
        _fail("there is no folder `stories` here; run this in the repository", NOT_AVAILABLE)
    return complete[0]


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    return Console()


@contextmanager
def _errors_for_people() -> Iterator[None]:
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
        _fail(f"not played: {number} in the file", WRONG_INPUT)
    except (NoDatabase, ServerTooOld, MigrationError) as wrong:
        _fail(str(wrong), NOT_AVAILABLE)
    except (MissingSettings, UnknownProfile) as wrong:
        _fail(str(wrong), WRONG_INPUT)
    except psycopg.OperationalError as wrong:
        said = " ".join(str(wrong).split())
        _fail(f"the database does not answer ({said}); is it running?", NOT_AVAILABLE)
    except psycopg.errors.InsufficientPrivilege as wrong:
        said = wrong.diag.message_primary or "permission denied"
        _fail(
            f"the account of DATABASE_URL may not do that ({said}); let it own the database",
            NOT_AVAILABLE,
        )
    except KeyboardInterrupt:
        _fail("stopped", STOPPED)


def _fail(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    sys.exit(code)
