"""Whether the hub's daily list and our own requests agree; what is left for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import WRONG_INPUT, app
from relevo.cli.people import console, database_url, errors_for_people, fail

if TYPE_CHECKING:
    from relevo.porting.reconciled.comparing import Discrepancy, FileResult

UNEXPLAINED = 1
SHOWN = 20


@app.command(short_help="Hold the hub's last daily file against our open requests.")
def reconcile(
    file: Annotated[str, typer.Option("--file", help="A file's name; the last one if none.")] = "",
    hub: Annotated[str, typer.Option("--hub", help="mobile or fixed; all if none.")] = "",
    days: Annotated[int, typer.Option("--last", help="How many files.", min=1)] = 1,
    every: Annotated[bool, typer.Option("--all", help="List every difference.")] = False,
) -> None:
    """Hold the hub's last daily file against our open requests, as donor and as recipient.

    The worker has read the file and told the processes; this shows what it found, and what of it
    is repaired by now. Exits 1 if a difference is not, if a line could not be read, or if no file
    was ever read.

    Example: relevo reconcile --last 3
    """
    from relevo.porting.profile import HubKind  # noqa: PLC0415

    if hub and hub not in set(HubKind):
        fail(f"--hub: there is no hub {hub!r}; write {' or '.join(HubKind)}", WRONG_INPUT)
    dsn = database_url()
    found: list[FileResult] = []
    with errors_for_people():
        from relevo.engine.connection import connect  # noqa: PLC0415
        from relevo.porting.reconciled.queries import results  # noqa: PLC0415

        with connect(dsn, name="relevo reconcile") as connection:
            found = list(results(connection, hub=hub, name=file, most=days))
    if not found:
        fail(
            "no daily file was read; let a worker run (relevo serve), or check --file",
            UNEXPLAINED,
        )
    for result in found:
        _print(result, every=every)
    raise typer.Exit(0 if all(each.is_clean for each in found) else UNEXPLAINED)


def _print(result: FileResult, *, every: bool) -> None:
    screen = console()
    kinds = [str(each.what) for each in result.differences]
    screen.print(
        f"{result.hub} {result.name}, of {result.published_at:%Y-%m-%d %H:%M}Z",
        style="bold",
        highlight=False,
    )
    repaired = len(result.differences) - len(result.unexplained)
    for said, count in (
        ("rows", result.rows),
        ("rows about us", result.ours),
        ("open requests of ours", result.expected),
        ("we were behind", kinds.count("behind")),
        ("rows that no request of ours knows", kinds.count("unknown")),
        ("requests of ours that are not in it", kinds.count("missing")),
        ("lines that could not be read", result.unreadable),
        ("repaired since", repaired),
        ("not explained", len(result.unexplained) + result.unreadable),
    ):
        screen.print(f"{count:>8}  {said}", highlight=False)
    shown = result.unexplained if every else result.unexplained[:SHOWN]
    for each in shown:
        screen.print(f"  {_said(each)}", highlight=False, soft_wrap=True)
    if len(shown) < len(result.unexplained):
        left = len(result.unexplained) - len(shown)
        screen.print(f"  and {left} more; see --all", highlight=False)


def _said(each: Discrepancy) -> str:
    from relevo.operating.masking import masked  # noqa: PLC0415

    whose = each.process_id or "no process"
    return (
        f"{each.what:<8} {each.reference or masked(each.number)}  {whose}  "
        f"ours: {each.ours or '-'}  the file: {each.theirs or '-'}"
    )
