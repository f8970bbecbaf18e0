"""Lines that must leave together, and what can be said of them as one.

A group is a connected part of "depends on" and "moves with". What holds for one of its lines holds
for all: the same day, and the same abort. A line that nothing ties to another is its own group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from relevo.orders.view import AT_THE_HUB, GONE, NOT_INSTALLED, ON_ITS_WAY, LineView, Standing
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.moment import Moment

DAYS_TRIED_MAX = 10
"""Rounds in which several hubs look for a day that suits all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a line cannot leave on its day."""

    line: str
    why: str  # "number_dead" | "rejected" | "not_confirmed" | "card_not_in_hand" | "not_installed"


_GRAVEST_FIRST = ("number_dead", "rejected", NOT_INSTALLED, "not_confirmed", "card_not_in_hand")
"""A principal is not confirmed because its second line was rejected: the latter is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one group, and whether every number of theirs has a decision."""

    lines: tuple[LineView, ...]
    decided: bool

    @property
    def to_leave(self) -> tuple[LineView, ...]:
        """The lines that are still to move and that we can still hold back."""
        return tuple(line for line in self.lines if line.standing in ON_ITS_WAY)

    @property
    def left_behind(self) -> bool:
        """Some have gone without the others: those left must follow, card or no card."""
        return any(line.standing in GONE for line in self.lines)

    def dependants(self, principal: LineView) -> tuple[LineView, ...]:
        """The lines that die at the donor when this one leaves and that are to leave as well."""
        return tuple(line for line in self.to_leave if line.depends_on == principal.id)

    def trouble(self, *, card_matters: bool = True) -> Trouble | None:
        """The gravest thing that keeps the group from leaving; None when all lines are ready."""
        matters = card_matters and not self.left_behind
        lacks = [(_lacks(line, card_matters=matters), line) for line in self.to_leave]
        found = [Trouble(line=line.id, why=why) for why, line in lacks if why]
        return min(found, key=lambda trouble: _GRAVEST_FIRST.index(trouble.why), default=None)


def groups_of(lines: Iterable[LineView]) -> tuple[Group, ...]:
    """All groups, in the order in which their first lines stand in the order.

    The gate (LGTel 70.5, RD 899/2009 art. 10.1: a port ends all services tied to the number): a
    group is decided when every number is that its donors hold for this customer, in it or not.
    """
    everything = tuple(lines)
    open_at = {line.donor for line in everything if line.standing is Standing.UNDECIDED}
    found = []
    left = list(everything)
    while left:
        members = [left.pop(0)]
        for member in members:  # grows while we walk it
            tied = [line for line in left if _tied(line, member)]
            members += tied
            left = [line for line in left if line not in tied]
        ordered = tuple(line for line in everything if line in members)
        decided = not any(line.donor in open_at for line in ordered)
        found.append(Group(lines=ordered, decided=decided))
    return tuple(found)


def chain_steps(lines: Iterable[LineView]) -> int:
    """How many requests must follow one another: the longest chain of dependence among these."""
    principal = {line.id: line.depends_on for line in lines}

    def depth(line: str) -> int:
        seen: list[str] = []
        while line in principal and line not in seen:
            seen.append(line)
            line = principal[line]
        return len(seen)

    return max((depth(line) for line in principal), default=0)


def earliest_windows(
    lines: tuple[LineView, ...],
    rules: PortingProfile,
    at: Moment,
    *,
    card_by: Moment | None = None,
    wish: date | None = None,
) -> dict[str, Window]:
    """Windows on the earliest day that has room for the whole chain, the same day for all.

    Each hub has its own needs; the latest of them is proposed to the others until all agree.
    """
    steps = max(1, chain_steps(lines))
    hubs = sorted({line.hub for line in lines})
    windows: dict[HubKind, Window] = {}
    for _ in range(DAYS_TRIED_MAX):
        windows = {
            hub: rules.chain_window(hub, at, steps=steps, ready_by=card_by, wish=wish)
            for hub in hubs
        }
        days = {day_of(hub, window, rules) for hub, window in windows.items()}
        if len(days) == 1:
            break
        wish = max(days)
    return {line.id: windows[line.hub] for line in lines}


def day_of(hub: HubKind, window: Window, rules: PortingProfile) -> date:
    """The day of a window, as people at the hub count days."""
    return rules.calendar(hub).local(window.opens).date()


def same_day(line: LineView, wanted: Window, rules: PortingProfile) -> bool:
    """Whether the hub was asked for the day that this window lies on."""
    return line.asked_for is not None and (
        day_of(line.hub, line.asked_for, rules) == day_of(line.hub, wanted, rules)
    )


def cards_due(lines: Iterable[LineView], rules: PortingProfile, at: Moment) -> Moment | None:
    """When the last card that travels ought to be in hand; a late one is counted afresh."""
    dues = [
        line.card_due if line.card_due > at else rules.card_ready_by(at)
        for line in lines
        if line.card_due is not None and not line.card_ready
    ]
    return max(dues, default=None)


def safety_of(group: Group, rules: PortingProfile) -> Moment | None:
    """Our own limit: from here on nothing leaves that is not ready. None without a day."""
    return min(
        (rules.safety_at(line.hub, line.window) for line in group.to_leave if line.window),
        default=None,
    )


def cancel_limit_of(group: Group, rules: PortingProfile) -> Moment | None:
    """The regulator's limit: from here on nothing can be taken back. None without a day."""
    return min(
        (rules.cancel_until(line.hub, line.window) for line in group.to_leave if line.window),
        default=None,
    )


def answers_due(group: Group, rules: PortingProfile) -> Moment | None:
    """When the last answer that we await must have come, at the worst."""
    return max(
        (
            rules.reply_due(line.hub, rules.opens_at(line.hub, line.asked_at))
            for line in group.to_leave
            if line.standing is Standing.ASKED and line.asked_at is not None
        ),
        default=None,
    )


def may_be_asked(line: LineView) -> bool:
    """Whether nothing stands against asking for its port, but perhaps its dependants."""
    return line.standing is Standing.WAITING and not line.against and can_leave(line)


def can_leave(line: LineView) -> bool:
    """Whether the number lives, or is to be ported out of the donor's hold all the same."""
    return line.alive or line.from_hold


def _lacks(line: LineView, *, card_matters: bool) -> str:
    if not can_leave(line):
        return "number_dead"
    if line.against:
        return NOT_INSTALLED if line.against == NOT_INSTALLED else "rejected"
    if line.standing is not Standing.CONFIRMED:
        return "not_confirmed"
    if line.card_ready or not card_matters:
        return ""
    return "card_not_in_hand" if line.hub is HubKind.MOBILE else NOT_INSTALLED


def _tied(one: LineView, other: LineView) -> bool:
    return one.id in {other.depends_on, other.moves_with} or other.id in {
        one.depends_on,
        one.moves_with,
    }


def at_the_hub(group: Group) -> tuple[LineView, ...]:
    """The lines whose requests lie at a hub and can be taken back."""
    return tuple(line for line in group.to_leave if line.standing in AT_THE_HUB)
