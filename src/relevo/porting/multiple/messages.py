"""The words of a multiple request: one reference, one window, a verdict for each number.

The donor may confirm only some numbers. The reduced list then has to be agreed to before the
request counts as confirmed (porting-es 3.9.2, the two-phase confirm); what fell out of it is free
to be asked for again, alone.

One number alone is an individual request to every hub. It goes through the same process, with the
effects and the answers of a port-in, so that what fell out of a request is followed as before.
"""

from __future__ import annotations

from relevo.engine.process import effect, fact, message
from relevo.porting.multiple.model import WantedNumber
from relevo.porting.port_in.messages import HubState, Witness
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Holder

__all__ = [
    "AgreeToReduced",
    "CancelMultiple",
    "MultipleCancellationAsked",
    "MultipleCancellationMissed",
    "MultipleCancelled",
    "MultipleCompleted",
    "MultipleConfirmed",
    "MultipleDonorCorrected",
    "MultipleDrafted",
    "MultipleQueued",
    "MultipleReduced",
    "MultipleRejected",
    "MultipleReplyOverdue",
    "MultipleRequested",
    "MultipleSeen",
    "MultipleSent",
    "MultipleUnrecognised",
    "QueryMultiple",
    "RequestMultiple",
    "SendMultipleRequest",
    "WantedNumber",
]


@message("porting.request_multiple")
class RequestMultiple:
    """Ask one donor for several numbers of one holder.

    ``groups`` are those among them that go together or not at all: a principal and what lives on
    its card.
    """

    numbers: tuple[WantedNumber, ...]
    hub: HubKind
    donor: str
    recipient: str
    holder: Holder
    order: str
    rules: str  # profile code, pinned
    consent_at: Moment
    groups: tuple[tuple[Msisdn, ...], ...] = ()
    window: Window | None = None


@message("porting.cancel_multiple")
class CancelMultiple:
    """Take the whole request back."""

    why: str  # "redated" | "customer" | "error"


@message("porting.multiple_seen")
class MultipleSeen:
    """A witness says in which state a multiple request is.

    ``confirmed`` are the numbers of a partial confirmation; empty means all. ``awaits_agreement``
    is true while the hub keeps the request back until we agree to the reduced list.
    """

    reference: str
    state: HubState
    witness: Witness
    at: Moment
    cause: str = ""
    window: Window | None = None
    confirmed: tuple[Msisdn, ...] = ()
    awaits_agreement: bool = False


@fact("porting.multiple_drafted")
class MultipleDrafted:
    numbers: tuple[WantedNumber, ...]
    groups: tuple[tuple[Msisdn, ...], ...]
    hub: HubKind
    donor: str
    recipient: str
    holder: Holder
    order: str
    rules: str
    consent_at: Moment
    contract_code: str  # our own id at the hub, 11 characters
    window: Window | None


@fact("porting.multiple_queued")
class MultipleQueued:
    """It waits at our side: hub closed, quota used up, or a temporary error."""

    until: Moment
    why: str


@fact("porting.multiple_sent")
class MultipleSent:
    sending: int  # how many times it was sent


@fact("porting.multiple_donor_corrected")
class MultipleDonorCorrected:
    numbers: tuple[Msisdn, ...]
    donor_was: str
    donor: str


@fact("porting.multiple_requested")
class MultipleRequested:
    reference: str
    donor: str
    window: Window
    reply_due: Moment
    cancel_until: Moment


@fact("porting.multiple_reduced")
class MultipleReduced:
    """The donor said yes to some only. ``agrees`` is what we answer, and why it may be no:
    going on would tear apart what must stay together."""

    confirmed: tuple[Msisdn, ...]
    fell_out: tuple[Msisdn, ...]
    agrees: bool
    witness: Witness


@fact("porting.multiple_confirmed")
class MultipleConfirmed:
    """What goes in this window, and what fell out: free to be asked for again, alone."""

    reference: str
    window: Window
    cancel_until: Moment
    numbers: tuple[Msisdn, ...]
    fell_out: tuple[Msisdn, ...]
    witness: Witness


@fact("porting.multiple_rejected")
class MultipleRejected:
    """One no for all of them. ``reason`` is our word for ``code``; ``split_avoided`` are the
    numbers that fell out of a reduced list to which we said no."""

    numbers: tuple[Msisdn, ...]
    code: str
    reason: str
    who_acts: str
    resubmit: str
    witness: Witness
    split_avoided: tuple[Msisdn, ...] = ()
    right_donor: str = ""


@fact("porting.multiple_cancellation_asked")
class MultipleCancellationAsked:
    why: str


@fact("porting.multiple_cancellation_missed")
class MultipleCancellationMissed:
    """The deadline has passed or the hub refused: the port will happen."""

    why: str
    code: str


@fact("porting.multiple_cancelled")
class MultipleCancelled:
    why: str


@fact("porting.multiple_completed")
class MultipleCompleted:
    """These numbers have moved: the ledger of custody follows in the same transaction."""

    numbers: tuple[Msisdn, ...]
    donor: str
    recipient: str
    at: Moment
    witness: Witness


@fact("porting.multiple_reply_overdue")
class MultipleReplyOverdue:
    """The donor's limit is over and no witness has told an answer: we look ourselves."""

    due: Moment


@fact("porting.multiple_unrecognised")
class MultipleUnrecognised:
    """A code that the profile does not know: never a default, always somebody's task."""

    code: str
    text: str


@effect("porting.send_multiple_request")
class SendMultipleRequest:
    """Answered by HubAccepted or HubDeclined, as a request for one number is."""

    hub: HubKind
    numbers: tuple[WantedNumber, ...]
    donor: str
    recipient: str
    holder: Holder
    contract_code: str
    rules: str
    consent_at: Moment
    window: Window | None


@effect("porting.agree_to_reduced")
class AgreeToReduced:
    """Answer the donor's partial confirmation: go on with what is left, or drop it all."""

    hub: HubKind
    reference: str
    contract_code: str
    recipient: str
    agrees: bool


@effect("porting.query_multiple")
class QueryMultiple:
    """Ask the hub in which state the request is, number by number."""

    hub: HubKind
    reference: str
    contract_code: str
    recipient: str
