"""The words of an eSIM."""

from __future__ import annotations

from relevo.engine.process import effect, fact, message
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid


@message("sims.issue_esim")
class IssueEsim:
    number: Msisdn
    iccid: Iccid
    order: str
    line: str
    why: str  # "ordered" | "parcel_troubled"


@message("sims.esim_released")
class EsimReleased:
    activation_code: str  # LPA:1$server$matching-id


@message("sims.esim_seen")
class EsimSeen:
    state: str  # "downloaded" | "installed" | "error"
    at: Moment


@fact("sims.esim_ordered")
class EsimOrdered:
    """Custody of cards: this ICCID carries this number from now on."""

    number: Msisdn
    iccid: Iccid
    order: str
    line: str
    why: str


@fact("sims.esim_offered")
class EsimOffered:
    number: Msisdn
    line: str
    iccid: Iccid
    activation_code: str
    why: str


@fact("sims.esim_installed")
class EsimInstalled:
    number: Msisdn
    line: str
    iccid: Iccid
    at: Moment


@fact("sims.esim_failed")
class EsimFailed:
    number: Msisdn
    line: str
    iccid: Iccid
    why: str


@fact("sims.esim_lapsed")
class EsimLapsed:
    """It was offered beside a card that was late, and nobody installed it."""

    number: Msisdn
    line: str
    iccid: Iccid


@effect("sims.order_esim")
class OrderEsim:
    """ES2+ downloadOrder, confirmOrder and releaseProfile, in this order, repeatable."""

    number: Msisdn
    iccid: Iccid
