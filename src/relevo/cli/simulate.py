"""The command that plays drawn worlds and holds the laws against them."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import app
from relevo.cli.people import check_result_file, console, errors_for_people, waiting

if TYPE_CHECKING:
    from relevo.simulation.report import Failure, Tally
    from relevo.simulation.run import Theatre

PURSUED_MAX = 3
"""Failing seeds that are made small by themselves; of any other the command is printed."""


@app.command(short_help="Play drawn worlds and hold the laws against them.")
def simulate(
    seeds: Annotated[int, typer.Option(min=1, help="How many customers.")] = 250,
    first: Annotated[int, typer.Option("--from", min=1, help="The first seed.")] = 1,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the result to this file.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Companies played at a time.")] = 2,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Workers of each company.")] = 1,
) -> None:
    """Play drawn worlds and hold the laws against them.

    Every seed is a customer with lines, wishes and faults of his own. He lives in a company of 250
    customers, who share one world, one database and what goes wrong for all of them; a company is
    always played as a whole. A single seed is first played alone.

    Exits 0 if every law holds, 1 if one is broken: then the command that plays the seed again is
    printed, and the world is made small and written to relevo-seed-N.toml.

    Example: relevo simulate --seeds 1000 --from 1 --json result.json
    """
    check_result_file(json_out)
    with errors_for_people(), ExitStack() as stack:
        with waiting("getting ready …"):
            from relevo.play.database import play_server  # noqa: PLC0415
            from relevo.simulation.report import Tally, as_json, show  # noqa: PLC0415
            from relevo.simulation.run import Theatre  # noqa: PLC0415

        with waiting("starting PostgreSQL …"):
            theatre = Theatre(server=stack.enter_context(play_server()), workers=workers)
        tally = Tally(range(first, first + seeds))
        failures = _alone(tally, theatre) if seeds == 1 else []
        if not failures:
            _play(tally, theatre, jobs)
            failures = _pursue(tally, theatre)
        show(console(), tally, failures)
        if json_out is not None:
            import json  # noqa: PLC0415

            content = json.dumps(as_json(tally, failures), ensure_ascii=False, indent=1)
            json_out.write_text(content + "\n", encoding="utf-8")
    raise typer.Exit(0 if tally.holds else 1)


def _alone(tally: Tally, theatre: Theatre) -> list[Failure]:
    """The one seed that is asked for, without the others of its company."""
    from relevo.simulation.fate import CompanyFate  # noqa: PLC0415
    from relevo.simulation.pursuit import pursue  # noqa: PLC0415
    from relevo.simulation.run import by_himself, play_alone  # noqa: PLC0415

    seed = tally.seeds.start
    with waiting(f"seed {seed} alone …"):
        fate = play_alone(by_himself(seed), theatre)
    if not fate.breaches:
        return []
    tally.add(CompanyFate(company=0, fates=(fate,), drawn=(), struck=()))
    with waiting("making it small …"):
        return [pursue(fate, partial(play_alone, theatre=theatre), Path.cwd())]


def _play(tally: Tally, theatre: Theatre, jobs: int) -> None:
    """All companies in which seeds that are asked for live; every breach is said as it is seen."""
    from rich.progress import Progress  # noqa: PLC0415

    from relevo.simulation.draws import company_of  # noqa: PLC0415
    from relevo.simulation.run import play_companies  # noqa: PLC0415

    seeds = tally.seeds
    companies = range(company_of(seeds.start), company_of(seeds[-1]) + 1)
    with Progress(console=console(), transient=True) as progress:
        task = progress.add_task(f"{len(companies)} companies", total=len(companies))
        for played in play_companies(companies, theatre, jobs=min(jobs, len(companies))):
            for fate in tally.add(played):
                if fate.breaches:
                    progress.console.print(f"✗ seed {fate.seed}: {fate.breaches[0].law}")
            progress.advance(task)


def _pursue(tally: Tally, theatre: Theatre) -> list[Failure]:
    from relevo.simulation.pursuit import pursue  # noqa: PLC0415
    from relevo.simulation.report import Failure, command_of  # noqa: PLC0415
    from relevo.simulation.run import play_alone  # noqa: PLC0415

    failing = tally.failing
    failures = []
    for fate in failing[:PURSUED_MAX]:
        with waiting(f"making seed {fate.seed} small …"):
            failures.append(pursue(fate, partial(play_alone, theatre=theatre), Path.cwd()))
    rest = failing[PURSUED_MAX:]
    return [*failures, *(Failure(fate=fate, command=command_of(fate.seed)) for fate in rest)]
