"""The words of a port-out: what the hub says to us as the donor, our answer, facts and effects.

One request is one process, whatever its volume: an individual request names one number, a
multiple one names many (porting-es 3.9.2). The hub tells the donor by its mailbox, by the list of
what is pending, and by the daily file; all arrive as the same two messages.
"""

from __future__ import annotations

from relevo.customers.served import Reader, ServedLine
from relevo.engine.process import effect, fact, message
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.port_out.model import Asked, Ending, NumberAsked, NumberVerdict, WayBack
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

__all__ = [
    "ApproveForceMajeure",
    "ConfirmPortOut",
    "ForceMajeureApproved",
    "ForceMajeureProposed",
    "ForceMajeureVoided",
    "LineRestored",
    "LineStopped",
    "LookUpServed",
    "NumberAsked",
    "NumbersLeft",
    "PortOutAnswerAtRisk",
    "PortOutAnswerRefused",
    "PortOutAnswerTaken",
    "PortOutAsked",
    "PortOutCancelled",
    "PortOutChecked",
    "PortOutChecking",
    "PortOutClosed",
    "PortOutCompleted",
    "PortOutConfirmed",
    "PortOutConsequencesFound",
    "PortOutReceived",
    "PortOutRedated",
    "PortOutReduced",
    "PortOutRejected",
    "PortOutRestored",
    "PortOutSeen",
    "PortOutUndone",
    "PortOutUnreached",
    "PortOutUnrecognised",
    "ProposeForceMajeure",
    "QueryPortOut",
    "RejectPortOut",
    "ServedFound",
    "TryPortOutAgain",
    "UndoPortOut",
]


@message("porting.port_out_asked")
class PortOutAsked:
    """Another operator asks for numbers that the hub believes to be ours."""

    reference: str
    hub: HubKind
    donor: str  # us, by name
    recipient: str
    document_type: str  # empty when the hub does not say it (fixed)
    document_number: str
    numbers: tuple[NumberAsked, ...]
    is_multiple: bool
    asked_at: Moment
    answer_from: Moment  # the reply window: a rejection outside of it is refused (RECH TIEMP)
    answer_until: Moment
    window: Window
    rules: str  # profile code, pinned
    is_admitted: bool = False  # we have agreed before that these numbers go back to him


@message("porting.port_out_seen")
class PortOutSeen:
    """A witness says in which state a request is of which we are the donor."""

    reference: str
    state: HubState
    witness: Witness
    at: Moment
    cause: str = ""
    window: Window | None = None
    confirmed: tuple[Msisdn, ...] = ()  # of a multiple: the numbers that are left; empty: all


@message("porting.port_out_answer_taken")
class PortOutAnswerTaken:
    """The hub took our answer; of a multiple the recipient may still refuse the reduced list."""

    reference: str


@message("porting.port_out_answer_refused")
class PortOutAnswerRefused:
    """The hub did not take our answer; its code says why."""

    reference: str
    code: str
    text: str


@effect("porting.confirm_port_out")
class ConfirmPortOut:
    """Say yes; of a multiple, to these numbers."""

    hub: HubKind
    reference: str
    donor: str
    numbers: tuple[Msisdn, ...]
    is_multiple: bool
    window: Window | None = None  # as asked for; at the fixed hub it is the donor who names it


@effect("porting.reject_port_out")
class RejectPortOut:
    """Say no, with the profile's wire code of the cause."""

    hub: HubKind
    reference: str
    donor: str
    cause: str


@effect("porting.query_port_out")
class QueryPortOut:
    """Ask the hub in which state the request is."""

    hub: HubKind
    reference: str
    donor: str


@message("porting.served_found")
class ServedFound:
    """What we serve of the numbers that were asked for, at this moment."""

    lines: tuple[ServedLine, ...]
    dependants: tuple[ServedLine, ...]
    ways_back: tuple[WayBack, ...] = ()


@message("porting.port_out_unreached")
class PortOutUnreached:
    """The hub was away when we wanted to answer."""

    reference: str
    reason: str


@message("porting.propose_force_majeure")
class ProposeForceMajeure:
    """A member of staff wants to refuse on this ground; its abuse has been fined (3.9.6)."""

    by: str
    why: str


@message("porting.approve_force_majeure")
class ApproveForceMajeure:
    """The second pair of eyes."""

    by: str


