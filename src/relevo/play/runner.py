"""Plays a scenario through the real engine, the real database and the simulators over their wire.

One virtual clock. It moves, to the next thing due anywhere, only when the engine, its outbox, the
intakes and the world are all quiet. Nothing here knows what the product will do; the product knows
nothing of the file but the order that its customer signs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, runtime_checkable

from relevo import wiring
from relevo.care.actions import promise_call_back
from relevo.config import Endpoints
from relevo.engine import signals
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.history import facts_since
from relevo.engine.replay import digest
from relevo.engine.sql import statements
from relevo.notices.actions import propose_reply
from relevo.numbering.queries import holder_of
from relevo.orders.actions import place_order
from relevo.play.order_form import order_draft
from relevo.play.recorder import Recorder
from relevo.play.scenario import Scenario
from relevo.play.stagehand import StaffActs, Stagehand
from relevo.play.witnessed import Witnessed
from relevo.porting.profile import PortingProfile
from relevo.simulators.server import Endpoints as WorldEndpoints
from relevo.simulators.world import World
from relevo.tracking.labels import labels
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn

ROUNDS_MAX = 500  # at one instant; a world that is not quiet by then turns in a circle
PAUSE_SECONDS = 0.05
PATIENCE = 300  # pauses; leases last ten seconds
_SQL = statements("relevo.play", "parked")


class Stuck(RuntimeError):
    """The play does not come to rest at an instant: the product or the world turns in a circle."""


class Watcher(Protocol):
    """Who looks on while a play goes."""

    def step(self, step: Step) -> None:
        """Something happened."""

    def moved(self, now: Moment, share: float) -> None:
        """The clock has moved; ``share`` of the time until ``ends_by`` is over."""


@runtime_checkable
class Looking(Protocol):
    """An intake that looks by itself from time to time, news or not."""

    def next_due(self) -> Moment | None:
        """When it looks next."""


def _poll(place: int, system: wiring.System) -> int:
    return system.intakes[place].poll()


def _next_look(intake: object) -> Moment | None:
    return intake.next_due() if isinstance(intake, Looking) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a play is played."""

    dsn: str
    rules: PortingProfile
    workers: int = 1
    language: str = "en"


def play(scenario: Scenario, stage: Stage, watcher: Watcher) -> Witnessed:
    """Play to the end; what was seen is ready to be judged."""
    clock = VirtualClock(scenario.world.starts)
    world = World(scenario.world, clock)
    where = _endpoints(world.start())
    try:
        performance = _Performance(scenario, stage, watcher=watcher, world=world, clock=clock)
        try:
            performance.open(where)
            return performance.run()
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
        network_url=world.http,
        esim_url=world.http,
        mail_url=world.http,
        smtp_host=world.smtp_host,
        smtp_port=world.smtp_port,
    )


@dataclass(slots=True)
class _Troupe:
    """The workers of one play. A killed one is thrown away and started again under its name."""

    start: Callable[[str], wiring.System]
    systems: list[wiring.System] = field(default_factory=list)

    def open(self, number: int) -> None:
        for place in range(number):
            self.systems.append(self.start(f"w{place + 1}"))

    def restart(self, place: int) -> None:
        self.systems[place].close()  # its connections are gone already: this writes nothing
        self.systems[place] = self.start(f"w{place + 1}")

    def close(self) -> None:
        for system in self.systems:
            system.close()


def _never(worker: str) -> wiring.System:
    raise Stuck(f"{worker} cannot work: the play was not opened")


