"""Measures the look-up of ported numbers, alone or as a part of all benchmarks, and shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from relevo.cli.app import NOT_AVAILABLE
from relevo.cli.people import errors_for_people, fail

NUMBERS = 1_000_000


def measure(numbers: int, json_out: Path | None, into: Path | None) -> None:
    """Measure, show, write."""
    with errors_for_people():
        from relevo.bench.lookup import measure_lookup  # noqa: PLC0415
        from relevo.bench.suite import write_json  # noqa: PLC0415

        result = measure_lookup(numbers, say=typer.echo)
        if json_out is not None:
            write_json(result, json_out)
        if into is not None:
            _draw(result, into)
    _show(result)


def _show(result: dict[str, Any]) -> None:
    each = result["in_process_us"]
    typer.echo(f"loaded in {result['load_s']:.1f} s, {result['sheet_mb']:,.0f} MB")
    typer.echo(f"in process: {each['median']:.2f} µs ({each['least']:.2f} to {each['most']:.2f})")
    if http := result["http"]:
        typer.echo(
            f"by HTTP: {http['per_s']:,.0f} a second, p50 {http['p50_ms']:.2f} ms, "
            f"p99 {http['p99_ms']:.2f} ms"
        )
    if peer := result["kamailio"]:
        typer.echo(f"Kamailio: loaded in {peer['load_s']:.1f} s, {peer['memory_mb']:,.0f} MB")
    if ratio := result["ratio"]:
        typer.echo(
            f"ratio: memory {ratio['memory']:.0f}, load {ratio['load']:.0f}, "
            f"HTTP {ratio['http_per_s']:.2f}"
        )


def _draw(result: dict[str, Any], folder: Path) -> None:
    from relevo.bench.chart import ChartsMissing, draw_lookup  # noqa: PLC0415
    from relevo.bench.lookup_page import write_lookup_page  # noqa: PLC0415
    from relevo.bench.suite import write_json  # noqa: PLC0415

    try:
        draw_lookup(result, folder)
    except ChartsMissing as missing:
        fail(str(missing), NOT_AVAILABLE)
    write_json(result, folder / "lookup.json")
    write_lookup_page(result, folder)
