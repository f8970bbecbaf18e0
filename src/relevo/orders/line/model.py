"""What a line knows of itself."""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import state
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.porting.profile import HubKind, Window
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid


class Phase(StrEnum):
    NEW = "new"
    HELD = "held"  # it stays with the donor and is watched
    WAITING = "waiting"  # prepared; its port is not asked for
    ASKED = "asked"
    CONFIRMED = "confirmed"
    GOING_BACK = "going_back"
    BOUND = "bound"  # the cancellation came too late
    MOVED = "moved"  # served by the recipient, not yet proven
    LIVE = "live"
    TAKEN_OUT = "taken_out"
    SETTLED = "settled"


class Reason(StrEnum):
    """Why a line refuses a command."""

    NOT_PREPARED = "not_prepared"
    ALREADY_PREPARED = "already_prepared"
    NOT_WAITING = "not_waiting"
    NOTHING_TO_MEND = "nothing_to_mend"
    NOTHING_CHANGED = "nothing_changed"


@state("orders.line_state")
class Line:
    process_id: str
    phase: Phase = Phase.NEW
    line: HeldLine | None = None
    customer: Party | None = None
    recipient: str = ""
    sim: SimKind = SimKind.CARD
    rules: str = ""
    consent_at: Moment | None = None
    iccid: Iccid | None = None  # the one reserved for the number
    card_ready: bool = False
    other_road: bool = False  # the first way to a card failed: the second one was taken
    attempt: int = 0  # ports asked for
    at_the_hub: bool = False  # the last of them is open
    window: Window | None = None
    against: str = ""  # why the last port was rejected, until that is mended
    rejections: int = 0  # in a row
    desk_rounds: int = 0  # how often the donor's desk was asked about a rejection
    papers: tuple[str, ...] = ()  # what the customer was asked for; nothing twice
    cease_denials: int = 0  # how often the donor said, in a row, that the number is being ceased
    is_dead: bool = False
    dead_at_donor: bool = False
    recoveries: int = 0
    leaving: str = ""  # why it is being taken out of the order
    is_installing: bool = False  # a visit was asked for, and the new access not yet proven
    is_released: bool = False  # the donor's access was given up

    def __post_init__(self) -> None:
        if self.phase is not Phase.NEW:
            assert self.line is not None, f"a line that is {self.phase} is known"
        if self.phase not in {Phase.NEW, Phase.HELD, Phase.GOING_BACK, Phase.TAKEN_OUT}:
            assert self.customer is not None, f"a line that is {self.phase} has a customer"
        if self.phase in {Phase.ASKED, Phase.CONFIRMED, Phase.BOUND}:
            assert self.attempt > 0, f"a line that is {self.phase} was asked for"

    @property
    def hub(self) -> HubKind:
        """The hub that the line's number goes through."""
        is_mobile = self.line is not None and self.line.kind is LineKind.MOBILE
        return HubKind.MOBILE if is_mobile else HubKind.FIXED
