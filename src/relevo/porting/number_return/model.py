"""What a number on its way back knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class ReturnPhase(StrEnum):
    """Where the number is."""

    BLANK = "blank"
    ASKING = "asking"  # ours to give back: whose range it is, and the notice
    NOTIFIED = "notified"  # the hub has the notice; its last holder may still port it
    HELD = "held"  # somebody asks for it
    CANCELLING = "cancelling"  # the customer came back, and the hub is told
    ENDING = "ending"  # cancelled, and not by us: who serves it now?
    UNCLEAR = "unclear"  # with a person
    RESTORING = "restoring"  # our network is to serve it again
    CHECKING = "checking"  # it came back to us: is anybody using it?
    REFUSED = "refused"  # somebody is: with a person
    HOLDING = "holding"  # of our own range, and still to be ported
    RESTING = "resting"  # back in our range, and not sold again yet
    RETURNED = "returned"
    OVERTAKEN = "overtaken"  # another operator serves it
    KEPT = "kept"  # its customer has it again
    FREE = "free"  # to be sold again


class ReturnRefusal(StrEnum):
    """Why we say no to a command."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    RULES_UNKNOWN = "rules_unknown"
    NAME_MISSING = "name_missing"
    SOMEBODY_ASKS = "somebody_asks"  # while it is held for a port, nobody takes it back
    NOT_NOW = "not_now"
    NOTHING_TO_SETTLE = "nothing_to_settle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Which number, and under which rules. ``since``: ceased then, or ours again since then."""

    number: Msisdn
    operator: str  # us
    hub: HubKind
    since: Moment
    rules: str  # profile code, pinned
    held_until: Moment | None = None  # of our own range: until then it can still be ported


@state("porting.number_return_state")
class NumberReturn:
    """One number that nobody uses any more."""

    process_id: str
    phase: ReturnPhase = ReturnPhase.BLANK
    matter: Matter | None = None
    range_holder: str = ""  # empty while nobody has told us
    reference: str = ""
    window: Window | None = None
    is_sent: bool = False  # the notice, or its cancellation, went out and is not answered
    is_late: bool = False
    puzzle: str = ""  # what somebody was last told of

    def __post_init__(self) -> None:
        if self.phase is not ReturnPhase.BLANK and self.matter is None:
            raise AssertionError(f"{self.phase} without a number")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.matter.rules if self.matter is not None else ""
