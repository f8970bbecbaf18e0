"""Whether a message costs the same however many processes are open and however many timers armed.

For each size a database is filled with clones of one real line that waits for its window, a year
ahead of the clock, so that nothing of it is due. Then the same work, some hundred lines through
their whole life (``bench/country.py``), is done in each database in turn, round after round, so
that whatever else the machine does falls on all sizes alike. A new worker process does each round.

CPU per message (worker and PostgreSQL) is the figure to trust on a machine that others use; time
per message is reported beside it. The work is small on purpose: a batch holds few messages, so each
one pays its full share of look-ups, which is where a size would show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from relevo.adapters.postgres.embedded import Server
from relevo.bench.cloning import Template, clone, read_template
from relevo.bench.country import Subscriber, catalogue, steps, timetable
from relevo.bench.day import prepare_lines
from relevo.bench.ground import fresh_database, server_cpu_s
from relevo.bench.renaming import key_of
from relevo.bench.workers import crew
from relevo.engine.buckets import BUCKETS, bucket_of
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.sql import statements

SIZES = (10_000, 100_000, 1_000_000)
FLAT = 1.5
"""Time per message in the largest database is to stay within this many times the smallest's."""

_WAITS_AT = "donor confirms"
_WEEKS_AHEAD = 52
_BATCH = 1000
_LOOKS = 15  # how often a statement is timed
_MAIL = statements("relevo.engine", "mailbox")
_TIMERS = statements("relevo.engine", "timers")
_JOURNAL = statements("relevo.engine", "journal")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Round:
    """One time the same work."""

    messages: int
    seconds: float
    cpu_python_s: float
    cpu_postgres_s: float
    worker_rss_mb: float

    @property
    def ms_per_message(self) -> float:
        return self.seconds / self.messages * 1000

    @property
    def cpu_ms_per_message(self) -> float:
        return (self.cpu_python_s + self.cpu_postgres_s) / self.messages * 1000


@dataclass(slots=True)
class Size:
    """A database of a size, and what was measured in it."""

    database: str
    dsn: str
    families: int
    open_processes: int
    armed_timers: int
    bytes_in_all: int
    rows_per_s: float
    looks_ms: dict[str, float] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        return {
            "open_processes": self.open_processes,
            "armed_timers": self.armed_timers,
            "database_bytes": self.bytes_in_all,
            "seeded_rows_per_s": self.rows_per_s,
            "messages": sum(each.messages for each in self.rounds),
            "ms_per_message": _spread([each.ms_per_message for each in self.rounds]),
            "cpu_ms_per_message": _spread([each.cpu_ms_per_message for each in self.rounds]),
            "worker_rss_mb": max(each.worker_rss_mb for each in self.rounds),
            "statement_ms": self.looks_ms,
        }


