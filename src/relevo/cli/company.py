"""Commands for a company that brings its numbers: the list in, the move, and the list out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import check_result_file, console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.engine.connection import Connection
    from relevo.engine.engine import Engine
    from relevo.orders.company_move.actions import Company
    from relevo.orders.company_move.sheet import Sheet
    from relevo.porting.profile import PortingProfile
    from relevo.values.moment import Moment

FAULTS_SHOWN = 20
EXPORT_HEADER = (
    "row", "number", "donor", "decision", "state", "window", "cause", "next", "who", "new_iccid",
    "batch", "changed",
)  # fmt: skip

company_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(company_app, name="company", help="Move a company: thousands of numbers by a list.")

_File = Annotated[Path, typer.Argument(help="The list: CSV or Excel (.xlsx).")]
_Name = Annotated[str, typer.Option("--name", help="The holder, as the donors have it.")]
_Cif = Annotated[str, typer.Option("--cif", help="The holder's CIF, as the donors have it.")]
_Recipient = Annotated[str, typer.Option("--recipient", help="To which operator they come.")]
_Country = Annotated[str, typer.Option("--country", help="Whose rules hold.")]
_Report = Annotated[
    Path | None, typer.Option("--report", help="Write every fault to this file (.csv or .xlsx).")
]
_Number = Annotated[str, typer.Argument(help="One of its numbers.")]
_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept.")]
_Key = Annotated[str, typer.Argument(help="The key of the move, as the import printed it.")]


@company_app.command("check", short_help="Check a list; nothing is stored.")
def check(
    file: _File,
    name: _Name,
    cif: _Cif,
    recipient: _Recipient,
    country: _Country = "es",
    report: _Report = None,
) -> None:
    """Check a list row by row; nothing is stored.

    Exits 0 if every row is good, 1 if one is not, 2 if the file cannot be read.

    Example: relevo company check numbers.xlsx --name "Cierzo S.A." --cif B99286320
    --recipient brisa
    """
    with _refusals(), _desk(country) as (connection, rules, at):
        sheet = _checked(connection, file, _company(name, cif, recipient), rules, at)
        _tell_faults(sheet, report)
    raise typer.Exit(1 if sheet.faults else 0)


@company_app.command("import", short_help="Check a list and store it.")
def import_(
    file: _File,
    name: _Name,
    cif: _Cif,
    recipient: _Recipient,
    country: _Country = "es",
    report: _Report = None,
    accept_good_rows: Annotated[
        bool, typer.Option("--accept-good-rows", help="Store the good rows of a list with faults.")
    ] = False,
) -> None:
    """Check a list and store it, whole or not at all. The same list again is the same move.

    A list with faults changes nothing, unless --accept-good-rows is given: then rows with faults
    are left out, and with them the rows that hang together with them.

    Exits 0 if it is stored, 1 if it has faults and is not, 2 if the file cannot be read.

    Example: relevo company import numbers.csv --name "Cierzo S.A." --cif B99286320
    --recipient brisa --report faults.csv
    """
    with _refusals(), _desk(country) as (connection, rules, at):
        from relevo.orders.company_move.actions import store  # noqa: PLC0415
        from relevo.orders.company_move.queries import sheet_seen  # noqa: PLC0415
        from relevo.orders.company_move.stream import digest_of  # noqa: PLC0415

        company = _company(name, cif, recipient)
        if not file.is_file():
            fail(f"there is no file {file}; name a list", WRONG_INPUT)
        digest = digest_of(file)
        known = sheet_seen(connection, company.key_of(digest))
        if known is not None:
            console().print(f"{known.key}: this list is stored already", highlight=False)
            raise typer.Exit(0)
        sheet = _checked(connection, file, company, rules, at)
        _tell_faults(sheet, report)
        if sheet.faults and not accept_good_rows:
            fail("nothing is stored: correct the rows, or accept the good ones", 1)
        key = store(connection, sheet, company, digest=digest, rules=rules, at=at)
        left = sheet.rows - len(sheet.numbers)
        console().print(
            f"{key}: {len(sheet.numbers)} numbers stored, {len(sheet.moving)} are to move, "
            f"{left} rows left out\nstart it with: relevo company start {key}",
            highlight=False,
        )


@company_app.command("start", short_help="Put a stored list on its way.")
def start(key: _Key, country: _Country = "es") -> None:
    """Put a stored list on its way: its requests wait in a line before each donor.

    Started again, it is the one that is under way.

    Example: relevo company start C7K2QW9MX
    """
    with _refusals(), _desk(country) as (connection, rules, at):
        from relevo.orders.company_move.actions import start as begin  # noqa: PLC0415

        with _engine() as engine:
            requests = begin(connection, engine, key, rules=rules, at=at)
    console().print(f"{key}: {requests} requests wait for their turn", highlight=False)


@company_app.command("status", short_help="How far a move is.")
def status(
    key: Annotated[str, typer.Argument(help="The key of the move; none lists all.")] = "",
    json_out: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Count the numbers of a move by state, cause, and whose move it is.

    Example: relevo company status C7K2QW9MX
    """
    with _refusals(), _connected() as connection:
        from relevo.orders.company_move import queries  # noqa: PLC0415

        screen = console()
        if not key:
            for each in queries.sheets(connection):
                begun = "done" if each.done_at else "under way" if each.started_at else "stored"
                screen.print(
                    f"{each.key}  {each.numbers:6}  {begun:10} {each.holder.name}", highlight=False
                )
            return
        if queries.sheet_seen(connection, key) is None:
            fail(f"there is no list {key!r}; `relevo company status` names all", WRONG_INPUT)
        counted = queries.counts(connection, key)
    if json_out:
        rows = [
            {
                "state": each.state,
                "cause": each.cause,
                "who": each.who_acts,
                "numbers": each.numbers,
                "first_window": each.first_window.isoformat() if each.first_window else None,
            }
            for each in counted
        ]
        typer.echo(json.dumps(rows, indent=1))
        return
    for count in counted:
        why = " ".join(filter(None, (count.cause, count.who_acts and f"({count.who_acts} acts)")))
        screen.print(f"{count.numbers:6}  {count.state:10} {why}", highlight=False)


