"""Whether an order that is not closed names a number, and what it says becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relevo.customers.served import Reader
from relevo.engine.connection import Connection
from relevo.orders.held import Choice, Party
from relevo.orders.order.model import Order, Phase
from relevo.orders.queries import order_state, orders_of_number
from relevo.orders.view import ON_ITS_WAY, Standing
from relevo.porting.cease.model import Stance, Tie, TieKind
from relevo.values.msisdn import Msisdn

_LIVE = frozenset({Phase.UNDER_WAY, Phase.WITHDRAWING})
_CHOSEN: Mapping[Choice, Stance] = {Choice.KEEP: Stance.KEEPS, Choice.CEASE: Stance.CEASES}


def order_ties(connection: Connection, number: Msisdn) -> Sequence[Tie]:
    """The live orders that name the number."""
    found = []
    for key, line in orders_of_number(connection, number):
        order = order_state(connection, key)
        stance = _stance(order, line) if order is not None and order.phase in _LIVE else None
        if order is not None and stance is not None:
            reader = _reader(order.customer) if order.customer else None
            found.append(Tie(kind=TieKind.ORDER, name=key, stance=stance, reader=reader))
    return found


def orders_that_name(connection: Connection, number: Msisdn) -> Sequence[str]:
    """The live orders that name the number, unless it lets it go."""
    return [tie.name for tie in order_ties(connection, number) if tie.stance is not Stance.CEASES]


def _stance(order: Order, line: str) -> Stance | None:
    """None when the order has nothing to do with the number any more."""
    view = order.view(line)
    if view is None:
        return None
    if view.standing is Standing.UNDECIDED:
        return Stance.UNDECIDED
    if view.standing in ON_ITS_WAY | {Standing.BOUND}:
        return Stance.MOVING
    if view.standing is Standing.STAYING:
        choice = (order.decisions or {}).get(line)
        return None if choice is None else _CHOSEN.get(choice)
    return None


def _reader(customer: Party) -> Reader:
    return Reader(
        name=customer.holder.name,
        language=customer.language,
        contact=customer.contact,
        email=customer.email,
    )
