"""Questions about cards and parcels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from relevo.engine.history import state_of
from relevo.engine.sql import statements
from relevo.sims.dispatch.model import Dispatch
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

_SQL = statements("relevo.sims", "cards")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One card or eSIM of an order, and where it is."""

    process_id: str
    number: Msisdn
    line: str
    iccid: Iccid
    phase: str
    tracking_code: str  # empty for an eSIM
    trouble: str
    is_esim: bool


def cards_of_order(connection: Connection[Any], order: str) -> list[CardView]:
    """Every card and eSIM that was tied for an order."""
    rows = connection.execute(_SQL["cards_of_order"], {"order": order}).fetchall()
    return [_view(connection, process_id) for (process_id,) in rows]


def _view(connection: Connection[Any], process_id: str) -> CardView:
    state = state_of(connection, process_id)
    if state is None:
        raise LookupError(f"{process_id} has a card and no state")
    is_parcel = isinstance(state, Dispatch)
    return CardView(
        process_id=process_id,
        number=state.number,
        line=state.line,
        iccid=state.iccid,
        phase=state.phase,
        tracking_code=state.tracking_code if is_parcel else "",
        trouble=state.trouble if is_parcel else "",
        is_esim=not is_parcel,
    )
