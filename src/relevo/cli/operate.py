"""Commands of whoever runs a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.operating.finding import Finding

SOMETHING_TO_DO = 1


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
    """Bring the schema of DATABASE_URL up to date; what is applied already is left alone.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo migrate
    """
    dsn = database_url()
    stages = ("pre",) if stage is Stage.PRE else ("pre", "post")
    with errors_for_people():
        from relevo import wiring  # noqa: PLC0415
        from relevo.adapters.postgres.migrate import migrate as apply  # noqa: PLC0415

        applied = apply(dsn, wiring.SCHEMA_PACKAGES, stages=stages)
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


@app.command(short_help="Serve health and metrics of a site.")
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8080,
    log: _Log = LogForm.TEXT,
) -> None:
    """Serve /health/live, /health/ready and /metrics of the site of DATABASE_URL.

    Example: DATABASE_URL=postgresql://localhost/relevo relevo serve --port 8080
    """
    dsn = database_url()
    with errors_for_people():
        from relevo.operating import web  # noqa: PLC0415
        from relevo.operating.logs import Form, write_logs  # noqa: PLC0415
        from relevo.operating.telemetry import traced  # noqa: PLC0415

        write_logs(Form(log), "serve")
        with traced("serve"):
            has_run = web.serve(web.app(dsn), host=host, port=port)
    if not has_run:
        fail(f"{host}:{port} cannot be listened on; give another --port", NOT_AVAILABLE)
