"""The ledger of custody follows the facts of multiple requests: one hand-over for each number."""

from __future__ import annotations

from typing import Any

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.numbering.actions import hand_over
from relevo.numbering.moves import Ground, HandOver
from relevo.porting.multiple.messages import (
    MultipleCompleted,
    MultipleDonorCorrected,
    MultipleDrafted,
)
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


def multiple_custody() -> Projection:
    """Who holds the numbers of a multiple request."""
    facts = (MultipleDrafted, MultipleDonorCorrected, MultipleCompleted)
    return Projection(facts=facts, write=write_custody)


def write_custody(cursor: Cursor, records: list[Recorded]) -> None:
    """Write the hand-overs that these facts cause, in their order."""
    rows = []
    for record in records:
        numbers, holder, ground, at = _meaning(record.fact, record.at)
        cause = f"{record.process_id}@{record.version}"
        rows += [
            HandOver(number=number, holder=holder, at=at, ground=ground, caused_by=cause)
            for number in numbers
        ]
    hand_over(cursor, rows)


def _meaning(fact: Any, at: Moment) -> tuple[tuple[Msisdn, ...], str, Ground, Moment]:
    match fact:
        case MultipleCompleted():
            return fact.numbers, fact.recipient, Ground.PORTED, fact.at
        case MultipleDonorCorrected():
            return fact.numbers, fact.donor, Ground.CORRECTED, at
        case _:
            # A request for numbers that nobody told us of: whom we ask is who has them.
            return tuple(each.number for each in fact.numbers), fact.donor, Ground.KNOWN, at
