"""Measures the switch of a night's lines, alone or as a part of all benchmarks, and shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from relevo.cli.app import NOT_AVAILABLE
from relevo.cli.people import errors_for_people, fail

LINES = 36_000


def measure(lines: int, json_out: Path | None, into: Path | None) -> None:
    """Measure, show, write."""
    with errors_for_people():
        from relevo.bench.suite import write_json  # noqa: PLC0415
        from relevo.bench.switch import measure_switch  # noqa: PLC0415
        from relevo.testing.debian import NotInstalled  # noqa: PLC0415

        try:
            result = measure_switch(lines, say=typer.echo)
        except NotInstalled as missing:
            fail(str(missing), NOT_AVAILABLE)
        if json_out is not None:
            write_json(result, json_out)
        if into is not None:
            _draw(result, into)
    _show(result)


def _show(result: dict[str, Any]) -> None:
    took, ratio, resumed = result["switched_s"], result["ratio"], result["resumed"]
    typer.echo(f"switched in {took['median']:.1f} s ({took['least']:.1f} to {took['most']:.1f})")
    typer.echo(
        f"floor over ours: {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})"
    )
    typer.echo(
        f"killed at {resumed['done_when_killed']:,} and started again: "
        f"{resumed['twice']} twice, {resumed['missing']} missing"
    )


def _draw(result: dict[str, Any], folder: Path) -> None:
    from relevo.bench.chart import ChartsMissing, draw_switch  # noqa: PLC0415
    from relevo.bench.suite import write_json  # noqa: PLC0415
    from relevo.bench.switch_page import write_switch_page  # noqa: PLC0415

    try:
        draw_switch(result, folder)
    except ChartsMissing as missing:
        fail(str(missing), NOT_AVAILABLE)
    write_json(result, folder / "switch.json")
    write_switch_page(result, folder)
