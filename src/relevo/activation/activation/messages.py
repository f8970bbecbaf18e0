"""The words of an activation. Records prove nothing here; only probes do (rights-care 5)."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.activation import ladder
from relevo.engine.process import effect, fact, message
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid

Capability = ladder.Capability


@message("activation.watch_line")
class WatchLine:
    """Watch a line from the acceptance of its order; ``subject`` is its number or its line id."""

    subject: str
    line: str
    order: str
    donor: str
    recipient: str
    capabilities: tuple[Capability, ...]  # what this kind of line has to be able to do
    rules: str


@message("activation.reserve_line")
class ReserveLine:
    iccid: Iccid | None


@message("activation.activate_line")
class ActivateLine:
    """The number has moved (or is about to, at ``at``): serve it."""

    iccid: Iccid | None
    at: Moment


@message("activation.move_expected")
class MoveExpected:
    """The port is confirmed for this window: in it, a gap is the change-over and no alarm."""

    opens: Moment
    closes: Moment


@message("activation.call_off_move")
class CallOffMove:
    """The request was taken back: nothing is expected of its window any more."""


@message("activation.withdraw_line")
class WithdrawLine:
    why: str


@message("activation.number_held")
class NumberHeld:
    """Who has the number, by our own ledger, once it is known that it left us at least once."""

    holder: str


@message("activation.network_answered")
class NetworkAnswered:
    event: str  # "reserved" | "provisioned" | "failed" | "withdrawn" | "registered"
    at: Moment
    reason: str = ""


@message("activation.line_probed")
class LineProbed:
    """What test calls saw; told only when it differs from what was seen before."""

    calls_in: dict[str, int]  # origin network -> SIP status (200, 404, 480); empty: has no calls
    works: dict[str, bool]  # capability -> seen to work, for all but calls_in
    registered: bool
    last_good_at: Moment | None  # the last probe before this one that reached the number
    at: Moment


@message("activation.take_self_test")
class TakeSelfTest:
    """What the customer found when he tried his line, step by step; untried steps are left out."""

    test_id: str
    works: dict[str, bool]  # capability -> whether it worked for him
    by: str  # "customer", or the member of staff who tried it with him
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """One line of the registry's own log."""

    at: Moment
    state: str  # "reserved" | "active" | "absent"


@message("activation.record_read")
class RecordRead:
    """What the registry holds of our line, and what its log says how it came about."""

    present: bool
    state: str
    iccid: str
    changed_at: Moment | None
    at: Moment
    log: tuple[RecordChange, ...] = ()


@fact("activation.watch_started")
class WatchStarted:
    subject: str
    line: str
    order: str
    donor: str
    recipient: str
    capabilities: tuple[Capability, ...]
    rules: str
    at: Moment | None = None  # None: stated before it was kept


@fact("activation.line_doubted")
class LineDoubted:
    """One probe found the number nowhere; it is looked at again before anybody is alarmed."""

    subject: str
    line: str
    at: Moment


@fact("activation.move_called_off")
class MoveCalledOff:
    subject: str
    line: str


@fact("activation.move_awaited")
class MoveAwaited:
    """When the number is to leave the donor. ``activates``: we serve it then, without a word."""

    subject: str
    line: str
    iccid: Iccid | None
    opens: Moment
    closes: Moment
    activates: bool


@fact("activation.life_sign_lost")
class LifeSignLost:
    """Nobody can call the number: every origin network hears that it does not exist."""

    subject: str
    line: str
    serving: str  # who ought to serve it
    at_donor: bool
    last_good_at: Moment
    at: Moment


@fact("activation.life_sign_back")
class LifeSignBack:
    """The number can be called again; exact ends where the registry's own log has them.

    ``except_from``: the origin networks whose callers still hear that it does not exist.
    """

    subject: str
    line: str
    serving: str
    at_donor: bool
    dead_from: Moment
    dead_until: Moment
    except_from: tuple[str, ...] = ()
    moved_at: Moment | None = None  # when it left its donor, where that was while it was dead


@fact("activation.reservation_asked")
class ReservationAsked:
    subject: str
    iccid: Iccid | None
    attempt: int
    at: Moment


@fact("activation.line_reserved")
class LineReserved:
    subject: str
    line: str
    iccid: Iccid | None


@fact("activation.record_vanished")
class RecordVanished:
    """The registry does not know a line that we put there."""

    subject: str
    line: str
    at: Moment
    since: Moment | None = None  # when it was lost, where the registry's log has it


@fact("activation.record_restored")
class RecordRestored:
    subject: str
    line: str
    at: Moment


@fact("activation.provisioning_asked")
class ProvisioningAsked:
    subject: str
    iccid: Iccid | None
    attempt: int
    at: Moment
    moved_at: Moment | None = None


@fact("activation.provisioning_failed")
class ProvisioningFailed:
    """``who_acts`` is "nobody" as long as it is tried again by itself soon, else "network"."""

    subject: str
    line: str
    reason: str
    attempt: int
    who_acts: str = "nobody"


@fact("activation.line_provisioned")
class LineProvisioned:
    """A record, not yet a proof."""

    subject: str
    line: str
    at: Moment


@fact("activation.card_registered")
class CardRegistered:
    subject: str
    line: str
    at: Moment


@fact("activation.capability_proven")
class CapabilityProven:
    subject: str
    line: str
    capability: Capability
    at: Moment


@fact("activation.capability_lost")
class CapabilityLost:
    """``except_from``: the origin networks that do not get through; empty: nobody does."""

    subject: str
    line: str
    capability: Capability
    except_from: tuple[str, ...]
    at: Moment


@fact("activation.line_self_tested")
class LineSelfTested:
    """The customer's own test: evidence beside our probes, and no less true than they.

    ``disagrees``: what did not work for him, and is not known to fail. Somebody looks at it.
    """

    subject: str
    line: str
    test_id: str
    works: dict[str, bool]
    disagrees: tuple[Capability, ...]
    by: str
    channel: str
    at: Moment


@fact("activation.line_works")
class LineWorks:
    """Every capability of the line has been seen to work, from every origin network."""

    subject: str
    line: str
    at: Moment


@fact("activation.line_unproven")
class LineUnproven:
    """A day later something still has not been seen to work: somebody's task.

    ``who_acts`` is "customer" while the card was never seen on the air, else "network".
    """

    subject: str
    line: str
    missing: tuple[Capability, ...]
    who_acts: str
    reminder: int
    at: Moment


@fact("activation.watch_ended")
class WatchEnded:
    subject: str
    line: str
    why: str


@effect("activation.put_subscription", renews=True)
class PutSubscription:
    subject: str
    iccid: Iccid | None
    state: str  # "reserved" | "active"
    capabilities: tuple[Capability, ...]


@effect("activation.drop_subscription")
class DropSubscription:
    subject: str


@effect("activation.read_subscription", renews=True)
class ReadSubscription:
    subject: str


@effect("activation.arm_watch", renews=True)
class ArmWatch:
    subject: str
    every_minutes: int


@effect("activation.disarm_watch")
class DisarmWatch:
    subject: str
