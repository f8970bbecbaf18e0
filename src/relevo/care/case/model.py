"""What a case knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.care.model import Evidence, Trouble
from relevo.engine.process import state
from relevo.values.moment import Moment


class CasePhase(StrEnum):
    NEW = "new"  # no trouble yet; the vault fills all the same
    OPEN = "open"
    ESCALATED = "escalated"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextUpdate:
    """A promise that the customer hears from us; ``told``: he was told so."""

    promise: str  # process id
    due: Moment
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The case is offered to a member of staff; until he accepts, its owner stays its owner."""

    to: str  # the account
    by: str
    note: str
    until: Moment


@state("care.case_state")
class Case:
    id: str
    phase: CasePhase = CasePhase.NEW
    order: str = ""
    rules: str = ""
    holder: str = ""
    key: str = ""
    owner: str = ""
    opened_at: Moment | None = None
    level: int = 0
    troubles: tuple[Trouble, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    updates: tuple[NextUpdate, ...] = ()  # the open promises of a next update
    promised: int = 0  # how many were made
    told: int = 0  # updates written since the case was opened last
    call_backs: tuple[str, ...] = ()
    staff: str = ""  # the owner's account; "" while he is only a name of the country's roster
    offer: Offer | None = None
    escalated_at: Moment | None = None
    acknowledged_by: str = ""  # of the level that was reached last
    own_key: str = ""  # its key before it became one with another case

    def __post_init__(self) -> None:
        has_case = self.phase is not CasePhase.NEW
        assert has_case == bool(self.key and self.owner), "a case has a key and an owner"
        assert has_case or not self.troubles, "trouble has a case"

    @property
    def next_update(self) -> Moment | None:
        """When the customer hears from us next."""
        return min((each.due for each in self.updates), default=None)

    @property
    def is_open(self) -> bool:
        return self.phase in {CasePhase.OPEN, CasePhase.ESCALATED}
