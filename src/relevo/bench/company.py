"""A whole company moves in the simulator, without a person: what came of it, and what it cost.

The list is written as a file and read as one; hub, donors and network are servers behind their
wire, on one virtual clock with the real engine and a real database. The company's people do one
thing: they put the cards in on the morning after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from relevo import wiring
from relevo.bench.company_list import (
    HEADER,
    HOLDER,
    RECIPIENT,
    STARTS,
    Line,
    Wanted,
    faults_of,
    lines_of,
    row_of,
    sites_of,
)
from relevo.bench.ground import own_cpu_s, peak_rss_mb, server_cpu_s
from relevo.config import Endpoints
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import Connection, connect
from relevo.orders.company_move import actions
from relevo.orders.company_move.queries import numbers_of, sheet_seen
from relevo.orders.company_move.sheet import Sheet
from relevo.orders.company_move.stream import digest_of, read_sheet, write_table
from relevo.play.troupe import Troupe
from relevo.porting.port_in.messages import HubState
from relevo.porting.profile import HubKind
from relevo.rim import Site, rim
from relevo.simulators.plan import CompanyPlan
from relevo.simulators.world import World
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

LASTS = timedelta(days=45)
ROUNDS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of it, counted in the world and not in our own tables where both know it."""

    numbers: int
    faults_in_the_list: int
    requests: int  # made at the hub
    batches: int
    states: dict[str, int]
    held_by_us: int  # as the hub has it
    working: int  # as the network has it
    dead_minutes_outside_windows: float
    file_differences: int
    notices_lost: int
    confirmed_by: dict[str, int]  # witness -> requests
    completed_by: dict[str, int]
    persons_asked: int  # numbers that wait for somebody
    parked: int
    started_at: str
    ended_at: str
    check_cpu_s: float
    import_cpu_s: float
    elapsed_s: float
    cpu_s: float
    postgres_cpu_s: float
    peak_rss_mb: float

    @property
    def is_whole(self) -> bool:
        """Whether every number of the list works, is ours, and the hub's file says the same."""
        everywhere = {self.held_by_us, self.working, self.states.get("works", 0)}
        is_calm = not (self.persons_asked or self.parked or self.dead_minutes_outside_windows)
        return everywhere == {self.numbers} and self.file_differences == 0 and is_calm


def rehearse(wanted: Wanted, dsn: str, folder: Path) -> Figures:
    """Import, check, start, and let time pass until every number works or somebody is needed."""
    began, cpu, server = elapsed_seconds(), own_cpu_s(), _server_cpu(dsn)
    lines = list(lines_of(wanted))
    plan = CompanyPlan(tuple(sites_of(lines, wanted)), tuple(faults_of(wanted)))
    clock = VirtualClock(STARTS)
    world = World(plan, clock)
    where = world.start().http
    try:
        with connect(dsn, name="relevo rehearsal", autocommit=True) as connection:
            with closing(_Hall(world, clock, connection, dsn, where)) as hall:
                seen = {**_move(hall, lines, folder), **_judged(hall, lines)}
            return Figures(
                **seen,
                elapsed_s=round(elapsed_seconds() - began, 1),
                cpu_s=round(own_cpu_s() - cpu, 1),
                postgres_cpu_s=round(_server_cpu(dsn) - server, 1),
                peak_rss_mb=round(peak_rss_mb(), 1),
            )
    finally:
        world.stop()


def as_json(figures: Figures) -> dict[str, Any]:
    """The figures for a file."""
    return asdict(figures)


class _Hall:
    """World and worker on one clock."""

    def __init__(
        self, world: World, clock: VirtualClock, connection: Connection, dsn: str, where: str
    ) -> None:
        self.world, self.clock, self.connection = world, clock, connection
        rules = wiring.book().on("es", STARTS.date())
        site = Site(operator=RECIPIENT, rules=rules, endpoints=_endpoints(where))
        self.rules = rules

        def start(worker: str) -> wiring.System:
            return wiring.build(dsn, clock=clock, site=site, worker=worker)

        self.troupe = Troupe(start, 1, lambda _: None)
        self._outside = rim(site, clock)
        self.house = self._outside.houses[HubKind.MOBILE]

    @property
    def now(self) -> Moment:
        return self.clock.now()

    def close(self) -> None:
        """Dismiss the worker."""
        self.troupe.close()
        for each in self._outside.closes:
            each.close()

    def run(self, key: str) -> None:
        """Until the move is done and a daily file has told so, or nothing can happen any more."""
        ends, seen_done = STARTS + LASTS, None
        self._settle()
        while seen_done is None or self.now < seen_done + timedelta(days=1):
            due = self._next_due()
            if due is None or due > ends:
                return
            self.clock.advance_to(due)
            self._settle()
            sheet = sheet_seen(self.connection, key)
            if seen_done is None and sheet is not None and sheet.done_at is not None:
                seen_done = sheet.done_at

    def _settle(self) -> None:
        self.troupe.has_mail = True
        for _ in range(ROUNDS_MAX):
            worked = self.world.fire_due()
            worked += self.troupe.take_in(self.world.news, self.now)
            worked += self.troupe.work(self.now)
            if not worked:
                return
        raise RuntimeError(f"the rehearsal does not come to rest at {self.now.isoformat()}")

    def _next_due(self) -> Moment | None:
        dues = (self.troupe.next_due(), self.world.next_due())
        return min((due for due in dues if due is not None), default=None)


