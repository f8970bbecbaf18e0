"""The ledger of custody follows the facts of ports and recoveries, in their own transaction."""

from __future__ import annotations

from typing import Any

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.numbering.actions import hand_over
from relevo.numbering.moves import Ground, HandOver, hold_of, range_of
from relevo.porting.port_in.messages import DonorCorrected, PortInCompleted, PortInDrafted
from relevo.porting.recovery.messages import (
    HoldEnded,
    NumberCut,
    NumberReached,
    NumberRecovered,
)
from relevo.values.moment import Moment

_FACTS: tuple[type, ...] = (
    PortInDrafted,
    DonorCorrected,
    PortInCompleted,
    NumberCut,
    NumberReached,
    NumberRecovered,
    HoldEnded,
)


def custody_projection() -> Projection:
    """Who holds a number, as ports and recoveries hand it over."""
    return Projection(facts=_FACTS, write=write_custody)


def write_custody(cursor: Cursor, records: list[Recorded]) -> None:
    """Write the hand-overs that these facts cause, in their order."""
    rows = [row for record in records if (row := hand_over_in(record)) is not None]
    hand_over(cursor, rows)


def hand_over_in(record: Recorded) -> HandOver | None:
    """What a fact does to the custody of its number."""
    holder, ground, at = _meaning(record.fact, record.at)
    if ground is None:
        return None
    return HandOver(
        number=record.fact.number,
        holder=holder,
        at=at,
        ground=ground,
        caused_by=f"{record.process_id}@{record.version}",
    )


def _meaning(fact: Any, at: Moment) -> tuple[str, Ground | None, Moment]:
    match fact:
        case PortInDrafted():
            # A request for a number that nobody told us of: whom we ask is who has it.
            holder = hold_of(fact.donor) if fact.held_at_donor else fact.donor
            return holder, Ground.KNOWN, at
        case DonorCorrected():
            return fact.donor, Ground.CORRECTED, at
        case PortInCompleted():
            return fact.recipient, Ground.PORTED, fact.at
        case NumberCut():
            return hold_of(fact.donor), Ground.CUT, fact.at
        case NumberReached():
            return fact.donor, Ground.GIVEN_BACK, fact.at
        case NumberRecovered():
            return fact.donor, Ground.GIVEN_BACK, fact.dead_until
        case HoldEnded():
            return range_of(fact.donor), Ground.HOLD_ENDED, at
        case _:
            return "", None, at
