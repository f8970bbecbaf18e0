"""The page that shows a run: docs/benchmarks/README.md. The same figures give the same page."""

from __future__ import annotations

from collections.abc import Iterator
from json import loads
from pathlib import Path
from typing import Any

from relevo.bench.chart import PAGE_AIM_MS
from relevo.bench.suite import ratio_to_dbos

_ALT = {
    "day.svg": "Seconds of work in each phase of the day",
    "cost.svg": "CPU of a message, by layer",
    "bytes.svg": "Bytes in the database for a port, by table",
    "latency.svg": "Milliseconds from arrival to commit",
    "floor.svg": "Engine and floor, round by round",
    "dbos.svg": "The same port on DBOS",
}
_HEAD = """# Benchmarks

Written by `./dev bench`, with the pictures: do not edit. What is measured, and what is left out,
stands at the head of each module in `src/relevo/bench/`. Nothing here is tested by the clock; a
machine that others use gives other figures, so compare the ratios first.
"""
_TAIL = """
## Do it again

    ./dev bench                          # all of it, 60,000 ports, the pages, and this page
    ./dev bench day --ports 2000         # a smaller day; --json FILE keeps the figures
    ./dev bench day --part floor         # one part: day, latency, floor or dbos

    ./dev bench growth --json F          # 10⁴, 10⁵ and 10⁶ open processes (half an hour, 6 GB)

    ./dev bench pages --orders 20000 --into docs/benchmarks   # what the pages cost, and its section

    export DATABASE_URL=postgresql://…   # over a million orders: 30 GB, half an hour to fill
    ./dev relevo bench seed --orders 1000000 --open 8000 --history-every 100
    ./dev bench pages --seeded --into docs/benchmarks

Where a ported number is routed, beside Kamailio: [lookup.md](lookup.md), by
`./dev bench lookup --numbers N --into docs/benchmarks`. How drafts are judged:
[drafts.md](drafts.md).

Growth is measured apart: [growth.json](growth.json) has its last figures, and
[plans.txt](plans.txt) how
the database finds its rows among 10⁶ processes.

The server is the bundled PostgreSQL as everybody gets it, durable, in a folder that is thrown away.
Two worker processes share the buckets; the caller, who stands for the outside, is a third.
"""

_PAGES = """
## Pages

Each page was asked for {rounds} times, for other orders each time, by one visitor of the whole
`relevo serve` over HTTP, behind the wall; over {orders:,} orders with {lines:,} lines,
{processes:,} processes and {facts:,} facts in the journal ({open_orders:,} orders under way, few of
the finished ones with their history; see `relevo bench seed`). {where} The machine's load was
{load} when it began: what others do makes a page wait, and changes its CPU much less.

| what | figure |
|---|---|
{table}

![Milliseconds of each page](pages.svg)

[pages.json](pages.json) has each page.
"""


def write_page(result: dict[str, Any], charts: list[str], folder: Path) -> None:
    """Write the page beside its pictures."""
    pictures = "\n".join(f"![{_ALT[name]}]({name})\n" for name in charts)
    table = "\n".join(("| what | figure |", "|---|---|", *_rows(result)))
    text = f"{_HEAD}\n{_where(result)}\n\n{table}\n\n{pictures}{_pages_section(folder)}{_TAIL}"
    (folder / "README.md").write_text(text, encoding="utf-8")


def add_pages(folder: Path) -> None:
    """Write the page again, with what was last measured of the pages and of all else."""
    result = loads((folder / "results.json").read_text(encoding="utf-8"))
    write_page(result, [name for name in _ALT if (folder / name).is_file()], folder)


def _pages_section(folder: Path) -> str:
    """What the pages cost, from their own file: they are measured apart, on a larger database."""
    file = folder / "pages.json"
    if not file.is_file():
        return ""
    result = loads(file.read_text(encoding="utf-8"))
    return _PAGES.format(
        where=_where(result),
        load=result["load_at_start"],
        rounds=result["rounds"],
        table="\n".join(f"| {what} | {figure} |" for what, figure in _page_rows(result)),
        **result["seeded"],
    )


