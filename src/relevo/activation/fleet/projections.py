"""Which card carries which number of a fleet: entries of the ledger, with the facts themselves."""

from __future__ import annotations

from relevo.activation.fleet.messages import FleetServed
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.numbering.actions import CardTie, tie_card


def fleet_cards() -> Projection:
    """Ties each card to its number when the number comes to us."""
    return Projection(facts=(FleetServed,), write=_write)


def _write(cursor: Cursor, records: list[Recorded]) -> None:
    tie_card(
        cursor,
        [
            CardTie(
                iccid=line.iccid,
                number=line.number,
                at=record.at,
                caused_by=f"{record.process_id}#{record.version}",
            )
            for record in records
            for line in record.fact.lines
        ],
    )
