"""The command that measures the switch of a night's lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.bench import bench
from relevo.cli.people import check_result_file
from relevo.cli.switch_figures import LINES, measure


@bench.command(name="switch", short_help="A night's lines on a real HLR.")
def switch(
    lines: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many lines are switched.")
    ] = LINES,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="Write picture and page into this folder.")
    ] = None,
) -> None:
    """Switch reserved lines to active on a real HLR (osmo-hlr), in turn with the bare commands;
    then with a worker that is killed in the middle and started again.

    Example: relevo bench switch --lines 2000 --json switch.json
    """
    check_result_file(json_out)
    if into is not None and not into.is_dir():
        raise typer.BadParameter(f"there is no folder {into}; make it first")
    measure(lines, json_out, into)
