"""One customer's role in a play: his order, who follows it, and staff who err about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from relevo.care.actions import promise_call_back
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.replay import digest
from relevo.engine.sql import statements
from relevo.notices.actions import propose_reply
from relevo.numbering.queries import holder_of
from relevo.orders.actions import place_order
from relevo.play.order_form import order_draft
from relevo.play.recorder import Listener, Recorder
from relevo.play.scenario import Scenario
from relevo.play.stagehand import StaffActs, Stagehand
from relevo.play.witnessed import Witnessed
from relevo.porting.profile import PortingProfile
from relevo.simulators.world import World
from relevo.tracking.timeline import Labels
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn

_SQL = statements("relevo.play", "parked")


@dataclass(slots=True)
class Role:
    """A customer on the stage. ``order`` is the key of his order, once he has placed it."""

    place: int
    scenario: Scenario
    starts: Moment
    ends: Moment
    stagehand: Stagehand
    recorder: Recorder
    order: str = ""

    @staticmethod
    def of(place: int, scenario: Scenario, world: World, *, labels: Labels, tell: Listener) -> Role:
        """The role that a scenario has for the customer at this place of the world."""
        stagehand = Stagehand(scenario.world)
        recorder = Recorder(
            place=place,
            scenario=scenario,
            world=world,
            stagehand=stagehand,
            labels=labels,
            tell=tell,
        )
        return Role(
            place=place,
            scenario=scenario,
            starts=utc(scenario.world.starts),
            ends=utc(scenario.ends_at),
            stagehand=stagehand,
            recorder=recorder,
        )

    def enter(
        self, connection: Connection, engine: Engine, rules: PortingProfile, at: Moment
    ) -> None:
        """He comes and signs."""
        self.order = place_order(
            connection,
            engine,
            order_draft(self.scenario),
            key=f"play:{self.scenario.world.seed}:{self.scenario.title}",
            rules=rules,
            at=at,
        )

    def staff(self, engine: Engine) -> StaffActs | None:
        """What staff can do about his order; nothing before there is one."""
        if not self.recorder.facts:
            return None
        return StaffActs(
            propose_reply=partial(propose_reply, engine, self.order),
            promise_call_back=partial(promise_call_back, engine, self.order),
        )

    def is_over(self) -> bool:
        """The order is closed, and the watch of its lines is over."""
        watches = self.recorder.count("activation.watch_started")
        ended = self.recorder.count("activation.watch_ended")
        return bool(self.recorder.lacking_at_close) and ended >= watches > 0

    def witnessed(self, connection: Connection, *, zone: str, at: Moment) -> Witnessed:
        """All that was seen of him, ready to be judged."""
        recorder = self.recorder
        chronicle = recorder.chronicle
        parked = connection.execute(_SQL["parked"], {"family": self.order}).fetchall()
        return Witnessed(
            scenario=self.scenario,
            zone=zone,
            facts=tuple(recorder.facts),
            ended_at=at,
            struck=tuple(recorder.struck().values()),
            arrived=tuple(recorder.arrived),
            efforts=tuple(chronicle.customer_log()),
            complaints=tuple(chronicle.complaints()),
            lines=recorder.line_truths(lambda name: holder_of(connection, Msisdn(name))),
            lacking_at_close=recorder.lacking_at_close,
            timeline=tuple(recorder.steps),
            digest=digest(connection, [self.order]),
            parked=tuple(
                f"{role} {name} of {process}: {reason}" for role, process, name, reason in parked
            ),
        )
