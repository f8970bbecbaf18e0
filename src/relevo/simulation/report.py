"""What a simulation came to: for a person, a picture of what was covered and what broke; for a
program, the same as JSON. A kind of fault that was never drawn or never struck is as visible as
one that did: a law that nothing tried proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from relevo.engine.signals import POINTS
from relevo.play.fault_kinds import FAULT_KINDS
from relevo.simulation.draws import company_of, seeds_of
from relevo.simulation.fate import CompanyFate, Fate
from relevo.simulation.laws import LAWS, Breach

BREACHES_SHOWN = 3

EVERY_KIND = tuple(
    kind
    for where, kinds in FAULT_KINDS.items()
    for what in kinds
    for kind in (
        [f"{where} {what} at {point}" for point in POINTS]
        if what == "crash"
        else [f"{where} {what}"]
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A seed that broke a law, and how to see it again. ``file`` is the world made small; without
    it the seed breaks nothing when it is alone, or there was no time to look."""

    fate: Fate
    command: str
    file: Path | None = None
    note: str = ""


class Tally:
    """Counts as companies end; only the seeds that were asked for count."""

    def __init__(self, seeds: range) -> None:
        self.seeds = seeds
        self.fates: list[Fate] = []
        self.broke_off: list[CompanyFate] = []
        self.drawn: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()

    def add(self, company: CompanyFate) -> list[Fate]:
        """Another company; returns the fates of the seeds that were asked for."""
        asked = [fate for fate in company.fates if fate.seed in self.seeds]
        self.fates += asked
        self.drawn.update(company.drawn)
        self.struck.update(company.struck)
        for fate in asked:
            self.drawn.update(fate.drawn)
            self.struck.update(fate.struck)
        if company.broke_off:
            self.broke_off.append(company)
        return asked

    @property
    def failing(self) -> list[Fate]:
        """Those that broke a law, by seed."""
        return sorted((each for each in self.fates if each.breaches), key=lambda each: each.seed)

    @property
    def holds(self) -> bool:
        """Whether every seed was played and no law was broken."""
        return not self.failing and not self.broke_off

    @property
    def breaches(self) -> Counter[str]:
        """How many seeds broke each law."""
        return Counter(law for fate in self.fates for law in {each.law for each in fate.breaches})


def command_of(seed: int) -> str:
    """What a person types to see a seed again: first alone, then in its company."""
    return f"relevo simulate --from {seed} --seeds 1"


def show(console: Console, tally: Tally, failures: Sequence[Failure]) -> None:
    """The picture at the end."""
    _show_worlds(console, tally)
    _show_faults(console, tally)
    _show_laws(console, tally)
    for failure in failures:
        _show_failure(console, failure)
    for company in tally.broke_off:
        seeds = seeds_of(company.company)
        console.print(f"\n✗ company {company.company} broke off: {company.broke_off}", style="red")
        console.print(f"  again: relevo simulate --from {seeds.start} --seeds {len(seeds)}")


def _show_worlds(console: Console, tally: Tally) -> None:
    endings = Counter(fate.ending for fate in tally.fates)
    kinds = Counter(kind for fate in tally.fates for kind in fate.kinds)
    lines = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    ended = ", ".join(f"{number} {ending}" for ending, number in endings.most_common())
    facts = sum(fate.facts for fate in tally.fates)
    console.print(f"{len(tally.fates)} customers with {lines}: {ended}; {facts} facts were judged")


def _show_faults(console: Console, tally: Tally) -> None:
    grid = Grid("fault", "drawn", "struck", title="What went wrong", title_justify="left")
    for kind in EVERY_KIND:
        drawn, struck = tally.drawn[kind], tally.struck[kind]
        mark = "" if struck else " ← never"
        grid.add_row(kind, str(drawn), f"{struck}{mark}", style="" if struck else "yellow")
    console.print(grid)


def _show_laws(console: Console, tally: Tally) -> None:
    grid = Grid("law", "seeds that broke it", title="What held", title_justify="left")
    names = dict.fromkeys([*(law.name for law in LAWS), *tally.breaches])
    for name in names:
        broken = tally.breaches[name]
        grid.add_row(name, str(broken), style="red" if broken else "green")
    console.print(grid)


def _show_failure(console: Console, failure: Failure) -> None:
    fate = failure.fate
    console.print(f"\n✗ seed {fate.seed}", style="red")
    for breach in fate.breaches[:BREACHES_SHOWN]:
        console.print(f"  {breach.law}: {breach.what}", highlight=False, soft_wrap=True)
    if len(fate.breaches) > BREACHES_SHOWN:
        console.print(f"  and {len(fate.breaches) - BREACHES_SHOWN} more")
    console.print(f"  again: {failure.command}", highlight=False)
    if failure.file is not None:
        console.print(f"  made small: relevo play {failure.file}", highlight=False)
    if failure.note:
        console.print(f"  {failure.note}", highlight=False)


def as_json(tally: Tally, failures: Sequence[Failure]) -> dict[str, Any]:
    """The same as plain dictionaries."""
    return {
        "seeds": {"from": tally.seeds.start, "number": len(tally.seeds)},
        "companies": len({company_of(seed) for seed in tally.seeds}),
        "customers": len(tally.fates),
        "lines": dict(Counter(kind for fate in tally.fates for kind in fate.kinds)),
        "endings": dict(Counter(fate.ending for fate in tally.fates)),
        "facts": sum(fate.facts for fate in tally.fates),
        "faults": {
            kind: {"drawn": tally.drawn[kind], "struck": tally.struck[kind]} for kind in EVERY_KIND
        },
        "laws": {law.name: tally.breaches[law.name] for law in LAWS},
        "failing": [
            {
                "seed": each.fate.seed,
                "breaches": [_breach(breach) for breach in each.fate.breaches],
                "command": each.command,
                "file": str(each.file) if each.file else None,
                "note": each.note,
            }
            for each in failures
        ],
        "broke_off": [{"company": each.company, "why": each.broke_off} for each in tally.broke_off],
    }


def _breach(breach: Breach) -> dict[str, str]:
    return {"law": breach.law, "what": breach.what, "at": breach.at.isoformat()}
