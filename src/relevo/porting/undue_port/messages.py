"""The words of an undue port (porting-es 3.1 P9, 3.9.3, 3.9.7; rights-care on the theft block).

No hub has a process of its own for it: the number goes back by an ordinary request in the opposite
direction. What is particular is who may say so, that the other side answers at once, and that a
stolen fixed number is not ported while the theft is looked into.
"""

from __future__ import annotations

from relevo.engine.process import fact, message
from relevo.porting.profile import Window
from relevo.porting.undue_port.model import Matter
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, Holder
from relevo.values.simcard import Iccid


@message("porting.report_undue_port")
class ReportUnduePort:
    """Somebody at the desk knows that a number was ported without being owed."""

    matter: Matter
    by: str


@message("porting.settle_theft")
class SettleTheft:
    """What was looked into is clear: the number was stolen, or it was not."""

    was_undue: bool
    by: str
    why: str


@message("porting.extend_block")
class ExtendBlock:
    """It takes longer to find out; the law allows that once."""

    by: str
    why: str


@message("porting.ask_back_again")
class AskBackAgain:
    """Ask once more, with what is another now; None: as it was."""

    by: str
    why: str
    holder: Holder | None = None
    donor_iccid: Iccid | None = None


@message("porting.drop_undue_port")
class DropUnduePort:
    """The number stays where it is after all."""

    by: str
    why: str


@fact("porting.undue_port_reported")
class UnduePortReported:
    matter: Matter
    by: str


@fact("porting.number_blocked")
class NumberBlocked:
    """Until then nobody ports it, but to whom it was taken from."""

    number: Msisdn
    until: Moment
    goes_back_to: str
    by: str
    extended: bool = False


@fact("porting.block_ended")
class BlockEnded:
    """``settled``: because it is clear what happened. Otherwise time is up, and it is not."""

    number: Msisdn
    settled: bool
    by: str = ""
    why: str = ""


@fact("porting.port_back_asked")
class PortBackAsked:
    """An ordinary request in the opposite direction; ``matter`` is what it says now."""

    number: Msisdn
    attempt: int
    matter: Matter


@fact("porting.port_back_confirmed")
class PortBackConfirmed:
    number: Msisdn
    window: Window


@fact("porting.port_back_refused")
class PortBackRefused:
    """The other operator's no, or the hub's; somebody has to look."""

    number: Msisdn
    code: str
    reason: str


@fact("porting.port_back_called_off")
class PortBackCalledOff:
    """We want our request back; whether that is in time the hub says."""

    number: Msisdn
    by: str
    why: str


@fact("porting.number_ported_back")
class NumberPortedBack:
    """It is ours again; our network is told to serve it as before."""

    number: Msisdn
    at: Moment


@fact("porting.number_served_again")
class NumberServedAgain:
    """Our network serves it: the undue port is undone."""

    number: Msisdn
    us: str
    at: Moment


@fact("porting.way_back_opened")
class WayBackOpened:
    """We agree that it goes back: his request is answered at once, against this document."""

    number: Msisdn
    us: str
    goes_back_to: str
    document: Document
    until: Moment
    by: str


@fact("porting.number_went_back")
class NumberWentBack:
    """We serve it no more: it is with whom it was taken from."""

    number: Msisdn
    at: Moment


@fact("porting.undue_port_dropped")
class UnduePortDropped:
    number: Msisdn
    by: str
    why: str


@fact("porting.undue_port_unrecognised")
class UnduePortUnrecognised:
    """Something that no rule covers: somebody's task."""

    number: Msisdn
    code: str
    text: str
