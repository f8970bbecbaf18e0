"""Follows a play: new facts, what arrived at the customer, faults as they strike, the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.play.fault_texts import fault_text
from relevo.play.scenario import Scenario
from relevo.play.stagehand import Stagehand, is_ours
from relevo.play.witnessed import Arrived, LineTruth, Struck
from relevo.simulators.customer import Effort
from relevo.simulators.mailboxes import Delivered
from relevo.simulators.truth import Chronicle
from relevo.simulators.world import World
from relevo.tracking.labels import Labels
from relevo.tracking.timeline import Mood, Step, Who, bare_step, line_of, step_of
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, spoken

Listener = Callable[[Step], None]

_SEEN_ACTS = {
    "call": "calls us: {about} is dead",
    "card_put_in": "puts in the card of {about}",
    "trip": "has to go there himself",
}


@dataclass(slots=True)
class Recorder:
    """Reads what is new of one customer. ``tell`` gets every step as it happens."""

    place: int
    scenario: Scenario
    world: World
    stagehand: Stagehand
    labels: Labels
    tell: Listener
    steps: list[Step] = field(default_factory=list)
    facts: list[Recorded] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    lacking_at_close: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _names: Counter[str] = field(default_factory=Counter)
    _efforts: int = 0
    _struck: set[int] = field(default_factory=set)

    def take_fact(self, recorded: Recorded) -> None:
        """A new fact of the product: some faults wait for it."""
        name = wire_name(recorded.fact)
        line = line_of(recorded.process_id, recorded.fact)
        self.facts.append(recorded)
        self._names[name] += 1
        self.world.fact_recorded(name, line or None, recorded.at, self.place)
        self.stagehand.fact_recorded(name, line, recorded.at)
        self._add_fact(recorded)
        if name == "orders.order_closed":
            self.lacking_at_close = {
                each.id: self.world.truth.lacking(each.name) for each in self.scenario.world.lines
            }

    def look_at_the_world(self) -> None:
        """What has happened outside since the last look."""
        for number, struck in self.struck().items():
            if struck.struck_at is not None and number not in self._struck:
                self._struck.add(number)
                self._add(_fault_step(struck, struck.struck_at))
        for delivered in self.chronicle.mailbox(len(self.arrived)):
            self._arrive(delivered)
        for effort in self.chronicle.customer_log(self._efforts):
            self._efforts += 1
            if effort.kind in _SEEN_ACTS:
                self._add(_act_step(effort, self.scenario))

    @property
    def chronicle(self) -> Chronicle:
        """What the world knows of him."""
        return self.world.chronicles[self.place]

    def struck(self) -> dict[int, Struck]:
        """Every fault of the file, by its place in it."""
        ours = self.stagehand.struck()
        outside = {
            number: Struck(plan=each.plan, struck_at=each.struck_at, line=each.line)
            for number, each in enumerate(self.chronicle.faults())
            if not is_ours(each.plan)
        }
        return dict(sorted({**outside, **ours}.items()))

    def line_truths(self, ledger: Callable[[str], str | None]) -> dict[str, LineTruth]:
        """How every line is, by each who should know."""
        lines = self.scenario.world.all_lines
        return {line.id: self._truth(line.name, ledger) for line in lines}

    def count(self, name: str) -> int:
        """How many facts of this name there are so far."""
        return self._names[name]

    def _truth(self, name: str, ledger: Callable[[str], str | None]) -> LineTruth:
        truth = self.world.truth
        holder = truth.holder(name)
        return LineTruth(
            dead=tuple(truth.dead_intervals(name)),
            capabilities=truth.capabilities(name),
            network=holder.network,
            hub=holder.hub,
            ledger=ledger(name),
            iccid=truth.iccid(name),
            is_subscribed=truth.is_subscribed(name),
        )

    def _arrive(self, delivered: Delivered) -> None:
        numbers = [line.number for line in self.scenario.world.all_lines if line.number]
        truth = self.world.truth
        self.arrived.append(
            Arrived(
                at=delivered.at,
                channel=delivered.channel,
                text=f"{delivered.subject}\n{delivered.text}".strip(),
                is_ours=delivered.is_ours,
                lacking={number: truth.lacking(number) for number in numbers},
                served_by={number: truth.holder(number).network or "" for number in numbers},
            )
        )
        if not delivered.is_ours:
            what = f"{delivered.sender} writes: “{delivered.text}”"
            step = Step(at=delivered.at, line="", who=Who.DONOR, what=what)
            if step not in self.steps[-3:]:  # the same text to two addresses of his
                self._add(step)

    def _add_fact(self, recorded: Recorded) -> None:
        process_id, fact = recorded.process_id, recorded.fact
        step = step_of(process_id, fact, at=recorded.at, labels=self.labels)
        if step is None:
            self.tell(bare_step(process_id, fact, at=recorded.at))
        else:
            self._add(step)

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.tell(step)


def _fault_step(struck: Struck, at: Moment) -> Step:
    who = "relevo" if struck.plan.where == "order" else struck.plan.where
    line = struck.line or struck.plan.line or ""
    what = f"⚡ {fault_text(struck.plan)}"
    return Step(at=at, line=line, who=who, what=what, mood=Mood.TROUBLE)


def _act_step(effort: Effort, scenario: Scenario) -> Step:
    line = scenario.world.line_named(effort.about)
    number = spoken(Msisdn(effort.about)) if effort.about.startswith("+") else effort.about
    what = _SEEN_ACTS[effort.kind].format(about=number)
    return Step(at=effort.at, line=line.id if line else "", who=Who.CUSTOMER, what=what)
