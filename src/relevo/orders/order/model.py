"""What an order knows of itself."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from relevo.engine.process import state
from relevo.orders.held import Choice, HeldLine, Party, SimKind
from relevo.orders.view import LineView, Standing
from relevo.values.moment import Moment


class Phase(StrEnum):
    DRAFTED = "drafted"
    UNDER_WAY = "under_way"
    WITHDRAWING = "withdrawing"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why an order refuses a command."""

    NOT_PLACED = "not_placed"
    ALREADY_PLACED = "already_placed"
    NO_SUCH_LINE = "no_such_line"
    LINE_ALREADY_MOVING = "line_already_moving"
    NUMBER_ALREADY_CEASED = "number_already_ceased"
    LINE_HAS_MOVED = "line_has_moved"
    BEING_WITHDRAWN = "being_withdrawn"
    NOTHING_TO_RESUME = "nothing_to_resume"


@state("orders.order_state")
class Order:
    key: str
    phase: Phase = Phase.DRAFTED
    customer: Party | None = None
    recipient: str = ""
    lines: tuple[HeldLine, ...] = ()
    views: tuple[LineView, ...] = ()
    sim: SimKind = SimKind.CARD
    wish: date | None = None
    rules: str = ""
    consent_at: Moment | None = None
    decisions: dict[str, Choice] | None = None
    times_asked: int = 0  # how often the customer was asked about undecided numbers
    passed: tuple[str, ...] = ()  # the checks of the welcome letter that have passed
    promise_number: int = 0
    promise_due: Moment | None = None
    withdrawn_why: str = ""
    sims: dict[str, SimKind] | None = None  # lines whose card comes otherwise than ``sim`` says

    def __post_init__(self) -> None:
        if self.phase is not Phase.DRAFTED:
            assert self.customer is not None, "an accepted order has a customer"
            assert self.consent_at is not None, "an accepted order has a consent"
            assert self.views, "an accepted order has lines"

    @property
    def watched_only(self) -> tuple[str, ...]:
        """The lines that do not move and that are watched, because the move touches them."""
        kept = {line for line, choice in (self.decisions or {}).items() if choice is Choice.KEEP}
        return tuple(
            view.id
            for view in self.views
            if view.standing is Standing.UNDECIDED
            or (view.standing is Standing.STAYING and view.id in kept)
        )

    def sim_of(self, line: str) -> SimKind:
        """How the new card of a line comes."""
        return (self.sims or {}).get(line, self.sim)

    def line(self, name: str) -> HeldLine | None:
        return next((line for line in self.lines if line.id == name), None)

    def view(self, name: str) -> LineView | None:
        return next((view for view in self.views if view.id == name), None)
