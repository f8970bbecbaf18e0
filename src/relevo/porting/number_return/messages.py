"""The words of a return (the hub's *baja*): notice, hold, cancellation, and the way back.

Only a number that was ported to us goes back to the holder of its range; one of our own range
stays in quarantine with us. While the return is pending the last holder may still port the
number: the hub then holds the return (BDET) until that request has ended (porting-es 3.3, 3.9.5).
"""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import effect, fact, message
from relevo.porting.number_return.model import Matter
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class ReturnState(StrEnum):
    """What a witness says of a return; the hub's own codes stay in the country's codec."""

    NOTIFIED = "notified"  # BNOT
    HELD = "held"  # BDET: somebody asks for the number
    CANCELLED = "cancelled"  # BCAN
    RETURNED = "returned"  # BDEF
    UNCLEAR = "unclear"  # a state of which the facts do not say what it means (BFIN)


@message("porting.return_accepted")
class ReturnAccepted:
    """The hub has our notice; the number goes back in that window unless somebody ports it."""

    reference: str
    window: Window


@message("porting.return_declined")
class ReturnDeclined:
    """The hub refused the notice or its cancellation at once."""

    code: str
    text: str
    of: str  # "notice" | "cancellation"


@message("porting.return_seen")
class ReturnSeen:
    reference: str
    number: Msisdn
    state: ReturnState
    witness: Witness
    at: Moment
    cause: str = ""
    window: Window | None = None


@effect("porting.send_return_notice")
class SendReturnNotice:
    number: Msisdn
    operator: str  # us
    ceased_at: Moment
    rules: str
    hub: HubKind = HubKind.MOBILE


@effect("porting.send_return_cancellation")
class SendReturnCancellation:
    reference: str
    number: Msisdn
    operator: str
    hub: HubKind = HubKind.MOBILE


@effect("porting.query_return")
class QueryReturn:
    reference: str
    number: Msisdn
    operator: str
    hub: HubKind = HubKind.MOBILE


@message("porting.start_return")
class StartReturn:
    """A number that was ported to us is not used any more; it was ceased outside of relevo."""

    matter: Matter
    by: str


@message("porting.number_came_back")
class NumberCameBack:
    """The hub's list says that a number of our range is ours again."""

    matter: Matter
    file: str


@message("porting.keep_number")
class KeepNumber:
    """The customer came back, or ceasing it was a mistake. ``by`` and ``why`` are kept with it."""

    by: str
    why: str


@message("porting.try_return_again")
class TryReturnAgain:
    """Somebody has mended what stood in the way."""

    by: str


@message("porting.settle_return")
class SettleReturn:
    """A person says what a state means that nobody could tell us."""

    state: ReturnState
    at: Moment
    by: str
    why: str


@message("porting.standing_found")
class StandingFound:
    """What the hub's bulletin says; operators are empty where it cannot be asked."""

    serving: str
    range_holder: str
    is_in_process: bool


@message("porting.holding_found")
class HoldingFound:
    """What our own books say: who holds the number, and what of ours is tied to it."""

    holder: str  # as in the ledger of custody; empty for a number that it does not know
    uses: tuple[str, ...]
    step: str  # as asked: an answer to an earlier look decides nothing now


@fact("porting.return_started")
class ReturnStarted:
    """Ceased, and another operator's range: it will go back."""

    matter: Matter


@fact("porting.return_reopened")
class ReturnReopened:
    """A person has it announced anew."""

    number: Msisdn
    by: str


@fact("porting.return_notice_sent")
class ReturnNoticeSent:
    number: Msisdn
    range_holder: str


@fact("porting.return_notified")
class ReturnNotified:
    """The hub has it (BNOT), for the first time or again."""

    number: Msisdn
    operator: str
    reference: str
    window: Window | None
    witness: Witness


@fact("porting.return_held")
class ReturnHeld:
    """Somebody asks for the number (BDET): nothing moves before that has ended."""

    number: Msisdn
    operator: str
    reference: str


@fact("porting.return_keeping")
class ReturnKeeping:
    """The customer came back in time; the hub is told."""

    number: Msisdn
    by: str
    why: str


@fact("porting.return_kept")
class ReturnKept:
    """The number does not go back; our network is to serve it again."""

    number: Msisdn
    operator: str


@fact("porting.number_kept")
class NumberKept:
    """Our network serves it again. Custody: from our hold to us."""

    number: Msisdn
    operator: str
    at: Moment


@fact("porting.return_cancel_seen")
class ReturnCancelSeen:
    """Cancelled (BCAN), and not by us."""

    number: Msisdn
    cause: str


@fact("porting.return_overtaken")
class ReturnOvertaken:
    """Another operator serves the number; the port itself hands it over in the ledger."""

    number: Msisdn
    operator: str
    serving: str  # empty when the hub does not say


@fact("porting.number_returned")
class NumberReturned:
    """Custody: from our hold to the range of its holder (BDEF)."""

    number: Msisdn
    operator: str
    range_holder: str
    at: Moment
    witness: Witness


@fact("porting.return_unclear")
class ReturnUnclear:
    """Nobody can tell what it means: somebody's task."""

    number: Msisdn
    code: str
    text: str


@fact("porting.return_stuck")
class ReturnStuck:
    """It goes on by itself, but somebody should look."""

    number: Msisdn
    code: str
    text: str


@fact("porting.return_late")
class ReturnLate:
    """Its window has passed, and nobody has seen it go back."""

    number: Msisdn
    window: Window


@fact("porting.return_settled")
class ReturnSettled:
    number: Msisdn
    state: ReturnState
    by: str
    why: str


@fact("porting.number_holding")
class NumberHolding:
    """Ceased, and of our own range: nobody is told, it rests with us."""

    matter: Matter


@fact("porting.number_back_claimed")
class NumberBackClaimed:
    """A list says that it is ours again: first we look whether anybody uses it."""

    matter: Matter
    file: str


@fact("porting.number_back_refused")
class NumberBackRefused:
    """It is in use here: not taken back into the range, and somebody's task."""

    number: Msisdn
    uses: tuple[str, ...]


@fact("porting.number_resting")
class NumberResting:
    """Custody: to our own range. It is not sold before ``free_at``."""

    number: Msisdn
    operator: str
    at: Moment
    free_at: Moment
    is_own_hold: bool  # from our hold; otherwise another operator gave it back


@fact("porting.number_free")
class NumberFree:
    """It may be sold again."""

    number: Msisdn
    operator: str


@effect("porting.look_up_standing")
class LookUpStanding:
    """Ask the hub's bulletin who serves the number and whose range it is."""

    hub: HubKind
    number: Msisdn


@effect("porting.look_up_holding")
class LookUpHolding:
    """Look into our own books."""

    number: Msisdn
    operator: str
    step: str  # for which step of the process: its phase
