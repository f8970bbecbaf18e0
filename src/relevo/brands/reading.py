"""How a page reads: as somebody of a brand, with that brand's rows and no others; or as a customer,
with those of his order.

The connection shows the ticket of whoever is signed in; who that is, for which brand or order and
with which rights, the database works out. A page that is led past the wall by a wrong setting gets
an error, and no rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import errors

from relevo.brands.wall import is_walled
from relevo.engine.connection import Connection, connect
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.brands", "brands")
LOOKS_SHOWN = 200


class NotSignedIn(RuntimeError):
    """The ticket is nobody's, or is over."""


class WallDown(RuntimeError):
    """This connection would read past the wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who reads, for which brand, and what he may do. A customer has an order, and no name."""

    staff: str = ""
    brand: str = ""
    rights: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    order: str = ""

    @property
    def customer(self) -> bool:
        """Whether a customer reads: his order is all that there is for him."""
        return bool(self.order)

    def may(self, right: str) -> bool:
        """Whether one of his roles gives him this right."""
        return right in self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look across the wall, as it is kept."""

    id: int
    at: Moment
    staff: str
    brand: str
    subject: str
    reason: str
    outcome: str  # opened | not_allowed | not_found
    until: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilySeen:
    """An order, a request or a wish that the reader sees."""

    key: str
    brand: str
    part: str
    kind: str
    phase: str


@contextmanager
def reading(dsn: str, ticket: str) -> Iterator[tuple[Connection, Session]]:
    """One transaction that only reads, as the holder of the ticket.

    Raises WallDown when the wall is not up, and NotSignedIn when the ticket is nobody's.
    """
    with connect(dsn, name="relevo people", reading=True) as connection:
        try:
            yield connection, enter(connection, ticket)
        finally:
            connection.rollback()


def look_across(dsn: str, ticket: str, *, subject: str, reason: str) -> Look:
    """Ask to see an order or a number of another brand; what comes of it is kept either way.

    ``subject`` is an order's key or a number in E.164. What it opens is read by ``reading`` with
    the same ticket, for half an hour at most. Raises ValueError without a reason.
    """
    with connect(dsn, name="relevo people") as connection:
        enter(connection, ticket)
        try:
            row = connection.execute(_SQL["ask_look"], (subject, reason)).fetchone()
        except errors.CheckViolation as wrong:
            raise ValueError(wrong.diag.message_primary or "reason: say why") from wrong
        connection.commit()  # first the trace, then the look
    assert row is not None, "every question leaves a trace"
    with reading(dsn, ticket) as (connection, _):
        found = connection.execute(_SQL["look"], row).fetchall()
        return _looks(found)[0]


def end_session(dsn: str, ticket: str) -> None:
    """Sign out: the ticket is worth nothing from now on."""
    with connect(dsn, name="relevo people") as connection:
        enter(connection, ticket)
        connection.execute(_SQL["end_session"])


def looks(connection: Connection) -> list[Look]:
    """The looks that the reader may know of, the latest first."""
    return _looks(connection.execute(_SQL["looks"], (LOOKS_SHOWN,)).fetchall())


def families(connection: Connection, limit: int) -> list[FamilySeen]:
    """What the reader sees, the latest first."""
    rows = connection.execute(_SQL["families"], (limit,)).fetchall()
    return [FamilySeen(key=r[0], brand=r[1], part=r[2], kind=r[3], phase=r[4]) for r in rows]


def enter(connection: Connection, ticket: str) -> Session:
    """From here to its end the transaction reads as the holder of the ticket, and no further.

    Raises WallDown and NotSignedIn as ``reading`` does.
    """
    try:
        connection.execute(_SQL["enter"], (ticket,))
    except (errors.InvalidParameterValue, errors.InsufficientPrivilege, errors.UndefinedObject):
        raise WallDown(
            "this account is not one of people; raise the wall (relevo brand wall) and "
            "grant relevo_people to the account"
        ) from None
    if not is_walled(connection):
        raise WallDown("a table that people may read is not behind the wall: relevo brand wall")
    row = connection.execute(_SQL["who_is_it"]).fetchone()
    assert row is not None, "the question has one answer"
    who, brand, rights, roles, order = row
    if who is None and order is None:
        raise NotSignedIn("nobody is signed in with this ticket; sign in again")
    if who is None:
        return Session(order=order)
    return Session(staff=who, brand=brand, rights=frozenset(rights), roles=frozenset(roles))


def _looks(rows: list[tuple[Any, ...]]) -> list[Look]:
    return [
        Look(
            id=id_,
            at=utc(at),
            staff=staff,
            brand=brand,
            subject=subject,
            reason=reason,
            outcome=outcome,
            until=utc(until),
        )
        for id_, at, staff, brand, subject, reason, outcome, until in rows
    ]
