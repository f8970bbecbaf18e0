"""The window at two in the morning: how long until every line that is to be ours tonight is served?

As many lines as asked for are reserved in a real HLR (osmo-hlr), each on its card; then they are
switched to active through the adapter, with everything that belongs to it: the wish of each line
durable in PostgreSQL before, the record of each read back after, its news written. In turn with
that the floor: the same commands to the same HLR over one connection, without wishes, checks and
news. Then once more by a process that is killed in the middle and started again. Everything runs on
the same cores: the adapter, PostgreSQL and the HLR.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from relevo.adapters.postgres.migrate import migrate
from relevo.adapters.registry_osmocom.ctrl import Ctrl, Reply, Request
from relevo.adapters.registry_osmocom.records import by_msisdn, row_in
from relevo.bench.ground import bench_server, machine, process_cpu_s
from relevo.engine.clock import SystemClock, elapsed_seconds
from relevo.engine.connection import connect
from relevo.testing.hlr_site import SCHEMA, HlrSite, iccid_of, imsi_of, number_of, wanted
from relevo.testing.osmo_hlr import OsmoHlr, osmo_hlr
from relevo.testing.patience import until

Say = Callable[[str], None]

LINES = 36_000
ROUNDS = 3
AIM_S = 60.0
ONE_BY_ONE = 1000
_STEP = 2000
_DONE = "select count(*), count(distinct subject) from activation_registry_wish where {which}"


@dataclass(frozen=True, slots=True)
class Ground:
    """The HLR and the database of one run."""

    site: HlrSite
    hlr: OsmoHlr
    lines: int

    def put(self, state: str, name: str, say: Say, *, start: int = 0) -> float:
        """Have all lines so, in one worker; the seconds that it took."""
        worker = self.site.worker()
        began = elapsed_seconds()
        for at in range(start, self.lines, _STEP):
            many = range(at, min(at + _STEP, self.lines))
            worker.put_many([(wanted(number_of(n), n, state), f"{name} {n}") for n in many])
            say(f"   {many.stop:,} of {self.lines:,} {state}, {elapsed_seconds() - began:.1f} s")
        return elapsed_seconds() - began

    def done(self, name: str) -> tuple[int, int]:
        """Of how many wishes of this name there is news, and of how many lines."""
        with connect(self.site.dsn, name="relevo bench") as connection:
            query = _DONE.format(which="key like %s || ' %%' and outcome = 'provisioned'")
            row = connection.execute(query, (name,)).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    def check(self, name: str) -> None:
        """Every line is served, by its own card, and told of once."""
        assert self.done(name) == (self.lines, self.lines), "one news of each line"
        with closing(Ctrl(self.hlr.host)) as line:
            asked = [by_msisdn(number_of(n).removeprefix("+")) for n in range(self.lines)]
            rows = [row_in(reply.value) for reply in line.ask(asked) if not reply.is_refused]
        served = sum(row.access.cs and row.access.ps for row in rows)
        own = sum(row.imsi == imsi_of(iccid_of(n)) for n, row in enumerate(rows))
        assert (served, own) == (self.lines, self.lines), "every line is served by its own card"


def measure_switch(lines: int, *, rounds: int = ROUNDS, say: Say) -> dict[str, Any]:
    """All of it. Raises NotInstalled without an HLR."""
    with _ground(lines) as ground:
        say(f"{lines:,} lines are reserved")
        reserved_s = ground.put("reserved", "reserve", _hush)
        say("switched, and the floor, in turn")
        switched, floor, cpu = [], [], []
        for nth in range(rounds):
            before = _cpu(ground)
            switched.append(ground.put("active", f"round{nth}", say))
            cpu.append(_cpu(ground) - before)
            ground.check(f"round{nth}")
            floor.append(_floor(ground))
            say(f"   round {nth + 1}: {switched[-1]:.1f} s, floor {floor[-1]:.1f} s")
        say("killed in the middle, and started again")
        resumed = _killed(ground)
        say("one line after the other")
        alone = _one_by_one(ground)
        ratios = [f / s for f, s in zip(floor, switched, strict=True)]
        return {
            "lines": lines,
            "rounds": rounds,
            "machine": machine(ground.site.dsn),
            "reserved_s": reserved_s,
            "switched_s": _spread(switched),
            "lines_per_s": lines / median(switched),
            "hlr_cpu_s": median(cpu),
            "floor_s": _spread(floor),
            "ratio": _spread(ratios),
            "resumed": resumed,
            "one_by_one_per_s": alone,
            "aim_s": AIM_S,
            "load_average": os.getloadavg()[0],
        }


@contextmanager
def _ground(lines: int) -> Iterator[Ground]:
    with (
        tempfile.TemporaryDirectory(prefix="relevo-switch-") as name,
        bench_server() as server,
        osmo_hlr(Path(name)) as hlr,
    ):
        dsn = server.create_database("switch")
        migrate(dsn, SCHEMA)
        with closing(HlrSite(dsn, hlr, SystemClock())) as site:
            yield Ground(site, hlr, lines)


def _floor(ground: Ground) -> float:
    """The same number of looks and of settings over one connection; it leaves all lines off."""
    began = elapsed_seconds()
    with closing(Ctrl(ground.hlr.host)) as line:
        for at in range(0, ground.lines, _STEP):
            many = range(at, min(at + _STEP, ground.lines))
            look = [by_msisdn(number_of(n).removeprefix("+")) for n in many]
            switch = [
                Request(f"subscriber.by-imsi-{imsi_of(iccid_of(n))}.{which}-enabled", "0")
                for n in many
                for which in ("cs", "ps")
            ]
            for each in (look, switch, look):
                replies: list[Reply] = line.ask(each)
                assert not any(reply.is_refused for reply in replies), "the floor is done as well"
    return elapsed_seconds() - began


def _killed(ground: Ground) -> dict[str, Any]:
    """A process that is killed when half is done, and another that is asked for the same."""
    words = (ground.site.dsn, ground.hlr.host, str(ground.lines), "killed")
    command = (sys.executable, "-m", "relevo.bench.switch_worker", *words)
    half = ground.lines // 2
    began = elapsed_seconds()
    with subprocess.Popen(command) as first:  # noqa: S603 - our own words
        try:
            until(lambda: first.poll() is not None or ground.done("killed")[0] >= half, "half", 600)
        finally:
            first.kill()
    done_before = ground.done("killed")[0]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
    seconds = elapsed_seconds() - began
    news, told = ground.done("killed")
    ground.check("killed")
    return {
        "done_when_killed": done_before,
        "seconds_in_all": seconds,
        "twice": news - told,
        "missing": ground.lines - told,
    }


def _one_by_one(ground: Ground) -> float:
    """Lines a second when each comes by itself, as those of single customers do."""
    many = min(ONE_BY_ONE, ground.lines)
    worker = ground.site.worker()
    began = elapsed_seconds()
    for n in range(many):
        worker.put(wanted(number_of(n), n, "reserved"), key=f"alone {n}")
    return many / (elapsed_seconds() - began)


def _cpu(ground: Ground) -> float:
    return process_cpu_s(ground.hlr.pid)


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": median(values), "least": min(values), "most": max(values)}


def _hush(_: str) -> None:
    """Nobody is told."""
