"""Which number moves in which order: rows that change in the very transaction of the facts."""

from __future__ import annotations

from typing import Any

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.held import Choice
from relevo.orders.order.messages import (
    NumberDecided,
    OrderAccepted,
    OrderClosed,
    OrderWithdrawn,
)

_SQL = statements("relevo.orders", "orders")


def order_numbers() -> Projection:
    """The table ``order_number``; its index refuses a number that moves in two live orders."""
    return Projection(
        facts=(OrderAccepted, NumberDecided, OrderClosed, OrderWithdrawn),
        write=write_order_numbers,
    )


def write_order_numbers(cursor: Cursor, records: list[Recorded]) -> None:
    """In the order of the facts: a number that one order frees may move in the next one."""
    for record in records:
        statement, rows = _rows(record)
        if rows:
            cursor.executemany(_SQL[statement], rows)


def _rows(record: Recorded) -> tuple[str, list[dict[str, Any]]]:
    order, fact = record.process_id, record.fact
    match fact:
        case OrderAccepted():
            return "add_number", [
                {
                    "order_key": order,
                    "line": line.id,
                    "number": line.number,
                    "is_moving": line.id in fact.moving,
                }
                for line in fact.lines
                if line.number is not None
            ]
        case NumberDecided(choice=Choice.PORT):
            return "number_joins", [{"order_key": order, "line": fact.line}]
        case OrderClosed() | OrderWithdrawn():
            return "order_ends", [{"order_key": order}]
        case _:
            return "order_ends", []
