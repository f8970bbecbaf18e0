"""Placing an order, answering its questions, withdrawing it: all or nothing, and never twice."""

from __future__ import annotations

from hashlib import sha256

from relevo.customers.model import FieldFault
from relevo.engine.connection import Connection
from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.orders.capture import OrderDraft, capture
from relevo.orders.held import Choice
from relevo.orders.order.messages import DecideNumber, PlaceOrder, ResumeGroup, WithdrawOrder
from relevo.orders.order.model import Order, Phase
from relevo.orders.process_ids import ORDER
from relevo.orders.queries import live_orders, order_state
from relevo.orders.view import GONE, Standing
from relevo.porting.profile import PortingProfile
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

KEY_LETTERS = 8
"""Of 29 letters and digits: half a trillion orders, short enough to be read out."""

_SQL = statements("relevo.orders", "orders")


class OrderRefused(ValueError):
    """Nothing was stored; ``faults`` name each field and what to do about it."""

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__("\n".join(fault.shown for fault in faults))
        self.faults = faults


def order_key(idempotency_key: str) -> str:
    """The order's key, from the key of who asks: asked twice, it is the same order."""
    return "R" + code(KEY_LETTERS, READABLE, "order", idempotency_key)


def place_order(
    connection: Connection,
    engine: Engine,
    draft: OrderDraft,
    *,
    key: str,
    rules: PortingProfile,
    at: Moment,
    operators: tuple[str, ...] = (),
) -> str:
    """Check an order and put it on its way; returns its key. Raises OrderRefused.

    ``key`` is chosen by who asks. The same key with the same content is the same order, however
    often it is sent; with another content it is a mistake and refused.
    """
    if not key.strip():
        raise OrderRefused(
            FieldFault("key", "there is no idempotency key", "send one of your own, once an order")
        )
    digest = sha256(repr(draft).encode()).hexdigest()
    with connection.transaction(), connection.cursor() as cursor:
        known = cursor.execute(_SQL["request_of_key"], {"key": key}).fetchone()
        if known is not None:
            return _repeated(key, digest, known)
        asked = capture(draft, rules, at=at, operators=operators)
        if not isinstance(asked, PlaceOrder):
            raise OrderRefused(*asked)
        taken = _numbers_taken(connection, asked)
        if taken:
            raise OrderRefused(*taken)
        order = order_key(key)
        row = {"key": key, "order_key": order, "digest": digest, "asked_at": at}
        if cursor.execute(_SQL["remember_request"], row).rowcount == 0:
            # Sent twice at the same moment: the other one has committed in between.
            twin = cursor.execute(_SQL["request_of_key"], {"key": key}).fetchone()
            assert twin is not None
            return _repeated(key, digest, twin)
        engine.tell_within(cursor, ORDER, order, asked, key="place")
        return order


def decide_number(
    connection: Connection, engine: Engine, decided: DecideNumber, *, order: str, key: str
) -> None:
    """Record what becomes of a number. Raises OrderRefused when it cannot be decided any more."""
    view = _known(connection, order).view(decided.line)
    if view is None:
        why = f"the order {order} has no line {decided.line!r}"
        raise OrderRefused(FieldFault("line", why, "name one of its lines"))
    is_open = view.standing in {Standing.UNDECIDED, Standing.STAYING}
    if not is_open and decided.choice is not Choice.PORT:
        why = f"line {decided.line!r} is on its way already"
        raise OrderRefused(FieldFault("choice", why, "withdraw the order if it is not to move"))
    engine.tell(ORDER, order, decided, key=f"decide:{key}")


def withdraw_order(
    connection: Connection, engine: Engine, *, order: str, why: str, by: str, key: str
) -> None:
    """Take the whole order back. Raises OrderRefused when a line has moved."""
    known = _known(connection, order)
    gone = [view.id for view in known.views if view.standing in GONE]
    if gone:
        why_not = f"the lines {', '.join(gone)} have moved"
        remedy = "order their return: that is another port"
        raise OrderRefused(FieldFault("order", why_not, remedy))
    engine.tell(ORDER, order, WithdrawOrder(why=why, by=by), key=f"withdraw:{key}")


def resume_group(engine: Engine, *, order: str, line: str, by: str, why: str, key: str) -> None:
    """Give the group of a line back to the plan, after a person has cleared what stopped it."""
    engine.tell(ORDER, order, ResumeGroup(line=line, by=by, why=why), key=f"resume:{key}")


def _known(connection: Connection, order: str) -> Order:
    known = order_state(connection, order)
    if known is None:
        raise OrderRefused(
            FieldFault("order", f"there is no order {order!r}", "compare the key with the letter")
        )
    if known.phase is not Phase.UNDER_WAY:
        raise OrderRefused(
            FieldFault("order", f"the order {order} is {known.phase}", "place a new order")
        )
    return known


def _repeated(key: str, digest: str, known: tuple[str, str]) -> str:
    order, before = known
    if before == digest:
        return order
    why = f"the key {key!r} was used for the order {order}, which says something else"
    raise OrderRefused(FieldFault("key", why, "send the same content, or another key"))


def _numbers_taken(connection: Connection, asked: PlaceOrder) -> list[FieldFault]:
    moving = {
        line.number: place
        for place, line in enumerate(asked.lines)
        if line.id in asked.moving and line.number is not None
    }
    return [
        FieldFault(
            f"line[{moving[number]}].number",
            f"{number} moves in the order {order} already",
            "withdraw that order first, or leave the number out of this one",
        )
        for number, order in live_orders(connection, moving).items()
    ]
