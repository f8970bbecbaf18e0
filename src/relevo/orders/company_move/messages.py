"""The words of a company's move: started, whose turn it is, and when a donor's line has to stop."""

from __future__ import annotations

from datetime import date

from relevo.engine.process import fact, message
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.person import Holder


@message("orders.start_company_move")
class StartCompanyMove:
    """Begin. The batches themselves are told apart from this, each for itself."""

    holder: Holder
    recipient: str
    rules: str  # profile code, pinned
    consent_at: Moment
    batches: int
    numbers: int
    sheet: str  # the digest of the list that was read


@message("orders.resume_company_lane")
class ResumeCompanyLane:
    """Somebody has found out why a donor says no to all, and repaired it."""

    donor: str
    who: str
    why: str


@fact("orders.company_move_started")
class CompanyMoveStarted:
    holder: Holder
    recipient: str
    rules: str
    consent_at: Moment
    batches: int
    numbers: int
    sheet: str


@fact("orders.company_batch_listed")
class CompanyBatchListed:
    """A batch stands in the line of this donor."""

    batch: str
    donor: str
    wish: date | None


@fact("orders.company_piece_expected")
class CompanyPieceExpected:
    """Some numbers of a batch go on in one of their own: the move is not over without it."""

    batch: str
    donor: str


@fact("orders.company_gate_opened")
class CompanyGateOpened:
    """It is this batch's turn: it asks for this window."""

    batch: str
    donor: str
    window: Window


@fact("orders.company_gate_freed")
class CompanyGateFreed:
    """The hub has taken the request at the gate, or will never take it."""

    batch: str
    donor: str


@fact("orders.company_donor_parked")
class CompanyDonorParked:
    """All that wait for this donor wait until then: the hub says that its quota is used up, or is
    not there."""

    donor: str
    until: Moment
    why: str


@fact("orders.company_verdict")
class CompanyVerdict:
    """What the donor said of a whole request."""

    batch: str
    donor: str
    is_yes: bool


@fact("orders.company_lane_stopped")
class CompanyLaneStopped:
    """This donor has said no to every request: what they share is wrong, most likely the holder."""

    donor: str
    code: str
    rejected: int


@fact("orders.company_lane_resumed")
class CompanyLaneResumed:
    donor: str
    who: str
    why: str


@fact("orders.company_batch_settled")
class CompanyBatchSettled:
    """Nothing is left to be done about this batch."""

    batch: str


@fact("orders.company_move_done")
class CompanyMoveDone:
    at: Moment
