"""The words of a port-in: commands, what the hub and the donor say, facts and effects.

One state has three witnesses: the hub's mailbox, a query and the daily status file. All of them
arrive as ``PortStateSeen``; which one it was is kept, but decides nothing (porting-es 3.10).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from relevo.engine.process import effect, fact, message
from relevo.porting.profile import HubKind, Window
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder
from relevo.values.simcard import Iccid


class HubState(StrEnum):
    """What a witness says of a request; the hub's own codes stay in the country's codec."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    PORTED = "ported"


class Witness(StrEnum):
    MAILBOX = "mailbox"
    QUERY = "query"
    FILE = "file"
    REPLY = "reply"


@message("porting.request_port_in")
class RequestPortIn:
    """Ask the donor for a number. ``window`` is the one chosen for the group."""

    number: Msisdn
    hub: HubKind
    donor: str
    recipient: str
    holder: Holder
    order: str
    line: str
    rules: str  # profile code, pinned
    consent_at: Moment
    window: Window | None = None
    donor_iccid: Iccid | None = None  # prepaid lines are validated by the card
    prepaid: bool = False
    held_at_donor: bool = False  # the number is cut and lies in its hold
    address: Address | None = None  # the fixed hub wants to know where the line is (porting-es 6.2)


@message("porting.cancel_port_in")
class CancelPortIn:
    """Take the request back, for example because the group is re-dated."""

    why: str  # "redated" | "customer" | "group_incomplete" | "error"


@message("porting.hub_accepted")
class HubAccepted:
    """The hub stored the request (or says that our earlier one is stored)."""

    reference: str
    donor: str  # may have been corrected by the hub
    window: Window
    reply_due: Moment


@message("porting.hub_declined")
class HubDeclined:
    """The hub refused the request or the cancellation at once; or a notice of it about this
    process cannot be read (then ``code`` is its kind and ``text`` says why)."""

    code: str
    text: str
    of: str  # "request" | "cancellation" | "notice"
    field: str = ""
    right_donor: str = ""  # operator name, when the hub names it
    live_reference: str = ""  # somebody else's live process on this number


@message("porting.port_state_seen")
class PortStateSeen:
    """A witness says in which state the request is."""

    reference: str
    state: HubState
    witness: Witness
    at: Moment  # when the hub says that it came about
    cause: str = ""  # the wire code of a rejection or cancellation
    window: Window | None = None
    expected_on: date | None = None  # it lies in the hub's queue until that day
    not_before: Moment | None = None  # the donor lets the number go from then on
    donor: str = ""  # may have been corrected by the hub
    donor_cancellation: str = ""  # under this code the donor asks us to cancel it


@message("porting.port_not_in_file")
class PortNotInFile:
    """The hub's daily list of all processes does not show this one, though the hub has it."""

    file: str


@fact("porting.port_in_drafted")
class PortInDrafted:
    number: Msisdn
    hub: HubKind
    donor: str
    recipient: str
    holder: Holder
    order: str
    line: str
    rules: str
    consent_at: Moment
    contract_code: str  # our own id at the hub, 11 characters
    window: Window | None
    donor_iccid: Iccid | None
    prepaid: bool
    held_at_donor: bool
    address: Address | None = None


@fact("porting.port_in_queued")
class PortInQueued:
    """It waits at our side: hub closed, quota used up, or a temporary error."""

    number: Msisdn
    until: Moment
    why: str


@fact("porting.port_in_sent")
class PortInSent:
    number: Msisdn
    sending: int  # how many times it was sent


@fact("porting.donor_corrected")
class DonorCorrected:
    number: Msisdn
    donor_was: str
    donor: str


@fact("porting.port_in_requested")
class PortInRequested:
    number: Msisdn
    reference: str
    donor: str
    window: Window
    reply_due: Moment
    cancel_until: Moment


@fact("porting.port_in_queued_at_hub")
class PortInQueuedAtHub:
    """The hub has it and deals with it on a later day; the answer and the window move with it."""

    number: Msisdn
    expected_on: date
    window: Window
    reply_due: Moment
    cancel_until: Moment


@fact("porting.port_in_announced")
class PortInAnnounced:
    """The hub has told everybody when the number moves; until then it can still be rejected."""

    number: Msisdn
    at: Moment


@fact("porting.port_in_unread")
class PortInUnread:
    """The hub could not read a file of ours: said once, this is not news a second time."""

    number: Msisdn
    said: str


@fact("porting.port_in_confirmed")
class PortInConfirmed:
    number: Msisdn
    reference: str
    window: Window
    cancel_until: Moment
    witness: Witness


@fact("porting.port_in_rejected")
class PortInRejected:
    """The donor's (or, for silence, the hub's) no. ``reason`` is our word for ``code``."""

    number: Msisdn
    code: str
    reason: str
    who_acts: str
    resubmit: str
    witness: Witness


@fact("porting.cancellation_asked")
class CancellationAsked:
    number: Msisdn
    why: str


@fact("porting.cancellation_missed")
class CancellationMissed:
    """The deadline has passed or the hub refused: the port will happen."""

    number: Msisdn
    why: str
    code: str
    is_confirmed: bool = False  # so it stands at the hub: the donor has said yes


@fact("porting.port_in_cancelled")
class PortInCancelled:
    number: Msisdn
    why: str


@fact("porting.port_in_completed")
class PortInCompleted:
    """The number has moved: the ledger of custody follows in the same transaction."""

    number: Msisdn
    donor: str
    recipient: str
    at: Moment
    witness: Witness


@fact("porting.reply_overdue")
class ReplyOverdue:
    """The donor's limit is over and no witness has told an answer: we look ourselves."""

    number: Msisdn
    due: Moment


@fact("porting.port_in_unrecognised")
class PortInUnrecognised:
    """A code that the profile does not know: never a default, always somebody's task."""

    number: Msisdn
    code: str
    text: str


@effect("porting.send_port_request", renews=True)
class SendPortRequest:
    hub: HubKind
    number: Msisdn
    donor: str
    recipient: str
    holder: Holder
    contract_code: str
    rules: str
    consent_at: Moment
    window: Window | None
    donor_iccid: Iccid | None
    prepaid: bool
    address: Address | None = None


@effect("porting.send_port_cancellation")
class SendPortCancellation:
    hub: HubKind
    number: Msisdn
    reference: str
    contract_code: str
    recipient: str
    why: str
    donor: str = ""  # some hubs want to know whom it goes to


@effect("porting.perform_port")
class PerformPort:
    """Say that the number has moved, at a hub that leaves this to the recipient."""

    hub: HubKind
    number: Msisdn
    reference: str
    contract_code: str
    donor: str
    recipient: str


@effect("porting.query_port", renews=True)
class QueryPort:
    hub: HubKind
    number: Msisdn
    reference: str
    contract_code: str
    recipient: str
