"""What the runner saw of a play, for the judge: the world's truth and the product's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relevo.engine.recorded import Recorded
from relevo.play.scenario import Scenario
from relevo.simulators.customer import Complaint, Effort
from relevo.simulators.plan import FaultPlan
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment

Interval = tuple[Moment, Moment | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """One fault of the file, and when it struck first (None: it never did)."""

    plan: FaultPlan
    struck_at: Moment | None
    line: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message in the customer's hands, with how his lines really were at that moment."""

    at: Moment
    channel: str
    text: str  # subject and body
    is_ours: bool
    lacking: Mapping[str, tuple[str, ...]]  # number -> what it could not do
    served_by: Mapping[str, str]  # number -> operator; empty: nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTruth:
    """How a line really is at the end, by each who should know."""

    dead: tuple[Interval, ...]
    capabilities: tuple[str, ...]
    network: str | None  # who serves it
    hub: str | None  # who holds it in the hub's books; None: the hub knows no such line
    ledger: str | None  # who holds it in the product's ledger; None: not in it
    iccid: str | None
    is_subscribed: bool = False  # our own network still has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """Everything that is judged."""

    scenario: Scenario
    zone: str
    facts: tuple[Recorded, ...]
    ended_at: Moment
    struck: tuple[Struck, ...]
    arrived: tuple[Arrived, ...]
    efforts: tuple[Effort, ...]
    complaints: tuple[Complaint, ...]
    lines: Mapping[str, LineTruth]  # by line id
    lacking_at_close: Mapping[str, tuple[str, ...]]  # by line id, when the order closed
    timeline: tuple[Step, ...]
    digest: str
    parked: tuple[str, ...] = ()  # messages or effects that the engine gave up
    port_outs: Mapping[str, str] = field(default_factory=dict)  # number -> what became of it


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedCompany:
    """Everybody in one world, in the order of their scenarios, and what struck all of them."""

    customers: tuple[Witnessed, ...]
    struck: tuple[Struck, ...]
