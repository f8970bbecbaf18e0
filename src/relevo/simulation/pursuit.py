"""What is done about a seed that broke a law: it is played alone, made small, and written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from relevo.simulation.fate import Fate
from relevo.simulation.laws import Breach
from relevo.simulation.minimise import minimise
from relevo.simulation.report import Failure, command_of
from relevo.simulation.run import by_himself
from relevo.simulation.sketch import Sketch

PlayAlone = Callable[[Sketch], Fate]


def pursue(fate: Fate, play: PlayAlone, folder: Path) -> Failure:
    """The smallest world in which the first law that this seed broke breaks, as a file."""
    law = fate.breaches[0].law
    again = command_of(fate.seed)
    found: list[Breach] = []

    def breaks(candidate: Sketch) -> bool:
        broken = [each for each in play(candidate).breaches if each.law == law]
        found[:] = broken or found
        return bool(broken)

    sketch = by_himself(fate.seed)
    if not breaks(sketch):
        note = "alone it breaks nothing: the command plays its whole company after it"
        return Failure(fate=fate, command=again, note=note)
    smallest = replace(minimise(sketch, breaks), title=f"Seed {fate.seed}, made small")
    file = folder / f"relevo-seed-{fate.seed}.toml"
    head = f"# Seed {fate.seed} breaks a law: {law}.\n# {found[0].what}\n# All of it: {again}\n\n"
    file.write_text(head + smallest.text(), encoding="utf-8")
    return Failure(fate=fate, command=again, file=file)
