"""What an eSIM's process knows of it."""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import state
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid


class Phase(StrEnum):
    """Where the profile is (the states of SGP.22, as the customer lives them)."""

    UNISSUED = "unissued"
    ORDERED = "ordered"
    OFFERED = "offered"  # released: whoever has the code may load it, once
    INSTALLED = "installed"  # on the phone; not yet seen on the air
    FAILED = "failed"
    LAPSED = "lapsed"


@state("sims.esim")
class Esim:
    """One eSIM for one number."""

    id: str
    phase: Phase = Phase.UNISSUED
    number: Msisdn | None = None
    iccid: Iccid | None = None
    order: str = ""
    line: str = ""
    why: str = ""
    activation_code: str = ""

    def __post_init__(self) -> None:
        """What must be known in each phase."""
        if self.phase is not Phase.UNISSUED and None in (self.number, self.iccid):
            raise AssertionError(f"{self.id}: {self.phase} without knowing card and number")
        if self.phase is Phase.OFFERED and not self.activation_code:
            raise AssertionError(f"{self.id}: offered without a code")
