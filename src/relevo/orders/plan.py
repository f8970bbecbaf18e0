"""The joint plan: from where all lines of an order stand, and the moment, to the next moves.

This is the page on which the bundle moves as one. It is a two-phase commit: every line of a group
is confirmed by the hub for the same day (the votes), and the abort is the regulator's own
cancellation, made before its deadline. The plan is a pure table. For each group of lines the
first rule whose joint state is reached says what to do; then the table is read again, until
nothing changes.

====  ===================================================  ======================================
rule  joint state of the group                             moves
====  ===================================================  ======================================
1     a person has it                                      none: a limit reached is never a loop
2     nothing of it is left to hold back                   none: all have gone, stay, or are out
3     a number that a donor holds has no decision          none: who is not asked is not lost
4     some left without the rest                           the rest follows as fast as it can
5     a line has no day                                    one day for all
6     the hub confirmed another day than the group's       back, and a new day for all
7     the safety time is here and a line is not ready      all go back together, and a new day;
                                                           none while a line waits for a person
8     a visit was agreed for after the safety time          a new day, as soon as it is known
9     there is no time left to ask those not yet asked     the same, at once rather than at the end
10    a line may be asked: its dependants are confirmed    ask for it
====  ===================================================  ======================================

Rule 10 is why a second line cannot be lost: its principal, whose leaving kills it at the donor, is
not asked for before the second line's own port is confirmed. Rule 7 is why it cannot be lost later:
what was confirmed and then died, or has no card to live on, takes its whole group back.

A group that would need its sixth new day is given to a person instead. What the table cannot
express: the hub may answer that a cancellation came too late. That line is ``bound``; it moves in
its old window, whatever we want, and rule 4 is made for those that it leaves behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from relevo.orders.group import (
    Group,
    Trouble,
    answers_due,
    at_the_hub,
    can_leave,
    cancel_limit_of,
    cards_due,
    day_of,
    earliest_windows,
    groups_of,
    may_be_asked,
    safety_of,
    same_day,
)
from relevo.orders.view import NOT_INSTALLED, LineView, Standing
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.moment import Moment

REDATINGS_MAX = 5
"""After so many new days for one group a person decides (about two weeks of a customer's life)."""

ROUNDS_MAX = 20
"""Readings of the table for one group. Five suffice; more would be a mistake in the table."""

Lines = tuple[LineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseDay:
    """The group gets its first day. ``rests_on`` says what made it that late and not earlier."""

    windows: dict[str, Window]
    rests_on: str  # "confirmation_chain" | "card_delivery" | "installation" | "wish"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDay:
    """The group gets another day, because of one of its lines."""

    was: dict[str, Window]
    windows: dict[str, Window]
    because: Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLine:
    """Ask the donor for the port of this line, in this window."""

    line: str
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLineBack:
    """Take the request for this line back."""

    line: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Leave the group to a person."""

    lines: tuple[str, ...]
    because: Trouble
    why: str  # "line_stuck" | "redated_too_often" | "plan_unsettled"


Move = ChooseDay | MoveDay | AskLine | TakeLineBack | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The moves to make, in this order, and how the lines stand once they are made."""

    moves: tuple[Move, ...]
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the plan knows besides the lines."""

    rules: PortingProfile
    at: Moment
    wish: date | None


def settle(lines: Lines, *, rules: PortingProfile, at: Moment, wish: date | None) -> Settled:
    """Read the table for every group until nothing changes."""
    now = Circumstances(rules=rules, at=at, wish=wish)
    made: list[Move] = []
    for first in groups_of(lines):
        members = {line.id for line in first.lines}
        for reading in range(ROUNDS_MAX + 1):
            group = _again(members, lines)
            moves = _read_table(group, now) if reading < ROUNDS_MAX else _unsettled(group)
            if not moves:
                break
            lines = _after(lines, moves, at)
            made += moves
    return Settled(moves=tuple(made), lines=lines)


def next_look(lines: Lines, *, rules: PortingProfile, at: Moment) -> Moment | None:
    """When the table must be read again although nobody says anything: the next safety time."""
    dues = (safety_of(group, rules) for group in groups_of(lines))
    return min((due for due in dues if due is not None and due > at), default=None)


# -- the table ------------------------------------------------------------------------------------

Verdict = tuple[Move, ...] | None
"""None: the joint state is not this one, read on. An empty tuple: it is, and means waiting."""


def _a_person_has_it(group: Group, _: Circumstances) -> Verdict:
    return () if any(line.given_up for line in group.lines) else None


def _nothing_is_left(group: Group, _: Circumstances) -> Verdict:
    return None if group.to_leave else ()


def _a_number_is_undecided(group: Group, _: Circumstances) -> Verdict:
    return None if group.decided else ()


def _some_left_without_the_rest(group: Group, now: Circumstances) -> Verdict:
    """What stays behind dies at the donor: its card may come later, its port may not."""
    if not group.left_behind or at_the_hub(group) or _redatings(group) >= REDATINGS_MAX:
        return None
    soon = earliest_windows(group.to_leave, now.rules, now.at)
    if all(
        line.window is None or line.window.opens <= soon[line.id].opens for line in group.to_leave
    ):
        return None
    return _redate(group, now, group.trouble() or _unconfirmed(group), windows=soon)


def _there_is_no_day(group: Group, now: Circumstances) -> Verdict:
    without = [line for line in group.to_leave if line.window is None]
    if not without:
        return None
    for line in group.to_leave:
        if line.window:  # the others have a day: a number that was decided late joins them
            day = day_of(line.hub, line.window, now.rules)
            joined = {one.id: now.rules.window_on(one.hub, day) for one in without}
            return (ChooseDay(windows=joined, rests_on="confirmation_chain"),)
    return (first_day(group, rules=now.rules, at=now.at, wish=now.wish),)


def _another_day_was_confirmed(group: Group, now: Circumstances) -> Verdict:
    for line in group.to_leave:
        confirmed = line.asked_for if line.standing is Standing.CONFIRMED else None
        if confirmed and line.window and not same_day(line, line.window, now.rules):
            alone = {line.id: confirmed} if len(group.to_leave) == 1 else None
            because = Trouble(line=line.id, why="not_confirmed")
            return _redate(group, now, because, windows=alone)
    return None


def _not_ready_at_the_safety_time(group: Group, now: Circumstances) -> Verdict:
    safety, limit = safety_of(group, now.rules), cancel_limit_of(group, now.rules)
    trouble = group.trouble()
    if trouble is None or safety is None or limit is None or now.at < safety:
        return None
    if now.at >= limit and all(line.standing is Standing.CONFIRMED for line in group.to_leave):
        return ()  # too late to hold anything back, and at least they leave together
    stuck = next((line for line in group.to_leave if line.stuck), None)
    if stuck is not None:  # nobody knows until when: another day would be a guess
        return _give_up(group, Trouble(line=stuck.id, why="rejected"), why="line_stuck")
    return _redate(group, now, trouble)


def _a_visit_is_too_late(group: Group, now: Circumstances) -> Verdict:
    """Only a line of the fixed hub waits for a visit, and its appointment is known long before."""
    safety = safety_of(group, now.rules)
    for line in group.to_leave:
        waits = line.hub is HubKind.FIXED and not line.card_ready and not group.left_behind
        if waits and safety and line.card_due and line.card_due > safety:
            return _redate(group, now, Trouble(line=line.id, why=NOT_INSTALLED)) or None
    return None


def _no_time_is_left_to_ask(group: Group, now: Circumstances) -> Verdict:
    """Only when all that waits could be asked now: while something is being mended nobody knows
    how long it takes, and a new day every few hours would be a lie each time."""
    unasked = tuple(
        line for line in group.to_leave if line.standing in {Standing.WAITING, Standing.GOING_BACK}
    )
    if not unasked or any(line.against or not can_leave(line) for line in unasked):
        return None
    begin = max(now.at, answers_due(group, now.rules) or now.at)
    soon = earliest_windows(unasked, now.rules, begin)
    if all(line.window is None or soon[line.id].opens <= line.window.opens for line in unasked):
        return None
    return _redate(group, now, _unconfirmed(group))


def _a_line_may_be_asked(group: Group, now: Circumstances) -> Verdict:
    asks = [
        AskLine(line=line.id, window=line.window)
        for line in group.to_leave
        if line.window
        and may_be_asked(line)
        and all(other.standing is Standing.CONFIRMED for other in group.dependants(line))
    ]
    return tuple(asks) or None


TABLE: tuple[Callable[[Group, Circumstances], Verdict], ...] = (
    _a_person_has_it,
    _nothing_is_left,
    _a_number_is_undecided,
    _some_left_without_the_rest,
    _there_is_no_day,
    _another_day_was_confirmed,
    _not_ready_at_the_safety_time,
    _a_visit_is_too_late,
    _no_time_is_left_to_ask,
    _a_line_may_be_asked,
)


def _read_table(group: Group, now: Circumstances) -> tuple[Move, ...]:
    for rule in TABLE:
        verdict = rule(group, now)
        if verdict is not None:
            return verdict
    return ()


# -- what the moves are made of -------------------------------------------------------------------


def first_day(group: Group, *, rules: PortingProfile, at: Moment, wish: date | None) -> ChooseDay:
    """The earliest day on which all of the group can leave, and what makes it that late."""
    lines = group.to_leave
    due = cards_due(lines, rules, at)
    chain = earliest_windows(lines, rules, at)
    cards = earliest_windows(lines, rules, at, card_by=due)
    windows = earliest_windows(lines, rules, at, card_by=due, wish=wish)
    if windows == chain:
        rests_on = "confirmation_chain"
    else:
        rests_on = _last_awaited(lines) if windows == cards else "wish"
    return ChooseDay(windows=windows, rests_on=rests_on)


def _last_awaited(lines: Lines) -> str:
    """What the group waits for longest: cards are a mobile's, visits a fibre's."""
    waits = [(line.card_due, line.hub) for line in lines if line.card_due and not line.card_ready]
    return "installation" if waits and max(waits)[1] is HubKind.FIXED else "card_delivery"


def _redate(
    group: Group,
    now: Circumstances,
    because: Trouble,
    *,
    windows: dict[str, Window] | None = None,
) -> tuple[Move, ...]:
    """A new day, and back with every request that names another one."""
    if _redatings(group) >= REDATINGS_MAX:
        return _give_up(group, because, why="redated_too_often")
    if windows is None:
        due = cards_due(group.to_leave, now.rules, now.at)
        windows = earliest_windows(group.to_leave, now.rules, now.at, card_by=due, wish=now.wish)
    was = {line.id: line.window for line in group.to_leave if line.window}
    if was == windows:
        return ()
    back = tuple(
        TakeLineBack(line=line.id, why="redated")
        for line in at_the_hub(group)
        if not same_day(line, windows[line.id], now.rules)
    )
    return (MoveDay(was=was, windows=windows, because=because), *back)


def _give_up(group: Group, because: Trouble, *, why: str) -> tuple[Move, ...]:
    back = tuple(TakeLineBack(line=line.id, why="group_incomplete") for line in at_the_hub(group))
    lines = tuple(line.id for line in group.lines)
    return (*back, GiveUp(lines=lines, because=because, why=why))


def _unsettled(group: Group) -> tuple[Move, ...]:
    """The table ran in a circle: a mistake of ours, and somebody's task at once."""
    because = Trouble(line=group.lines[0].id, why="plan_unsettled")
    return _give_up(group, because, why="plan_unsettled")


def _unconfirmed(group: Group) -> Trouble:
    line = next(one for one in group.to_leave if one.standing is not Standing.CONFIRMED)
    return Trouble(line=line.id, why="not_confirmed")


def _redatings(group: Group) -> int:
    return max(line.redatings for line in group.lines)


def _again(members: set[str], lines: Lines) -> Group:
    return next(group for group in groups_of(lines) if group.lines[0].id in members)


def _after(lines: Lines, moves: tuple[Move, ...], at: Moment) -> Lines:
    """How the lines stand once these moves are made."""
    for move in moves:
        lines = tuple(_line_after(line, move, at) for line in lines)
    return lines


def _line_after(line: LineView, move: Move, at: Moment) -> LineView:
    match move:
        case ChooseDay() if line.id in move.windows:
            return replace(line, window=move.windows[line.id])
        case MoveDay() if line.id in move.windows:
            return replace(line, window=move.windows[line.id], redatings=line.redatings + 1)
        case AskLine() if line.id == move.line:
            return replace(line, standing=Standing.ASKED, asked_for=move.window, asked_at=at)
        case TakeLineBack() if line.id == move.line:
            return replace(line, standing=Standing.GOING_BACK)
        case GiveUp() if line.id in move.lines:
            return replace(line, given_up=True, window=None)
        case _:
            return line
