"""What a migration knows of itself: never its numbers, which may be tens of thousands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

HUB = HubKind.MOBILE  # only this kind of number has a host


class MigrationScenario(StrEnum):
    """Why numbers migrate."""

    CHANGE_OF_HOST = "change_of_host"
    BECOMES_FULL_OPERATOR = "becomes_full_operator"
    MERGER_SAME_HOST = "merger_same_host"
    TAKEOVER_SAME_HOST = "takeover_same_host"
    MERGER_OTHER_HOST = "merger_other_host"


class MigrationPhase(StrEnum):
    """Where it stands."""

    BLANK = "blank"
    OPENING = "opening"  # being announced
    MOVING = "moving"  # its numbers are brought to the hub, from its start on
    FINISHING = "finishing"  # all are through, and the hub is told
    REFUSED = "refused"  # the hub does not want it: with a person
    FINISHED = "finished"


class MigrationRefusal(StrEnum):
    """Why we say no to a command."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    RULES_UNKNOWN = "rules_unknown"
    NAME_MISSING = "name_missing"
    NO_NUMBERS = "no_numbers"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """What was agreed among the operators."""

    operator: str  # us
    scenario: MigrationScenario
    starts_at: Moment
    volume: int
    service_operators_from: tuple[str, ...]
    networks_from: tuple[str, ...]
    network_to: str
    rules: str  # profile code, pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMove:
    """One number of it: host and operator, before and after."""

    number: Msisdn
    network_from: str
    service_from: str
    service_to: str


@state("porting.migration_state")
class Migration:
    """One migration."""

    process_id: str
    phase: MigrationPhase = MigrationPhase.BLANK
    plan: MigrationPlan | None = None
    reference: str = ""
    ends_by: Moment | None = None
    batch: int = 0  # of the numbers that were brought last
    is_late: bool = False
    leaves_declined: bool = False  # a person: it is finished without those that the hub declined
    puzzle: str = ""  # what somebody was last told of

    def __post_init__(self) -> None:
        if self.phase is not MigrationPhase.BLANK and self.plan is None:
            raise AssertionError(f"{self.phase} without a plan")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.plan.rules if self.plan is not None else ""
