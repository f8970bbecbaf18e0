"""The words of a recovery (LGTel 70.2 and 70.3: the hold, and the donor's duty to reactivate)."""

from __future__ import annotations

from relevo.engine.process import effect, fact, message
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@message("porting.recover_number")
class RecoverNumber:
    """A number that the donor still ought to serve has no sign of life."""

    number: Msisdn
    donor: str
    order: str
    line: str
    rules: str
    last_good_at: Moment  # the last probe that was answered
    noticed_at: Moment
    recipient: str = ""  # who asks the donor; empty: the operator whose desk this is


@message("porting.desk_answered")
class DeskAnswered:
    """The donor's desk wrote back."""

    topic: str  # "reactivate" | "holder_check" | "status"
    verdict: str  # "accepted" | "refused" | "done" | "as_given"
    at: Moment
    text: str = ""
    ceased_at: Moment | None = None
    expected_by: Moment | None = None
    served_again_at: Moment | None = None


@message("porting.number_seen_alive")
class NumberSeenAlive:
    """A probe reached the number again."""

    at: Moment


@message("porting.number_has_moved")
class NumberHasMoved:
    """The number was ported out of its hold; the donor need not give it back any more."""

    at: Moment


@fact("porting.number_cut")
class NumberCut:
    """Custody: from the operator to its hold. ``at`` is the earliest time known so far."""

    number: Msisdn
    donor: str
    order: str
    line: str
    at: Moment
    held_until: Moment
    rules: str = ""
    recipient: str = ""
    noticed_at: Moment | None = None


@fact("porting.reactivation_asked")
class ReactivationAsked:
    number: Msisdn
    donor: str
    attempt: int


@fact("porting.reactivation_promised")
class ReactivationPromised:
    number: Msisdn
    donor: str
    by: Moment
    ceased_at: Moment | None


@fact("porting.reactivation_reported")
class ReactivationReported:
    """The desk says that the number is served again; nobody has reached it yet."""

    number: Msisdn
    donor: str
    line: str
    served_again_at: Moment | None
    ceased_at: Moment | None = None


@fact("porting.number_reached")
class NumberReached:
    """A probe reached the number: it is back. The exact time may still come from the desk."""

    number: Msisdn
    donor: str
    line: str
    at: Moment


@fact("porting.recovery_escalated")
class RecoveryEscalated:
    number: Msisdn
    level: int
    why: str


@fact("porting.recovery_reminded")
class RecoveryReminded:
    """The top of the ladder is reached: the level stays, and whoever has it is reminded."""

    number: Msisdn
    level: int
    why: str
    attempt: int  # the letter that did not help: no more than one reminder for each


@fact("porting.number_recovered")
class NumberRecovered:
    """Custody: from the hold back to the operator. The dead time is exact when the desk said it."""

    number: Msisdn
    donor: str
    line: str
    dead_from: Moment
    dead_until: Moment


@fact("porting.number_left_hold")
class NumberLeftHold:
    """It was ported before the donor gave it back; since when it was cut the desk may still say."""

    number: Msisdn
    donor: str
    line: str
    at: Moment


@fact("porting.recovery_overtaken")
class RecoveryOvertaken:
    """The number was ported out of the hold before the donor gave it back."""

    number: Msisdn
    line: str
    dead_from: Moment
    dead_until: Moment


@fact("porting.hold_ended")
class HoldEnded:
    """The hold is over and the number is not back: the range holder has it."""

    number: Msisdn
    donor: str


@effect("porting.ask_donor_desk")
class AskDonorDesk:
    """A message from our desk to the donor's, with its ground in law."""

    operator: str  # whom we write to
    sender: str  # who we are
    topic: str
    number: Msisdn
    order: str
    grounds: str
    attempt: int
