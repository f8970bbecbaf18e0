"""Reading orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relevo.engine.connection import Connection, Cursor
from relevo.engine.history import state_of
from relevo.engine.sql import statements
from relevo.orders.held import LineKind
from relevo.orders.line.model import Line
from relevo.orders.order.model import Order
from relevo.orders.process_ids import line_process
from relevo.porting.profile import Window
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

_SQL = statements("relevo.orders", "orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """One line of an order, as a desk looks at it."""

    id: str
    kind: LineKind
    number: Msisdn | None
    donor: str
    standing: str  # as the order's plan has it
    phase: str  # as the line itself has it; "" when it never began
    window: Window | None
    iccid: Iccid | None
    card_ready: bool
    alive: bool
    against: str
    redatings: int
    given_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """One order with its lines."""

    key: str
    phase: str
    customer: str
    recipient: str
    rules: str
    lines: tuple[LineSeen, ...]
    checks_passed: tuple[str, ...]


def order_seen(connection: Connection, key: str) -> OrderSeen | None:
    """An order with its lines; None when there is none."""
    order = order_state(connection, key)
    if order is None:
        return None
    return OrderSeen(
        key=order.key,
        phase=order.phase,
        customer=order.customer.holder.name if order.customer else "",
        recipient=order.recipient,
        rules=order.rules,
        lines=tuple(_line_seen(connection, order, line.id) for line in order.lines),
        checks_passed=order.passed,
    )


def order_state(connection: Connection, key: str) -> Order | None:
    """What an order knows of itself; None when there is none."""
    found = state_of(connection, key)
    return found if isinstance(found, Order) else None


def line_state(connection: Connection, key: str, line: str) -> Line | None:
    """What a line knows of itself; None when it never began."""
    found = state_of(connection, line_process(key, line))
    return found if isinstance(found, Line) else None


def live_orders(connection: Connection | Cursor, numbers: Iterable[Msisdn]) -> dict[Msisdn, str]:
    """Which of these numbers move in a live order, and in which."""
    wanted = {"numbers": sorted(numbers)}
    rows = connection.execute(_SQL["live_orders_of_numbers"], wanted).fetchall()
    return {Msisdn(number): order for number, order in rows}


def orders_of_number(connection: Connection | Cursor, number: Msisdn) -> list[tuple[str, str]]:
    """Order and line of each order that names the number, live ones first."""
    rows = connection.execute(_SQL["orders_of_number"], {"number": number}).fetchall()
    return [(order, line) for order, line, _, _ in rows]


def _line_seen(connection: Connection, order: Order, name: str) -> LineSeen:
    held, view = order.line(name), order.view(name)
    assert held is not None
    assert view is not None
    state = line_state(connection, order.key, name)
    return LineSeen(
        id=name,
        kind=held.kind,
        number=held.number,
        donor=held.donor,
        standing=view.standing,
        phase=state.phase if state else "",
        window=view.window,
        iccid=state.iccid if state else None,
        card_ready=view.card_ready,
        alive=view.alive,
        against=view.against,
        redatings=view.redatings,
        given_up=view.given_up,
    )
