"""What a recovery knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class RecoveryPhase(StrEnum):
    """Where the recovery of a number is."""

    BLANK = "blank"
    ASKED = "asked"  # the number is cut, and the donor's desk has been asked
    PROMISED = "promised"  # the desk named a time
    REPORTED = "reported"  # the desk says it is back; nobody has reached it yet
    REACHED = "reached"  # a probe reached it; the desk may know the exact time
    LEFT = "left"  # ported out of the hold; the desk may know since when it was cut
    RECOVERED = "recovered"
    OVERTAKEN = "overtaken"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which number was cut, and what is known about when."""

    number: Msisdn
    donor: str
    order: str
    line: str
    rules: str
    recipient: str
    last_good_at: Moment  # the last probe that was answered
    noticed_at: Moment | None
    held_until: Moment


@state("porting.recovery_state")
class Recovery:
    """One number that its donor stopped serving although it must."""

    process_id: str
    phase: RecoveryPhase = RecoveryPhase.BLANK
    cut: Cut | None = None
    attempt: int = 0
    level: int = 0  # of escalation
    reminded: int = 0  # for which attempt its owner was reminded last, at the top of the ladder
    ceased_at: Moment | None = None  # as the desk says, if that can be
    promised_by: Moment | None = None
    served_again_at: Moment | None = None  # as the desk says
    reached_at: Moment | None = None  # as a probe says
    left_at: Moment | None = None  # when it was ported out of the hold

    def __post_init__(self) -> None:
        if self.phase is not RecoveryPhase.BLANK and self.cut is None:
            raise AssertionError(f"{self.phase} without a number")
        if self.phase is RecoveryPhase.REACHED and self.reached_at is None:
            raise AssertionError("reached, but nobody knows when")
        if self.phase is RecoveryPhase.LEFT and self.left_at is None:
            raise AssertionError("ported, but nobody knows when")

    @property
    def rules(self) -> str:
        """The pinned edition of the country's rules; empty before the first message."""
        return self.cut.rules if self.cut is not None else ""

    @property
    def dead_from(self) -> Moment | None:
        """When the number went dead: exactly if the desk said so, else the last good probe."""
        if self.cut is None:
            return None
        return self.ceased_at or self.cut.last_good_at
