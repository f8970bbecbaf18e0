"""Commands of whoever runs a site."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, app
from relevo.cli.people import console, database_url, errors_for_people


@app.command(short_help="Look whether this machine is fit.")
def doctor() -> None:
    """Look whether this machine has what is needed, and say what to do where it has not.

    Example: relevo doctor
    """
    from rich.text import Text  # noqa: PLC0415

    from relevo.play.doctor import examine  # noqa: PLC0415

    screen = console()
    is_well = True
    with errors_for_people():
        for finding in examine():
            is_well = is_well and finding.is_well
            sign = ("✓ ", "green") if finding.is_well else ("✗ ", "bold red")
            found = f"{finding.what}: {finding.found}"
            screen.print(Text.assemble(sign, found), soft_wrap=True)
            if finding.remedy:
                screen.print(Text(f"    {finding.remedy}"), soft_wrap=True)
    raise typer.Exit(0 if is_well else NOT_AVAILABLE)


@app.command(short_help="Bring a schema up to date.")
def migrate() -> None:
    """Bring the schema of DATABASE_URL up to date; what is applied already is left alone.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo migrate
    """
    dsn = database_url()
    with errors_for_people():
        from relevo import wiring  # noqa: PLC0415
        from relevo.adapters.postgres.migrate import migrate as apply  # noqa: PLC0415

        applied = apply(dsn, wiring.SCHEMA_PACKAGES)
    for each in applied:
        console().print(f"applied {each.package}/{each.file}", highlight=False, soft_wrap=True)
    console().print(f"{len(applied)} files applied; the schema is up to date", highlight=False)


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
    dsn = database_url()
    with errors_for_people():
        from relevo import work as production  # noqa: PLC0415

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
        worker = production.Worker(operator=operator, name=name, country=country, threads=threads)
        production.run(dsn, worker)