def _move(hall: _Hall, lines: Sequence[Line], folder: Path) -> dict[str, Any]:
    file = folder / "company.csv"
    write_table(file, HEADER, map(row_of, lines))
    company = actions.Company(holder=HOLDER, recipient=RECIPIENT)
    began = own_cpu_s()
    sheet: Sheet = actions.check(
        hall.connection, read_sheet(file), company, rules=hall.rules, at=hall.now
    )
    checked = own_cpu_s()
    digest = digest_of(file)
    key = actions.store(
        hall.connection, sheet, company, digest=digest, rules=hall.rules, at=hall.now
    )
    stored = own_cpu_s()
    engine = hall.troupe.first.engine
    actions.start(hall.connection, engine, key, rules=hall.rules, at=hall.now)
    started_at = hall.now
    hall.run(key)
    seen = list(numbers_of(hall.connection, key))
    return {
        "numbers": len(seen),
        "faults_in_the_list": len(sheet.faults),
        "batches": _count(hall.connection, "orders.batch_planned"),
        "requests": _count(hall.connection, "porting.multiple_requested"),
        "states": dict(Counter(each.state for each in seen)),
        "persons_asked": sum(1 for each in seen if each.state == "stopped"),
        "started_at": started_at.isoformat(),
        "ended_at": _ended_at(hall.connection, key),
        "check_cpu_s": round(checked - began, 2),
        "import_cpu_s": round(stored - checked, 2),
    }


def _judged(hall: _Hall, lines: Sequence[Line]) -> dict[str, Any]:
    truth = hall.world.truth
    numbers = [line.plan.name for line in lines]
    return {
        "held_by_us": sum(1 for each in numbers if truth.holder(each).hub == RECIPIENT),
        "working": sum(1 for each in numbers if not truth.lacking(each)),
        "dead_minutes_outside_windows": round(
            sum(_dead_minutes(hall, each) for each in numbers), 1
        ),
        "file_differences": _file_differences(hall, numbers),
        "notices_lost": sum(
            each.strikes for each in hall.world.shared_faults() if each.plan.what == "lose_notice"
        ),
        "confirmed_by": _witnesses(hall.connection, "porting.multiple_confirmed"),
        "completed_by": _witnesses(hall.connection, "porting.multiple_completed"),
        "parked": _parked(hall.connection),
    }


def _file_differences(hall: _Hall, numbers: Sequence[str]) -> int:
    """The last daily file against the ledger of custody, number by number, both ways."""
    files = hall.house.status_files("")
    rows = files[-1].rows if files else ()
    in_file = {
        row.number for row in rows if row.state is HubState.PORTED and row.recipient == RECIPIENT
    }
    found = hall.connection.execute(
        "select number from custody where holder = %s and upper_inf(during)", (RECIPIENT,)
    )
    ours = {Msisdn(row[0]) for row in found.fetchall()}
    return len(in_file ^ ours) + len(set(numbers) - set(in_file))


def _dead_minutes(hall: _Hall, number: str) -> float:
    """Minutes in which every network said that the number does not exist, but for the windows."""
    dead = 0.0
    for begins, ends in hall.world.truth.dead_intervals(number):
        day = hall.rules.calendar(HubKind.MOBILE).local(begins).date()
        window = hall.rules.window_on(HubKind.MOBILE, day)
        until = ends or hall.now
        inside = max(min(until, window.closes) - max(begins, window.opens), timedelta())
        dead += (until - begins - inside) / timedelta(minutes=1)
    return dead


def _endpoints(http: str) -> Endpoints:
    return Endpoints(
        mobile_hub_url=f"{http}/nc",
        fixed_hub_url=f"{http}/er",
        desk_url=f"{http}/desk",
        courier_url=http,
        field_service_url=http,
        network_url=http,
        esim_url=http,
        mail_url=http,
        smtp_host="127.0.0.1",
        smtp_port=9,
    )


def _count(connection: Connection, fact: str) -> int:
    row = connection.execute("select count(*) from journal where name = %s", (fact,)).fetchone()
    return int(row[0]) if row else 0


def _witnesses(connection: Connection, fact: str) -> dict[str, int]:
    rows = connection.execute(
        "select body ->> 'witness', count(*) from journal where name = %s group by 1 order by 1",
        (fact,),
    )
    return {str(witness): int(number) for witness, number in rows.fetchall()}


def _parked(connection: Connection) -> int:
    row = connection.execute("select count(*) from parked").fetchone()
    return int(row[0]) if row else 0


def _ended_at(connection: Connection, key: str) -> str:
    seen = sheet_seen(connection, key)
    return seen.done_at.isoformat() if seen is not None and seen.done_at is not None else ""


def _server_cpu(dsn: str) -> float:
    with connect(dsn, name="relevo rehearsal", autocommit=True) as connection:
        return server_cpu_s(connection)