class _Performance:
    """One play while it goes."""

    def __init__(
        self,
        scenario: Scenario,
        stage: Stage,
        *,
        watcher: Watcher,
        world: World,
        clock: VirtualClock,
    ) -> None:
        self._scenario = scenario
        self._stage = stage
        self._watcher = watcher
        self._world = world
        self._clock = clock
        self._stagehand = Stagehand(scenario.world)
        self._recorder = Recorder(
            scenario=scenario,
            world=world,
            stagehand=self._stagehand,
            labels=labels(stage.language, stage.rules.zone),
            tell=watcher.step,
        )
        self._order = ""
        self._last_seq = 0
        self._changes = -1
        self._has_mail = True
        self._pause = threading.Event()  # never set: it only waits
        self._engine_due: Moment | None = None
        self._looks: dict[int, Moment | None] = {}
        self._troupe = _Troupe(_never)
        self._reading: Connection = connect(stage.dsn, name="relevo play", autocommit=True)

    def open(self, where: Endpoints) -> None:
        """Start the workers."""

        site = wiring.Site(
            operator=self._scenario.world.recipient, rules=self._stage.rules, endpoints=where
        )

        def start(worker: str) -> wiring.System:
            return wiring.build(
                self._stage.dsn,
                clock=self._clock,
                site=site,
                worker=worker,
            )

        self._troupe = _Troupe(start)
        self._troupe.open(self._stage.workers)

    def close(self) -> None:
        """Dismiss everybody."""
        self._troupe.close()
        self._reading.close()

    def run(self) -> Witnessed:
        """Until the end."""
        self._order = place_order(
            self._reading,
            self._troupe.systems[0].engine,
            order_draft(self._scenario),
            key=f"play:{self._scenario.world.seed}:{self._scenario.title}",
            rules=self._stage.rules,
            at=self._clock.now(),
        )
        starts, ends = utc(self._scenario.world.starts), utc(self._scenario.ends_at)
        self._settle()
        while not self._is_over():
            due = self._next_due()
            if due is None or due > ends:
                self._clock.advance_to(ends)
                break
            self._clock.advance_to(due)
            self._watcher.moved(due, (due - starts) / (ends - starts))
            self._settle()
        return self._witnessed()

    def _settle(self) -> None:
        """Let everybody act until nobody has anything to do at this instant."""
        for _ in range(ROUNDS_MAX):
            worked = self._world.fire_due()
            self._recorder.look_at_the_world()
            worked += self._let_staff_act()
            worked += self._take_in()
            worked += self._work()
            if not worked:
                return
        raise Stuck(
            f"the play turns in a circle at {self._clock.now().isoformat()}: the last facts are "
            + ", ".join(type(each.fact).__name__ for each in self._recorder.facts[-8:])
        )

    def _let_staff_act(self) -> int:
        acted = self._stagehand.act(self._clock.now(), self._staff())
        if acted:
            self._has_mail = True
            self._recorder.look_at_the_world()
        return acted

    def _take_in(self) -> int:
        """Fetch from the peers when something of theirs is new; look where a look is due."""
        now, changes = self._clock.now(), self._world.changes
        is_new, self._changes = changes != self._changes, changes
        taken = 0
        for place in range(len(self._troupe.systems[0].intakes)):
            due = self._looks.get(place)
            if is_new or (due is not None and due <= now):
                taken += self._surviving(0, partial(_poll, place))
                self._looks[place] = _next_look(self._troupe.systems[0].intakes[place])
        self._has_mail = self._has_mail or taken > 0
        return taken

    def _work(self) -> int:
        """Every worker until it is quiet; then what is new. Nothing is asked of the idle."""
        is_due = self._engine_due is not None and self._engine_due <= self._clock.now()
        if not (self._has_mail or is_due):
            return 0
        turns = self._run_engines()
        self._has_mail = False
        first = self._troupe.systems[0]
        self._looks = {place: _next_look(each) for place, each in enumerate(first.intakes)}
        return turns + (self._read_facts() if turns else 0)

    def _run_engines(self) -> int:
        """Until nothing is due. What lies in a bucket that changes hands among several workers
        waits, by the clock of the machine, until the next one has it."""
        turns = 0
        for _ in range(PATIENCE):
            for place in range(len(self._troupe.systems)):
                turns += self._surviving(place, lambda system: system.engine.run_until_quiet())
            self._engine_due = self._troupe.systems[0].engine.next_due()
            if self._engine_due is None or self._engine_due > self._clock.now():
                break
            self._pause.wait(PAUSE_SECONDS)
        return turns

    def _surviving(self, place: int, work: Callable[[wiring.System], int]) -> int:
        """Let a worker work. One that is killed leaves everything as it is, and another comes."""
        try:
            return work(self._troupe.systems[place])
        except signals.WorkerKilled as killed:
            self._stagehand.worker_killed(str(killed), self._clock.now())
            self._recorder.look_at_the_world()
            self._troupe.restart(place)
            self._has_mail = True
            return 1

    def _read_facts(self) -> int:
        new = facts_since(self._reading, self._order, self._last_seq)
        if new:
            self._last_seq = new[-1].seq
        return self._recorder.take_facts(new)

    def _staff(self) -> StaffActs | None:
        if not self._recorder.facts:
            return None
        engine = self._troupe.systems[0].engine
        return StaffActs(
            propose_reply=partial(propose_reply, engine, self._order),
            promise_call_back=partial(promise_call_back, engine, self._order),
        )

    def _next_due(self) -> Moment | None:
        candidates = (
            self._engine_due,
            self._world.next_due(),
            self._stagehand.next_due(),
            *self._looks.values(),
        )
        due = [each for each in candidates if each is not None]
        late = [each for each in due if each <= self._clock.now()]
        if late:
            raise Stuck(f"something is due at {min(late).isoformat()}, and nobody takes it up")
        return min(due, default=None)

    def _is_over(self) -> bool:
        """The order is closed, and the watch of its lines is over."""
        watches = self._recorder.count("activation.watch_started")
        ended = self._recorder.count("activation.watch_ended")
        return bool(self._recorder.lacking_at_close) and ended >= watches > 0

    def _witnessed(self) -> Witnessed:
        chronicle = self._world.chronicle
        return Witnessed(
            scenario=self._scenario,
            zone=self._stage.rules.zone,
            facts=tuple(self._recorder.facts),
            ended_at=self._clock.now(),
            struck=tuple(self._recorder.struck().values()),
            arrived=tuple(self._recorder.arrived),
            efforts=tuple(chronicle.customer_log()),
            complaints=tuple(chronicle.complaints()),
            lines=self._recorder.line_truths(lambda name: holder_of(self._reading, Msisdn(name))),
            lacking_at_close=self._recorder.lacking_at_close,
            timeline=tuple(self._recorder.steps),
            digest=digest(self._reading),
            parked=tuple(
                f"{role} {name} of {process}: {reason}"
                for role, process, name, reason in self._reading.execute(_SQL["parked"]).fetchall()
            ),
        )
