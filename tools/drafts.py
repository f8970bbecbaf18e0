"""How well the check before sending judges the labelled drafts of ``tests/claims/drafts``.

People who saw neither the check nor one another's drafts wrote and labelled them. Two halves: the
open one may be looked at while the check is written; the one held out is only counted.

    python tools/drafts.py                          the figures
    python tools/drafts.py --misses a d             and what was judged wrongly, of these writers
    python tools/drafts.py --into docs/benchmarks   all of it, as docs/benchmarks/drafts.md
    python tools/drafts.py --check docs/benchmarks  whether that page says what the code does

Recall: of the drafts that must be stopped, how many were. False alarm: of those that may go out,
how many were stopped. A draft whose label is a warning counts in neither.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median, quantiles

import msgspec

from relevo.claims import statements, timing, told
from relevo.claims.check import check
from relevo.claims.model import Draft, Snapshot, Verdict
from relevo.claims.moments import moments_in
from relevo.claims.plain import plain
from relevo.claims.sentences import sentences_of

DRAFTS = Path(__file__).parent.parent / "tests" / "claims" / "drafts"
HALVES = {"open": "abdfgij", "held out": "chm"}
_MS_PER_S = 1000
_KEPT = (
    sentences_of,
    plain,
    moments_in,
    timing._marks,  # noqa: SLF001
    statements._words,  # noqa: SLF001
    told._told,  # noqa: SLF001
)


@dataclass(frozen=True)
class Judged:
    """A labelled draft, what the check said of it, and the processor's time that it took."""

    writer: str
    id: str
    text: str
    label: str
    rules: frozenset[int]
    verdict: Verdict
    cpu_ms: float

    @property
    def broken(self) -> frozenset[int]:
        """The rules that the check says it breaks, so that it may not go out."""
        return frozenset(f.rule for f in self.verdict.findings if f.severity == "block")

    @property
    def is_missed(self) -> bool:
        return self.label == "block" and self.verdict.verdict != "block"

    @property
    def is_false_alarm(self) -> bool:
        return self.label == "pass" and self.verdict.verdict == "block"


