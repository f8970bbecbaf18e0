"""Make docs/reference/metrics.md from the code.

``python tools/metrics.py`` writes it; with ``--check`` (and in a test) it fails when it is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase

from relevo.operating.metrics import GAUGES, UP, UP_TOLD, WorkerMeters

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "metrics.md"
_ENDINGS = {Counter: "_total", Histogram: ""}


def _rows(rows: Iterable[tuple[str, str, str, str]]) -> list[str]:
    head = ["| name | type | labels | what it says |", "|---|---|---|---|"]
    return [
        *head,
        *(f"| `{name}` | {type_} | {labels} | {told} |" for name, type_, labels, told in rows),
    ]


def _labels(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _of_site() -> Iterable[tuple[str, str, str, str]]:
    yield UP, "gauge", "", UP_TOLD
    for gauge in GAUGES:
        yield gauge.name, "gauge", _labels(gauge.labels), gauge.told


def _of_worker() -> Iterable[tuple[str, str, str, str]]:
    for meter in vars(WorkerMeters("w1")).values():
        if isinstance(meter, MetricWrapperBase):
            described = next(iter(meter.describe()))
            name = described.name + _ENDINGS[type(meter)]
            told = described.documentation
            yield name, described.type, _labels(meter._labelnames), told  # noqa: SLF001
    yield "relevo_worker_info", "info", _labels(["worker", "release"]), "Which worker this is."


HEAD = """\
# Metrics

Made from the code by `tools/metrics.py`; do not edit. The alarms on them are in
[alerts.yml](../runbooks/alerts.yml), and each has its [runbook](../runbooks/README.md).
"""
OF_SITE = """
## Of the site

Asked from the database at each scrape of `relevo serve` (`/metrics`). Ages are 0 where nothing
waits. One `relevo serve` is enough for all workers; a second one tells the same.
"""
OF_WORKER = """
## Of each worker

Counted by the process itself; `relevo work --metrics-port 9464` serves them. The usual `process_*`
metrics (CPU, memory, open files) are beside them.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD + OF_SITE, *_rows(_of_site()), OF_WORKER, *_rows(_of_worker()), ""])


def main() -> int:
    if "--check" in sys.argv:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page()
        if stale:
            print(f"{PAGE.name} is not as the code says; run tools/metrics.py", file=sys.stderr)
        return int(stale)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(Path.cwd())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
