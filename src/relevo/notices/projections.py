"""Who a message may come from, and which of his orders is the likelier: written with the facts."""

from __future__ import annotations

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.notices.voice.messages import CaseNoted
from relevo.orders.order.messages import OrderAccepted, OrderClosed, OrderWithdrawn

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


def orders_written_about() -> Projection:
    """Which orders have an open case, and which are over."""
    return Projection(facts=(CaseNoted, OrderClosed, OrderWithdrawn), write=write_orders)


def write_orders(cursor: Cursor, records: list[Recorded]) -> None:
    """The last word of each order in the batch counts."""
    cases: dict[str, tuple[str, bool]] = {}
    ends = {}
    for recorded in records:
        order = family(recorded.process_id)
        if isinstance(recorded.fact, CaseNoted):
            case = recorded.fact.case
            cases[order] = (case.key, case.resolved_at is None)
        else:
            ends[order] = recorded.at
    if cases:
        keys, opened = zip(*cases.values(), strict=True)
        cursor.execute(_SQL["know_case"], (list(cases), list(keys), list(opened)))
    if ends:
        cursor.execute(_SQL["know_end"], (list(ends), list(ends.values())))


def addresses(accepted: OrderAccepted) -> tuple[str, ...]:
    """Every address that a message about this order may come from."""
    numbers = [str(line.number) for line in accepted.lines if line.number]
    customer = accepted.customer
    return tuple(dict.fromkeys([customer.contact, customer.email.lower(), *numbers]))
