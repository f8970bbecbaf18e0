"""Why each line waits: what the joint plan knows, line by line, so that people can read it.

The plan decides for groups; who looks at one line asks another question: what does *this* one wait
for, and which line is that about? The answers come from the same views and the same tests that the
plan uses (``group.py``), so the two cannot tell different stories.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from relevo.orders.group import Group, answers_due, cancel_limit_of, groups_of, safety_of
from relevo.orders.view import LineView, Standing
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

_MAY_STILL_COME = frozenset({"not_confirmed", "card_not_in_hand"})
"""Troubles at the safety time that keep nobody from asking the donor before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """``line`` waits for something of ``on`` (itself, often); ``until`` where that has a limit."""

    line: str
    on: str
    why: str  # "dependant_unconfirmed", "number_undecided", a trouble of the plan, …
    until: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeen:
    """Lines that leave together: the day's own limits, and whether a person has them."""

    lines: tuple[str, ...]
    safety_at: Moment | None
    cancel_until: Moment | None
    given_up: bool


def waits_of(lines: tuple[LineView, ...], rules: PortingProfile) -> tuple[Wait, ...]:
    """What each line waits for, in the order of the lines; one that waits for nothing has none."""
    found = [
        wait
        for group in groups_of(lines)
        for line in group.lines
        for wait in _of_line(line, group, lines, rules)
    ]
    places = {line.id: place for place, line in enumerate(lines)}
    return tuple(sorted(found, key=lambda wait: places[wait.line]))


def groups_seen(lines: tuple[LineView, ...], rules: PortingProfile) -> tuple[GroupSeen, ...]:
    """The groups of an order, for who looks at them."""
    return tuple(
        GroupSeen(
            lines=tuple(line.id for line in group.lines),
            safety_at=safety_of(group, rules),
            cancel_until=cancel_limit_of(group, rules),
            given_up=any(line.given_up for line in group.lines),
        )
        for group in groups_of(lines)
    )


def _of_line(
    line: LineView, group: Group, lines: tuple[LineView, ...], rules: PortingProfile
) -> tuple[Wait, ...]:
    itself = Wait(line=line.id, on=line.id, why="")
    match line.standing:
        case Standing.UNDECIDED:
            return (replace(itself, why="undecided"),)
        case Standing.WAITING:
            return _to_be_asked(line, group, lines)
        case Standing.ASKED:
            alone = Group(lines=(line,), decided=True)
            return (replace(itself, why="donor_answers", until=answers_due(alone, rules)),)
        case Standing.CONFIRMED:
            return _to_leave(line, group, rules)
        case Standing.GOING_BACK:
            return (replace(itself, why="hub_confirms_return"),)
        case Standing.BOUND:
            opens = line.asked_for.opens if line.asked_for else None
            return (replace(itself, why="window_opens", until=opens),)
        case Standing.MOVED:
            return (replace(itself, why="proof"),)
        case Standing.STAYING | Standing.LIVE | Standing.OUT:
            return ()


def _to_be_asked(line: LineView, group: Group, lines: tuple[LineView, ...]) -> tuple[Wait, ...]:
    """What stands between a line and its request to the donor."""
    itself = Wait(line=line.id, on=line.id, why="")
    if any(member.given_up for member in group.lines):
        return (replace(itself, why="person_decides"),)
    if not group.decided:
        donors = {member.donor for member in group.lines}
        return tuple(
            replace(itself, on=other.id, why="number_undecided")
            for other in lines
            if other.standing is Standing.UNDECIDED and other.donor in donors
        )
    own = _lacks(line)
    waits = (
        [replace(itself, why=own)] if own not in {"", "not_confirmed", "card_not_in_hand"} else []
    )
    waits += [
        replace(itself, on=other.id, why="dependant_unconfirmed")
        for other in group.dependants(line)
        if other.standing is not Standing.CONFIRMED
    ]
    if not waits:
        waits.append(replace(itself, why="next_request" if line.window else "no_day"))
    return tuple(waits)


def _to_leave(line: LineView, group: Group, rules: PortingProfile) -> tuple[Wait, ...]:
    """A confirmed line leaves on its day, if its group lacks nothing at the safety time."""
    itself = Wait(line=line.id, on=line.id, why="")
    safety = safety_of(group, rules)
    lacking = [] if group.left_behind else [(other, _lacks(other)) for other in group.to_leave]
    waits = [replace(itself, on=other.id, why=why, until=safety) for other, why in lacking if why]
    opens = line.window.opens if line.window else None
    return tuple(waits) or (replace(itself, why="window_opens", until=opens),)


def _lacks(line: LineView) -> str:
    """What the plan would hold against this line alone."""
    trouble = Group(lines=(line,), decided=True).trouble()
    return trouble.why if trouble else ""