@company_app.command("export", short_help="Write what became of every number.")
def export(
    key: _Key,
    file: Annotated[Path, typer.Argument(help="Where to: .xlsx, else CSV.")],
) -> None:
    """Write every number of a move: state, window, cause, what comes next, and whose move it is.

    Example: relevo company export C7K2QW9MX cierzo.xlsx
    """
    check_result_file(file)
    with _refusals(), _connected() as connection:
        from relevo.orders.company_move import queries, stream  # noqa: PLC0415

        if queries.sheet_seen(connection, key) is None:
            fail(f"there is no list {key!r}; `relevo company status` names all", WRONG_INPUT)
        rows = (
            (
                each.row,
                each.number,
                each.donor,
                each.choice.value,
                each.state,
                "" if each.window_opens is None else each.window_opens.isoformat(),
                each.cause,
                each.next_step,
                each.who_acts,
                each.new_iccid,
                each.batch,
                each.changed_at.isoformat(),
            )
            for each in queries.numbers_of(connection, key)
        )
        written = stream.write_table(file, EXPORT_HEADER, rows)
    console().print(f"{written} numbers written to {file}", highlight=False)


@company_app.command("resume", short_help="Let a stopped line of a donor go on.")
def resume(
    key: _Key,
    donor: Annotated[str, typer.Argument(help="The donor that said no to every request.")],
    who: _Who,
    reason: Annotated[str, typer.Option("--reason", help="What was found out; it is kept.")],
) -> None:
    """Let the line before a donor go on that had said no to every request.

    Example: relevo company resume C7K2QW9MX altamar --who ana --reason "the donor had the old CIF"
    """
    with _refusals(), _engine() as engine:
        from relevo.orders.company_move import actions  # noqa: PLC0415

        actions.resume(engine, key, donor, who=who, why=reason)
    console().print(f"{key}: asked for; a worker carries it out", highlight=False)


@company_app.command("repair", short_help="Ask again for what stopped, with what was wrong.")
def repair(
    key: _Key,
    number: _Number,
    who: _Who,
    donor: Annotated[str, typer.Option(help="Who serves it.")] = "",
    donor_iccid: Annotated[str, typer.Option(help="The card in use.")] = "",
    prepaid: Annotated[bool | None, typer.Option("--prepaid/--contract")] = None,
    cif: Annotated[str, typer.Option("--cif", help="The holder's CIF at the donor.")] = "",
) -> None:
    """Ask again for a number that stopped, and for those that hang together with it.

    Something has to be other than before: the same request would get the same answer.

    Example: relevo company repair C7K2QW9MX 600100101 --who ana --donor cantil
    """
    with _refusals(), _connected() as connection, _engine() as engine:
        from relevo.orders.company_move import actions  # noqa: PLC0415
        from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

        found = actions.Mended(donor=donor, donor_iccid=donor_iccid, prepaid=prepaid, document=cif)
        actions.repair(connection, engine, key, parse_msisdn(number), found, who=who)
    console().print(f"{key}: asked for; a worker carries it out", highlight=False)


@company_app.command("drop", short_help="Take a number out of a move.")
def drop(
    key: _Key,
    number: _Number,
    who: _Who,
    why: Annotated[str, typer.Option("--why", help="Why; it is kept.")],
) -> None:
    """Take a number out of a move, and with it all of its batch.

    A request that is under way is taken back as long as the deadline allows it.

    Example: relevo company drop C7K2QW9MX 600100101 --who ana --why "the branch was closed"
    """
    with _refusals(), _connected() as connection, _engine() as engine:
        from relevo.orders.company_move import actions  # noqa: PLC0415
        from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

        actions.drop(connection, engine, key, parse_msisdn(number), who=who, why=why)
    console().print(f"{key}: asked for; a worker carries it out", highlight=False)


