"""A whole country's peak day: every line from the evening's request to the proof that it works.

The clock stands at each moment of the day until nothing is left to do, so the figures say how long
the *work* of the day takes, not how long the day is. The lines are prepared before (their cards
sent, their watch begun); that is measured too, apart, and does not count as the day.

While a line waits, its process has the registry's record read again every six hours. Because the
clock leaps from one moment to the next, fewer of these checks fall into the benchmark than into
three real days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from relevo.adapters.postgres.embedded import Server
from relevo.bench.cost import LAYERS
from relevo.bench.country import (
    RECIPIENT,
    Letter,
    Step,
    catalogue,
    letters,
    performers,
    steps,
    timetable,
)
from relevo.bench.ground import Usage, fresh_database, own_cpu_s, usage
from relevo.bench.workers import Crew, Report, crew
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.engine import BATCH, Engine
from relevo.engine.sql import statements

WORKERS = 2
EVE = "eve"
_SQL = statements("relevo.bench", "day")
_FED_AT_ONCE = 16_000
_ENDS = {
    "orders.line": "live",
    "porting.port_in": "completed",
    "activation.activation": "live",
    "sims.dispatch": "delivered",
}

Say = Callable[[str], None]


class NotAllThere(AssertionError):
    """The day did not end as it must; the figures would be worth nothing."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the day."""

    name: str
    seconds: float
    messages: int
    effects: int
    cpu_python_s: float
    cpu_postgres_s: float


@dataclass(frozen=True, slots=True)
class Day:
    """What a day took."""

    ports: int
    phases: tuple[Phase, ...]
    caller_cpu_s: float
    worker_rss_mb: float
    samples: Counter[str]
    before: Usage
    after: Usage

    @property
    def of_the_day(self) -> tuple[Phase, ...]:
        return tuple(phase for phase in self.phases if phase.name != EVE)

    @property
    def seconds(self) -> float:
        return sum(phase.seconds for phase in self.of_the_day)

    @property
    def messages(self) -> int:
        return sum(phase.messages for phase in self.of_the_day)

    @property
    def _cpu_of_the_day_s(self) -> float:
        return sum(phase.cpu_python_s + phase.cpu_postgres_s for phase in self.of_the_day)

    def figures(self) -> dict[str, Any]:
        """The day in numbers."""
        whole = sum(phase.messages for phase in self.phases)
        python = sum(phase.cpu_python_s for phase in self.phases)
        postgres = sum(phase.cpu_postgres_s for phase in self.phases)
        tables = self.after.table_bytes
        grown = {name: tables[name] - self.before.table_bytes.get(name, 0) for name in tables}
        return {
            "ports": self.ports,
            "seconds": self.seconds,
            "messages": self.messages,
            "messages_per_port": self.messages / self.ports,
            "messages_per_s": self.messages / self.seconds,
            "ports_per_s": self.ports / self.seconds,
            "seconds_with_eve": sum(phase.seconds for phase in self.phases),
            "messages_with_eve": whole,
            "cpu_python_s": sum(phase.cpu_python_s for phase in self.of_the_day),
            "cpu_postgres_s": sum(phase.cpu_postgres_s for phase in self.of_the_day),
            "cpu_ms_per_port": self._cpu_of_the_day_s / self.ports * 1000,
            "cpu_caller_s": self.caller_cpu_s,
            "worker_rss_mb": self.worker_rss_mb,
            "bytes_per_port": sum(grown.values()) / self.ports,
            "wal_bytes_per_port": (self.after.wal_bytes - self.before.wal_bytes) / self.ports,
            "table_bytes_per_port": {n: b / self.ports for n, b in grown.items() if b},
            "cpu_ms_per_message": {
                **_split(self.samples, python / whole * 1000),
                "postgresql": postgres / whole * 1000,
            },
            "phases": [_phase_figures(phase) for phase in self.phases],
        }


def run_day(server: Server, ports: int, *, say: Say, name: str = "day") -> Day:
    """Live through the day with that many ports. Raises NotAllThere when one of them is amiss."""
    dsn = fresh_database(server, name)
    before = usage(dsn)
    caller = own_cpu_s()
    with crew(dsn, timetable().prepared, workers=WORKERS, batch=BATCH) as workers:
        phases, reports = _live(dsn, workers, ports, say)
    after = usage(dsn)
    check_all_live(dsn, ports)
    samples: Counter[str] = Counter()
    for report in reports:
        samples += report.samples
    return Day(
        ports=ports,
        phases=tuple(phases),
        caller_cpu_s=own_cpu_s() - caller,
        worker_rss_mb=max(report.peak_rss_mb for report in reports),
        samples=samples,
        before=before,
        after=after,
    )


