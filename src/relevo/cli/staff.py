"""``relevo staff``: who comes in, and how: people, passwords, second factors, customers' links.

A password is asked for at the terminal or read from standard input. It never is an argument: those
are seen by everybody on the machine, and stay in the shell's history.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.engine.connection import Connection

staff = typer.Typer(
    help="Who comes in, and how: people, passwords, second factors, customers' links.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(staff, name="staff")

_Name = Annotated[str, typer.Argument(help="The person's name.")]
_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")]
_Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
_Stdin = Annotated[
    bool, typer.Option("--stdin", help="Read the password from standard input, one line.")
]


@staff.command(name="add", short_help="Somebody works here from now on, with a password.")
def add(
    name: _Name,
    brand_name: Annotated[str, typer.Option("--brand", help="For which brand.")],
    role: Annotated[list[str], typer.Option(help="A role; may be repeated.")],
    who: _Who,
    reason: _Why,
    stdin: _Stdin = False,
) -> None:
    """Somebody works for a brand from now on, in these roles, and signs in with a password.

    The first administrator is made like this, too.

    Example: relevo staff add ana --brand brisa --role administrator --who root --reason "first"
    """
    password = _password(stdin=stdin)
    with _as_owner() as connection:
        from relevo.access.passwords import check_strength  # noqa: PLC0415
        from relevo.brands.staffing import By, add_staff  # noqa: PLC0415

        check_strength(password, (name, brand_name))
        with connection.transaction():
            add_staff(connection, name, brand_name, role, By(who=who, reason=reason))
            _set_password(connection, name, password)


@staff.command(name="password", short_help="Give somebody a new password.")
def password_of(name: _Name, who: _Who, reason: _Why, stdin: _Stdin = False) -> None:
    """Give somebody a new password; whatever he is signed in with ends.

    Example: relevo staff password ana --who root --reason "forgot it; her badge was seen"
    """
    password = _password(stdin=stdin)
    with _as_owner() as connection, connection.transaction():
        from relevo.brands.staffing import By, note_act  # noqa: PLC0415

        _set_password(connection, name, password)
        note_act(connection, By(who=who, reason=reason), "set_password", name)


@staff.command(name="second-factor", short_help="Show or take away somebody's second factor.")
def second_factor_of(
    name: _Name,
    who: Annotated[str, typer.Option("--who", help="Your name; needed to reset.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; needed to reset.")] = "",
    reset: Annotated[bool, typer.Option("--reset", help="Take it away.")] = False,
) -> None:
    """Say whether somebody has a second factor, or take it away because it was lost.

    He begins a new one at his next sign-in, and is signed out until then.

    Example: relevo staff second-factor ana --reset --who root --reason "lost her telephone"
    """
    with _as_owner() as connection, connection.transaction():
        from relevo.access import second_factor  # noqa: PLC0415
        from relevo.access.tickets import end_tickets_of  # noqa: PLC0415
        from relevo.brands.staffing import By, note_act, roles_of  # noqa: PLC0415

        if roles_of(connection, name) is None:
            fail(f"name: nobody called {name!r} works here", WRONG_INPUT)
        if reset:
            by = By(who=who, reason=reason)
            second_factor.reset(connection, name)
            end_tickets_of(connection, name)
            note_act(connection, by, "reset_second_factor", name)
        has = second_factor.is_confirmed(connection, name)
        left = second_factor.recovery_codes_left(connection, name)
        demanded = second_factor.is_demanded(connection, name)
    said = f"{name} has a second factor and {left} recovery codes" if has else f"{name} has none"
    console().print(said + (", and needs one" if demanded and not has else ""), highlight=False)


@staff.command(name="list", short_help="List who works here, and how he comes in.")
def list_people() -> None:
    """List who works here, for which brand, in which roles, and how he comes in.

    Example: relevo staff list
    """
    with _as_owner() as connection:
        from relevo.access.people import people  # noqa: PLC0415

        found = people(connection)
    screen = console()
    for each in found:
        screen.print(
            f"{each.name}  {each.brand}  {', '.join(each.roles)}  {each.comes_in_by}",
            highlight=False,
        )


@staff.command(name="renew-link", short_help="Make a customer's link anew.")
def renew_link_of(
    order: Annotated[str, typer.Argument(help="The order's key.")],
    who: _Who,
    reason: _Why,
) -> None:
    """Make the link of an order anew: the old one opens nothing, and who came by it is out.

    Example: relevo staff renew-link R7K3M --who ana --reason "she sent it to the wrong person"
    """
    with _as_owner() as connection, connection.transaction():
        from relevo.access.links import renew_link  # noqa: PLC0415
        from relevo.brands.staffing import By, note_act  # noqa: PLC0415
        from relevo.engine.clock import SystemClock  # noqa: PLC0415

        by = By(who=who, reason=reason)
        if connection.execute("select from process where process_id = %s", (order,)).rowcount == 0:
            fail(f"order: there is no {order!r}", WRONG_INPUT)
        renew_link(connection, order, SystemClock().now())
        note_act(connection, by, "renew_link", order)


@staff.command(name="secret", short_help="Make the site's secret, if there is none.")
def secret(
    file: Annotated[Path, typer.Argument(envvar="RELEVO_SECRET_FILE", help="Where it is kept.")],
) -> None:
    """Make the file with the site's secret; one that is there is left as it is.

    Links of customers, forms and authenticators hang on it: keep a copy where the keys are kept,
    and not where the copies of the database are.

    Example: relevo staff secret /etc/relevo/site.secret
    """
    from relevo.access.secret import NoSecret, kept_secret  # noqa: PLC0415

    try:
        kept_secret(file)
    except (NoSecret, OSError) as wrong:
        fail(str(wrong), WRONG_INPUT)
    console().print(f"the site's secret is in {file}", highlight=False)


def _password(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _set_password(connection: Connection, name: str, password: str) -> None:
    from relevo.access.passwords import Passwords, cost_from  # noqa: PLC0415
    from relevo.access.sign_in import NotAdmitted, set_password  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415

    try:
        set_password(connection, Passwords(cost_from()), name, password, SystemClock().now())
    except NotAdmitted:
        fail(f"name: nobody called {name!r} works here", WRONG_INPUT)


@contextmanager
def _as_owner() -> Iterator[Connection]:
    dsn = database_url()
    with errors_for_people():
        from relevo.access.passwords import WeakPassword  # noqa: PLC0415
        from relevo.brands.staffing import WrongStaff  # noqa: PLC0415
        from relevo.engine.connection import connect  # noqa: PLC0415

        with connect(dsn, name="relevo staff", autocommit=True) as connection:
            try:
                yield connection
            except (WrongStaff, WeakPassword) as wrong:
                fail(str(wrong), WRONG_INPUT)
