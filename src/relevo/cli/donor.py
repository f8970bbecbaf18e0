"""The donor's commands: load what we serve, look at what is asked of us, step in where no rule is.

Whoever steps in gives his name and a reason; both are facts, and stay with the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from relevo.engine.engine import Engine
    from relevo.porting.donor.actions import Loaded

donor = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(donor, name="donor", help="The donor's side: what others ask of us.")

FAULTS_SHOWN = 20
_ENCODING = "utf-8-sig"  # a mark at the beginning, as spreadsheets write it, is no part of a name
_Reference = Annotated[str, typer.Argument(help="The hub's reference of the request.")]
_Number = Annotated[str, typer.Argument(help="A telephone number.")]
_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the act.")]
_Operator = Annotated[str, typer.Option(help="Which operator we are, for example brisa.")]


@donor.command(short_help="Load what we serve from a CSV file.")
def load(
    file: Annotated[Path, typer.Argument(help="A CSV file; its columns are in the guide.")],
    operator: _Operator,
    as_of: Annotated[
        str, typer.Option(help="When the file was exported: it overrules what facts said before.")
    ] = "",
) -> None:
    """Load what we serve. Loaded twice, it is the same; a bad row is reported and left out.

    Exits 0 if every row was read, 1 if some were not, 2 if the file is not one.

    Example: relevo donor load served.csv --operator brisa
    """
    if not file.is_file():
        fail(f"there is no file {file}; name a CSV file", WRONG_INPUT)
    exported = _instant(as_of) if as_of else None
    dsn = database_url()
    with errors_for_people(), waiting("loading"):
        done = _loaded(dsn, file, operator, exported)
    for each in done.faults[:FAULTS_SHOWN]:
        typer.echo(f"row {each.row}: {each.fault.shown}", err=True)
    typer.echo(
        f"{done.rows} rows: {done.written} written, {done.unchanged_or_kept} as they were, "
        f"{done.faulty} not read"
    )
    raise typer.Exit(1 if done.faulty else 0)


@donor.command(short_help="What is open, tasks first, then by deadline.")
def queue(most: Annotated[int, typer.Option(help="At most so many.")] = 50) -> None:
    """List the requests to us that are open: somebody's tasks first, then by what is due next.

    Example: relevo donor queue --most 20
    """
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.porting.donor.queries import donor_queue  # noqa: PLC0415

    with errors_for_people(), connect(database_url(), name="relevo donor") as connection:
        found = donor_queue(connection, most=most)
    screen = console()
    for each in found:
        first = each.numbers[0] if each.numbers else "no number"
        more = f" and {len(each.numbers) - 1} more" if len(each.numbers) > 1 else ""
        line = (
            f"{each.reference}  {each.state:<12} answer until {each.answer_until:%d %b %H:%M}Z  "
            f"window {each.window_opens:%d %b %H:%M}Z  {first}{more} to {each.recipient}"
        )
        screen.print(line, highlight=False, markup=False, soft_wrap=True)
        if each.task:
            screen.print(f"    {each.task}", style="bold", markup=False, soft_wrap=True)
    screen.print(f"{len(found)} open", highlight=False)


@donor.command(short_help="What we serve of a number.")
def show(number: _Number) -> None:
    """Show what we serve of a number: what a request for it is held against.

    Example: relevo donor show 600000301
    """
    from relevo.customers.queries import dependants_of, served_lines  # noqa: PLC0415
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

    try:
        wanted = parse_msisdn(number)
    except Malformed as wrong:
        fail(f"number: {wrong}", WRONG_INPUT)
    with errors_for_people(), connect(database_url(), name="relevo donor") as connection:
        lines = served_lines(connection, [wanted])
        hanging = dependants_of(connection, [wanted])
    if not lines:
        typer.echo(f"{wanted} is not one that we serve or served")
        raise typer.Exit(1)
    (line,) = lines
    pays = "prepaid" if line.is_prepaid else "postpaid"
    own = "our own range" if line.is_own_range else "ported to us"
    typer.echo(f"{line.number} {line.status}, {pays}, {own}, served by {line.operator}")
    typer.echo(f"holder {line.document.type} {line.document.number}, card {line.iccid or 'none'}")
    ends = [*(each.number for each in hanging), *line.ends_along]
    typer.echo(f"ends with it: {', '.join(ends) or 'nothing'}")


@donor.command("force-majeure", short_help="Propose or approve a refusal for force majeure.")
def force_majeure(
    reference: _Reference,
    who: _Who,
    reason: Annotated[str, typer.Option("--reason", help="Why; needed to propose.")] = "",
    approve: Annotated[bool, typer.Option("--approve", help="Approve another's plan.")] = False,
) -> None:
    """Refuse a request for force majeure: one person proposes, another one approves.

    Until then the answer waits; a plan that nobody approves in time is void, and the request is
    answered by rule.

    Example: relevo donor force-majeure 90290111190114083000017 --who ana --reason "no exchange"
    """
    from relevo.porting.donor import actions  # noqa: PLC0415

    if not approve and not reason.strip():
        fail("--reason: say why; it is kept with the request", WRONG_INPUT)
    with _engine() as (engine, key):
        _must_be_known(engine, reference)
        if approve:
            actions.approve_force_majeure(engine, reference, by=who, key=key)
        else:
            actions.propose_force_majeure(engine, reference, by=who, why=reason, key=key)
    typer.echo("told; see `relevo donor queue`")


@donor.command(short_help="Check and answer a request anew.")
def again(reference: _Reference, who: _Who) -> None:
    """Check and answer a request anew, after what stood in the way was mended.

    Example: relevo donor again 90290111190114083000017 --who ana
    """
    from relevo.porting.donor import actions  # noqa: PLC0415

    with _engine() as (engine, key):
        _must_be_known(engine, reference)
        actions.try_again(engine, reference, by=who, key=key)
    typer.echo("told; see `relevo donor queue`")


@donor.command(short_help="Serve numbers again whose port failed.")
def undo(reference: _Reference, who: _Who, reason: _Reason) -> None:
    """Serve numbers again that had left, because their port failed.

    Example: relevo donor undo 90290111190114083000017 --who ana --reason "cantil cannot serve it"
    """
    from relevo.porting.donor import actions  # noqa: PLC0415

    with _engine() as (engine, key):
        _must_be_known(engine, reference)
        actions.undo_port_out(engine, reference, by=who, why=reason, key=key)
    typer.echo("told; see `relevo donor queue`")


@donor.command(short_help="Ask for a number of ours to be ceased.")
def cease(
    number: _Number,
    operator: _Operator,
    who: _Who,
    reason: _Reason,
    profile: Annotated[str, typer.Option(help="The country whose rules hold.")] = "es",
) -> None:
    """Ask for a number to be ceased. It is held while an order or a request is undecided about it.

    Example: relevo donor cease 600000301 --operator brisa --who ana --reason "contract ended"
    """
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.porting.cease.messages import AskCease  # noqa: PLC0415
    from relevo.porting.donor.actions import ask_cease  # noqa: PLC0415
    from relevo.porting.profile import HubKind  # noqa: PLC0415
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.msisdn import number_kind, parse_msisdn  # noqa: PLC0415
    from relevo.wiring import book  # noqa: PLC0415

    try:
        wanted = parse_msisdn(number)
    except Malformed as wrong:
        fail(f"number: {wrong}", WRONG_INPUT)
    with _engine() as (engine, key):
        wish = AskCease(
            number=wanted,
            operator=operator,
            by=who,
            why=reason,
            rules=book().on(profile, SystemClock().now().date()).code,
            hub=HubKind.FIXED if number_kind(wanted) == "fixed" else HubKind.MOBILE,
        )
        process_id = ask_cease(engine, wish, key=key)
    typer.echo(process_id)


@donor.command(short_help="Wishes to cease a number that wait, and for what.")
def wishes() -> None:
    """List the wishes to cease a number that are not carried out, and what holds them.

    Example: relevo donor wishes
    """
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.porting.donor.queries import cease_wishes  # noqa: PLC0415

    with errors_for_people(), connect(database_url(), name="relevo donor") as connection:
        found = cease_wishes(connection)
    for each in found:
        held = f", held by {each.held_by}" if each.held_by else ""
        typer.echo(f"{each.process_id}  {each.number} {each.state}, asked by {each.asked_by}{held}")
    typer.echo(f"{len(found)} wait")


@donor.command(short_help="Decide a wish to cease a number that is held.")
def decide(
    process: Annotated[str, typer.Argument(help="Its id, as `relevo donor wishes` shows it.")],
    who: _Who,
    reason: _Reason,
    keep: Annotated[bool, typer.Option("--keep", help="Do not cease the number.")] = False,
) -> None:
    """Say that a number goes with what hangs on it, or (--keep) that it is not ceased.

    Example: relevo donor decide cease-K7M2QW9X/cease --who ana --reason "he called" --keep
    """
    from relevo.porting.cease.messages import DecideCease  # noqa: PLC0415
    from relevo.porting.donor.actions import decide_cease  # noqa: PLC0415

    with _engine() as (engine, key):
        decision = DecideCease(ceases=not keep, by=who, why=reason)
        decide_cease(engine, process, decision, key=key)
    typer.echo("told; see `relevo donor wishes`")


def _loaded(dsn: str, file: Path, operator: str, as_of: datetime | None) -> Loaded:
    import csv  # noqa: PLC0415

    from relevo.customers.served import missing_columns  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.porting.donor.actions import load_served  # noqa: PLC0415

    with file.open(encoding=_ENCODING, newline="") as opened:
        try:
            header = opened.readline()
            opened.seek(0)
            rows = csv.DictReader(opened, delimiter=";" if ";" in header else ",")
            missing = missing_columns(list(rows.fieldnames or ()))
            if missing:
                fail(f"{file}: the columns {', '.join(missing)} are missing", WRONG_INPUT)
            with connect(dsn, name="relevo donor load", autocommit=True) as connection:
                now = SystemClock().now()
                return load_served(connection, operator, rows, at=now, as_of=as_of)
        except (UnicodeDecodeError, csv.Error) as wrong:
            fail(f"{file} is not a CSV file in UTF-8: {wrong}", WRONG_INPUT)


@contextmanager
def _engine() -> Iterator[tuple[Engine, str]]:
    """An engine that only takes letters, and a key for this one act of a person."""
    dsn = database_url()
    with errors_for_people():
        from relevo.engine.clock import SystemClock  # noqa: PLC0415
        from relevo.engine.engine import Engine  # noqa: PLC0415
        from relevo.wiring import catalogue  # noqa: PLC0415

        clock = SystemClock()
        engine = Engine(
            dsn=dsn, catalogue=catalogue(), clock=clock, performers={}, worker="donor desk"
        )
        try:
            yield engine, clock.now().isoformat()
        finally:
            engine.close()


def _must_be_known(engine: Engine, reference: str) -> None:
    from relevo.porting.donor.queries import port_out  # noqa: PLC0415

    if port_out(engine.connection, reference) is None:
        fail(f"nobody asked us for {reference}; see `relevo donor queue`", WRONG_INPUT)


def _instant(text: str) -> datetime:
    from relevo.values.moment import instant  # noqa: PLC0415

    try:
        return instant(text)
    except ValueError as wrong:
        fail(f"--as-of: {wrong}; write for example 2026-01-14T06:00:00+01:00", WRONG_INPUT)
