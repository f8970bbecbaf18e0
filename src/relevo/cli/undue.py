"""Ports that nobody owed: ask a number back, let one go, look into a theft.

Whoever speaks gives his name and a reason; both stay with the number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.letters import letters, number_given
from relevo.cli.people import database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.porting.undue_port.actions import Claim, Word
    from relevo.values.person import Document

undue = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(undue, name="undue", help="Ports that should not have been, and the way back.")

DESK = "undue desk"
_TOLD = "told; see `relevo undue list`"
_Number = Annotated[str, typer.Argument(help="A telephone number.")]
_Who = Annotated[str, typer.Option("--who", help="Your name; it is kept with the act.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with the act.")]
_Operator = Annotated[str, typer.Option(help="Which operator we are, for example brisa.")]
_Profile = Annotated[str, typer.Option(help="The country whose rules hold.")]
_Why = Annotated[
    str, typer.Option(help="not_asked_for, cancelled_in_time, cancelled_late or theft.")
]
_Document = Annotated[
    str, typer.Option(help="Of the holder from before: type and number, for example NIF:12345678Z.")
]


@undue.command("list", short_help="What is to go back, tasks first.")
def list_() -> None:
    """List the numbers that are to go back, those first that wait for a person.

    Example: relevo undue list
    """
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.porting.undue_port.queries import open_undue_ports  # noqa: PLC0415

    with errors_for_people(), connect(database_url(), name="relevo undue") as connection:
        found = open_undue_ports(connection)
    for each in found:
        arrow = "from" if each.is_ours_to_ask else "to"
        blocked = f", blocked until {each.blocked_until:%d %b %H:%M}Z" if each.blocked_until else ""
        typer.echo(f"{each.number}  {each.state:<10} {each.why}, {arrow} {each.other}{blocked}")
        if each.task:
            typer.echo(f"    {each.task}")
    typer.echo(f"{len(found)} open")


@undue.command(short_help="A number left us without being owed.")
def lost(
    number: _Number,
    to: Annotated[str, typer.Option("--to", help="Who has it now.")],
    operator: _Operator,
    who: _Who,
    why: _Why = "not_asked_for",
    document: _Document = "",
    profile: _Profile = "es",
) -> None:
    """Ask a number back that left us unduly, by an ordinary request in the opposite direction.

    Example: relevo undue lost 600000301 --to cantil --operator brisa --who ana
    """
    claim = _claim(number, to, operator, why=why, document=document, profile=profile)
    _report(claim, who, is_ours=True)


@undue.command(short_help="A number came to us without being owed.")
def gained(
    number: _Number,
    came_from: Annotated[str, typer.Option("--from", help="Who had it before.")],
    operator: _Operator,
    who: _Who,
    document: _Document,
    why: _Why = "not_asked_for",
    profile: _Profile = "es",
) -> None:
    """Agree that a number goes back: the request for it is answered at once, against the document
    of its holder from before.

    Example: relevo undue gained 600000302 --from duna --operator brisa --who ana
    --document NIF:12345678Z
    """
    claim = _claim(number, came_from, operator, why=why, document=document, profile=profile)
    _report(claim, who, is_ours=False)


@undue.command(short_help="Say whether a blocked number was stolen.")
def settle(
    number: _Number,
    who: _Who,
    reason: _Reason,
    stays: Annotated[bool, typer.Option("--stays", help="It was not stolen.")] = False,
) -> None:
    """End a block: the number was stolen and goes back, or (--stays) it was not.

    Example: relevo undue settle 976000100 --who ana --reason "the police report"
    """
    from relevo.porting.undue_port.messages import SettleTheft  # noqa: PLC0415

    _say(number, SettleTheft(was_undue=not stays, by=who, why=reason))


@undue.command(short_help="Block a number for longer; once.")
def extend(number: _Number, who: _Who, reason: _Reason) -> None:
    """Keep a number blocked for longer, because nobody knows yet what happened.

    Example: relevo undue extend 976000100 --who ana --reason "the police have not answered"
    """
    from relevo.porting.undue_port.messages import ExtendBlock  # noqa: PLC0415

    _say(number, ExtendBlock(by=who, why=reason))


@undue.command(short_help="Ask once more, after what stood against it was mended.")
def again(
    number: _Number,
    who: _Who,
    reason: _Reason,
    card: Annotated[str, typer.Option(help="The card there, when he compares that.")] = "",
) -> None:
    """Ask a number back once more.

    Example: relevo undue again 600000301 --who ana --reason "cantil has put its books right"
    """
    from relevo.porting.undue_port.messages import AskBackAgain  # noqa: PLC0415
    from relevo.values.malformed import Malformed  # noqa: PLC0415
    from relevo.values.simcard import parse_iccid  # noqa: PLC0415

    try:
        iccid = parse_iccid(card) if card else None
    except Malformed as wrong:
        fail(f"--card: {wrong}", WRONG_INPUT)
    _say(number, AskBackAgain(by=who, why=reason, donor_iccid=iccid))


@undue.command(short_help="The number stays where it is after all.")
def drop(number: _Number, who: _Who, reason: _Reason) -> None:
    """Let it be: our request is taken back if it is not too late, or the way back closes.

    Example: relevo undue drop 600000301 --who ana --reason "he wants to stay there"
    """
    from relevo.porting.undue_port.messages import DropUnduePort  # noqa: PLC0415

    _say(number, DropUnduePort(by=who, why=reason))


def _say(number: str, word: Word) -> None:
    from relevo.porting.undue_port.actions import say  # noqa: PLC0415
    from relevo.porting.undue_port.queries import undue_ports_of  # noqa: PLC0415

    wanted = number_given(number)
    with letters(DESK) as (engine, key):
        found = undue_ports_of(engine.connection, [wanted])
        if not found:
            fail(f"{wanted} has nowhere to go back to; see `relevo undue list`", WRONG_INPUT)
        say(engine, found[-1].process_id, word, key=key)
    typer.echo(_TOLD)


def _claim(number: str, other: str, us: str, *, why: str, document: str, profile: str) -> Claim:
    from relevo.engine.clock import SystemClock  # noqa: PLC0415
    from relevo.porting.undue_port.actions import Claim  # noqa: PLC0415
    from relevo.porting.undue_port.model import UndueWhy  # noqa: PLC0415
    from relevo.wiring import book  # noqa: PLC0415

    if why not in set(UndueWhy):
        fail(f"--why: {why!r} is not one of {', '.join(UndueWhy)}", WRONG_INPUT)
    return Claim(
        number=number_given(number),
        other=other,
        why=UndueWhy(why),
        us=us,
        rules=book().on(profile, SystemClock().now().date()).code,
        document=_document(document) if document else None,
    )


def _report(claim: Claim, who: str, *, is_ours: bool) -> None:
    from relevo.porting.undue_port.actions import (  # noqa: PLC0415
        NotKnown,
        gained_matter,
        lost_matter,
        report_undue_port,
    )

    with letters(DESK) as (engine, key):
        try:
            matter = lost_matter(engine.connection, claim) if is_ours else gained_matter(claim)
        except NotKnown as lacking:
            fail(f"--{lacking}", WRONG_INPUT)
        typer.echo(report_undue_port(engine, matter, by=who, key=key))


def _document(text: str) -> Document:
    from relevo.values.person import MalformedDocument, parse_document  # noqa: PLC0415

    kind, _, number = text.partition(":")
    try:
        return parse_document(kind, number)
    except MalformedDocument as wrong:
        fail(f"--document: {wrong}", WRONG_INPUT)
