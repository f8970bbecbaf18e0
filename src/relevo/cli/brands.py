"""``relevo brand``: the brands of a group, their people, the wall between them and what crossed it.

What changes the group runs on ``DATABASE_URL``, the account that owns the tables. What a member of
staff does runs with his ticket, on ``RELEVO_PEOPLE_DATABASE_URL`` where that is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.brands.reading import Look
    from relevo.engine.connection import Connection

brand = typer.Typer(
    help="Several brands of one group: their people, the wall, and what crosses it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(brand, name="brand")

_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")]
_Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
_Ticket = Annotated[
    str, typer.Option(envvar="RELEVO_TICKET", help="What relevo brand sign-in printed.")
]
_NOT_SAFE = 1


class RightName(StrEnum):
    """The values of ``brands.staffing.Right``."""

    READ_ORDERS = "read_orders"
    READ_STRAYS = "read_strays"
    HAND_OVER = "hand_over"
    LOOK_ACROSS = "look_across"
    READ_LOOKS = "read_looks"
    ADMINISTER_STAFF = "administer_staff"
    READ_BOARD = "read_board"
    READ_ENGINE = "read_engine"
    TEND_CUSTOMERS = "tend_customers"
    ANSWER_CUSTOMERS = "answer_customers"
    MEND_ORDERS = "mend_orders"
    MEND_PARCELS = "mend_parcels"
    MEND_ENGINE = "mend_engine"


@brand.command(name="wall", short_help="Raise the wall between brands, or look how it stands.")
def wall(
    check: Annotated[bool, typer.Option("--check", help="Only look; exit 1 if not safe.")] = False,
) -> None:
    """Raise the wall between brands: what people may read, and whose it is.

    Run it after every migration. Workers do not notice it.

    Example: relevo brand wall
    """
    with _as_owner() as connection:
        from relevo.brands.wall import raise_wall, wall_report  # noqa: PLC0415

        if not check:
            raise_wall(connection)
        report = wall_report(connection)
    screen = console()
    screen.print("the wall is up" if report.is_up else "the wall is not up: relevo brand wall")
    for gap in report.gaps:
        screen.print(f"people may read {gap}, and no rule looks after it")
    leaves = _people_can_leave()
    if leaves:
        screen.print(
            "the pages' account could step over it: give them one of their own (create role pages "
            "login in role relevo_people) in RELEVO_PEOPLE_DATABASE_URL"
        )
    raise typer.Exit(
        0 if report.is_up and not report.gaps and not (check and leaves) else _NOT_SAFE
    )


@brand.command(name="add", short_help="Add a brand of the group.")
def add(
    name: Annotated[str, typer.Argument(help="The operator's name at the hubs.")],
    label: Annotated[str, typer.Option(help="As people read it.")],
    who: _Who,
    reason: _Why,
) -> None:
    """Add a brand of the group, or change its label.

    Example: relevo brand add brisa --label Brisa --who root --reason "second brand"
    """
    with _as_owner() as connection:
        from relevo.brands.staffing import By, add_brand  # noqa: PLC0415

        add_brand(connection, name, label, By(who=who, reason=reason))


@brand.command(name="list", short_help="Show the brands, and what each role may do.")
def list_brands() -> None:
    """Show the brands with the number of their people, and what each role may do.

    Example: relevo brand list
    """
    with _as_owner() as connection:
        from relevo.brands.staffing import brands, rights  # noqa: PLC0415

        screen = console()
        for each in brands(connection):
            screen.print(f"{each.name}  {each.label}, {each.staff} people", highlight=False)
        for role, held in rights(connection).items():
            screen.print(f"  {role}: {', '.join(held)}", highlight=False)


@brand.command(name="hire", short_help="Somebody works for a brand from now on.")
def hire(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    brand_name: Annotated[str, typer.Option("--brand", help="For which brand.")],
    role: Annotated[list[str], typer.Option(help="A role; may be repeated.")],
    who: _Who,
    reason: _Why,
) -> None:
    """Somebody works for a brand from now on, in these roles.

    Example: relevo brand hire ana --brand brisa --role agent --who root --reason "new"
    """
    with _as_owner() as connection:
        from relevo.brands.staffing import By, add_staff  # noqa: PLC0415

        add_staff(connection, name, brand_name, role, By(who=who, reason=reason))


@brand.command(name="dismiss", short_help="Somebody does not work here any more.")
def dismiss(
    name: Annotated[str, typer.Argument(help="The person's name.")], who: _Who, reason: _Why
) -> None:
    """Somebody does not work here any more: what he is signed in with ends at once.

    Example: relevo brand dismiss ana --who root --reason "left on 31 January"
    """
    with _as_owner() as connection:
        from relevo.brands.staffing import By, remove_staff  # noqa: PLC0415

        remove_staff(connection, name, By(who=who, reason=reason))


@brand.command(name="right", short_help="Give a role a right, or take it.")
def right(
    role: Annotated[str, typer.Argument(help="The role.")],
    name: Annotated[RightName, typer.Argument(help="The right.")],
    who: _Who,
    reason: _Why,
    take: Annotated[bool, typer.Option("--take", help="Take it instead.")] = False,
) -> None:
    """Give a role a right, or take it; it counts at once for whoever is signed in.

    Example: relevo brand right agent look_across --who root --reason "one care team for both"
    """
    with _as_owner() as connection:
        from relevo.brands.staffing import By, Right, change_right  # noqa: PLC0415

        by = By(who=who, reason=reason)
        change_right(connection, role, Right(name.value), by, given=not take)


@brand.command(name="sign-in", short_help="Make a ticket for somebody.")
def sign_in_as(
    name: Annotated[str, typer.Argument(help="Who works with it.")],
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="How long it lasts.")] = 720,
) -> None:
    """Make a ticket with which somebody reads as himself. Pages do this after a sign-in.

    Example: export RELEVO_TICKET=$(relevo brand sign-in ana)
    """
    with _as_owner() as connection:
        from relevo.brands.staffing import sign_in  # noqa: PLC0415

        typer.echo(sign_in(connection, name, minutes=minutes))


@brand.command(name="seen", short_help="List what a member of staff sees.")
def seen(ticket: _Ticket, limit: Annotated[int, typer.Option(min=1)] = 50) -> None:
    """List the orders and requests that the ticket's holder sees, the latest first.

    Example: relevo brand seen --limit 20
    """
    with _as_staff():
        from relevo.brands.reading import families, reading  # noqa: PLC0415

        with reading(_people_url(), ticket) as (connection, session):
            found = families(connection, limit)
    screen = console()
    for each in found:
        screen.print(f"{each.key}  {each.kind} {each.phase}, {each.brand} as {each.part}")
    screen.print(f"{len(found)} for {session.staff} of {session.brand}", highlight=False)


@brand.command(name="look", short_help="Look at an order or a number of the other brand.")
def look(
    subject: Annotated[str, typer.Argument(help="An order's key, or a number.")],
    reason: _Why,
    ticket: _Ticket,
) -> None:
    """Look at what is the other brand's: it takes the right to, and a reason, and is kept.

    Exits 1 when the look opened nothing.

    Example: relevo brand look +34600000102 --reason "its customer is on the phone"
    """
    with _as_staff():
        from relevo.brands.reading import look_across  # noqa: PLC0415

        made = look_across(_people_url(), ticket, subject=_number_or_key(subject), reason=reason)
    _print_look(made)
    raise typer.Exit(0 if made.outcome == "opened" else _NOT_SAFE)


@brand.command(name="looks", short_help="List the looks across the wall.")
def list_looks(ticket: _Ticket) -> None:
    """List the looks across the wall that the ticket's holder may know of.

    An auditor sees those of his brand, and those that others made at what is its.

    Example: relevo brand looks
    """
    with _as_staff():
        from relevo.brands.reading import looks, reading  # noqa: PLC0415

        with reading(_people_url(), ticket) as (connection, _):
            found = looks(connection)
    for each in found:
        _print_look(each)
    console().print(f"{len(found)} looks", highlight=False)


def _print_look(made: Look) -> None:
    console().print(
        f"{made.at:%Y-%m-%d %H:%M:%S}Z  {made.staff} of {made.brand}  {made.subject}  "
        f"{made.outcome}  {made.reason}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _number_or_key(subject: str) -> str:
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.msisdn import parse_msisdn  # noqa: PLC0415

    try:
        return parse_msisdn(subject)
    except Malformed:
        return subject


def _people_url() -> str:
    return os.environ.get("RELEVO_PEOPLE_DATABASE_URL", "").strip() or database_url()


def _people_can_leave() -> bool:
    with errors_for_people():
        from relevo.brands.wall import wall_report  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        with connect(_people_url(), name="relevo brand", autocommit=True) as connection:
            return wall_report(connection).login_can_leave


@contextmanager
def _as_owner() -> Iterator[Connection]:
    dsn = database_url()
    with errors_for_people():
        from relevo.brands.staffing import WrongStaff  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        with connect(dsn, name="relevo brand", autocommit=True) as connection:
            try:
                yield connection
            except WrongStaff as wrong:
                fail(str(wrong), WRONG_INPUT)


@contextmanager
def _as_staff() -> Iterator[None]:
    with errors_for_people():
        from relevo.brands.reading import NotSignedIn, WallDown  # noqa: PLC0415

        try:
            yield
        except WallDown as down:
            fail(str(down), NOT_AVAILABLE)
        except (NotSignedIn, ValueError) as wrong:
            fail(str(wrong), WRONG_INPUT)
