"""All parts of the benchmark in one run on one server, and their figures as one JSON.

The parts are measured at sizes of their own: the day at the size asked for, the floor and DBOS at
what fits into the time of a coffee. Each says at which size it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from relevo.adapters.postgres.embedded import Server
from relevo.bench.day import Say, run_day
from relevo.bench.floor import measure_floor
from relevo.bench.ground import bench_server, machine
from relevo.bench.latency import SECONDS, measure_latency
from relevo.bench.peer_dbos import PeerMissing, peer

COUNTRY = 60_000
"""Lines of the peak day of a country."""

_SMALL = 1000
"""Below this a run is a look, not a measurement: one round, one second."""


class Part(StrEnum):
    DAY = "day"
    LATENCY = "latency"
    FLOOR = "floor"
    DBOS = "dbos"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each part is run."""

    ports: int
    floor_ports: int
    floor_rounds: int
    latency_seconds: float
    dbos_ports: int


def sizes(ports: int) -> Sizes:
    """What goes with a day of so many ports."""
    is_small = ports < _SMALL
    return Sizes(
        ports=ports,
        floor_ports=min(ports, 6000),
        floor_rounds=1 if is_small else 5,
        latency_seconds=1.0 if is_small else SECONDS,
        dbos_ports=min(ports, 400),
    )


def run_suite(wanted: Sizes, parts: frozenset[Part], say: Say) -> dict[str, Any]:
    """Measure; what was not asked for is null in the result."""
    with bench_server() as server:
        result: dict[str, Any] = {"machine": machine(server.dsn)}
        if Part.DAY in parts:
            say(f"a day of {wanted.ports:,} ports")
            result["day"] = run_day(server, wanted.ports, say=say).figures()
        if Part.LATENCY in parts:
            say(f"latency, for {wanted.latency_seconds:.0f} s")
            result["latency"] = measure_latency(server, seconds=wanted.latency_seconds).figures()
        if Part.FLOOR in parts:
            say(f"engine and floor in turn, {wanted.floor_ports:,} ports")
            floor = measure_floor(server, wanted.floor_ports, rounds=wanted.floor_rounds, say=say)
            result["floor"] = floor.figures()
        if Part.DBOS in parts:
            say(f"the same port on DBOS, and here, {wanted.dbos_ports:,} times")
            result["dbos"] = _against_dbos(server, wanted.dbos_ports, say)
    return {**_headline(result), **result}


def write_json(result: dict[str, Any], file: Path) -> None:
    """The figures, for whoever compares them."""
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _against_dbos(server: Server, ports: int, say: Say) -> dict[str, Any] | None:
    """DBOS, and a day of our own at the same size, one after the other."""
    try:
        theirs = peer(server, ports)
    except PeerMissing as missing:
        say(f"   left out: {missing}")
        return None
    figures = run_day(server, ports, say=_hush, name="against_dbos").figures()
    return {
        "dbos": asdict(theirs),
        "relevo": {
            "ports": ports,
            "seconds": figures["seconds"],
            "ports_per_s": figures["ports_per_s"],
            "cpu_ms_per_port": figures["cpu_ms_per_port"],
        },
        "ratio_at_the_same_size": figures["ports_per_s"] / theirs.ports_per_s,
        "ratio_in_cpu_at_the_same_size": theirs.cpu_ms_per_port / figures["cpu_ms_per_port"],
    }


def ratio_to_dbos(result: dict[str, Any], figure: str = "ports_per_s") -> float | None:
    """Ports a second of a whole day over those of DBOS, or the inverse of ``cpu_ms_per_port``.

    A batch gets cheaper by its size, a workflow does not: each is taken at the size that suits it.
    The ratios at the same size are in the result too.
    """
    day, dbos = result.get("day"), result.get("dbos")
    if not day or not dbos:
        return None
    ours, theirs = float(day[figure]), float(dbos["dbos"][figure])
    return ours / theirs if figure == "ports_per_s" else theirs / ours


def _headline(result: dict[str, Any]) -> dict[str, Any]:
    """What one looks for first, by the names of the issue."""
    day, floor = result.get("day") or {}, result.get("floor") or {}
    latency = result.get("latency") or {}
    names = (
        "messages_per_s",
        "ports_per_s",
        "bytes_per_port",
        "worker_rss_mb",
        "cpu_python_s",
        "cpu_postgres_s",
    )
    return {
        **{name: day.get(name) for name in names},
        "p99_ms": latency.get("p99_ms"),
        "ratio_to_floor": (floor.get("ratio") or {}).get("median"),
        "ratio_to_dbos": ratio_to_dbos(result),
    }


def _hush(_: str) -> None:
    """The suite says its own line."""
