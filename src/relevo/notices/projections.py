"""Who a message may come from: written with the order itself."""

from __future__ import annotations

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.order.messages import OrderAccepted

_SQL = statements("relevo.notices", "notices")


def senders() -> Projection:
    """Addresses and numbers of every customer with an order."""
    return Projection(facts=(OrderAccepted,), write=write_senders)


def write_senders(cursor: Cursor, records: list[Recorded]) -> None:
    """The contact number, the e-mail address and every line's number lead to the order."""
    rows = [
        (address, recorded.process_id, recorded.at)
        for recorded in records
        if isinstance(recorded.fact, OrderAccepted)
        for address in addresses(recorded.fact)
    ]
    if rows:
        cursor.execute(_SQL["know_sender"], tuple(map(list, zip(*rows, strict=True))))


def addresses(accepted: OrderAccepted) -> tuple[str, ...]:
    """Every address that a message about this order may come from."""
    numbers = [str(line.number) for line in accepted.lines if line.number]
    customer = accepted.customer
    return tuple(dict.fromkeys([customer.contact, customer.email.lower(), *numbers]))
