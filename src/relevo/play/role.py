"""One customer's role in a play: his order, who follows it, and staff who err about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from relevo.care.actions import promise_call_back
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.process import family
from relevo.engine.replay import digest
from relevo.engine.sql import statements
from relevo.notices.actions import propose_reply
from relevo.numbering.queries import holder_of
from relevo.orders.actions import place_order
from relevo.play.order_form import order_draft
from relevo.play.recorder import Listener, Recorder
from relevo.play.scenario import Scenario
from relevo.play.serving import load_served
from relevo.play.stagehand import StaffActs, Stagehand
from relevo.play.witnessed import Witnessed
from relevo.porting.donor.actions import approve_force_majeure, propose_force_majeure
from relevo.porting.port_out.messages import PortOutReceived
from relevo.porting.profile import PortingProfile
from relevo.porting.undue_port.actions import Claim, gained_matter, lost_matter, report_undue_port
from relevo.porting.undue_port.model import UndueWhy
from relevo.simulators.plan import UnduePlan
from relevo.simulators.world import World
from relevo.tracking.labels import Labels
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn
from relevo.values.person import parse_document

DESK = "porting desk"
PEOPLE = ("Marta", "Javier")
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
    families: set[str] = field(default_factory=set)  # the order's, and those of port-outs

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
        """He comes and signs; or others ask us for what we serve him with."""
        load_served(connection, self.scenario, at)
        if not self.scenario.has_order:
            self.order = f"no order {self.place}"
            return
        self.order = place_order(
            connection,
            engine,
            order_draft(self.scenario),
            key=f"play:{self.scenario.world.seed}:{self.scenario.title}",
            rules=rules,
            at=at,
        )
        self.families.add(self.order)

    def staff(self, engine: Engine) -> StaffActs | None:
        """What staff can do about his order; nothing before there is one."""
        if not self.recorder.facts:
            return None
        return StaffActs(
            propose_reply=partial(propose_reply, engine, self.order),
            promise_call_back=partial(promise_call_back, engine, self.order),
        )

    def report(
        self, connection: Connection, engine: Engine, plan: UnduePlan, rules: PortingProfile
    ) -> str:
        """Our desk says that a number was ported without being owed; the family that follows it."""
        claim = Claim(
            number=Msisdn(plan.number),
            other=plan.other,
            why=UndueWhy(plan.why),
            us=self.scenario.world.recipient,
            rules=rules.code,
            document=parse_document(*plan.document) if plan.document else None,
        )
        matter = lost_matter(connection, claim) if plan.is_ours else gained_matter(claim)
        process = report_undue_port(engine, matter, by=DESK, key=f"{plan.number} {plan.due}")
        self.families.add(family(process))
        return family(process)

    def refuse(self, engine: Engine, fact: object) -> bool:
        """Two people of our desk refuse a request for force majeure, if the story has it so."""
        if not isinstance(fact, PortOutReceived):
            return False
        asked = fact.asked
        numbers = tuple(each.number for each in asked.numbers)
        for plan in self.scenario.world.port_outs:
            if plan.force_majeure and plan.numbers == numbers and plan.recipient == asked.recipient:
                first, second = PEOPLE
                why, key = plan.force_majeure, asked.reference
                propose_force_majeure(engine, asked.reference, by=first, why=why, key=key)
                approve_force_majeure(engine, asked.reference, by=second, key=key)
                return True
        return False

    def is_over(self) -> bool:
        """The order is closed, the watch of its lines is over, and nobody asks us for more."""
        if self.scenario.world.port_outs:
            return False  # what is asked of us has no watch that ends: it is seen to the last day
        watches = self.recorder.count("activation.watch_started")
        ended = self.recorder.count("activation.watch_ended")
        return bool(self.recorder.lacking_at_close) and ended >= watches > 0

    def witnessed(self, connection: Connection, *, zone: str, at: Moment) -> Witnessed:
        """All that was seen of him, ready to be judged."""
        recorder = self.recorder
        chronicle = recorder.chronicle
        families = sorted(self.families)
        parked = connection.execute(_SQL["parked"], {"families": families}).fetchall()
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
            digest=digest(connection, families),
            parked=tuple(
                f"{role} {name} of {process}: {reason}" for role, process, name, reason in parked
            ),
            port_outs=chronicle.port_outs(),
        )
