"""The command that measures the line to an SMS centre."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relevo.cli.bench import bench
from relevo.cli.people import check_result_file, errors_for_people


@bench.command(name="sms", short_help="SMS by SMPP.")
def sms(
    messages: Annotated[int, typer.Option(min=1, help="How many SMS are sent.")] = 2000,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Measure how many SMS a second one worker hands to a centre on this machine, each written down
    before it goes and with its receipt filed, and what one costs our process.

    Example: relevo bench sms --messages 2000 --json sms.json
    """
    check_result_file(json_out)
    with errors_for_people():
        from dataclasses import asdict  # noqa: PLC0415

        from relevo.bench.sms import measure_sms  # noqa: PLC0415
        from relevo.bench.suite import write_json  # noqa: PLC0415

        found = measure_sms(messages)
        if json_out is not None:
            write_json(asdict(found), json_out)
    typer.echo(f"{found.sent_per_second:,.0f} SMS a second, {found.threads} threads")
    typer.echo(f"{found.with_receipts_per_second:,.0f} a second with their receipts filed")
    typer.echo(f"{found.cpu_ms_per_message:.2f} ms of CPU in our process for each")
