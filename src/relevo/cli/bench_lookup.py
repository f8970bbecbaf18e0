"""The command that measures the look-up of ported numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.bench import bench
from relevo.cli.lookup_figures import NUMBERS, measure
from relevo.cli.people import check_result_file


@bench.command(name="lookup", short_help="Where a ported number is routed.")
def lookup(
    numbers: Annotated[
        int, typer.Option(min=1, max=400_000_000, help="How many numbers are ported.")
    ] = NUMBERS,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="Write picture and page into this folder.")
    ] = None,
) -> None:
    """Measure the sheet of ported numbers: loading it, its memory, a look-up in process and by
    HTTP; and, with the same numbers in the same run, Kamailio's hash table. Sixty million numbers,
    a country's, take 20 GB of memory for that peer and half an hour.

    Example: relevo bench lookup --numbers 1000000 --json lookup.json
    """
    check_result_file(json_out)
    if into is not None and not into.is_dir():
        raise typer.BadParameter(f"there is no folder {into}; make it first")
    measure(numbers, json_out, into)