def check_all_live(dsn: str, ports: int) -> None:
    """Every process has ended as it must, every number is with its new operator, nothing waits."""
    with connect(dsn, name="relevo bench") as connection:
        found: dict[str, Any] = dict(connection.execute(_SQL["by_kind"]).fetchall())
        held = connection.execute(_SQL["held_by"], {"holder": RECIPIENT}).fetchone()
        left: dict[str, int] = dict(connection.execute(_SQL["left_over"]).fetchall())
    wanted = {kind: {phase: ports} for kind, phase in _ENDS.items()}
    if found != wanted:
        raise NotAllThere(f"{ports} ports ended as {found}; each must be {_ENDS}")
    if held != (ports,):
        raise NotAllThere(f"{held} numbers are with {RECIPIENT}; it must be {ports}")
    if any(left.values()):
        raise NotAllThere(f"something is left over: {left}")


def prepare_lines(dsn: str, ports: int, *, until: Step) -> None:
    """Bring lines up to a moment of their life (its step included) with one engine, untimed."""
    clock = VirtualClock(timetable().prepared)
    engine = Engine(dsn=dsn, catalogue=catalogue(), clock=clock, performers=performers())
    for step in steps():
        clock.advance_to(step.at)
        for part in _parts(letters(step, ports)):
            engine.tell_many(part)
        engine.run_until_quiet()
        if step == until:
            break
    engine.close()


def _live(dsn: str, workers: Crew, ports: int, say: Say) -> tuple[list[Phase], Sequence[Report]]:
    clock = VirtualClock(timetable().prepared)
    caller = Engine(dsn=dsn, catalogue=catalogue(), clock=clock, performers={}, worker="caller")
    phases: list[Phase] = []
    reports: Sequence[Report] = workers.share_buckets()
    told = _Told(reports)
    for phase in dict.fromkeys(step.phase for step in steps()):
        server_before, began = usage(dsn).cpu_s, elapsed_seconds()
        for step in steps():
            if step.phase == phase:
                reports = _step(workers, caller, clock, step, ports)
        seconds = elapsed_seconds() - began
        phases.append(told.phase(phase, seconds, reports, usage(dsn).cpu_s - server_before))
        say(f"{phase:>10}: {phases[-1].messages:>9,} messages in {seconds:6.1f} s")
    caller.close()
    return phases, reports


def _step(
    workers: Crew, caller: Engine, clock: VirtualClock, step: Step, ports: int
) -> Sequence[Report]:
    clock.advance_to(step.at)
    workers.go_to(step.at)
    for part in _parts(letters(step, ports)):
        caller.tell_many(part)
    return workers.wait_until_quiet()


class _Told:
    """Turns what workers report in all into what they did in one phase."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._messages = self._effects = 0
        self._cpu_s = sum(report.cpu_s for report in reports)  # their start

    def phase(
        self, name: str, seconds: float, reports: Sequence[Report], postgres_s: float
    ) -> Phase:
        messages = sum(report.messages for report in reports)
        effects = sum(report.effects for report in reports)
        cpu_s = sum(report.cpu_s for report in reports)
        found = Phase(
            name=name,
            seconds=seconds,
            messages=messages - self._messages,
            effects=effects - self._effects,
            cpu_python_s=cpu_s - self._cpu_s,
            cpu_postgres_s=postgres_s,
        )
        self._messages, self._effects, self._cpu_s = messages, effects, cpu_s
        return found


def _parts(all_: Iterator[Letter]) -> Iterator[list[Letter]]:
    while part := list(islice(all_, _FED_AT_ONCE)):
        yield part


def _split(samples: Counter[str], cpu_ms: float) -> dict[str, float]:
    """CPU of the workers for a message, by layer."""
    counted = {layer: samples[layer] for layer in LAYERS if layer != "start"}
    whole = sum(counted.values()) or 1
    return {layer: cpu_ms * count / whole for layer, count in counted.items()}


def _phase_figures(phase: Phase) -> dict[str, Any]:
    return {
        "phase": phase.name,
        "seconds": phase.seconds,
        "messages": phase.messages,
        "effects": phase.effects,
        "cpu_python_s": phase.cpu_python_s,
        "cpu_postgres_s": phase.cpu_postgres_s,
    }