def _page_rows(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    pages = result["pages"]
    slowest = max(pages, key=lambda page: float(page["p95_ms"]))
    dearest = max(pages, key=lambda page: page["cpu_pages_ms"] + page["cpu_postgres_ms"])
    largest = max(pages, key=lambda page: int(page["bytes_first"]))
    over = [page["path"] for page in pages if page["p95_ms"] >= PAGE_AIM_MS]
    yield f"pages; of them at {PAGE_AIM_MS} ms p95 or more", f"{len(pages)}; {len(over)}"
    yield (
        f"slowest: `{slowest['path']}`",
        f"p50 {slowest['p50_ms']:.1f} ms, p95 {slowest['p95_ms']:.1f} ms",
    )
    yield (
        f"most CPU: `{dearest['path']}`",
        f"pages {dearest['cpu_pages_ms']:.1f} ms, PostgreSQL {dearest['cpu_postgres_ms']:.1f} ms",
    )
    yield f"largest, first visit: `{largest['path']}`", f"{largest['bytes_first'] / 1000:.1f} kB"
    if live := result.get("live"):
        yield f"memory with {live['open_pages']} open pages", f"{live['rss_mb']:.0f} MB"
        yield (
            "a change is seen after",
            (
                f"p50 {live['p50_ms']:.0f} ms, p95 {live['p95_ms']:.0f} ms, "
                f"most {live['most_ms']:.0f} ms ({live['heard']} of {live['expected']})"
            ),
        )
        yield (
            "the same, with the page fetched again",
            f"most {live['page_again_most_ms']:.0f} ms of {live['changes']}",
        )


def _where(result: dict[str, Any]) -> str:
    on = result["machine"]
    return (
        f"Measured on {on['cores']} cores ({on['processor']}), PostgreSQL {on['postgresql']}, "
        f"Python {on['python']}."
    )


def _rows(result: dict[str, Any]) -> Iterator[str]:
    for part, rows in (
        ("day", _day_rows),
        ("latency", _latency_rows),
        ("floor", _floor_rows),
        ("dbos", _dbos_rows),
    ):
        if result.get(part):
            yield from (f"| {what} | {figure} |" for what, figure in rows(result[part]))
    yield from _at_scale_rows(result)


def _day_rows(day: dict[str, Any]) -> Iterator[tuple[str, str]]:
    each = day["messages_per_port"]
    yield f"a day of {day['ports']:,} ports, {each:.0f} messages each", f"{day['seconds']:.0f} s"
    yield "messages a second", f"{day['messages_per_s']:,.0f}"
    yield "ports a second", f"{day['ports_per_s']:,.0f}"
    yield "the same with the eve (cards, reservation)", f"{day['seconds_with_eve']:.0f} s"
    yield (
        "CPU of the workers, of PostgreSQL",
        (f"{day['cpu_python_s']:.0f} s, {day['cpu_postgres_s']:.0f} s"),
    )
    yield (
        "CPU of a message",
        ", ".join(f"{name} {ms * 1000:.0f} µs" for name, ms in day["cpu_ms_per_message"].items()),
    )
    yield (
        "database, WAL for a port",
        (f"{day['bytes_per_port'] / 1000:.1f} kB, {day['wal_bytes_per_port'] / 1000:.1f} kB"),
    )
    yield "most memory of a worker", f"{day['worker_rss_mb']:.0f} MB"


def _latency_rows(latency: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield (
        f"arrival to commit at {latency['messages_per_s']:.0f} messages/s",
        (f"p50 {latency['p50_ms']:.1f} ms, p99 {latency['p99_ms']:.1f} ms"),
    )
    yield (
        "cores for it: worker, PostgreSQL",
        (f"{latency['cores_python']:.2f}, {latency['cores_postgres']:.2f}"),
    )


def _floor_rows(floor: dict[str, Any]) -> Iterator[tuple[str, str]]:
    time, cpu = floor["ratio"], floor["ratio_in_cpu"]
    yield (
        f"floor / engine in time ({floor['ports']:,} ports, {floor['rounds']} rounds)",
        (f"{time['median']:.2f} ({time['least']:.2f} to {time['most']:.2f})"),
    )
    yield (
        "floor / engine in CPU",
        (f"{cpu['median']:.2f} ({cpu['least']:.2f} to {cpu['most']:.2f})"),
    )


def _dbos_rows(both: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, one in ((f"DBOS {both['dbos']['dbos']}", both["dbos"]), ("relevo", both["relevo"])):
        yield (
            f"{name}, {one['ports']:,} ports",
            (f"{one['ports_per_s']:,.1f} ports/s, {one['cpu_ms_per_port']:.1f} ms CPU a port"),
        )
    yield (
        "relevo / DBOS at this size, in ports/s and in CPU",
        (f"{both['ratio_at_the_same_size']:.1f}, {both['ratio_in_cpu_at_the_same_size']:.1f}"),
    )


def _at_scale_rows(result: dict[str, Any]) -> Iterator[str]:
    speed, cpu = ratio_to_dbos(result), ratio_to_dbos(result, "cpu_ms_per_port")
    if speed is not None and cpu is not None:
        yield f"| the whole day / DBOS, in ports/s and in CPU | {speed:.1f}, {cpu:.1f} |"
