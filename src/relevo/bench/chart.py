"""The figures as pictures (SVG): calm, with units, one question each."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

INK, PALE, STRONG = "#26323a", "#c9d3d8", "#1f6f8b"
COLOURS = {
    "engine": "#1f6f8b",
    "deciders": "#e08e45",
    "projections": "#8d6a9f",
    "driver": "#6aa84f",
    "outside": "#b0b0b0",
    "postgresql": "#33475b",
}
_SIZE = (7.6, 3.4)
PAGE_AIM_MS = 50
"""What the slowest page may take, at its 95th percentile."""

_PART_OF = {"cost": "day", "bytes": "day"}


class ChartsMissing(RuntimeError):
    """matplotlib is not installed; the text says how it is."""


def draw_charts(result: dict[str, Any], folder: Path) -> list[str]:
    """Draw what was measured; the names of the files. Raises ChartsMissing."""
    _need_matplotlib()
    drawn = []
    for name, draw in _CHARTS.items():
        needed = ("day", "dbos") if name == "dbos" else (_PART_OF.get(name, name),)
        if all(result.get(part) for part in needed):
            _save(draw, result if name == "dbos" else result[needed[0]], folder / f"{name}.svg")
            drawn.append(f"{name}.svg")
    return drawn


def draw_pages(result: dict[str, Any], folder: Path) -> None:
    """Draw what the pages took. Raises ChartsMissing."""
    _need_matplotlib()
    tall = 1.2 + 0.24 * len(result["pages"])
    _save(_pages, result, folder / "pages.svg", size=(_SIZE[0], tall))


def draw_lookup(result: dict[str, Any], folder: Path) -> None:
    """Draw what a look-up takes, here and at the peer. Raises ChartsMissing."""
    _need_matplotlib()
    _save(_lookup, result, folder / "lookup.svg", size=(_SIZE[0], 2.4))


def draw_switch(result: dict[str, Any], folder: Path) -> None:
    """Draw how long the lines of a night took, and the floor. Raises ChartsMissing."""
    _need_matplotlib()
    _save(_switch, result, folder / "switch.svg", size=(_SIZE[0], 2.4))


def _need_matplotlib() -> None:
    if find_spec("matplotlib") is None:
        raise ChartsMissing("no pictures: run `uv sync --group bench` and try again")


def _save(
    draw: Callable[[Any, dict[str, Any]], None],
    figures: dict[str, Any],
    file: Path,
    *,
    size: tuple[float, float] = _SIZE,
) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - heavy, and not always installed
    from matplotlib.figure import Figure  # noqa: PLC0415

    calm: Any = {
        "svg.hashsalt": "relevo",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": PALE,
        "axes.labelcolor": INK,
        "axes.titlelocation": "left",
        "axes.titlesize": 11,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with mpl.rc_context(calm):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.subplots(), figures)
        figure.savefig(file, metadata={"Date": None, "Creator": None})


def _day(axes: Any, day: dict[str, Any]) -> None:
    phases = day["phases"][::-1]
    names = [f"{phase['phase']}\n{phase['messages']:,} messages" for phase in phases]
    colours = [PALE if phase["phase"] == "eve" else STRONG for phase in phases]
    bars = axes.barh(names, [phase["seconds"] for phase in phases], color=colours, height=0.62)
    rates = [f"{phase['messages'] / phase['seconds']:,.0f}/s" for phase in phases]
    axes.bar_label(bars, labels=rates, padding=4)
    axes.margins(x=0.14)
    axes.set_xlabel("seconds of work")
    axes.set_title(
        f"A day of {day['ports']:,} ports in {day['seconds']:.0f} s, "
        f"{day['messages_per_s']:,.0f} messages/s (pale: its eve)"
    )


def _cost(axes: Any, day: dict[str, Any]) -> None:
    costs = {name: ms for name, ms in day["cpu_ms_per_message"].items() if ms > 0}
    left = 0.0
    for name, ms in costs.items():
        axes.barh([0], [ms * 1000], left=left, color=COLOURS[name], label=name, height=0.5)
        if ms > 0.06 * sum(costs.values()):
            middle = left + ms * 500
            axes.text(middle, 0, f"{ms * 1000:.0f}", color="white", ha="center", va="center")
        left += ms * 1000
    axes.set_yticks([])
    axes.set_ylim(-0.6, 0.6)
    axes.set_xlabel("CPU microseconds for a message")
    axes.set_title(f"Where the CPU of a message goes: {left:.0f} µs in all")
    axes.legend(ncols=len(costs), loc="upper center", bbox_to_anchor=(0.5, -0.3), frameon=False)


def _bytes(axes: Any, day: dict[str, Any]) -> None:
    tables = sorted(day["table_bytes_per_port"].items(), key=lambda pair: pair[1])
    shown = [(name, size / 1000) for name, size in tables if size >= 50]
    bars = axes.barh([name for name, _ in shown], [size for _, size in shown], color=STRONG)
    axes.bar_label(bars, fmt="%.1f", padding=4)
    axes.margins(x=0.1)
    axes.set_xlabel("kB for a port, with indexes and dead rows")
    axes.set_title(
        f"{day['bytes_per_port'] / 1000:.1f} kB in the database for each port, "
        f"and {day['wal_bytes_per_port'] / 1000:.1f} kB of WAL"
    )


def _latency(axes: Any, latency: dict[str, Any]) -> None:
    waits = latency["percentiles_ms"]
    axes.plot(waits, range(1, len(waits) + 1), color=STRONG, linewidth=2)
    for name, key in (("p50", "p50_ms"), ("p99", "p99_ms")):
        axes.axvline(latency[key], color=PALE, linewidth=1)
        axes.text(latency[key], 4, f" {name} {latency[key]:.0f} ms", color=INK)
    axes.set_xlim(left=0)
    axes.set_ylim(0, 100)
    axes.set_xlabel("milliseconds from arrival to commit")
    axes.set_ylabel("% of messages")
    cores = latency["cores_python"] + latency["cores_postgres"]
    axes.set_title(f"{latency['messages_per_s']:.0f} messages a second on {cores:.2f} cores")


def _floor(axes: Any, floor: dict[str, Any]) -> None:
    rounds = range(1, floor["rounds"] + 1)
    axes.plot(rounds, floor["engine_s"], "o-", color=STRONG, label="engine")
    axes.plot(rounds, floor["floor_s"], "o-", color="#e08e45", label="floor: the same rows, bare")
    axes.set_ylim(bottom=0)
    axes.set_xticks(list(rounds))
    axes.set_xlabel("round")
    axes.set_ylabel("seconds")
    axes.legend(frameon=False)
    ratio = floor["ratio"]
    axes.set_title(
        f"{floor['ports']:,} ports: the floor takes {ratio['median']:.0%} of the engine's time "
        f"({ratio['least']:.0%} to {ratio['most']:.0%})"
    )


def _dbos(axes: Any, result: dict[str, Any]) -> None:
    day, small, dbos = result["day"], result["dbos"]["relevo"], result["dbos"]["dbos"]
    names = [f"DBOS\n{dbos['ports']:,} ports", f"relevo\n{small['ports']:,} ports"]
    names.append(f"relevo\n{day['ports']:,} ports")
    each = [dbos, small, day]
    values = [one["cpu_ms_per_port"] for one in each]
    bars = axes.barh(names, values, color=[PALE, STRONG, STRONG], height=0.55)
    labels = [f"{one['cpu_ms_per_port']:.1f} ms, {one['ports_per_s']:,.0f} ports/s" for one in each]
    axes.bar_label(bars, labels=labels, padding=4)
    axes.margins(x=0.28)
    axes.set_xlabel("CPU milliseconds for a port")
    axes.set_title("The same port on DBOS, on the same server")


def _pages(axes: Any, result: dict[str, Any]) -> None:
    pages = sorted(result["pages"], key=lambda page: float(page["p95_ms"]))
    names = [page["path"] for page in pages]
    axes.barh(names, [page["p95_ms"] for page in pages], color=PALE, height=0.62, label="p95")
    axes.barh(names, [page["p50_ms"] for page in pages], color=STRONG, height=0.62, label="p50")
    cpu = [page["cpu_pages_ms"] + page["cpu_postgres_ms"] for page in pages]
    axes.plot(cpu, names, ".", color=INK, label="CPU, with PostgreSQL's")
    axes.axvline(PAGE_AIM_MS, color="#e08e45", linewidth=1, label=f"aim: {PAGE_AIM_MS} ms p95")
    axes.tick_params(axis="y", labelsize=7)
    axes.margins(y=0.01)
    axes.set_xlim(left=0)
    axes.set_xlabel("milliseconds from the request to the last byte")
    axes.legend(loc="lower right", frameon=False)
    axes.set_title(f"Pages over {result['seeded']['orders']:,} orders")


def _lookup(axes: Any, result: dict[str, Any]) -> None:
    """Memory, on a scale on which both can be seen."""
    peer = result["kamailio"]
    rows = [("relevo", result["sheet_mb"], STRONG)]
    if peer:
        rows.insert(0, ("Kamailio's htable", peer["memory_mb"], PALE))
    names, sizes, colours = zip(*rows, strict=True)
    bars = axes.barh(names, sizes, color=colours, height=0.55)
    axes.bar_label(bars, labels=[f"{size:,.0f} MB" for size in sizes], padding=4)
    axes.set_xscale("log")
    axes.margins(x=0.14)
    axes.set_xlabel("MB of memory, logarithmic")
    axes.set_title(f"{result['numbers']:,} ported numbers in memory")


def _switch(axes: Any, result: dict[str, Any]) -> None:
    rows = [("floor: bare commands", result["floor_s"], PALE)]
    rows.append(("relevo", result["switched_s"], STRONG))
    for name, took, colour in rows:
        least, most = took["median"] - took["least"], took["most"] - took["median"]
        axes.barh([name], [took["median"]], xerr=[[least], [most]], color=colour, height=0.55)
    axes.axvline(result["aim_s"], color="#e08e45", linewidth=1, label="aim")
    axes.legend(frameon=False)
    axes.set_xlabel("seconds, median, least and most")
    axes.set_title(f"{result['lines']:,} lines switched on a real HLR")


_CHARTS: dict[str, Callable[[Any, dict[str, Any]], None]] = {
    "day": _day,
    "cost": _cost,
    "bytes": _bytes,
    "latency": _latency,
    "floor": _floor,
    "dbos": _dbos,
}
