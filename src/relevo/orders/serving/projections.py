"""A line that was ported to us becomes one that we serve, in the transaction of the fact itself.

From then on we are its donor: what another operator will be asked to name (document, card) is what
the order had. It is not of our own range, so that it goes back to its holder when it is ceased.
"""

from __future__ import annotations

from relevo.customers.actions import serve_lines
from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.orders.line.messages import LineLive
from relevo.orders.queries import line_state, order_state


def newly_served() -> Projection:
    """Lines that all was seen to work on."""
    return Projection(facts=(LineLive,), write=write_served)


def write_served(cursor: Cursor, records: list[Recorded]) -> None:
    """Each line once in its life: a look at its order is cheap enough."""
    for record in records:
        line = _line(cursor, record)
        if line is not None:
            caused_by = f"{record.process_id}@{record.version}"
            serve_lines(cursor, [line], at=record.at, caused_by=caused_by)


def _line(cursor: Cursor, record: Recorded) -> ServedLine | None:
    """None for what has no number (a fibre line)."""
    order = order_state(cursor.connection, family(record.process_id))
    held = order.line(record.fact.line) if order is not None else None
    if order is None or order.customer is None or held is None or held.number is None:
        return None
    own = line_state(cursor.connection, order.key, held.id)
    return ServedLine(
        number=held.number,
        operator=order.recipient,
        document=order.customer.holder.document,
        holder_name=order.customer.holder.name,
        is_prepaid=False,
        status=ServedStatus.ACTIVE,
        is_own_range=False,
        iccid=own.iccid if own is not None else None,
        contact=order.customer.contact,
        email=order.customer.email,
        language=order.customer.language,
    )
