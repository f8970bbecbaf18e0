"""Commands that play stories."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, WRONG_INPUT, app
from relevo.cli.people import check_result_file, console, errors_for_people, fail, waiting

if TYPE_CHECKING:
    from relevo.pages.tour import Opened
    from relevo.play.theatre import Wishes

TOUR = ("clean.toml", "everything-goes-wrong.toml")


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
        fail("give a scenario file, for example: relevo play stories/clean.toml", WRONG_INPUT)
    check_result_file(json_out)
    from relevo.play.theatre import Wishes  # noqa: PLC0415

    wishes = Wishes(
        workers=workers,
        seed=seed,
        json_out=json_out,
        is_quiet=quiet,
        is_verbose=verbose,
    )
    with errors_for_people():
        holds = _perform([file], wishes)
    raise typer.Exit(0 if holds else 1)


@app.command(short_help="Play the true story twice.")
def tour(
    wait: Annotated[
        bool, typer.Option(help="At the end, open the console and wait for Ctrl-C.")
    ] = True,
) -> None:
    """Play the true story twice: with nothing wrong, then with all its faults again. At a terminal
    it ends by opening the console on the story's worst day, with a link for each role.

    Example: relevo tour --no-wait
    """
    from relevo.play.theatre import Wishes  # noqa: PLC0415

    stories = _stories()
    console().print(
        "A customer moves three lines from one operator to another. The story is true; the clock "
        "is not: days pass in seconds. First nothing goes wrong, then everything that did.",
        highlight=False,
    )
    with errors_for_people():
        holds = _perform([stories / name for name in TOUR], Wishes())
    others = sorted(path.name for path in stories.glob("*.toml") if path.name not in TOUR)
    console().print(
        "\nWhere to go next:\n"
        f"  another story     ./dev relevo play {stories / others[0] if others else 'FILE'}\n"
        f"  all {len(others) + len(TOUR)} stories    {stories / 'README.md'}\n"
        "  your own story    copy stories/clean.toml, change it, play it\n"
        "  how it works      ARCHITECTURE.md",
        highlight=False,
        soft_wrap=True,
    )
    if wait and sys.stdin.isatty() and sys.stdout.isatty():
        with errors_for_people():
            _open_console(stories / TOUR[-1])
    raise typer.Exit(0 if holds else 1)


def _open_console(story: Path) -> None:
    """The pages, on the story's worst day, until Ctrl-C."""
    with ExitStack() as stack:
        with waiting("the console opens on the worst day …"):
            from relevo.pages.tour import opened  # noqa: PLC0415
            from relevo.play.database import play_server  # noqa: PLC0415
            from relevo.play.theatre import Wishes, read  # noqa: PLC0415

            server = stack.enter_context(play_server())
            say = partial(typer.echo, err=True)
            desk = stack.enter_context(opened(server, read(story, Wishes()), say))
        if not desk.serve(partial(_show_links, desk)):
            fail("the console could not be opened", NOT_AVAILABLE)


def _show_links(desk: Opened) -> None:
    """Once the console answers, so that nobody follows a link that does not."""
    width = max(map(len, desk.links)) + 2
    typer.echo(
        "\nThe same story stands still on its worst day, Monday 14 January at 16:30. Each "
        "link signs you in;\nwhat you do there is handled. One-time codes appear here. Ctrl-C "
        "ends it.\n"
    )
    for who, link in desk.links.items():
        typer.echo(f"  {who.replace('_', ' '):{width}}{link}")
    typer.echo(f"  {'sign-up':{width}}{desk.address}/sign-up\n")


def _perform(files: list[Path], wishes: Wishes) -> bool:
    """Play one file after the other on one server. All are read before the first is played."""
    with ExitStack() as stack:
        with waiting("getting ready …"):
            from relevo.play.database import play_server  # noqa: PLC0415
            from relevo.play.theatre import perform, read  # noqa: PLC0415

            scenarios = [read(file, wishes) for file in files]
        with waiting("starting PostgreSQL …"):
            server = stack.enter_context(play_server())
        screen = console()
        verdicts = [perform(scenario, server, wishes, screen) for scenario in scenarios]
    return all(verdict.holds for verdict in verdicts)


def _list_points() -> None:
    from relevo.engine.signals import POINTS  # noqa: PLC0415

    for point in POINTS:
        typer.echo(point)


def _stories() -> Path:
    """The folder of stories: here, or beside the source."""
    beside = Path(__file__).resolve().parents[3] / "stories"
    folders = [Path("stories"), beside]
    complete = [each for each in folders if all((each / name).is_file() for name in TOUR)]
    if not complete:
        fail("there is no folder `stories` here; run this in the repository", NOT_AVAILABLE)
    return complete[0]
