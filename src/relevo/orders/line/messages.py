"""The words of a line."""

from __future__ import annotations

from relevo.engine.process import fact, message
from relevo.orders.held import HeldLine, Party, SimKind
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


@message("orders.prepare_line")
class PrepareLine:
    """Everything that may happen before the donor is asked: card, reservation, watch."""

    line: HeldLine
    customer: Party
    recipient: str
    sim: SimKind
    rules: str
    consent_at: Moment


@message("orders.watch_held_line")
class WatchHeldLine:
    """A line that stays where it is, watched because its order moves others of its group."""

    line: HeldLine
    recipient: str
    rules: str
    contact: Msisdn | None = None  # by it the network knows a line without a number


@message("orders.ask_port")
class AskPort:
    window: Window | None


@message("orders.take_port_back")
class TakePortBack:
    why: str


@message("orders.withdraw_line")
class TakeLineOut:
    why: str


@message("orders.mend_line")
class MendLine:
    """A person has cleared what stood against the port of a line that is stuck.

    Whatever of the request is to be another is named; the same request is not made again unless
    ``how`` says what has changed at the donor.
    """

    by: str
    how: str
    holder: Holder | None = None
    donor_iccid: Iccid | None = None
    prepaid: bool | None = None


@fact("orders.line_prepared")
class LinePrepared:
    line: HeldLine
    customer: Party
    recipient: str
    sim: SimKind
    rules: str
    consent_at: Moment
    iccid: Iccid | None


@fact("orders.held_line_watched")
class HeldLineWatched:
    line: HeldLine
    recipient: str
    rules: str


@fact("orders.line_card_ready")
class LineCardReady:
    """The customer has the card, or the eSIM is on the phone, or the line needs neither."""

    line: str
    iccid: Iccid | None


@fact("orders.line_card_delayed")
class LineCardDelayed:
    line: str
    why: str


@fact("orders.line_card_contested")
class LineCardContested:
    """The courier said delivered, and the customer has no card: the line is not ready after all."""

    line: str
    iccid: Iccid


@fact("orders.line_installation_asked")
class LineInstallationAsked:
    """A new access is laid beside the donor's; the line is ready when it was seen to work."""

    line: str


@fact("orders.line_visit_agreed")
class LineVisitAgreed:
    line: str
    opens: Moment
    closes: Moment


@fact("orders.line_installed")
class LineInstalled:
    """The new access works, and the donor's still does (LGTel 70.4)."""

    line: str
    at: Moment


@fact("orders.line_not_installed")
class LineNotInstalled:
    """Another visit by itself would not help: the line waits until somebody has mended that."""

    line: str
    why: str


@fact("orders.line_old_access_released")
class LineOldAccessReleased:
    """Decided: the donor's access is needed no more, because the new one was seen to work."""

    line: str
    donor: str
    at: Moment


@fact("orders.line_port_asked")
class LinePortAsked:
    line: str
    attempt: int
    window: Window | None


@fact("orders.line_confirmed")
class LineConfirmed:
    line: str
    window: Window
    cancel_until: Moment


@fact("orders.line_port_failed")
class LinePortFailed:
    """Rejected. The line is free to be asked for again when ``mended``; until then it waits."""

    line: str
    code: str
    reason: str
    who_acts: str
    resubmit: str


@fact("orders.line_mended")
class LineMended:
    """What stood against the port is out of the way; it may be asked for again."""

    line: str
    how: str


@fact("orders.line_corrected")
class LineCorrected:
    """What the donor compares is another from now on; None: as it was."""

    line: str
    by: str  # "rule", or who
    holder: Holder | None = None
    donor_iccid: Iccid | None = None
    prepaid: bool | None = None


@fact("orders.line_stuck")
class LineStuck:
    """Somebody has to act: the customer or the desk."""

    line: str
    who: str
    why: str


@fact("orders.line_going_back")
class LineGoingBack:
    """The cancellation is asked for; ``out`` when the line leaves the order with it."""

    line: str
    why: str
    out: bool


@fact("orders.line_taken_back")
class LineTakenBack:
    line: str
    why: str


@fact("orders.line_not_taken_back")
class LineNotTakenBack:
    """The cancellation came too late: the line will move in its old window."""

    line: str
    why: str


@fact("orders.line_moved")
class LineMoved:
    line: str
    number: Msisdn | None
    at: Moment
    iccid: Iccid | None


@fact("orders.line_dead")
class LineDead:
    line: str
    at_donor: bool
    at: Moment


@fact("orders.line_alive")
class LineAlive:
    line: str
    at: Moment


@fact("orders.line_live")
class LineLive:
    """All that the line has to be able to do was seen to work."""

    line: str
    at: Moment


@fact("orders.line_impaired")
class LineImpaired:
    """It was live, and something that it has to be able to do does not work any more."""

    line: str
    capability: str
    at: Moment


@fact("orders.line_taken_out")
class LineTakenOut:
    line: str
    why: str


@fact("orders.line_donor_corrected")
class LineDonorCorrected:
    """The hub says that another operator has the number: from now on it is asked, and its desk."""

    line: str
    donor: str


@fact("orders.line_asked_after")
class LineAskedAfter:
    """We wrote to the donor's desk about a rejection, with what we hold as evidence."""

    line: str
    topic: str
    round: int


@fact("orders.line_watch_closing")
class LineWatchClosing:
    """A line that stays: its order is over, the watch goes on until then."""

    line: str
    until: Moment


@fact("orders.line_settled")
class LineSettled:
    """Live, and watched to the end of its seven days."""

    line: str
