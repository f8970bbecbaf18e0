"""Commands of whoever runs a site."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.operating.finding import Finding
    from relevo.pages.console import Settings

SOMETHING_TO_DO = 1
_NO_WALL = (
    "the wall of the pages is not up: this account may make no role; as a superuser, "
    "create role relevo_people; then run this again"
)


class LogForm(StrEnum):
    """How a service logs; the values of ``operating.logs.Form``."""

    JSON = "json"
    TEXT = "text"


class Stage(StrEnum):
    """Which schema files to apply."""

    ALL = "all"
    PRE = "pre"


_Log = Annotated[LogForm, typer.Option("--log", help="One JSON object a line, or text.")]


@app.command(short_help="Look whether machine and site are well.")
def doctor(
    json_out: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Look at this machine and, with DATABASE_URL, at the site; say what to do about what ails.

    Exits 0 if all is well, 1 if there is something to do, 3 if it could not be looked at.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo doctor
    """
    from relevo.operating.finding import Level  # noqa: PLC0415

    found: list[Level] = []
    with errors_for_people():
        shown = _print_json(_findings()) if json_out else _print_text(_findings())
        found.extend(finding.level for finding in shown)
    if Level.UNSEEN in found:
        raise typer.Exit(NOT_AVAILABLE)
    raise typer.Exit(0 if set(found) <= {Level.WELL} else SOMETHING_TO_DO)


def _findings() -> Iterator[Finding]:
    from relevo import wiring  # noqa: PLC0415
    from relevo.operating.checkup import examine_site  # noqa: PLC0415
    from relevo.operating.finding import Finding, Level  # noqa: PLC0415
    from relevo.operating.machine import examine_machine  # noqa: PLC0415
    from relevo.operating.settings_checks import examine_settings  # noqa: PLC0415
    from relevo.play.database import NoDatabase, given_server  # noqa: PLC0415

    yield from examine_machine()
    try:
        dsn = given_server()
    except NoDatabase as wrong:
        found, _, remedy = str(wrong).partition("; ")
        yield Finding(what="DATABASE_URL", found=found, level=Level.UNSEEN, remedy=remedy)
        return
    if not dsn:
        yield Finding(what="DATABASE_URL", found="not set: the bundled PostgreSQL is used")
        return
    listeners = [listener.name for listener in wiring.catalogue().listeners]
    yield from examine_site(dsn, wiring.SCHEMA_PACKAGES, listeners)
    yield from examine_settings(os.environ)


def _print_text(findings: Iterable[Finding]) -> Iterator[Finding]:
    from rich.text import Text  # noqa: PLC0415

    from relevo.operating.finding import Level  # noqa: PLC0415

    signs = {Level.WELL: ("✓ ", "green"), Level.ATTEND: ("! ", "bold yellow")}
    screen = console()
    for finding in findings:
        sign = signs.get(finding.level, ("✗ ", "bold red"))
        screen.print(Text.assemble(sign, f"{finding.what}: {finding.found}"), soft_wrap=True)
        beside = [each for each in (finding.remedy, finding.link) if each]
        if beside:
            screen.print(Text(f"    {'; see '.join(beside)}"), soft_wrap=True)
        yield finding


def _print_json(findings: Iterable[Finding]) -> Iterator[Finding]:
    import msgspec  # noqa: PLC0415

    every = list(findings)
    rows = [
        {
            "what": finding.what,
            "level": str(finding.level),
            "found": finding.found,
            "remedy": finding.remedy,
            "runbook": finding.link,
        }
        for finding in every
    ]
    typer.echo(msgspec.json.format(msgspec.json.encode({"findings": rows})).decode())
    yield from every


@app.command(short_help="Bring a schema up to date.")
def migrate(
    stage: Annotated[
        Stage,
        typer.Option(
            help="pre: only what an older release can live with, while its workers still run."
        ),
    ] = Stage.ALL,
) -> None:
    """Bring the schema of DATABASE_URL up to date; what is applied already is left alone. The wall
    between brands is raised anew, so that it knows every table.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo migrate
    """
    dsn = database_url()
    stages = ("pre",) if stage is Stage.PRE else ("pre", "post")
    with errors_for_people():
        from psycopg.errors import InsufficientPrivilege  # noqa: PLC0415

        from relevo import wiring  # noqa: PLC0415
        from relevo.adapters.postgres.migrate import migrate as apply  # noqa: PLC0415
        from relevo.brands.wall import raise_wall  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        applied = apply(dsn, wiring.SCHEMA_PACKAGES, stages=stages)
        with connect(dsn, name="relevo migrate", autocommit=True) as connection:
            try:
                raise_wall(connection)
            except InsufficientPrivilege:
                typer.echo(_NO_WALL, err=True)
    for each in applied:
        console().print(f"applied {each.package}/{each.file}", highlight=False, soft_wrap=True)
    console().print(f"{len(applied)} files applied; the schema is up to date", highlight=False)


