"""The page that shows the look-up's figures: docs/benchmarks/lookup.md."""

from __future__ import annotations

from collections.abc import Iterator
from json import loads
from pathlib import Path
from typing import Any

_PAGE = """# Where is this number routed?

Written by `./dev bench lookup --into docs/benchmarks`, with its picture: do not edit. What is
measured stands at the head of `src/relevo/bench/lookup.py`; the numbers are made up, the loads are
real. Measured on {cores} cores ({processor}), Python {python}; who asked by HTTP was on the same
cores.

| what | relevo | Kamailio's htable |
|---|---|---|
{table}

![Memory of both](lookup.svg)

[lookup.json](lookup.json) has all figures. The look-up in a process that has opened the sheet took
{median:.2f} µs ({least:.2f} to {most:.2f} in {rounds}); opening it {open_ms:.1f} ms, for it is not
read but mapped, and all processes of the machine share one copy.
"""


def numbers_measured(folder: Path) -> int:
    """Of how many numbers the page speaks that is there; 0 without one."""
    file = folder / "lookup.json"
    return int(loads(file.read_text(encoding="utf-8"))["numbers"]) if file.is_file() else 0


def write_lookup_page(result: dict[str, Any], folder: Path) -> None:
    """Write the page beside its picture."""
    table = "\n".join(f"| {what} | {ours} | {theirs} |" for what, ours, theirs in _rows(result))
    text = _PAGE.format(
        table=table,
        open_ms=result["open_ms"],
        rounds=f"{result['rounds']} rounds",
        **result["machine"],
        **result["in_process_us"],
    )
    (folder / "lookup.md").write_text(text, encoding="utf-8")


def _rows(result: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    peer = result["kamailio"] or {}
    yield (
        f"{result['numbers']:,} numbers: memory",
        _mb(result["sheet_mb"]),
        _mb(peer.get("memory_mb")),
    )
    yield (
        "loaded from a file, from PostgreSQL",
        f"{result['load_s']:.1f} s",
        f"{peer['load_s']:.1f} s" if peer else "-",
    )
    yield f"{result['differences']:,} differences", f"{result['differences_s']:.2f} s", "-"
    for name, figure, form in (
        ("questions by HTTP a second", "per_s", "{:,.0f}"),
        ("an answer by HTTP, p50", "p50_ms", "{:.2f} ms"),
        ("an answer by HTTP, p99", "p99_ms", "{:.2f} ms"),
    ):
        both = (result["http"], peer.get("http"))
        ours, theirs = (form.format(http[figure]) if http else "-" for http in both)
        yield name, ours, theirs


def _mb(size: float | None) -> str:
    return "-" if size is None else f"{size:,.0f} MB"
