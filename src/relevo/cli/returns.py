"""What comes after a port: numbers that go back, rest or are kept, and migrations.

Whoever steps in gives his name and, where it matters, a reason; both stay with the number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import database_url, errors_for_people, fail, waiting

if TYPE_CHECKING:
    from enum import StrEnum

    from relevo.engine.engine import Engine
    from relevo.porting.number_return.queries import ReturnRow
    from relevo.values.moment import Moment
    from relevo.values.msisdn import Msisdn

    E = TypeVar("E", bound=StrEnum)

returns = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(returns, name="returns", help="Numbers that nobody uses any more.")
migrations = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(migrations, name="migrations", help="Numbers that change host or company at once.")

FAULTS_SHOWN = 20
_Number = Annotated[str, typer.Argument(help="A telephone number.")]
_Name = Annotated[str, typer.Argument(help="What you call the migration; letters and digits.")]
_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the act.")]
_Operator = Annotated[str, typer.Option(help="Which operator we are, for example brisa.")]
_Profile = Annotated[str, typer.Option(help="The country whose rules hold.")]


@returns.command(short_help="What goes back or rests, tasks first.")
def queue(most: Annotated[int, typer.Option(help="At most so many.")] = 50) -> None:
    """List the numbers that go back or rest: somebody's tasks first, then by their windows.

    Example: relevo returns queue --most 20
    """
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.porting.number_return.queries import open_returns  # noqa: PLC0415

    with errors_for_people(), connect(database_url(), name="relevo returns") as connection:
        found = open_returns(connection, most=most)
    for row in found:
        window = f", goes back {row.window_opens:%d %b %Y %H:%M}Z" if row.window_opens else ""
        typer.echo(f"{row.number}  {row.state}{window}")
        if row.task:
            typer.echo(f"    {row.task}")
    typer.echo(f"{len(found)} open")


@returns.command(short_help="Give a number back that was ceased elsewhere.")
def notify(
    number: _Number,
    operator: _Operator,
    who: _Who,
    ceased_at: Annotated[str, typer.Option(help="When it was ceased, with its offset.")],
    profile: _Profile = "es",
) -> None:
    """Give a number back to the holder of its range. What `relevo donor cease` ends goes by itself.

    Example: relevo returns notify 600000302 --operator brisa --who ana
    --ceased-at 2025-11-24T18:03:00+01:00
    """
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.porting.number_return.actions import start_return  # noqa: PLC0415
    from relevo.porting.number_return.model import Matter  # noqa: PLC0415
    from relevo.porting.profile import HubKind  # noqa: PLC0415
    from relevo.values.msisdn import number_kind  # noqa: PLC0415
    from relevo.wiring import book  # noqa: PLC0415

    wanted = _msisdn(number)
    matter = Matter(
        number=wanted,
        operator=operator,
        hub=HubKind.FIXED if number_kind(wanted) == "fixed" else HubKind.MOBILE,
        since=_instant("--ceased-at", ceased_at),
        rules=book().on(profile, SystemClock().now().date()).code,
    )
    with _engine() as (engine, key):
        typer.echo(start_return(engine, matter, by=who, key=key))


@returns.command(short_help="The customer came back: keep his number.")
def keep(number: _Number, who: _Who, reason: _Reason) -> None:
    """Take a return back, and serve the number again. Not while another operator asks for it.

    Example: relevo returns keep 600000302 --who ana --reason "he called"
    """
    from relevo.porting.number_return.actions import keep_number  # noqa: PLC0415

    with _engine() as (engine, key):
        row = _open(engine, number)
        if row.state == "held":
            fail(f"{row.number}: another operator asks for it; wait for the end of that", 1)
        keep_number(engine, row.process_id, by=who, why=reason, key=key)
    typer.echo("told; see `relevo returns queue`")


@returns.command(short_help="Go on, after what stood in the way was mended.")
def again(number: _Number, who: _Who) -> None:
    """Look and try once more.

    Example: relevo returns again 600000302 --who ana
    """
    from relevo.porting.number_return.actions import try_again  # noqa: PLC0415

    with _engine() as (engine, key):
        try_again(engine, _open(engine, number).process_id, by=who, key=key)
    typer.echo("told; see `relevo returns queue`")


@returns.command(short_help="Say what an unclear state means.")
def settle(
    number: _Number,
    state: Annotated[str, typer.Argument(help="notified, held, cancelled or returned.")],
    at: Annotated[str, typer.Option(help="Since when, with its offset.")],
    who: _Who,
    reason: _Reason,
) -> None:
    """Say what a state means that nobody could tell us (BFIN, for example).

    Example: relevo returns settle 600000302 returned --at 2025-12-29T02:00:00+01:00
    --who ana --reason "the hub's desk says so"
    """
    from relevo.porting.number_return import actions  # noqa: PLC0415
    from relevo.porting.number_return.messages import ReturnState, SettleReturn  # noqa: PLC0415

    said = _one_of(ReturnState, state)
    word = SettleReturn(state=said, at=_instant("--at", at), by=who, why=reason)
    with _engine() as (engine, key):
        actions.settle(engine, _open(engine, number).process_id, word, key=key)
    typer.echo("told; see `relevo returns queue`")


@migrations.command("open", short_help="Open a migration with the numbers of a file.")
def open_(
    file: Annotated[Path, typer.Argument(help="A CSV file; its name is that of the migration.")],
    operator: _Operator,
    scenario: Annotated[str, typer.Option(help="For example change_of_host.")],
    network_to: Annotated[str, typer.Option(help="The new host, for example duna.")],
    starts_at: Annotated[str, typer.Option(help="When it starts, with its offset.")],
    who: _Who,
    profile: _Profile = "es",
) -> None:
    """Load the numbers of a CSV file and announce their migration. It never ports a number.

    Nothing is announced when a row cannot be read; loaded again, the file adds what is missing.
    Its columns are number, network_from, service_from and service_to.

    Example: relevo migrations open spring.csv --operator brisa --scenario change_of_host
    --network-to duna --starts-at 2026-02-02T09:00:00+01:00 --who ana
    """
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.porting.migration.actions import migration_id, start_migration  # noqa: PLC0415
    from relevo.porting.migration.model import MigrationPlan, MigrationScenario  # noqa: PLC0415
    from relevo.porting.migration.queries import origins, volume  # noqa: PLC0415
    from relevo.wiring import book  # noqa: PLC0415

    why, begins = _one_of(MigrationScenario, scenario), _instant("--starts-at", starts_at)
    name = file.stem
    if not name.isalnum():
        fail(f"{file}: its name has more than letters and digits; name it like spring.csv", 2)
    with _engine() as (engine, _), waiting("loading"):
        _load(engine, migration_id(name), file)
        services, networks = origins(engine.connection, migration_id(name))
        plan = MigrationPlan(
            operator=operator,
            scenario=why,
            starts_at=begins,
            volume=volume(engine.connection, migration_id(name)),
            service_operators_from=services,
            networks_from=networks,
            network_to=network_to,
            rules=book().on(profile, SystemClock().now().date()).code,
        )
        typer.echo(start_migration(engine, name, plan, by=who))


@migrations.command("show", short_help="How the numbers of a migration stand.")
def show(name: _Name) -> None:
    """Show how many numbers stand how, and which were declined or left out, and why.

    Example: relevo migrations show spring
    """
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.porting.migration.actions import migration_id  # noqa: PLC0415
    from relevo.porting.migration.queries import counts, numbers_in  # noqa: PLC0415

    with errors_for_people(), connect(database_url(), name="relevo migrations") as connection:
        stand = counts(connection, migration_id(name))
        left = numbers_in(connection, migration_id(name), ("declined", "left_out"))
    typer.echo(
        ", ".join(f"{many} {state}" for state, many in sorted(stand.items())) or "no numbers"
    )
    for number, state, why in left:
        typer.echo(f"{number} {state}: {why}")


@migrations.command("again", short_help="Bring once more what the hub declined.")
def retry(name: _Name, who: _Who) -> None:
    """Bring the numbers once more that the hub declined or did not answer.

    Example: relevo migrations again spring --who ana
    """
    from relevo.porting.migration.actions import migration_id, try_again  # noqa: PLC0415

    with _engine() as (engine, key):
        try_again(engine, migration_id(name), by=who, key=key)
    typer.echo(f"told; see `relevo migrations show {name}`")


@migrations.command("close", short_help="Finish it without what the hub declined.")
def close(name: _Name, who: _Who, reason: _Reason) -> None:
    """Finish a migration without the numbers that the hub declined.

    Example: relevo migrations close spring --who ana --reason "the rest stays"
    """
    from relevo.porting.migration.actions import close_migration, migration_id  # noqa: PLC0415

    with _engine() as (engine, key):
        close_migration(engine, migration_id(name), by=who, why=reason, key=key)
    typer.echo(f"told; see `relevo migrations show {name}`")


def _load(engine: Engine, process_id: str, file: Path) -> None:
    import csv  # noqa: PLC0415

    from relevo.porting.migration.actions import load_numbers  # noqa: PLC0415

    if not file.is_file():
        fail(f"there is no file {file}; name a CSV file", WRONG_INPUT)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        delimiter = ";" if ";" in opened.readline() else ","
        opened.seek(0)
        try:
            rows = csv.DictReader(opened, delimiter=delimiter)
            done = load_numbers(engine.connection, process_id, rows, at=engine.clock.now())
        except (UnicodeDecodeError, csv.Error) as wrong:
            fail(f"{file} is not a CSV file in UTF-8: {wrong}", WRONG_INPUT)
    for fault in done.faults[:FAULTS_SHOWN]:
        typer.echo(fault, err=True)
    typer.echo(f"{done.rows} rows: {done.written} new, {done.known} known, {done.faulty} not read")
    if done.faulty:
        fail("nothing was announced; mend these rows and load the file again", WRONG_INPUT)


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
            dsn=dsn, catalogue=catalogue(), clock=clock, performers={}, worker="returns desk"
        )
        try:
            yield engine, clock.now().isoformat()
        finally:
            engine.close()


def _open(engine: Engine, number: str) -> ReturnRow:
    from relevo.porting.number_return.queries import return_by_number  # noqa: PLC0415

    wanted = _msisdn(number)
    row = return_by_number(engine.connection, [wanted]).get(wanted)
    if row is None:
        fail(f"{wanted} is not on its way back; see `relevo returns queue`", WRONG_INPUT)
    return row


def _msisdn(number: str) -> Msisdn:
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

    try:
        return parse_msisdn(number)
    except Malformed as wrong:
        fail(f"number: {wrong}", WRONG_INPUT)


def _instant(option: str, text: str) -> Moment:
    from relevo.values.moment import instant  # noqa: PLC0415

    try:
        return instant(text)
    except ValueError as wrong:
        fail(f"{option}: {wrong}; write for example 2026-01-14T06:00:00+01:00", WRONG_INPUT)


def _one_of(words: type[E], text: str) -> E:
    try:
        return words(text.lower())
    except ValueError:
        fail(f"{text!r} is not known; write one of {', '.join(words)}", WRONG_INPUT)