@app.command(short_help="Run one worker on a database.")
def work(
    operator: Annotated[str, typer.Option(help="Our name at the hubs, for example brisa.")],
    name: Annotated[str, typer.Option(help="This worker's own name; kept over restarts.")] = "w1",
    country: Annotated[str, typer.Option(help="Whose rules new calls to the hubs follow.")] = "es",
    threads: Annotated[int, typer.Option(min=1, max=32, help="Effects under way at once.")] = 4,
    log: _Log = LogForm.TEXT,
    metrics_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Serve Prometheus metrics here; 0: do not.")
    ] = 0,
    metrics_host: Annotated[str, typer.Option(help="The address for that.")] = "127.0.0.1",
) -> None:
    """Run one worker on DATABASE_URL until it is told to stop (SIGTERM or Ctrl-C).

    Where the outside systems are is read from RELEVO_*; see docs/howto/run-a-site.md.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo work --operator brisa --name w1
    """
    dsn = database_url()
    with errors_for_people():
        from relevo import work as production  # noqa: PLC0415
        from relevo.operating.logs import Form, write_logs  # noqa: PLC0415
        from relevo.operating.metrics import WorkerMeters  # noqa: PLC0415
        from relevo.operating.telemetry import traced  # noqa: PLC0415
        from relevo.operating.web import metrics_served  # noqa: PLC0415

        meters = WorkerMeters(name)
        write_logs(Form(log), name, meters.line)
        worker = production.Worker(operator=operator, name=name, country=country, threads=threads)
        with ExitStack() as beside:
            beside.enter_context(traced(name))
            try:
                beside.enter_context(metrics_served(meters.registry, metrics_host, metrics_port))
            except OSError as taken:
                where = f"{metrics_host}:{metrics_port}"
                fail(f"{where}: {taken.strerror}; give another --metrics-port", NOT_AVAILABLE)
            production.run(dsn, worker, meters)


@app.command(short_help="Serve the pages of a site.")
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8080,
    operator: Annotated[
        str,
        typer.Option(envvar="RELEVO_OPERATOR", help="Our name at the hubs. None: a try-out."),
    ] = "",
    country: Annotated[str, typer.Option(help="Whose rules the pages follow.")] = "es",
    log: _Log = LogForm.TEXT,
) -> None:
    """Serve the sign-up, the customers' pages, the console of the staff, /health/live,
    /health/ready, /healthz and /metrics of the site of DATABASE_URL.

    Without an operator it is a try-out, and without DATABASE_URL on the bundled PostgreSQL.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo serve --operator brisa --port 8080
    """
    with errors_for_people(), ExitStack() as stack:
        from relevo.operating import web  # noqa: PLC0415
        from relevo.operating.logs import Form, write_logs  # noqa: PLC0415
        from relevo.operating.telemetry import traced  # noqa: PLC0415
        from relevo.pages.app import app as pages  # noqa: PLC0415
        from relevo.pages.console import Console  # noqa: PLC0415

        settings = _settings(stack, operator, country)
        write_logs(Form(log), "serve")
        stack.enter_context(traced("serve"))
        desk = Console(settings)
        stack.callback(desk.close)
        made = pages(desk, beside=web.health_routes(settings.dsn))
        has_run = web.serve(made, host=host, port=port, stopping=desk.live.stop)
    if not has_run:
        fail(f"{host}:{port} cannot be listened on; give another --port", NOT_AVAILABLE)


def _settings(stack: ExitStack, operator: str, country: str) -> Settings:
    """Of a site that somebody set up, or of a try-out; which one, and what is shut, is said."""
    from relevo.pages.site import TRIED_AS, site_settings, tried_settings  # noqa: PLC0415
    from relevo.play.database import given_server, play_server  # noqa: PLC0415

    given, people = given_server(), os.environ.get("RELEVO_PEOPLE_DATABASE_URL", "")
    if operator:
        return site_settings(given or database_url(), operator, country, os.environ)
    say = partial(typer.echo, err=True)
    say(f"a try-out as {TRIED_AS}: nothing is sent to anybody, and links end with this process")
    if given:
        if not people:
            say("RELEVO_PEOPLE_DATABASE_URL is not set: desk and customers' pages are shut")
        return tried_settings(given, people, country, say)
    from relevo.pages.tryout import tried_database  # noqa: PLC0415

    dsn, people = tried_database(stack.enter_context(play_server()))
    say("DATABASE_URL is not set: on the bundled PostgreSQL, in a database of its own")
    return tried_settings(dsn, people, country, say)
