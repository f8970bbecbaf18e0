"""Which process has which card: written with the facts themselves."""

from __future__ import annotations

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.sims.dispatch.messages import CardTied
from relevo.sims.esim.messages import EsimOrdered

_SQL = statements("relevo.sims", "cards")


def cards() -> Projection:
    """Keeps ``sims_card``, by which news of couriers and profile servers find their process."""
    return Projection(facts=(CardTied, EsimOrdered), write=_write)


def _write(cursor: Cursor, records: list[Recorded]) -> None:
    cursor.execute(
        _SQL["cards_tied"],
        {
            "process_ids": [each.process_id for each in records],
            "kinds": [each.kind for each in records],
            "iccids": [each.fact.iccid for each in records],
            "numbers": [each.fact.number for each in records],
            "lines": [each.fact.line for each in records],
            "orders": [each.fact.order for each in records],
            "times": [each.at for each in records],
        },
    )
