"""What the order knows of each of its lines: all that the joint plan looks at, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from relevo.orders.held import HeldLine, LineKind
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.moment import Moment


class Standing(StrEnum):
    """Where a line stands on its way from the donor to the recipient."""

    STAYING = "staying"  # it is not part of the move: kept, ceased, or with another operator
    UNDECIDED = "undecided"  # the donor holds it and nobody said yet what becomes of it
    WAITING = "waiting"  # it is to move; its port is not asked for
    ASKED = "asked"
    CONFIRMED = "confirmed"
    GOING_BACK = "going_back"  # we took the request back and await the hub's word on it
    BOUND = "bound"  # it could not be taken back: it will move in the window it was asked for
    MOVED = "moved"
    LIVE = "live"
    OUT = "out"  # taken out of the order


ON_ITS_WAY = frozenset({Standing.WAITING, Standing.ASKED, Standing.CONFIRMED, Standing.GOING_BACK})
"""Still to leave, and still ours to hold back."""

GONE = frozenset({Standing.BOUND, Standing.MOVED, Standing.LIVE})
"""Left, or certain to leave: nothing can hold it back."""

AT_THE_HUB = frozenset({Standing.ASKED, Standing.CONFIRMED})
"""A request of ours lies there and can be taken back until the regulator's deadline."""

FROM_HOLD = "ask_from_hold"
"""How a dead number is mended that its donor does not give back: it is ported out of the hold."""


NOT_INSTALLED = "not_installed"
"""What stands against a line whose new access is not there yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line as the plan sees it."""

    id: str
    hub: HubKind
    donor: str
    standing: Standing
    depends_on: str = ""
    moves_with: str = ""
    window: Window | None = None  # the one of the day that the group has now
    asked_for: Window | None = None  # the one that the hub was asked for, or that it confirmed
    asked_at: Moment | None = None
    card_ready: bool = False  # in hand, installed, or none is needed; of a fibre: proven
    card_due: Moment | None = None  # when a card ought to be in hand, or a visit to be over
    alive: bool = True
    from_hold: bool = False  # dead, and to be asked out of the donor's hold (LGTel 70.2)
    against: str = ""  # what stands against asking; "" when nothing does
    stuck: bool = False  # what stands against it waits for a person
    redatings: int = 0
    given_up: bool = False  # the plan gave its group to a person


def view_of(line: HeldLine, standing: Standing, card_due: Moment | None = None) -> LineView:
    """The view of a line of which nothing but its order is known."""
    mobile = line.kind is LineKind.MOBILE
    return LineView(
        id=line.id,
        hub=HubKind.MOBILE if mobile else HubKind.FIXED,
        donor=line.donor,
        standing=standing,
        depends_on=line.depends_on,
        moves_with=line.moves_with,
        card_ready=not mobile,
        card_due=card_due if mobile else None,
    )


def to_install(view: LineView, line: HeldLine, rules: PortingProfile, at: Moment) -> LineView:
    """The view of a line that moves: a fibre waits for a visit, as a mobile does for its card."""
    if line.kind is not LineKind.FIBRE:
        return view
    calendar, terms = rules.calendar(view.hub), rules.recipient(view.hub)
    day = calendar.working_day_after(calendar.local(at).date(), terms.visit_within_working_days)
    return replace(view, card_ready=False, card_due=calendar.at(day, terms.visit_ends))
