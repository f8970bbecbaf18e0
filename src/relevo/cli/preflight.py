"""The command that looks at an order before it is one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import console, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.orders.capture import OrderDraft
    from relevo.orders.preflight.model import Books, NumberVerdict, Preflight
    from relevo.porting.profile import PortingProfile

SIGNS = ("✓ go", "! go, and mind", "? ask", "✗ stop")
STYLES = ("green", "yellow", "cyan", "bold red")


@app.command(short_help="Judge an order form number by number.")
def preflight(
    file: Annotated[Path, typer.Argument(help="An order form (TOML), as in a scenario file.")],
    json_out: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Judge an order form number by number: what stands against it, and the earliest honest day.

    With DATABASE_URL, our own books are looked at as well: who holds each number, live orders and
    requests, holds, earlier rejections, cards. Nothing is stored.

    Exits 0 if it can be ordered, 1 if something has to be asked or mended first, 2 if the file
    cannot be read.

    Example: relevo preflight stories/clean.toml
    """
    with errors_for_people():
        from relevo.engine.clock import elapsed_seconds  # noqa: PLC0415
        from relevo.orders.preflight.judge import judge  # noqa: PLC0415
        from relevo.orders.preflight.model import Outcome  # noqa: PLC0415
        from relevo.play.order_form import order_draft, rules_of  # noqa: PLC0415
        from relevo.play.scenario import load_scenario  # noqa: PLC0415
        from relevo.simulators.operators import ORIGINS  # noqa: PLC0415
        from relevo.values.moment import utc  # noqa: PLC0415

        if not file.is_file():
            fail(f"there is no file {file}; name an order form", WRONG_INPUT)
        scenario = load_scenario(file)
        draft, rules = order_draft(scenario), rules_of(scenario)
        began = elapsed_seconds()
        books = _books(draft)
        at = utc(scenario.world.starts)
        found = judge(draft, rules, books, at=at, operators=ORIGINS)
        took_ms = (elapsed_seconds() - began) * 1_000
        if json_out:
            _print_json(found)
        else:
            _print_text(found, rules)
            console().print(f"judged in {took_ms:.1f} ms", style="dim", highlight=False)
    raise typer.Exit(0 if found.outcome <= Outcome.MIND else 1)


def _books(draft: OrderDraft) -> Books:
    from relevo.engine.connection import connect  # noqa: PLC0415
    from relevo.orders.preflight.queries import numbers_in, read_books  # noqa: PLC0415
    from relevo.play.database import given_server  # noqa: PLC0415

    dsn = given_server()
    if not dsn:
        return {}
    with connect(dsn, name="relevo preflight") as connection:
        return read_books(connection, numbers_in(draft))


def _print_text(found: Preflight, rules: PortingProfile) -> None:
    screen = console()
    for verdict in found.numbers:
        _print_number(screen, verdict, rules)
    for fault in found.faults:
        screen.print(f"✗ {fault.shown}", style="bold red", highlight=False, soft_wrap=True)


def _print_number(screen: Any, verdict: NumberVerdict, rules: PortingProfile) -> None:
    from relevo.porting.profile import HubKind  # noqa: PLC0415
    from relevo.values.msisdn import spoken  # noqa: PLC0415

    number = spoken(verdict.number) if verdict.number else "no number"
    stays = "" if verdict.is_moving else ", not part of the move"
    screen.print(
        f"{verdict.line:<6}{number:<14}{SIGNS[verdict.outcome]}{stays}",
        style=STYLES[verdict.outcome],
        highlight=False,
    )
    for reason in verdict.reasons:
        remedy = f"; {reason.remedy}" if reason.remedy else ""
        screen.print(f"      {reason.why}{remedy}", highlight=False, soft_wrap=True)
    if verdict.earliest is not None:
        opens = rules.calendar(HubKind.MOBILE).local(verdict.earliest.window.opens)
        rests_on = verdict.earliest.rests_on.replace("_", " ")
        screen.print(f"      earliest {opens:%a %d %b %Y %H:%M} (by {rests_on})", highlight=False)


def _print_json(found: Preflight) -> None:
    import msgspec  # noqa: PLC0415

    rows = {
        "outcome": found.outcome.name.lower(),
        "faults": [msgspec.to_builtins(fault) for fault in found.faults],
        "numbers": [_row(verdict) for verdict in found.numbers],
    }
    typer.echo(msgspec.json.format(msgspec.json.encode(rows)).decode())


def _row(verdict: NumberVerdict) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415

    row: dict[str, Any] = msgspec.to_builtins(verdict)
    row["outcome"] = verdict.outcome.name.lower()
    for shown, reason in zip(row["reasons"], verdict.reasons, strict=True):
        shown["outcome"] = reason.outcome.name.lower()
    return row
