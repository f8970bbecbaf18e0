"""What a claim knows: terms, outages, and what was found and credited."""

from __future__ import annotations

from enum import StrEnum

from relevo.compensation.schedule import Outage, Terms
from relevo.engine.process import state
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class ClaimPhase(StrEnum):
    UNKNOWN = "unknown"  # nothing is known of the line yet
    CLEAR = "clear"  # nothing is owed
    RUNNING = "running"  # the number is dead, the amount grows
    FOUND = "found"  # an amount is known, not (all) credited
    CREDITED = "credited"


@state("compensation.claim_state")
class Claim:
    id: str
    phase: ClaimPhase = ClaimPhase.UNKNOWN
    line: str = ""
    number: Msisdn | None = None
    rules: str = ""
    terms: Terms | None = None
    window: Window | None = None
    excluded: Window | None = None
    open_since: Moment | None = None
    open_at_donor: bool = False
    outages: tuple[Outage, ...] = ()
    found_eur_cents: int = 0
    credited_eur_cents: int = 0

    def __post_init__(self) -> None:
        known = self.phase is not ClaimPhase.UNKNOWN
        assert not known or (self.terms is not None and self.line), "a claim rests on terms"
        assert (self.phase is ClaimPhase.RUNNING) == (self.open_since is not None)
