"""What a wish to cease a number knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.customers.served import Reader
from relevo.engine.process import state
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class CeasePhase(StrEnum):
    """Where the wish is."""

    BLANK = "blank"
    WAITING = "waiting"  # it is not wanted before a day
    CHECKING = "checking"
    HELD = "held"  # somebody is undecided about the number
    STOPPING = "stopping"
    CEASED = "ceased"
    DROPPED = "dropped"


class CeaseRefusal(StrEnum):
    """Why we say no to a command."""

    RULES_UNKNOWN = "rules_unknown"
    ALREADY_ASKED = "already_asked"
    NOTHING_TO_DECIDE = "nothing_to_decide"
    NAME_MISSING = "name_missing"
    TOO_LATE = "too_late"


class TieKind(StrEnum):
    """What a number may be tied to."""

    ORDER = "order"  # an order of ours names it
    PORT_OUT = "port_out"  # another operator has asked for it
    DEPENDANT = "dependant"  # a number that lives on its card


class Stance(StrEnum):
    """What the other side of a tie says of the number."""

    UNDECIDED = "undecided"
    MOVING = "moving"  # it is to be ported, or is being ported
    KEEPS = "keeps"  # the customer said that it stays
    CEASES = "ceases"  # the customer said that it may go


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One thing that the number is tied to; ``reader`` is the customer on its other side."""

    kind: TieKind
    name: str  # key of the order, reference of the request, the other number
    stance: Stance
    reader: Reader | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants which number to be ceased, and why."""

    number: Msisdn
    operator: str
    by: str
    why: str
    rules: str
    hub: HubKind
    not_before: Moment | None
    reply_to: Reader | None


@state("porting.cease_state")
class Cease:
    """One wish to cease one number."""

    process_id: str
    phase: CeasePhase = CeasePhase.BLANK
    wish: Wish | None = None
    ties: tuple[Tie, ...] = ()  # for which it was held
    told: tuple[Reader, ...] = ()  # who heard that it is held
    is_decided: bool = False  # a person has said: cease it, with what hangs on it
    is_own_range: bool = True
    puzzles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.phase is not CeasePhase.BLANK and self.wish is None:
            raise AssertionError(f"{self.phase} without a wish")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.wish.rules if self.wish is not None else ""
