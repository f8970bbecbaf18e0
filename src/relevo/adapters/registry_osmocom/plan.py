"""What has to be done so that the HLR holds what is wanted of one line: pure.

The number of a line that changes its card has to leave the old one before the new one can take it,
for a number may stand only once. So the steps come in rounds: all of one are done before the next
begins, and when the new card does not take the number the old one gets it back.
"""

from __future__ import annotations

from dataclasses import dataclass

from relevo.adapters.registry_osmocom.records import (
    AS_CREATED,
    OFF,
    Access,
    Change,
    Create,
    Row,
    SetAccess,
    SetNumber,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The card that the number was taken off, and what it could do."""

    imsi: str
    access: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One line as it is to be; no IMSI: the number is to be nowhere."""

    number: int  # in the order of asking
    key: str
    subject: str
    state: str  # "reserved" | "active" | "absent"
    iccid: str = ""
    imsi: str = ""
    access: Access = OFF
    left: Left | None = None  # noted before the number was taken off a card

    @property
    def msisdn(self) -> str:
        """The number in the HLR's form."""
        return self.subject.removeprefix("+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rounds for one line; ``refusal``: it cannot be."""

    creates: tuple[Change, ...] = ()
    takes_off: tuple[Change, ...] = ()
    puts_on: tuple[Change, ...] = ()
    switches: tuple[Change, ...] = ()
    left: Left | None = None
    is_live: bool = False  # a phone has to hear of it
    refusal: str = ""


def plan(wish: Wish, holder: Row | None, own: Row | None) -> Plan:
    """The way from what is (who has the number, the card's own row) to what is wanted."""
    is_live = any(row is not None and row.is_live for row in (holder, own))
    moves = holder is not None and holder.imsi != wish.imsi
    off = _taken_off(holder) if holder is not None and moves else ()
    left = _left(wish, holder) if holder is not None and moves else wish.left
    if wish.state == "absent":
        return Plan(takes_off=off, is_live=is_live)
    if own is not None and own.msisdn not in {"", wish.msisdn}:
        return Plan(refusal="card_in_use", left=wish.left)
    was = AS_CREATED if own is None else own.access
    return Plan(
        creates=() if own is not None else (Create(wish.imsi),),
        takes_off=off,
        puts_on=() if own is not None and own.msisdn else (SetNumber(wish.imsi, wish.msisdn),),
        switches=() if was == wish.access else (SetAccess(wish.imsi, wish.access, was),),
        left=left,
        is_live=is_live,
    )


def undo(wish: Wish, plan: Plan) -> tuple[Change, ...]:
    """The new card does not get the number: the old one is as it was, and a row that was made for
    this can do nothing."""
    left = plan.left
    back: tuple[Change, ...] = ()
    if left is not None:
        other = Access(cs=not left.access.cs, ps=not left.access.ps)  # so that both are written
        back = (SetNumber(left.imsi, wish.msisdn), SetAccess(left.imsi, left.access, other))
    return (*back, SetAccess(wish.imsi, OFF, AS_CREATED)) if plan.creates else back


def is_undone(plan: Plan, holder: Row | None) -> bool:
    """Whether the card that had the number has it again."""
    left = plan.left
    return left is None or (holder is not None and holder.imsi == left.imsi)


def is_fulfilled(wish: Wish, holder: Row | None) -> bool:
    """Whether what was read back is what was asked for."""
    if wish.state == "absent" or holder is None:
        return wish.state == "absent" and holder is None
    return holder.imsi == wish.imsi and holder.access == wish.access


def _left(wish: Wish, holder: Row) -> Left:
    """What the card could do before anybody began to take the number off it."""
    if wish.left is not None and wish.left.imsi == holder.imsi:
        return wish.left
    return Left(imsi=holder.imsi, access=holder.access)


def _taken_off(holder: Row) -> tuple[Change, ...]:
    """The card first stops working, then has no number: a live phone hears both."""
    off = (SetAccess(holder.imsi, OFF, holder.access),) if holder.access.is_any else ()
    return (*off, SetNumber(holder.imsi, None))