@message("porting.try_port_out_again")
class TryPortOutAgain:
    """Somebody has mended what stood in the way: check and answer anew."""

    by: str


@message("porting.undo_port_out")
class UndoPortOut:
    """The port failed after the number had left: serve it again (LGTel 70.3)."""

    by: str
    why: str


@fact("porting.port_out_received")
class PortOutReceived:
    asked: Asked


@fact("porting.port_out_checking")
class PortOutChecking:
    """What we serve is looked up; ``by`` is who wanted it anew, empty when it is due."""

    by: str = ""


@fact("porting.port_out_checked")
class PortOutChecked:
    """What we found, number by number, and what we answer: yes unless there is a reason."""

    numbers: tuple[NumberVerdict, ...]
    reason: str
    code: str
    endings: tuple[Ending, ...] = ()
    reader: Reader | None = None


@fact("porting.port_out_reduced")
class PortOutReduced:
    """We confirmed some only; the recipient says whether he takes these."""

    numbers: tuple[Msisdn, ...]
    fell_out: tuple[Msisdn, ...]


@fact("porting.port_out_confirmed")
class PortOutConfirmed:
    reference: str
    donor: str
    recipient: str
    numbers: tuple[Msisdn, ...]
    window: Window
    cancel_until: Moment
    witness: Witness


@fact("porting.port_out_redated")
class PortOutRedated:
    """The hub moved the window of a confirmed request."""

    window: Window
    was: Window


@fact("porting.port_out_consequences_found")
class PortOutConsequencesFound:
    """What else of this customer ends with the numbers that leave; he is told before it is late."""

    reference: str
    donor: str
    recipient: str
    numbers: tuple[Msisdn, ...]
    endings: tuple[Ending, ...]
    reader: Reader
    window: Window
    cancel_until: Moment
    rules: str


@fact("porting.port_out_rejected")
class PortOutRejected:
    """It ended with a no. ``ours``: it was our answer, and not the hub's or the recipient's."""

    code: str
    reason: str
    ours: bool
    witness: Witness


@fact("porting.port_out_cancelled")
class PortOutCancelled:
    cause: str
    witness: Witness


@fact("porting.port_out_answer_at_risk")
class PortOutAnswerAtRisk:
    """The hub has no answer of ours yet, and this is when silence becomes a rejection."""

    reference: str
    limit: Moment
    alarm: int  # the how-many-eth
    stands: str  # the phase in which it waits


@fact("porting.port_out_unrecognised")
class PortOutUnrecognised:
    """Something that no rule covers: never a default, always somebody's task."""

    reference: str
    code: str
    text: str


@fact("porting.force_majeure_proposed")
class ForceMajeureProposed:
    by: str
    why: str


@fact("porting.force_majeure_approved")
class ForceMajeureApproved:
    by: str
    proposed_by: str
    why: str
    code: str


@fact("porting.force_majeure_voided")
class ForceMajeureVoided:
    """Nobody else approved in time: the request is answered by rule."""

    proposed_by: str
    why: str


@fact("porting.numbers_left")
class NumbersLeft:
    """The hub says that they moved: the ledger of custody follows in the same transaction."""

    reference: str
    numbers: tuple[Msisdn, ...]
    donor: str
    recipient: str
    at: Moment
    witness: Witness


@fact("porting.line_stopped")
class LineStopped:
    """Our network does not serve it any more."""

    number: Msisdn
    at: Moment


@fact("porting.port_out_completed")
class PortOutCompleted:
    numbers: tuple[Msisdn, ...]


@fact("porting.port_out_undone")
class PortOutUndone:
    """We serve the numbers again. ``by`` is empty when the hub itself took the port back."""

    numbers: tuple[Msisdn, ...]
    donor: str
    recipient: str
    why: str
    by: str
    at: Moment


@fact("porting.line_restored")
class LineRestored:
    number: Msisdn
    at: Moment


@fact("porting.port_out_restored")
class PortOutRestored:
    numbers: tuple[Msisdn, ...]


@fact("porting.port_out_closed")
class PortOutClosed:
    """The time in which it could be undone is over."""


@effect("porting.look_up_served")
class LookUpServed:
    """Read what we serve now; the answer is judged by rule."""

    reference: str
    numbers: tuple[Msisdn, ...]
