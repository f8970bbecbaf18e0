"""Custody, the desk's list and what we serve follow the facts of returns, in their transaction."""

from __future__ import annotations

from typing import Any

from relevo.customers.actions import NewStanding, stand_lines
from relevo.customers.served import ServedStatus
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.numbering.actions import hand_over
from relevo.numbering.moves import Ground, HandOver, range_of
from relevo.porting.number_return.folding import FACTS, PHASES
from relevo.porting.number_return.lifecycle import FINAL
from relevo.porting.number_return.messages import (
    NumberBackClaimed,
    NumberBackRefused,
    NumberHolding,
    NumberKept,
    NumberResting,
    NumberReturned,
    ReturnLate,
    ReturnNotified,
    ReturnStarted,
    ReturnStuck,
    ReturnUnclear,
)
from relevo.porting.number_return.model import ReturnPhase

_SQL = statements("relevo.porting", "returns")
UNKNOWN = "unknown"  # the holder of a range that no hub has named
_HANDS_OVER = (NumberReturned, NumberKept, NumberResting)
_OPENS = (ReturnStarted, NumberHolding, NumberBackClaimed)


def return_projections() -> tuple[Projection, ...]:
    """All of them; custody first."""
    return (
        Projection(facts=_HANDS_OVER, write=write_custody),
        Projection(facts=FACTS, write=write_returns),
        Projection(facts=_HANDS_OVER, write=write_served),
    )


def write_custody(cursor: Cursor, records: list[Recorded]) -> None:
    """Who holds a number that goes back, stays or rests."""
    hand_over(cursor, [hand_over_in(record) for record in records])


def hand_over_in(record: Recorded) -> HandOver:
    """What a fact does to the custody of its number."""
    fact: Any = record.fact
    match fact:
        case NumberKept():
            holder, ground = fact.operator, Ground.GIVEN_BACK
        case NumberResting():
            holder = range_of(fact.operator)
            ground = Ground.HOLD_ENDED if fact.is_own_hold else Ground.RECLAIMED
        case _:
            holder, ground = range_of(fact.range_holder or UNKNOWN), Ground.RETURNED
    return HandOver(
        number=fact.number,
        holder=holder,
        at=fact.at,
        ground=ground,
        caused_by=f"{record.process_id}@{record.version}",
    )


def write_served(cursor: Cursor, records: list[Recorded]) -> None:
    """What we serve again, or no longer at all."""
    changes = [
        NewStanding(
            number=record.fact.number,
            status=ServedStatus.ACTIVE
            if isinstance(record.fact, NumberKept)
            else ServedStatus.RETURNED,
            at=record.fact.at,
            caused_by=f"{record.process_id}@{record.version}",
        )
        for record in records
    ]
    stand_lines(cursor, changes)


def write_returns(cursor: Cursor, records: list[Recorded]) -> None:
    """The list of the desk, in the order of the facts."""
    for record in records:
        fact: Any = record.fact
        phase: ReturnPhase | None = PHASES.get(type(fact))
        if isinstance(fact, _OPENS):
            held = fact.matter
            row = (
                record.process_id,
                held.number,
                held.hub.value,
                held.operator,
                held.since,
                record.at,
            )
            cursor.execute(_SQL["open"], row)
        reference = window = None
        if isinstance(fact, ReturnNotified):
            reference, window = fact.reference, fact.window.opens if fact.window else None
        cursor.execute(
            _SQL["progress"],
            {
                "process_id": record.process_id,
                "state": phase.value if phase else None,
                "is_open": None if phase is None else phase not in FINAL,
                "reference": reference,
                "window_opens": window,
                "task": _task(fact) if phase or _task(fact) else None,
                "at": record.at,
            },
        )


def _task(fact: object) -> str:
    """What somebody has to look at; whatever moves on is nobody's task any more."""
    match fact:
        case ReturnUnclear() | ReturnStuck():
            return f"{fact.code}: {fact.text}"
        case ReturnLate():
            return f"late: its window opened {fact.window.opens:%Y-%m-%d %H:%M}Z"
        case NumberBackRefused():
            return f"the hub says that it is ours again, but: {', '.join(fact.uses)}"
        case _:
            return ""
