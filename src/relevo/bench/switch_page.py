"""The page that shows the figures of the night's switch: docs/benchmarks/switch.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_PAGE = """# A night's lines, switched

Written by `./dev bench switch --into docs/benchmarks`, with its picture: do not edit. What is
measured stands at the head of `src/relevo/bench/switch.py`. Measured on {cores} cores
({processor}), Python {python}, PostgreSQL {postgresql}, load average {load:.1f} at the end; the
HLR, PostgreSQL and the adapter were on the same cores.

| what | median | least | most |
|---|---|---|---|
| {lines:,} lines switched, s | {switched} |
| floor: the same commands, bare, s | {floor} |
| floor over ours, in one run | {ratio} |

![Ours and the floor](switch.svg)

A worker was killed when {done_when_killed:,} lines were done, and another was asked for the same:
{twice} done twice, {missing} missing. Lines that come one by one: {alone:,.0f} a second.
[switch.json](switch.json) has all figures.
"""


def write_switch_page(result: dict[str, Any], folder: Path) -> None:
    """Write the page beside its picture."""
    text = _PAGE.format(
        lines=result["lines"],
        load=result["load_average"],
        switched=_cells(result["switched_s"], ".1f"),
        floor=_cells(result["floor_s"], ".1f"),
        ratio=_cells(result["ratio"], ".2f"),
        alone=result["one_by_one_per_s"],
        **result["machine"],
        **result["resumed"],
    )
    (folder / "switch.md").write_text(text, encoding="utf-8")


def _cells(spread: dict[str, float], form: str) -> str:
    return " | ".join(format(spread[each], form) for each in ("median", "least", "most"))
