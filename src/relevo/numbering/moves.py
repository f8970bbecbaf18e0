"""Which hand-overs of a number there are, and what an entry does to the one before it.

A holder is an operator ("altamar"), the hold of an operator ("hold:altamar": ceased, but still to
be ported, LGTel 70.2), or the range of one ("range:altamar": back with who holds the block, RD
2296/2004 art. 44.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

HOLD, RANGE = "hold:", "range:"
_SHORTEST = timedelta(microseconds=1)


class Ground(StrEnum):
    """Why a number comes to a holder."""

    KNOWN = "known"  # the first that we hear of it
    CUT = "cut"
    GIVEN_BACK = "given_back"
    HOLD_ENDED = "hold_ended"
    RETURNED = "returned"  # by who had it to the holder of its range
    RECLAIMED = "reclaimed"  # the hub says that it is back in its range
    MIGRATED = "migrated"  # by agreement of operators, with many others
    PORTED = "ported"
    CORRECTED = "corrected"  # the hub says that another operator serves it


class ForbiddenMove(ValueError):
    """No hand-over of this kind leads from this holder to that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A number comes to ``holder`` at ``at``; ``caused_by`` names the fact."""

    number: Msisdn
    holder: str
    at: Moment
    ground: Ground
    caused_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who holds a number, and since when."""

    number: Msisdn
    holder: str
    since: Moment


def hold_of(operator: str) -> str:
    """The hold of an operator."""
    return HOLD + operator


def range_of(operator: str) -> str:
    """The range of an operator."""
    return RANGE + operator


def operator_of(holder: str) -> str:
    """The operator behind a holder."""
    return holder.removeprefix(HOLD).removeprefix(RANGE)


def is_operator(holder: str) -> bool:
    """Whether the number is in service there, and not held or returned."""
    return ":" not in holder


MOVES: Mapping[Ground, Callable[[str, str], bool]] = {
    Ground.KNOWN: lambda _, __: False,
    Ground.CUT: lambda was, to: is_operator(was) and to == hold_of(was),
    Ground.GIVEN_BACK: lambda was, to: was == hold_of(to),
    Ground.HOLD_ENDED: lambda was, to: was == hold_of(operator_of(to)) and to.startswith(RANGE),
    Ground.RETURNED: lambda was, to: was.startswith(HOLD) and to.startswith(RANGE),
    Ground.RECLAIMED: lambda was, to: operator_of(was) != operator_of(to) and to.startswith(RANGE),
    Ground.MIGRATED: lambda was, to: is_operator(was) and is_operator(to),
    Ground.PORTED: lambda was, to: not was.startswith(RANGE) and is_operator(to),
    Ground.CORRECTED: lambda _, to: is_operator(to),  # the hub is the authority
}
"""From which holder to which, by ground. A number that is known already is not made known again."""

_OVERTAKEN = frozenset(
    {Ground.KNOWN, Ground.CUT, Ground.GIVEN_BACK, Ground.HOLD_ENDED, Ground.RETURNED}
)
"""Old news: when the number has moved on meanwhile, they change nothing."""


def entry_for(now: Holding | None, wanted: HandOver) -> HandOver | None:
    """The entry to be written, or None when the hand-over is known or overtaken.

    Raises ForbiddenMove when a number would leave a holder from whom it cannot go.
    """
    if now is None:
        return wanted
    if now.holder == wanted.holder:
        return None
    if MOVES[wanted.ground](now.holder, wanted.holder):
        at = max(wanted.at, now.since + _SHORTEST)  # an entry cannot end before it began
        return HandOver(
            number=wanted.number,
            holder=wanted.holder,
            at=at,
            ground=wanted.ground,
            caused_by=wanted.caused_by,
        )
    if wanted.ground in _OVERTAKEN:
        return None
    raise ForbiddenMove(
        f"{wanted.number} is with {now.holder}; {wanted.ground} cannot bring it to {wanted.holder}"
    )
