"""The ported numbers of a country: loading them, looking one up, answering switches."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, WRONG_INPUT, app
from relevo.cli.people import database_url, errors_for_people, fail

ported = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(ported, name="ported", help="How ported numbers are routed.")

_Sheet = Annotated[
    Path,
    typer.Option(envvar="RELEVO_PORTED_SHEET", help="The file that holds all ported numbers."),
]
_SHEET = Path("ported.sheet")


@ported.command(short_help="Take in a full file, or the differences of a day.")
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What was received.")],
    sheet: _Sheet = _SHEET,
) -> None:
    """Take a file of ported numbers in. A full file replaces what was known, in one step; the
    differences of a day change what they name. A file that is wrong anywhere changes nothing; the
    same differences twice are taken in once. Its layout: docs/howto/route-ported-numbers.md.

    Example: relevo ported load full.csv --sheet /var/lib/relevo/ported.sheet
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from relevo.adapters.ported_sheet.feed import BadFeed, Feed  # noqa: PLC0415
    from relevo.adapters.ported_sheet.load import take_in  # noqa: PLC0415
    from relevo.adapters.ported_sheet.sheet import NoSheet  # noqa: PLC0415

    with errors_for_people():
        try:
            feed = Feed.of(file)
            with Progress(console=Console(stderr=True), transient=True) as bar:
                task = bar.add_task(feed.kind, total=feed.size_bytes)
                taken = take_in(feed, sheet, progress=lambda done: bar.update(task, completed=done))
        except BadFeed as bad:
            fail(f"{bad}\nnothing was changed", WRONG_INPUT)
        except (NoSheet, OSError) as wrong:
            fail(str(wrong), NOT_AVAILABLE)
    if not taken.is_news:
        typer.echo(f"{taken.kind} {taken.sequence} was taken in before; nothing to do")
    else:
        typer.echo(f"{taken.kind} {taken.sequence}: {taken.rows:,} lines")
    typer.echo(f"{taken.numbers:,} numbers are ported")


@ported.command(short_help="How a switch finds its way: operators and ranges.")
def plan(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The plan, as TOML.")],
    role: Annotated[str, typer.Option(help="Database role of the switches that ask.")] = "",
) -> None:
    """Write the routing numbers of operators, and whose range begins how, into the database that
    switches ask with every call. What is in the file replaces what was there.

    Example: relevo ported plan /etc/relevo/routing.toml --role kamailio
    """
    from relevo.adapters.ported_sheet.plan import WrongPlan, read_plan  # noqa: PLC0415
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.numbering.routing.actions import open_to, write_plan  # noqa: PLC0415

    dsn = database_url()
    with errors_for_people():
        try:
            written = read_plan(file)
        except WrongPlan as wrong:
            fail(f"{wrong}\nnothing was changed", WRONG_INPUT)
        with connect(dsn, name="relevo ported") as connection:
            write_plan(connection, written)
            if role:
                open_to(connection, role)
    typer.echo(f"{len(written.operators)} operators, {len(written.ranges)} ranges")


@ported.command(short_help="Take a file into the database that switches ask.")
def route(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What was received.")],
) -> None:
    """Take a file of ported numbers, the same that `load` takes, into the database that Kamailio
    asks with every call. It is taken in whole or not at all, and calls are routed meanwhile.

    Example: relevo ported route full.csv
    """
    from relevo.adapters.ported_sheet.feed import BadFeed, Feed, Kind  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.numbering.routing.actions import take_ported  # noqa: PLC0415
    from relevo.numbering.routing.model import WrongFile  # noqa: PLC0415

    dsn = database_url()
    with errors_for_people():
        try:
            feed = Feed.of(file)
            with connect(dsn, name="relevo ported") as connection:
                is_news = take_ported(
                    connection,
                    feed.rows_as_text(),
                    sequence=feed.sequence,
                    is_full=feed.kind is Kind.FULL,
                    at=SystemClock().now(),
                )
        except (BadFeed, WrongFile) as wrong:
            fail(f"{wrong}\nnothing was changed", WRONG_INPUT)
        except OSError as wrong:
            fail(str(wrong), NOT_AVAILABLE)
    if is_news:
        typer.echo(f"{feed.kind} {feed.sequence}: {feed.rows:,} lines")
    else:
        typer.echo(f"{feed.kind} {feed.sequence} was taken in before; nothing to do")


