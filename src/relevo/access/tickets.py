"""Tickets: who holds one is signed in. Made from 256 bits of chance; only their hash is kept.

A new one is made at every step of a sign-in, so that one which somebody planted in a browser never
becomes anybody's. Staff and customers have the same kind; the wall in the database knows which.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from relevo.engine.connection import Connection
from relevo.engine.sql import statements

_SQL = statements("relevo.access", "tickets")
_TICKET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """How long a ticket lasts at most, and how long when nobody uses it."""

    minutes: int
    idle_minutes: int


SHIFT = Lasting(minutes=12 * 60, idle_minutes=60)
HALF_WAY = Lasting(minutes=10, idle_minutes=10)  # from the password to the second factor
CUSTOMERS = Lasting(minutes=24 * 60, idle_minutes=120)


def open_staff_ticket(
    connection: Connection, staff: str, lasting: Lasting = SHIFT, *, awaits_factor: bool = False
) -> str:
    """A ticket for somebody who works here; one that awaits the second factor opens nothing."""
    ticket = _new()
    made = {
        "ticket": _hash(ticket),
        "staff": staff,
        "minutes": lasting.minutes,
        "idle": lasting.idle_minutes,
        "awaits_factor": awaits_factor,
    }
    connection.execute(_SQL["open_staff"], made)
    return ticket


def open_customer_ticket(
    connection: Connection, order_key: str, lasting: Lasting = CUSTOMERS
) -> str:
    """A ticket that opens one order."""
    ticket = _new()
    made = {
        "ticket": _hash(ticket),
        "order": order_key,
        "minutes": lasting.minutes,
        "idle": lasting.idle_minutes,
    }
    connection.execute(_SQL["open_customer"], made)
    return ticket


def half_way(connection: Connection, ticket: str) -> str | None:
    """Whose password was right, and whose second factor is still to be seen."""
    row = connection.execute(_SQL["half_way"], (_hash(ticket),)).fetchone()
    return None if row is None else str(row[0])


def holder(connection: Connection, ticket: str) -> str | None:
    """Whose it is: of somebody who is in, or half-way in."""
    row = connection.execute(_SQL["holder"], (_hash(ticket),)).fetchone()
    return None if row is None else str(row[0])


def end_ticket(connection: Connection, ticket: str) -> None:
    """Worth nothing from now on, whoever's it is and whatever it waits for."""
    connection.execute(_SQL["end"], {"ticket": _hash(ticket)})


def end_tickets_of(connection: Connection, staff: str, *, except_for: str = "") -> int:
    """End all of a person's tickets, but for the one with which he does this."""
    ended = connection.execute(_SQL["end_of_staff"], (staff, _hash(except_for)))
    return ended.rowcount


def end_tickets_for(connection: Connection, order_key: str) -> int:
    """End all customers' tickets of an order."""
    return connection.execute(_SQL["end_of_order"], (order_key,)).rowcount


def touch(connection: Connection, ticket: str) -> None:
    """It is in use. Written once a minute at most, so that it costs a look-up."""
    connection.execute(_SQL["touch"], {"ticket": _hash(ticket)})


def random_text(size_bytes: int = _TICKET_BYTES) -> str:
    """Chance, in signs that an address may hold."""
    return urlsafe_b64encode(os.urandom(size_bytes)).rstrip(b"=").decode()


def _new() -> str:
    return random_text()


def _hash(ticket: str) -> bytes:
    return sha256(ticket.encode()).digest()