@company_app.command("rehearse", short_help="Move an invented company in the simulator.")
def rehearse(
    numbers: Annotated[int, typer.Option(min=1, max=20_000, help="How many numbers.")] = 300,
    lose_notices: Annotated[
        float, typer.Option(min=0, max=100, help="Per cent of the hub's notices that are lost.")
    ] = 0.0,
    mistakes: Annotated[
        float, typer.Option(min=0, max=10, help="Per cent of rows with each kind of mistake.")
    ] = 0.2,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Import, check, ask for, port and prove an invented company's numbers, without a person.

    Hub, donors and network are servers behind their wire; the clock is virtual. Exits 0 if every
    number works, is held by us and the daily file says the same, 1 if not.

    Example: relevo company rehearse --numbers 20000 --lose-notices 1
    """
    check_result_file(json_out)
    with errors_for_people():
        import tempfile  # noqa: PLC0415

        from relevo import wiring  # noqa: PLC0415
        from relevo.adapters.postgres.migrate import migrate  # noqa: PLC0415
        from relevo.bench.company import as_json  # noqa: PLC0415
        from relevo.bench.company import rehearse as play  # noqa: PLC0415
        from relevo.bench.company_list import Wanted  # noqa: PLC0415
        from relevo.play.database import fresh_database, play_server  # noqa: PLC0415

        wanted = Wanted(numbers=numbers, lose_notices=lose_notices, mistakes=mistakes / 100)
        with (
            play_server() as server,
            fresh_database(server) as dsn,
            tempfile.TemporaryDirectory(prefix="relevo-company-") as folder,
        ):
            migrate(dsn, wiring.SCHEMA_PACKAGES)
            figures = play(wanted, dsn, Path(folder))
    for name, value in as_json(figures).items():
        console().print(f"{name.replace('_', ' '):32} {value}", highlight=False)
    if json_out is not None:
        json_out.write_text(json.dumps(as_json(figures), indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(0 if figures.is_whole else 1)


@contextmanager
def _refusals() -> Iterator[None]:
    """What the list or the move refuses is one clear text."""
    with errors_for_people():
        from relevo.orders.company_move.actions import CompanyRefused  # noqa: PLC0415
        from relevo.orders.company_move.stream import UnreadableSheet  # noqa: PLC0415
        from relevo.values.malformed import Malformed  # noqa: PLC0415

        try:
            yield
        except (CompanyRefused, UnreadableSheet) as refused:
            fail(str(refused), WRONG_INPUT)
        except Malformed as wrong:
            fail(f"{wrong.why}; {wrong.remedy}", WRONG_INPUT)


@contextmanager
def _engine() -> Iterator[Engine]:
    """To tell processes something; a worker carries it out."""
    from relevo import wiring  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.engine.engine import Engine  # noqa: PLC0415

    engine = Engine(
        dsn=database_url(),
        catalogue=wiring.catalogue(),
        clock=SystemClock(),
        performers={},
        worker="company desk",
    )
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _connected() -> Iterator[Connection]:
    from relevo.engine.connection import connect  # noqa: PLC0415

    with connect(database_url(), name="relevo company", autocommit=True) as connection:
        yield connection


@contextmanager
def _desk(country: str) -> Iterator[tuple[Connection, PortingProfile, Moment]]:
    from relevo import wiring  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415

    with _connected() as connection:
        now = SystemClock().now()
        yield connection, wiring.book().on(country, now.date()), now


def _company(name: str, cif: str, recipient: str) -> Company:
    from relevo.orders.company_move.actions import Company  # noqa: PLC0415
    from relevo.values.person import Holder, parse_document  # noqa: PLC0415

    if not name.strip():
        fail("--name: write the holder's name as the donors have it", WRONG_INPUT)
    holder = Holder(" ".join(name.split()), parse_document("CIF", cif), business=True)
    return Company(holder=holder, recipient=recipient)


def _checked(
    connection: Connection, file: Path, company: Company, rules: PortingProfile, at: Moment
) -> Sheet:
    from relevo.orders.company_move.actions import check as check_list  # noqa: PLC0415
    from relevo.orders.company_move.stream import read_sheet  # noqa: PLC0415

    if not file.is_file():
        fail(f"there is no file {file}; name a list", WRONG_INPUT)
    return check_list(connection, read_sheet(file), company, rules=rules, at=at)


def _tell_faults(sheet: Sheet, report: Path | None) -> None:
    for fault in sheet.faults[:FAULTS_SHOWN]:
        typer.echo(fault.shown, err=True)
    if len(sheet.faults) > FAULTS_SHOWN:
        typer.echo(f"and {len(sheet.faults) - FAULTS_SHOWN} more", err=True)
    good = f"{len(sheet.numbers)} of {sheet.rows} rows are good"
    torn = f", {len(sheet.left_out)} hang together with a bad one" if sheet.left_out else ""
    typer.echo(f"{good}{torn}", err=True)
    if report is not None:
        from relevo.orders.company_move.stream import write_table  # noqa: PLC0415

        check_result_file(report)
        header = ("row", "column", "why", "remedy")
        rows = ((each.row, each.column, each.why, each.remedy) for each in sheet.faults)
        write_table(report, header, rows)
