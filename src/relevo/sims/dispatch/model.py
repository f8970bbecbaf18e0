"""What a dispatch knows of its card and its parcel."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from relevo.engine.process import state
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid


class Phase(StrEnum):
    """Where the card is."""

    UNTIED = "untied"  # nothing is known yet
    TIED = "tied"  # card and number belong together; the courier has not answered
    ORDERED = "ordered"  # there is a label
    ON_ITS_WAY = "on_its_way"  # the courier has scanned it
    TROUBLED = "troubled"
    DELIVERED = "delivered"  # and whoever it was for may still say that he does not have it
    LOST = "lost"
    STOPPED = "stopped"


@state("sims.dispatch")
class Dispatch:
    """One card on its way."""

    id: str
    phase: Phase = Phase.UNTIED
    number: Msisdn | None = None
    iccid: Iccid | None = None
    order: str = ""
    line: str = ""
    name: str = ""
    phone: Msisdn | None = None
    address: Address | None = None
    rules: str = ""
    pin: str = ""
    tracking_code: str = ""
    expected_on: date | None = None
    seen_state: str = ""  # the newest scan
    seen_at: Moment | None = None  # by the courier's clock
    trouble: str = ""  # the reason of the last trouble; empty when it moves again
    mends: int = 0
    redirects: int = 0
    changes: int = 0  # how often the customer chose another address or day
    is_unsaid: bool = False  # the courier was not told of the last change yet
    wanted_on: date | None = None  # the day that the customer chose
    presented_at: Moment | None = None  # when somebody read out the number on the card
    mismatched: str = ""  # the last number that was read out and is not that of this card
    is_contested: bool = False  # the customer says that he does not have it

    def __post_init__(self) -> None:
        """What must be known in each phase."""
        if self.phase is not Phase.UNTIED and None in (
            self.number,
            self.iccid,
            self.phone,
            self.address,
        ):
            raise AssertionError(f"{self.id}: {self.phase} without knowing card and address")
        if self.phase in {Phase.ORDERED, Phase.ON_ITS_WAY} and not self.tracking_code:
            raise AssertionError(f"{self.id}: {self.phase} without a tracking code")
