"""Plays scenarios through the real engine, the real database and the simulators over their wire.

One virtual clock. It moves, to the next thing due anywhere, only when the engine, its outbox, the
intakes and the world are all quiet. Nothing here knows what the product will do; the product knows
nothing of a file but the order that its customer signs.

A play is a company of one. In a larger one every customer comes when his own story starts and is
witnessed when it ends, as he would be alone; nothing at an instant is done for those to whom
nothing happens.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from relevo import wiring
from relevo.config import Endpoints
from relevo.engine import signals
from relevo.engine.buckets import BUCKETS, bucket_of
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.engine.wire import decode
from relevo.play.role import DESK, Role
from relevo.play.scenario import Scenario
from relevo.play.stagehand import Stagehand, is_ours
from relevo.play.troupe import Troupe
from relevo.play.witnessed import Struck, Witnessed, WitnessedCompany
from relevo.porting.donor.actions import undo_port_out
from relevo.porting.profile import PortingProfile
from relevo.rim import Site
from relevo.simulators.plan import CompanyPlan, FaultPlan
from relevo.simulators.server import Endpoints as WorldEndpoints
from relevo.simulators.world import World
from relevo.tracking.labels import labels
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment

ROUNDS_MAX = 500  # at one instant; a world that is not quiet by then turns in a circle
_SQL = statements("relevo.play", "facts")

Look = Callable[[str, Sequence[Recorded]], None]
"""Called after each instant with a family and its new facts, in order."""

Hold = Callable[[Moment], Moment | None]
"""Called before the clock moves to that moment: None lets it. A moment before it is where to stand
instead; what somebody told meanwhile is handled there, and it is asked again."""


Peers = Callable[[World, Endpoints], Endpoints]
"""Real servers that stand in for some of the world's: told before the play of the world that they
are to be true to, and of where its servers are; says where the product finds whom."""


class Stuck(RuntimeError):
    """The play does not come to rest at an instant: the product or the world turns in a circle."""


class Watcher(Protocol):
    """Who looks on while a play goes."""

    def step(self, step: Step) -> None:
        """Something happened."""

    def moved(self, now: Moment, share: float) -> None:
        """The clock has moved; ``share`` of the time until the last end is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a play is played."""

    dsn: str
    rules: PortingProfile
    workers: int = 1
    language: str = "en"
    peers: Peers | None = None


def play(scenario: Scenario, stage: Stage, watcher: Watcher) -> Witnessed:
    """Play to the end; what was seen is ready to be judged."""
    (seen,) = play_together((scenario,), stage, watcher).customers
    return seen


def play_together(
    scenarios: Sequence[Scenario],
    stage: Stage,
    watcher: Watcher,
    *,
    faults: Sequence[FaultPlan] = (),
    look: Look | None = None,
    hold: Hold | None = None,
) -> WitnessedCompany:
    """Play all of them in one world, whose own ``faults`` strike whoever is there.

    Raises UnfitCompany and Stuck.
    """
    plan = CompanyPlan(tuple(each.world for each in scenarios), tuple(faults))
    clock = VirtualClock(plan.starts)
    world = World(plan, clock)
    where = _endpoints(world.start())
    if stage.peers is not None:
        where = stage.peers(world, where)
    try:
        performance = _Performance(
            scenarios, plan, stage, watcher=watcher, world=world, clock=clock
        )
        try:
            performance.open(where)
            return performance.run(look, hold)
        finally:
            performance.close()
    finally:
        signals.disarm()
        world.stop()


def _endpoints(world: WorldEndpoints) -> Endpoints:
    return Endpoints(
        mobile_hub_url=f"{world.http}/nc",
        fixed_hub_url=f"{world.http}/er",
        desk_url=f"{world.http}/desk",
        courier_url=world.http,
        field_service_url=world.http,
        network_url=world.http,
        esim_url=world.http,
        mail_url=world.http,
        smtp_host=world.smtp_host,
        smtp_port=world.smtp_port,
    )


class _Performance:
    """One play while it goes."""

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        plan: CompanyPlan,
        stage: Stage,
        *,
        watcher: Watcher,
        world: World,
        clock: VirtualClock,
    ) -> None:
        self._stage = stage
        self._watcher = watcher
        self._world = world
        self._clock = clock
        shown = labels(stage.language, stage.rules.zone)
        self._roles = [
            Role.of(place, scenario, world, labels=shown, tell=watcher.step)
            for place, scenario in enumerate(scenarios)
        ]
        self._reported: dict[str, Role] = {}  # by the family of an undue port
        self._shared_hand = Stagehand(
            replace(plan.customers[0], starts=plan.starts, faults=plan.faults, undue_ports=())
        )
        self._to_come = deque(sorted(self._roles, key=lambda role: role.starts))
        self._leaving = deque(sorted(self._roles, key=lambda role: role.ends))
        self._on_stage: dict[str, Role] = {}  # by the key of the order
        self._hands: list[tuple[Role | None, Stagehand]] = [(None, self._shared_hand)]
        self._seen: dict[int, Witnessed] = {}
        self._fresh: dict[str, list[Recorded]] = {}  # new at this instant, by family
        self._read_to: dict[int, int] = {}  # of each bucket: up to where its facts were read
        self._systems: Troupe | None = None
        self._reading: Connection = connect(stage.dsn, name="relevo play", autocommit=True)

    def open(self, where: Endpoints) -> None:
        """Start the workers."""
        recipient = self._roles[0].scenario.world.recipient
        site = Site(operator=recipient, rules=self._stage.rules, endpoints=where)

        def start(worker: str) -> wiring.System:
            return wiring.build(self._stage.dsn, clock=self._clock, site=site, worker=worker)

        self._systems = Troupe(start, self._stage.workers, self._worker_killed)

    def close(self) -> None:
        """Dismiss everybody."""
        if self._systems is not None:
            self._systems.close()
        self._reading.close()

    def run(self, look: Look | None, hold: Hold | None = None) -> WitnessedCompany:
        """Until the last customer is seen to his end."""
        begins, ends = self._clock.now(), self._leaving[-1].ends
        self._live_through(look)
        while len(self._seen) < len(self._roles):
            due, leaves = self._next_due(), self._next_to_leave().ends
            stands = hold(min(due or leaves, leaves)) if hold is not None else None
            if stands is not None:
                self._clock.advance_to(stands)
                self._troupe.has_mail = True
                self._live_through(look)
                continue
            if due is None or due > leaves:
                self._clock.advance_to(leaves)
                self._dismiss(leaves)
                continue
            self._clock.advance_to(due)
            self._watcher.moved(due, (due - begins) / (ends - begins))
            self._live_through(look)
        struck = [
            Struck(plan=each.plan, struck_at=each.struck_at, line=each.line)
            for each in self._world.shared_faults()
            if not is_ours(each.plan)
        ]
        struck += self._shared_hand.struck().values()
        return WitnessedCompany(
            customers=tuple(self._seen[place] for place in range(len(self._roles))),
            struck=tuple(struck),
        )

    @property
    def _troupe(self) -> Troupe:
        if self._systems is None:
            raise Stuck("nobody can work: the play was not opened")
        return self._systems

    def _live_through(self, look: Look | None) -> None:
        """One instant, to its end."""
        self._let_come()
        self._settle()
        self._show(look)

    def _let_come(self) -> None:
        now = self._clock.now()
        while self._to_come and self._to_come[0].starts <= now:
            role = self._to_come.popleft()
            role.enter(self._reading, self._troupe.first.engine, self._stage.rules, now)
            self._on_stage[role.order] = role
            self._read_to.setdefault(bucket_of(role.order), 0)
            if role.scenario.world.port_outs:  # their families may be in any bucket
                for bucket in range(BUCKETS):
                    self._read_to.setdefault(bucket, 0)
            if role.stagehand.has_plans():
                self._hands.append((role, role.stagehand))
            self._troupe.has_mail = True

    def _settle(self) -> None:
        """Let everybody act until nobody has anything to do at this instant."""
        for _ in range(ROUNDS_MAX):
            worked = self._world.fire_due()
            self._look_at_the_world()
            worked += self._let_staff_act() + self._take_calls()
            worked += self._troupe.take_in(self._world.news, self._clock.now())
            turns = self._troupe.work(self._clock.now())
            worked += turns + (self._read_facts() if turns else 0)
            if not worked:
                return
        last = [each for facts in self._fresh.values() for each in facts[-3:]]
        raise Stuck(
            f"the play turns in a circle at {self._clock.now().isoformat()}: the last facts are "
            + ", ".join(f"{each.process_id} {type(each.fact).__name__}" for each in last[-8:])
        )

    def _look_at_the_world(self) -> None:
        for place in self._world.take_touched():
            if place not in self._seen:
                self._roles[place].recorder.look_at_the_world()

    def _let_staff_act(self) -> int:
        acted, now = 0, self._clock.now()
        for role, hand in self._hands:
            staff = role.staff(self._troupe.first.engine) if role is not None else None
            done = hand.act(now, staff)
            if role is not None:
                done += self._report_undue(role, now)
            if done and role is not None:
                role.recorder.look_at_the_world()
            acted += done
        if acted:
            self._troupe.has_mail = True
            self._hands = [each for each in self._hands if each[1].has_plans()]
        return acted

    def _report_undue(self, role: Role, now: Moment) -> int:
        """Our desk learns of ports that nobody owed; what becomes of them is his story too."""
        reports = role.stagehand.take_reports(now)
        for plan in reports:
            engine = self._troupe.first.engine
            name = role.report(self._reading, engine, plan, self._stage.rules)
            self._reported[name] = role
        return len(reports)

    def _take_calls(self) -> int:
        """Another operator's desk calls: a number that left us is served by nobody."""
        calls = self._world.take_calls()
        for reference in calls:
            engine, why = self._troupe.first.engine, "the recipient cannot serve it"
            undo_port_out(engine, reference, by=DESK, why=why, key=f"call:{reference}")
            self._troupe.has_mail = True
        return len(calls)

    def _worker_killed(self, point: str) -> None:
        for role, hand in self._hands:
            hand.worker_killed(point, self._clock.now())
            if role is not None:
                role.recorder.look_at_the_world()
        self._hands = [each for each in self._hands if each[1].has_plans()]

    def _read_facts(self) -> int:
        """One question for the facts of everybody to whom something happened."""
        written = self._troupe.take_written() & self._read_to.keys()
        places = {"buckets": list(written), "places": [self._read_to[each] for each in written]}
        number = 0
        for *told, body, seq, bucket in self._reading.execute(_SQL["new_facts"], places).fetchall():
            process_id, kind, version, at, name = told
            self._read_to[bucket] = seq
            role = self._whose(family(process_id))
            if role is None:
                continue  # he has left the stage
            recorded = Recorded(
                process_id=process_id,
                kind=kind,
                version=version,
                at=at,
                fact=decode(name, body),
                seq=seq,
            )
            self._fresh.setdefault(role.order, []).append(recorded)
            role.recorder.take_fact(recorded)
            if role.refuse(self._troupe.first.engine, recorded.fact):
                self._troupe.has_mail = True
            self._shared_hand.fact_recorded(name, "", at)
            number += 1
        return number

    def _whose(self, name: str) -> Role | None:
        """Whose story a family belongs to: his order's, or that of a request for his numbers."""
        role = self._on_stage.get(name) or self._reported.get(name)
        place = None if role is not None else self._world.whose_request(name.partition("-")[2])
        if place is not None and place not in self._seen:
            role = self._roles[place]
            role.families.add(name)
        return None if role is not None and role.place in self._seen else role

    def _show(self, look: Look | None) -> None:
        """The instant is over: what was new in it is shown, and who is done leaves."""
        for order, facts in self._fresh.items():
            if look is not None:
                look(order, facts)
            if self._on_stage[order].is_over():
                self._witness(self._on_stage[order])
        self._fresh.clear()

    def _next_due(self) -> Moment | None:
        candidates = (
            self._troupe.next_due(),
            self._world.next_due(),
            *(hand.next_due() for _, hand in self._hands),
        )
        due = [each for each in candidates if each is not None]
        late = [each for each in due if each <= self._clock.now()]
        if late:
            raise Stuck(f"something is due at {min(late).isoformat()}, and nobody takes it up")
        if self._to_come:
            due.append(self._to_come[0].starts)
        return min(due, default=None)

    def _next_to_leave(self) -> Role:
        while self._leaving[0].place in self._seen:
            self._leaving.popleft()
        return self._leaving[0]

    def _dismiss(self, now: Moment) -> None:
        for role in [each for each in self._on_stage.values() if each.ends <= now]:
            self._witness(role)

    def _witness(self, role: Role) -> None:
        zone = self._stage.rules.zone
        self._seen[role.place] = role.witnessed(self._reading, zone=zone, at=self._clock.now())
        del self._on_stage[role.order]
        self._hands = [each for each in self._hands if each[0] is not role]
