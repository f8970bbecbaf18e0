"""Whether our registry still holds what our books say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from relevo.cli.app import NOT_AVAILABLE, app
from relevo.cli.people import database_url, errors_for_people, fail, waiting

if TYPE_CHECKING:
    from relevo.adapters.registry_osmocom.drift import Drift

DIFFERS = 1
SHOWN = 20
network = typer.Typer(no_args_is_help=True, help="Our subscriber registry.")
app.add_typer(network, name="network")


@network.callback()
def registry() -> None:
    """Our subscriber registry, held by an HLR."""


@network.command(short_help="Hold the HLR against our books.")
def drift(
    hlr: Annotated[
        str, typer.Option("--hlr", envvar="RELEVO_HLR_HOST", help="The address of the HLR.")
    ],
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="Have the HLR hold what our books say.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Every difference, as JSON.")] = False,
) -> None:
    """Compare every line of our books with the HLR, both ways: missing, extra, other card, other
    access. A number that is in no book of ours is reported and never touched. Exits 1 if anything
    differed; run it nightly.

    Example: relevo network drift --hlr 10.0.0.11 --reconcile
    """
    dsn = database_url()
    found: list[Drift] = []
    with errors_for_people(), waiting("comparing"):
        from relevo.engine.performer import Temporary  # noqa: PLC0415

        try:
            found = _compared(dsn, hlr, reconcile=reconcile)
        except Temporary as away:
            fail(f"{away.reason}; check --hlr, and try again", NOT_AVAILABLE)
    if as_json:
        import msgspec  # noqa: PLC0415

        typer.echo(json.dumps(msgspec.to_builtins(found), indent=2))
    else:
        _print(found)
    raise typer.Exit(DIFFERS if found else 0)


def _compared(dsn: str, hlr: str, *, reconcile: bool) -> list[Drift]:
    from contextlib import closing  # noqa: PLC0415

    from relevo.adapters.registry_osmocom.client import OsmocomRegistry  # noqa: PLC0415
    from relevo.adapters.registry_osmocom.ctrl import Ctrl  # noqa: PLC0415
    from relevo.adapters.registry_osmocom.hands import Hands  # noqa: PLC0415
    from relevo.adapters.registry_osmocom.vty import Vty  # noqa: PLC0415
    from relevo.adapters.registry_osmocom.wishes import Wishes  # noqa: PLC0415
    from relevo.engine.clock import SystemClock  # noqa: PLC0415

    def no_card(_: str) -> None:
        """Nothing is asked here that a wish does not name the card of."""

    hands = Hands(Ctrl(hlr), Vty(hlr))
    with closing(OsmocomRegistry(hands, Wishes(dsn), no_card, SystemClock())) as held:
        return held.drift(reconcile=reconcile)


def _print(found: list[Drift]) -> None:
    from relevo.operating.masking import masked  # noqa: PLC0415

    for each in found[:SHOWN]:
        typer.echo(f"{each.what:<13} {masked(each.subject)}")
    if len(found) > SHOWN:
        typer.echo(f"and {len(found) - SHOWN} more; see --json")
    typer.echo(f"{len(found)} differences" if found else "no difference")