def judged(writer: str) -> Iterator[Judged]:
    """All drafts of a writer; nothing where there is no such writer."""
    folder = DRAFTS / f"writer_{writer}"
    if not (folder / "drafts.jsonl").exists():
        return
    raw = json.loads((folder / "snapshots.json").read_text(encoding="utf-8"))
    snapshots = {name: msgspec.convert(said, Snapshot) for name, said in raw.items()}
    for line in (folder / "drafts.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        words = {name: label[name] for name in ("id", "channel", "language", "text")}
        draft, snapshot = msgspec.convert(words, Draft), snapshots[label["snapshot"]]
        for kept in _KEPT:  # as for a customer who is written to for the first time
            kept.cache_clear()
        began_ms = _cpu_ms()
        verdict = check(snapshot, draft)
        cpu_ms = _cpu_ms() - began_ms
        rules = frozenset(map(int, label["rules"]))
        yield Judged(writer, draft.id, draft.text, label["verdict"], rules, verdict, cpu_ms)


def _cpu_ms() -> float:
    used = getrusage(RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * _MS_PER_S


def by_half() -> dict[str, list[Judged]]:
    """All drafts that there are, in their halves."""
    return {
        half: [each for writer in writers for each in judged(writer)]
        for half, writers in HALVES.items()
    }


def _row(name: str, every: list[Judged]) -> str:
    stop = [each for each in every if each.label == "block"]
    may = [each for each in every if each.label == "pass"]
    missed = sum(each.is_missed for each in every)
    alarms = sum(each.is_false_alarm for each in every)
    return (
        f"| {name} | {len(every)} | {len(stop)} | {len(stop) - missed} | {_share(missed, stop)} "
        f"| {len(may)} | {alarms} | {_share(alarms, may, of_all=False)} |"
    )


def _share(wrong: int, of: list[Judged], *, of_all: bool = True) -> str:
    """The part that is right (``of_all``) or wrong, in percent; a dash of nothing."""
    if not of:
        return "–"
    return f"{100 * ((len(of) - wrong) if of_all else wrong) / len(of):.1f} %"


_COLUMNS = (
    "| writer | drafts | must be stopped | stopped | recall | may go out | stopped in error "
    "| false alarms |"
)


def figures(halves: dict[str, list[Judged]]) -> str:
    """Recall and false alarms of each writer and half, as a table."""
    lines = [_COLUMNS, "|---|---|---|---|---|---|---|---|"]
    for half, every in halves.items():
        writers = sorted({each.writer for each in every})
        lines += [_row(f"{w}, {half}", [e for e in every if e.writer == w]) for w in writers]
        lines.append(_row(f"**{half}**", every))
    return "\n".join(lines)


def of_rules(halves: dict[str, list[Judged]]) -> str:
    """The same for each rule: drafts that break it, how many were stopped (and by it), and how
    many that may go out it stopped; each as "open / held out"."""
    every = [each for drafts in halves.values() for each in drafts]
    rules = sorted({rule for each in every for rule in each.rules | each.broken})
    lines = [
        "| rule | must be stopped | stopped | by this rule | stopped in error |",
        "|---|---|---|---|---|",
    ]
    for rule in rules:
        cells: list[list[int]] = []
        for drafts in halves.values():
            stop = [each for each in drafts if each.label == "block" and rule in each.rules]
            cells.append(
                [
                    len(stop),
                    sum(not each.is_missed for each in stop),
                    sum(rule in each.broken for each in stop),
                    sum(each.is_false_alarm and rule in each.broken for each in drafts),
                ]
            )
        shown = " | ".join(" / ".join(map(str, both)) for both in zip(*cells, strict=True))
        lines.append(f"| {rule} | {shown} |")
    return "\n".join(lines)


def wrong(every: Iterable[Judged]) -> str:
    """What was judged wrongly, each in one line."""
    lines = []
    for each in every:
        if each.is_missed or each.is_false_alarm:
            said = ", ".join(f"rule {f.rule}: {f.says}" for f in each.verdict.findings)
            text = " ".join(each.text.split()).replace("`", "'")
            wanted = ", ".join(map(str, sorted(each.rules)))
            label = f"{each.label} (rule {wanted})" if wanted else each.label
            heard = f"{each.verdict.verdict} ({said})" if said else f"{each.verdict.verdict}"
            lines.append(f"* `{each.id}` `{text}`  \n  label {label}; verdict {heard}")
    return "\n".join(lines) or "None."


_HEAD = """# Drafts: how well the check before sending judges

Written by `uv run python tools/drafts.py --into docs/benchmarks`: do not edit. How a draft is read:
[how-a-draft-is-read](../explanation/how-a-draft-is-read.md).

The drafts are in `tests/claims/drafts`. Each writer made up customers and wrote to them, truly and
falsely, and said of each draft whether it must be stopped and by which rule; none saw the check or
another's drafts. The open half was looked at while the check was written. Of the half held out only
the figures were, so they say more of drafts that nobody has seen yet; what of it was judged wrongly
is not listed here.

Recall: of the drafts that must be stopped, how many were. False alarms: of those that may go out,
how many were stopped. A draft that asks for a warning counts in neither.
"""


_ON_RULES = """Each as open / held out. Another customer's number, card or key (rule 4) is told as
rule 20."""
_ON_TIME = "Processor time of a draft, one after another on one core, nothing of its customer read."


def page(halves: dict[str, list[Judged]]) -> str:
    """The whole page."""
    times = [each.cpu_ms for drafts in halves.values() for each in drafts]
    p50, p99, most = median(times), quantiles(times, n=100)[98], max(times)
    parts = [
        _HEAD,
        f"## Figures\n\n{figures(halves)}\n",
        f"## By rule\n\n{_ON_RULES}\n\n{of_rules(halves)}\n",
        f"## Time\n\n{_ON_TIME}\n",
        f"{len(times)} drafts: median {p50:.1f} ms, p99 {p99:.1f} ms, most {most:.1f} ms.\n",
    ]
    parts.append(f"## Judged wrongly, open half\n\n{wrong(halves['open'])}\n")
    return "\n".join(parts)


def main() -> None:
    """Print the figures, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", nargs="*", default=[], metavar="WRITER")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="write drafts.md there")
    parser.add_argument("--check", type=Path, metavar="FOLDER", help="fail when it says otherwise")
    asked = parser.parse_args()
    next(judged("a"))  # the lexicon is compiled once for a process, not for a draft
    halves = by_half()
    if asked.check:
        said = (asked.check / "drafts.md").read_text(encoding="utf-8")
        sys.exit(int(not (figures(halves) in said and of_rules(halves) in said)))
    out = sys.stdout
    out.write(f"{figures(halves)}\n")
    for drafts in halves.values():
        for writer in sorted({each.writer for each in drafts} & set(asked.misses)):
            out.write(f"{wrong(each for each in drafts if each.writer == writer)}\n")
    if asked.into:
        (asked.into / "drafts.md").write_text(page(halves), encoding="utf-8")


if __name__ == "__main__":
    main()
