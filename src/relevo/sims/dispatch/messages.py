"""The words of a dispatch. A trouble always has a reason and an action (rights-care 4.1)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from relevo.engine.process import effect, fact, message
from relevo.values.address import Address
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid


class ParcelState(StrEnum):
    LABEL_CREATED = "label_created"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    OUT = "out"
    ATTEMPT_FAILED = "attempt_failed"
    AT_PICKUP = "at_pickup"
    REDIRECTED = "redirected"
    HELD = "held"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    DAMAGED = "damaged"
    DELIVERED = "delivered"
    UNRECOGNISED = "unrecognised"


@message("sims.dispatch_card")
class DispatchCard:
    number: Msisdn
    iccid: Iccid
    name: str
    phone: Msisdn
    address: Address
    order: str
    line: str
    rules: str
    pin: str  # the courier asks the customer for it: proof of delivery that leaves a trace


@message("sims.parcel_accepted")
class ParcelAccepted:
    """``label`` is what the courier printed, where it says so: it must be what the order says."""

    tracking_code: str
    expected_on: date
    label: tuple[str, ...] = ()


@message("sims.parcel_declined")
class ParcelDeclined:
    """The courier does not take the parcel; the field tells what is wrong with the label."""

    field: str
    text: str


@message("sims.parcel_seen")
class ParcelSeen:
    """The courier's scan, in our vocabulary."""

    tracking_code: str
    state: ParcelState
    at: Moment
    reason: str = ""
    action: str = ""
    city: str = ""
    proof: str = ""


@message("sims.deliver_elsewhere")
class DeliverElsewhere:
    """Where the parcel is to come, or on which day, is another from now on.

    Whoever tells this has proved the address, and who says so; the courier believes us.
    """

    address: Address | None  # None: where it was to come
    on: date | None  # None: as soon as may be
    by: str  # "customer", or the member of staff who was told
    channel: str


@message("sims.confirm_delivery")
class ConfirmDelivery:
    """He says that he has the card."""

    by: str
    channel: str


@message("sims.contest_delivery")
class ContestDelivery:
    """He says that he does not have the card, whatever the courier says."""

    by: str
    channel: str


@message("sims.present_card")
class PresentCard:
    """He reads out the number that is printed on the card in his hand."""

    iccid: Iccid
    by: str
    channel: str


@message("sims.stop_dispatch")
class StopDispatch:
    """The card is not needed any more (an eSIM serves the number, or the line is withdrawn)."""

    why: str


@fact("sims.card_tied")
class CardTied:
    """Custody of cards: this ICCID carries this number from now on."""

    number: Msisdn
    iccid: Iccid
    order: str
    line: str
    name: str
    phone: Msisdn
    address: Address
    rules: str
    pin: str


@fact("sims.parcel_ordered")
class ParcelOrdered:
    number: Msisdn
    iccid: Iccid
    tracking_code: str
    expected_on: date
    printed: tuple[str, ...] = ()  # the label, as the courier says that it printed it


@fact("sims.parcel_progressed")
class ParcelProgressed:
    number: Msisdn
    tracking_code: str
    state: ParcelState
    at: Moment
    city: str


@fact("sims.parcel_troubled")
class ParcelTroubled:
    """``reason`` and ``action`` are never empty. Silence is a trouble too (reason "silence").

    ``state`` is the courier's scan that shows it; None when it is we who miss something.
    """

    number: Msisdn
    line: str
    tracking_code: str
    reason: str
    action: str
    at: Moment
    state: ParcelState | None = None


@fact("sims.parcel_mend_asked")
class ParcelMendAsked:
    """The courier was asked to put a trouble right."""

    number: Msisdn
    tracking_code: str
    action: str
    attempt: int


@fact("sims.delivery_changed")
class DeliveryChanged:
    number: Msisdn
    line: str
    tracking_code: str  # empty: the courier has not taken it yet
    address: Address
    was: Address
    on: date | None
    by: str
    channel: str
    at: Moment


@fact("sims.delivery_contested")
class DeliveryContested:
    """The courier says delivered, and the customer does not have it."""

    number: Msisdn
    line: str
    tracking_code: str
    iccid: Iccid
    by: str
    channel: str
    at: Moment


@fact("sims.card_presented")
class CardPresented:
    """The number on the card in his hand is that of the card of this line: proof that he has it."""

    number: Msisdn
    line: str
    iccid: Iccid
    by: str
    channel: str
    at: Moment


@fact("sims.card_mismatched")
class CardMismatched:
    """The number that was read out is not that of the card of this line."""

    number: Msisdn
    line: str
    iccid: Iccid  # as it was read out
    by: str
    channel: str
    at: Moment


@fact("sims.card_in_hand")
class CardInHand:
    """Delivered, and the proof is ours: the PIN of our order, or the customer's own word."""

    number: Msisdn
    line: str
    iccid: Iccid
    at: Moment
    proof: str


@fact("sims.card_lost")
class CardLost:
    """The card will not arrive; its ICCID is blocked at once."""

    number: Msisdn
    line: str
    iccid: Iccid
    why: str


@fact("sims.dispatch_stopped")
class DispatchStopped:
    number: Msisdn
    iccid: Iccid
    why: str


@effect("sims.order_parcel")
class OrderParcel:
    reference: str
    iccid: Iccid
    name: str
    phone: Msisdn
    address: Address
    pin: str


@effect("sims.mend_parcel")
class MendParcel:
    """Relabel, redirect, trace or call back a parcel."""

    tracking_code: str
    action: str  # "relabel" | "redirect" | "trace" | "return"
    address: Address | None  # where it is to go; None: it is not a matter of the address
    attempt: int
    on: date | None = None  # the day on which it is to come; None: as soon as may be