@ported.command(short_help="Keep a PowerDNS as the ledger is.")
def enum(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Its settings.")],
    check: Annotated[bool, typer.Option(help="Only look whether it still is.")] = False,
    reconcile: Annotated[bool, typer.Option(help="Look, and write anew what differs.")] = False,
) -> None:
    """Write what differs from the ledger into the zone of a PowerDNS, and ask it over DNS. With
    `--check` nothing is written: each number that is answered otherwise is told, and the exit code
    is 1. `--reconcile` writes those anew; a number that is none of ours is told and left alone.

    Example: relevo ported enum /etc/relevo/enum.toml
    """
    from relevo.adapters.enum_powerdns.client import PowerDns  # noqa: PLC0415
    from relevo.adapters.enum_powerdns.feed import EnumFeed  # noqa: PLC0415
    from relevo.adapters.enum_powerdns.settings import WrongEnum, read_enum  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.engine.performer import Permanent, Temporary  # noqa: PLC0415

    dsn = database_url()
    with errors_for_people(), ExitStack() as closing:
        try:
            settings = read_enum(file)
            server = PowerDns(settings)
            closing.callback(server.close)
            feed = EnumFeed(dsn, server, settings, SystemClock())
            closing.callback(feed.close)
            found = feed.drift() if check or reconcile else []
            for each in found:
                typer.echo(f"{each.number}  {each.answered or '-'}  not  {each.wanted or '-'}")
            if not check:
                server.make_zone()
                feed.forget([each.number for each in found])
                typer.echo(f"{feed.push():,} numbers written")
        except WrongEnum as wrong:
            fail(str(wrong), WRONG_INPUT)
        except (Temporary, Permanent) as wrong:
            fail(f"{wrong}\nwhat was not written is written next time", NOT_AVAILABLE)
    if check and found:
        raise typer.Exit(1)


@ported.command("look-up", short_help="How numbers are routed.")
def look_up(
    numbers: Annotated[list[str], typer.Argument(help="Telephone numbers.")],
    sheet: _Sheet = _SHEET,
) -> None:
    """Say the routing number of each; a dash where a number is not ported and goes as its range
    says.

    Example: relevo ported look-up +34600000102 976000100
    """
    from relevo.adapters.ported_sheet.sheet import NoSheet, Sheet  # noqa: PLC0415
    from relevo.values.msisdn import MalformedNumber, parse_msisdn  # noqa: PLC0415

    with errors_for_people():
        try:
            wanted = [parse_msisdn(number) for number in numbers]
            with Sheet(sheet) as opened:
                routes = [opened.route_of(number) for number in wanted]
                as_of = opened.header.sequence
        except MalformedNumber as wrong:
            fail(str(wrong), WRONG_INPUT)
        except NoSheet as missing:
            fail(str(missing), NOT_AVAILABLE)
    for number, route in zip(wanted, routes, strict=True):
        typer.echo(f"{number}  {route or '-'}")
    typer.echo(f"as of file {as_of}", err=True)


@ported.command(short_help="Answer switches over HTTP.")
def serve(
    sheet: _Sheet = _SHEET,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port.")] = 8060,
) -> None:
    """Answer ``GET /ported/NUMBER`` until stopped. A sheet that is loaded anew meanwhile is taken
    up within a second; differences are seen at once.

    Example: relevo ported serve --port 8060
    """
    from relevo.adapters.ported_sheet.sheet import NoSheet  # noqa: PLC0415
    from relevo.operating.ported_web import PortedApp  # noqa: PLC0415
    from relevo.operating.web import serve as serve_app  # noqa: PLC0415

    try:
        answering = PortedApp(sheet)
    except NoSheet as missing:
        fail(str(missing), NOT_AVAILABLE)
    with errors_for_people():
        said = f"answering on http://{host}:{port}/ported/"
        if not serve_app(answering, host=host, port=port, listening=lambda: typer.echo(said)):
            fail(f"cannot listen on {host}:{port}; is it taken?", NOT_AVAILABLE)
