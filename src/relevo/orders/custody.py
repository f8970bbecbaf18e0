"""Custody begins with the order: who serves each number on the day it is accepted."""

from __future__ import annotations

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.numbering.actions import FirstHolder, open_custody
from relevo.orders.order.messages import OrderAccepted


def first_holders() -> Projection:
    """The first entry in the ledger of every number that the donor holds for this customer."""
    return Projection(facts=(OrderAccepted,), write=_write)


def _write(cursor: Cursor, records: list[Recorded]) -> None:
    rows = [
        FirstHolder(
            number=line.number,
            holder=line.donor,
            at=record.at,
            caused_by=f"{record.process_id}@{record.version}",
        )
        for record in records
        for line in record.fact.lines
        if line.number is not None
    ]
    open_custody(cursor, rows)