def growth(
    server: Server,
    sizes: Sequence[int] = SIZES,
    *,
    lines: int = 300,
    rounds: int = 5,
    plans: Path | None = None,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Measure; ``plans`` gets the plans of the hot statements in the largest database."""
    template = _waiting_line(server)
    grown = []
    for wanted in sorted(sizes):
        grown.append(_filled(server, template, wanted))
        say(f"{grown[-1].open_processes:,} open processes, {grown[-1].armed_timers:,} timers")
    for number in range(rounds):
        for size in grown:
            measured = _round(server, size.dsn, number * lines, lines)
            size.rounds.append(measured)
            cpu = f"{measured.cpu_ms_per_message:.3f} ms CPU a message"
            say(f"round {number + 1}: {size.open_processes:>9,} open: {cpu}")
    for size in grown:
        size.looks_ms = _looks(size)
    if plans is not None:
        plans.write_text(_plans(grown[-1]), encoding="utf-8")
    for size in grown:
        server.drop_database(size.database)
    cpu_ratio = _ratio(grown, lambda one: one.cpu_ms_per_message)
    return {
        "lines": lines,
        "rounds": rounds,
        "sizes": [size.figures() for size in grown],
        "cpu_ratio": cpu_ratio,
        "time_ratio": _ratio(grown, lambda one: one.ms_per_message),
        "is_flat": cpu_ratio["median"] <= FLAT,
    }


def _waiting_line(server: Server) -> Template:
    """One line that was confirmed and waits for its window."""
    dsn = fresh_database(server, "growth_template")
    until = next(step for step in steps() if step.name == _WAITS_AT)
    prepare_lines(dsn, 1, until=until)
    with connect(dsn, name="relevo bench") as connection:
        template = read_template(connection, Subscriber(0).order)
    server.drop_database("growth_template")
    return template.moved(_WEEKS_AHEAD)


def _filled(server: Server, template: Template, at_least: int) -> Size:
    """A database with at least so many open processes and as many armed timers."""
    name = f"growth_{at_least}"
    dsn = fresh_database(server, name)
    is_open = open_in(template)
    families = -(-at_least // min(is_open, len(template.column("timer", "name"))))
    began = elapsed_seconds()
    rows = clone(dsn, (template,), [0] * families)
    took = elapsed_seconds() - began
    with connect(dsn, name="relevo bench", autocommit=True) as connection:
        connection.execute("checkpoint")
        row = connection.execute("select pg_database_size(current_database())").fetchone()
        assert row is not None
    return Size(
        database=name,
        dsn=dsn,
        families=families,
        open_processes=families * is_open,
        armed_timers=rows["timer"],
        bytes_in_all=row[0],
        rows_per_s=rows.total() / took,
    )


def open_in(template: Template) -> int:
    """How many of its processes have not ended."""
    kinds, phases = template.column("process", "kind"), template.column("process", "phase")
    processes = catalogue().processes
    return sum(
        phase not in processes[str(kind)].final for kind, phase in zip(kinds, phases, strict=True)
    )


def _round(server: Server, dsn: str, begin: int, lines: int) -> Round:
    """A new worker takes new lines through their whole life."""
    who = [Subscriber(place) for place in range(begin, begin + lines)]
    clock = VirtualClock(timetable().prepared)
    caller = Engine(dsn=dsn, catalogue=catalogue(), clock=clock, performers={}, worker="caller")
    with (
        connect(server.dsn, name="relevo bench", autocommit=True) as admin,
        crew(dsn, clock.now(), workers=1, batch=_BATCH) as workers,
    ):
        (start,) = (report,) = workers.share_buckets()
        postgres, began = server_cpu_s(admin), elapsed_seconds()
        for step in steps():
            clock.advance_to(step.at)
            workers.go_to(step.at)
            if step.say is not None:
                caller.tell_many([each for one in who for each in step.say(one, step.at)])
            (report,) = workers.wait_until_quiet()
        took = elapsed_seconds() - began
        postgres = server_cpu_s(admin) - postgres
    caller.close()
    return Round(
        messages=report.messages,
        seconds=took,
        cpu_python_s=report.cpu_s - start.cpu_s,
        cpu_postgres_s=postgres,
        worker_rss_mb=report.peak_rss_mb,
    )


def _hot(families: int) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """The statements that every batch, or every idle look, runs; nothing is due, and all is due."""
    now = timetable().prepared
    later = now + timedelta(weeks=2 * _WEEKS_AHEAD)
    lines = [f"{key_of(n)}/line/M1" for n in range(min(families, 300))]
    bucket = bucket_of(lines[0])
    one = {"bucket": bucket, "wave": 2**31 - 1, "most": _BATCH}
    every = {"buckets": list(range(BUCKETS)), "in_order": False}
    return {
        "heads, nothing is due": (_MAIL["heads"], every | {"now": now}),
        "heads, a timer is due in each bucket": (_MAIL["heads"], every | {"now": later}),
        "take_mail": (_MAIL["take_mail"], one | {"now": now}),
        "take_timers, nothing is due": (_TIMERS["take_timers"], one | {"now": now}),
        "take_timers, all of a bucket are due": (_TIMERS["take_timers"], one | {"now": later}),
        "load_processes, 300 lines": (_JOURNAL["load_processes"], {"ids": lines}),
        "load_timers, 300 lines": (_JOURNAL["load_timers"], {"ids": lines}),
        "next_due": (_MAIL["next_due"], {}),
    }


def _looks(size: Size) -> dict[str, float]:
    """Milliseconds of each statement, the median of some."""
    found = {}
    with connect(size.dsn, name="relevo bench", autocommit=True) as connection:
        for name, (statement, wanted) in _hot(size.families).items():
            took = []
            for _ in range(_LOOKS):
                began = elapsed_seconds()
                connection.execute(statement, wanted).fetchall()
                took.append((elapsed_seconds() - began) * 1000)
            found[name] = median(took)
    return found


def _plans(size: Size) -> str:
    """The plans of the hot statements, as PostgreSQL ran them."""
    filled = f"{size.open_processes:,} open processes and {size.armed_timers:,} armed timers"
    lines = [
        f"EXPLAIN (ANALYZE, BUFFERS) with {filled}, in {size.bytes_in_all / 1e9:.1f} GB.",
        "Made by `relevo bench growth`.",
    ]
    with connect(size.dsn, name="relevo bench", autocommit=True) as connection:
        for name, (statement, wanted) in _hot(size.families).items():
            plan = connection.execute(b"explain (analyze, buffers) " + statement, wanted).fetchall()
            lines += ["", f"== {name}", *(row[0] for row in plan)]
    return "\n".join(lines) + "\n"


def _ratio(sizes: Sequence[Size], of: Callable[[Round], float]) -> dict[str, float]:
    """The largest against the smallest, round by round."""
    pairs = zip(sizes[-1].rounds, sizes[0].rounds, strict=True)
    return _spread([of(large) / of(small) for large, small in pairs])


def _spread(found: Sequence[float]) -> dict[str, float]:
    return {"median": median(found), "least": min(found), "most": max(found)}
