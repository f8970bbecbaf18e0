"""The words of a wish to cease a number, and those by which a network stops and starts a line."""

from __future__ import annotations

from relevo.customers.served import Reader, ServedLine
from relevo.engine.process import effect, fact, message
from relevo.porting.cease.model import Tie, Wish
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

KIND = "porting.cease"


@message("porting.ask_cease")
class AskCease:
    """Somebody wants a number to be ceased. ``by`` and ``why`` are kept with it."""

    number: Msisdn
    operator: str  # us
    by: str
    why: str
    rules: str
    hub: HubKind
    not_before: Moment | None = None
    reply_to: Reader | None = None  # who is told what becomes of the wish, besides the customer


@message("porting.decide_cease")
class DecideCease:
    """A person's word on a wish that is held: it goes ahead with what hangs on it, or not at all.

    Nobody can decide over an order or a request that is under way: those have to be decided where
    they are.
    """

    ceases: bool
    by: str
    why: str


@message("porting.ties_found")
class TiesFound:
    """What we serve of the number, and what it is tied to, at this moment."""

    served: ServedLine | None
    ties: tuple[Tie, ...]


@message("porting.service_read")
class ServiceRead:
    """Whether our network serves the number."""

    number: Msisdn
    is_served: bool
    at: Moment


@fact("porting.cease_asked")
class CeaseAsked:
    wish: Wish


@fact("porting.cease_checked")
class CeaseChecked:
    """Its day has come: what the number is tied to is looked up."""

    number: Msisdn


@fact("porting.cease_held")
class CeaseHeld:
    """Somebody is undecided about the number. Both sides are told: its customers, and who asked."""

    wish: Wish
    ties: tuple[Tie, ...]
    readers: tuple[Reader, ...]


@fact("porting.cease_decided")
class CeaseDecided:
    number: Msisdn
    ceases: bool
    by: str
    why: str


@fact("porting.cease_started")
class CeaseStarted:
    """Nothing stands against it (any more)."""

    number: Msisdn
    is_own_range: bool


@fact("porting.cease_unrecognised")
class CeaseUnrecognised:
    """Our network does not stop the line: somebody's task."""

    number: Msisdn
    code: str
    text: str


@fact("porting.number_ceased")
class NumberCeased:
    """Out of service, and in the time in which it can still be ported."""

    number: Msisdn
    operator: str
    at: Moment
    is_own_range: bool
    held_until: Moment
    is_portable: bool = True  # until then, at another operator
    readers: tuple[Reader, ...] = ()  # who heard that it was held, and hear that it is done
    rules: str = ""
    hub: HubKind = HubKind.MOBILE


@fact("porting.cease_dropped")
class CeaseDropped:
    """The number is not ceased. ``readers`` heard that it would be, and hear that it is not."""

    wish: Wish
    why: str  # "not_served" | "customer_keeps" | "decided"
    readers: tuple[Reader, ...]


@effect("porting.look_up_ties")
class LookUpTies:
    """Read what we serve of the number, and what it is tied to."""

    number: Msisdn
    operator: str


@effect("porting.stop_service")
class StopService:
    """Our network lets go of the number."""

    number: Msisdn


@effect("porting.restore_service")
class RestoreService:
    """Our network serves the number again, on the card that it had."""

    hub: HubKind
    number: Msisdn
    iccid: Iccid | None


@effect("porting.read_service")
class ReadService:
    """Ask our network whether it serves the number."""

    number: Msisdn
