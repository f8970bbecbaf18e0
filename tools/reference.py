"""Make docs/reference/processes.md from the code: every lifecycle as a picture and a table.

``./dev docs`` writes it; ``./dev docs --check`` (and a test) fails when it is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from relevo.engine.process import ProcessType, wire_name
from relevo.wiring import processes

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "processes.md"


def _picture(process: ProcessType[Any]) -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    first = next(iter(process.lifecycle))
    lines.append(f"    [*] --> {first}")
    for before, afters in process.lifecycle.items():
        lines += [f"    {before} --> {after}" for after in sorted(afters)]
        if not afters:
            lines.append(f"    {before} --> [*]")
    return [*lines, "```"]


def _words(title: str, types: tuple[type, ...]) -> list[str]:
    if not types:
        return []
    names = ", ".join(f"`{wire_name(type_)}`" for type_ in types)
    return [f"* **{title}:** {names}"]


def _section(process: ProcessType[Any]) -> list[str]:
    folder = process.state.__module__.rpartition(".")[0]
    doc = (sys.modules[folder].__doc__ or "").strip().splitlines()
    return [
        f"## `{process.kind}` (version {process.version})",
        "",
        doc[0] if doc else "",
        "",
        *_picture(process),
        "",
        *_words("messages", process.messages),
        *_words("hears", process.hears),
        *_words("facts", process.facts),
        *_words("effects", process.effects),
        f"* **timers:** {', '.join(f'`{name}`' for name in sorted(process.timers)) or 'none'}",
        "",
    ]


def page() -> str:
    """The whole page."""
    lines = [
        "# Processes",
        "",
        "Made from the code by `./dev docs`; do not edit. An arrow to the end: the phase is final.",
        "",
    ]
    for process in sorted(processes(), key=lambda process: process.kind):
        lines += _section(process)
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    if "--check" in sys.argv:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page()
        if stale:
            print(f"{PAGE.name} is not as the code says; run ./dev docs", file=sys.stderr)
        return int(stale)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(Path.cwd())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
