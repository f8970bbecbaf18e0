"""Brands, their people, and what roles may do. Everything here is done by name, and is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from psycopg import errors

from relevo.engine.connection import Connection
from relevo.engine.sql import statements

_SQL = statements("relevo.brands", "brands")
SHIFT_MINUTES = 12 * 60


class Right(StrEnum):
    """What a role may do; which role has which is data (the table ``role_right``)."""

    READ_ORDERS = "read_orders"  # of one's own brand, and what it shares
    READ_STRAYS = "read_strays"  # news that belong to nobody yet
    HAND_OVER = "hand_over"  # a shared case to the other brand
    LOOK_ACROSS = "look_across"  # with a reason, for half an hour, and kept
    READ_LOOKS = "read_looks"  # of one's own brand, and those at what is its
    ADMINISTER_STAFF = "administer_staff"
    READ_BOARD = "read_board"  # how the brand does
    READ_ENGINE = "read_engine"
    TEND_CUSTOMERS = "tend_customers"  # cases, calls, decisions, evidence
    ANSWER_CUSTOMERS = "answer_customers"  # in writing
    MEND_ORDERS = "mend_orders"  # ask again, resume, withdraw; move a promise
    MEND_PARCELS = "mend_parcels"
    MEND_ENGINE = "mend_engine"  # what was put aside


class WrongStaff(ValueError):
    """What was said of a brand or a person does not fit; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who changes something, and why."""

    who: str
    reason: str

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.reason.strip():
            raise WrongStaff("who and reason: say who does this, and why")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSeen:
    """A brand and how many work for it."""

    name: str
    label: str
    staff: int


def add_brand(connection: Connection, name: str, label: str, by: By) -> None:
    """A brand of the group; ``name`` is the operator's name at the hubs."""
    with connection.transaction():
        connection.execute(_SQL["add_brand"], (name, label))
        note_act(connection, by, "add_brand", name)


def add_staff(connection: Connection, name: str, brand: str, roles: Iterable[str], by: By) -> None:
    """Somebody who works for a brand. Raises WrongStaff for an unknown brand or role."""
    wanted = _known_roles(connection, roles)
    try:
        with connection.transaction():
            if connection.execute(_SQL["add_staff"], (name, brand)).fetchone() is None:
                raise WrongStaff(f"name: {name!r} works here already; take another name")
            for role in wanted:
                connection.execute(_SQL["add_role"], (name, role))
            note_act(connection, by, "add_staff", f"{name} {brand} {','.join(wanted)}")
    except errors.ForeignKeyViolation:
        raise WrongStaff(f"brand: there is no {brand!r}; add it first") from None


def set_roles(connection: Connection, name: str, roles: Iterable[str], by: By) -> None:
    """Somebody has these roles from now on, and no others; it counts at once.

    Raises WrongStaff for an unknown name or role.
    """
    wanted = _known_roles(connection, roles)
    if roles_of(connection, name) is None:
        raise WrongStaff(f"name: nobody called {name!r} works here")
    with connection.transaction():
        connection.execute(_SQL["drop_roles"], (name, wanted))
        for role in wanted:
            connection.execute(_SQL["add_role"], (name, role))
        note_act(connection, by, "set_roles", f"{name} {','.join(wanted)}")


def roles_of(connection: Connection, name: str) -> tuple[str, ...] | None:
    """The roles of somebody who works here; None for anybody else."""
    row = connection.execute(_SQL["roles_of"], (name,)).fetchone()
    return None if row is None else tuple(row[0])


def remove_staff(connection: Connection, name: str, by: By) -> None:
    """Somebody does not work here any more: what he is signed in with ends at once."""
    with connection.transaction():
        if connection.execute(_SQL["remove_staff"], (name,)).rowcount == 0:
            raise WrongStaff(f"name: nobody called {name!r} works here")
        connection.execute(_SQL["end_sessions"], (name,))
        note_act(connection, by, "remove_staff", name)


def change_right(connection: Connection, role: str, right: Right, by: By, *, given: bool) -> None:
    """Give a role a right, or take it; whoever is signed in has or loses it at once."""
    with connection.transaction():
        verb = "grant" if given else "revoke"
        connection.execute(_SQL[verb], (role, right.value))
        note_act(connection, by, verb, f"{role} {right}")


def sign_in(connection: Connection, staff: str, *, minutes: int = SHIFT_MINUTES) -> str:
    """A ticket for somebody whose sign-in was checked; only the owner's account can make one.

    Raises WrongStaff when nobody of that name works here.
    """
    try:
        with connection.transaction():
            row = connection.execute(_SQL["open_session"], (staff, minutes)).fetchone()
    except errors.NoDataFound:
        raise WrongStaff(f"name: nobody called {staff!r} works here") from None
    assert row is not None, "a function answers"
    return str(row[0])


def brands(connection: Connection) -> list[BrandSeen]:
    """The brands of the group."""
    rows = connection.execute(_SQL["brands"]).fetchall()
    return [BrandSeen(name=name, label=label, staff=staff) for name, label, staff in rows]


def rights(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """What each role may do."""
    return {role: tuple(held) for role, held in connection.execute(_SQL["rights"]).fetchall()}


def _known_roles(connection: Connection, roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    known = set(rights(connection))
    for role in wanted:
        if role not in known:
            raise WrongStaff(f"role: there is no {role!r}; take {', '.join(sorted(known))}")
    return wanted


def note_act(connection: Connection, by: By, verb: str, subject: str) -> None:
    """Keep what was done with brands, people, rights and doors."""
    connection.execute(_SQL["note_act"], (by.who, verb, subject, by.reason))
