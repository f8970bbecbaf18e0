"""The words of an order: the bundle as one."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from relevo.engine.process import fact, message
from relevo.orders.consent import Consent
from relevo.orders.held import Choice, HeldLine, LineKind, Party, SimKind
from relevo.orders.view import LineView
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

__all__ = [
    "CheckFailedAgain",
    "CheckPassed",
    "Choice",
    "DecideNumber",
    "GroupRedated",
    "GroupResumed",
    "HeldLine",
    "LineKind",
    "LineMovedAlone",
    "LineNoted",
    "NumberDecided",
    "NumberUndecided",
    "OrderAccepted",
    "OrderClosed",
    "OrderStuck",
    "OrderWithdrawing",
    "OrderWithdrawn",
    "Party",
    "PlaceOrder",
    "PromiseGiven",
    "PromiseTakenBack",
    "ResumeGroup",
    "SimKind",
    "WindowChosen",
    "WithdrawOrder",
]


@message("orders.place_order")
class PlaceOrder:
    """A checked order. ``lines`` are all that the donor holds; ``moving`` are those ordered."""

    customer: Party
    recipient: str
    lines: tuple[HeldLine, ...]
    moving: tuple[str, ...]
    sim: SimKind
    wish: date | None
    rules: str
    consent_at: Moment
    sims: dict[str, SimKind] = field(default_factory=dict)  # lines whose card comes otherwise
    consent: Consent | None = None  # None: given on another way, of which there is other proof


@message("orders.decide_number")
class DecideNumber:
    """The customer's (or an agent's) answer to what becomes of a number."""

    line: str
    choice: Choice
    by: str
    channel: str


@message("orders.resume_group")
class ResumeGroup:
    """A person has cleared what the plan gave up on: plan the group of this line again."""

    line: str
    by: str
    why: str


@message("orders.withdraw_order")
class WithdrawOrder:
    why: str
    by: str


@fact("orders.order_accepted")
class OrderAccepted:
    customer: Party
    recipient: str
    lines: tuple[HeldLine, ...]
    moving: tuple[str, ...]
    sim: SimKind
    wish: date | None
    rules: str
    consent_at: Moment
    card_due: Moment | None = None  # when the cards ought to be in hand; None without cards
    sims: dict[str, SimKind] = field(default_factory=dict)
    consent: Consent | None = None


@fact("orders.number_undecided")
class NumberUndecided:
    """The donor holds it, the order does not name it: the customer is asked, the group waits."""

    line: str
    number: Msisdn | None
    depends_on: str
    asked: int = 1  # how many times the customer was asked; more than 1 is a reminder


@fact("orders.number_decided")
class NumberDecided:
    line: str
    choice: Choice
    by: str
    channel: str
    dies_with: str = ""  # kept, but it lives on the card of this line, which leaves


@fact("orders.line_noted")
class LineNoted:
    """What the order knows of a line has changed; the joint plan looks at this and nothing else."""

    view: LineView


@fact("orders.promise_given")
class PromiseGiven:
    """The date at which the bundle works was promised; ``number`` counts the promises so far."""

    number: int
    due: Moment


@fact("orders.promise_taken_back")
class PromiseTakenBack:
    """The bundle has no day any more: the promise is released before it is due, and he is told."""

    number: int


@fact("orders.group_resumed")
class GroupResumed:
    lines: tuple[str, ...]
    by: str
    why: str


@fact("orders.window_chosen")
class WindowChosen:
    """All lines of a group get the same day. The first one is a promise."""

    lines: tuple[str, ...]
    windows: dict[str, Window]  # line -> its window on that day
    rests_on: (
        str  # what the date rests on, a text key: "confirmation_chain" | "card_delivery" | "wish"
    )


@fact("orders.group_redated")
class GroupRedated:
    """The group goes back together, before the regulator's deadline, and gets a new day."""

    lines: tuple[str, ...]
    was: dict[str, Window]
    windows: dict[str, Window]
    because_line: str
    why: str  # "card_not_in_hand" | "not_confirmed" | "number_dead" | "rejected"


@fact("orders.line_moved_alone")
class LineMovedAlone:
    """A cancellation came too late or was refused: a line moves without its group."""

    line: str
    why: str


@fact("orders.check_passed")
class CheckPassed:
    """A service that the welcome letter names was seen to work."""

    line: str


@fact("orders.check_failed_again")
class CheckFailedAgain:
    """It had passed, and the number is in trouble again before the order closed."""

    line: str


@fact("orders.order_stuck")
class OrderStuck:
    """A limit is reached (re-dating rounds, attempts): it is a person's task now."""

    line: str
    why: str
    undated: tuple[str, ...] = ()  # lines that have no day any more


@fact("orders.order_closed")
class OrderClosed:
    """Every check of the welcome letter has passed."""

    lines: tuple[str, ...]


@fact("orders.order_withdrawing")
class OrderWithdrawing:
    why: str
    by: str


@fact("orders.order_withdrawn")
class OrderWithdrawn:
    why: str
