"""Commands that measure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.app import app
from relevo.cli.people import check_result_file, errors_for_people


@app.command(short_help="Measure the engine.")
def bench(
    ports: Annotated[int, typer.Option(min=1, help="How many ports in a round.")] = 2000,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Measure the engine against the least that the database must do, in one run.

    Example: relevo bench --ports 2000
    """
    check_result_file(json_out)
    with errors_for_people():
        from relevo import bench as measured  # noqa: PLC0415

        measured.run(ports, json_out)
