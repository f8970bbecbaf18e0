"""The wall between brands: row-level security for people's connections, raised by a command.

A site with one brand has no wall and pays nothing. Where it is up, the database itself says who
sees which row; a page with a mistake in its SQL, or with somebody else's SQL in its form, still
gets nothing of the other brand.
"""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements

_SQL = statements("relevo.brands", "wall")
ROLE = "relevo_people"


@dataclass(frozen=True, slots=True, kw_only=True)
class WallReport:
    """How the wall stands. ``gaps``: tables that people may read and no rule looks after."""

    is_up: bool
    gaps: tuple[str, ...]
    login_can_leave: bool  # this login could lay the role of people down, as the owner can


def raise_wall(connection: Connection) -> None:
    """Make role, rights and rules anew, in one transaction. Needs the owner of the tables."""
    with connection.transaction():
        connection.execute(_SQL["role"])
        connection.execute(_SQL["raise"])


def wall_report(connection: Connection) -> WallReport:
    """How the wall stands, as seen from this login."""
    with connection.transaction(force_rollback=True):
        role = connection.execute("select from pg_roles where rolname = %s", (ROLE,)).fetchone()
        if role is None:
            return WallReport(is_up=False, gaps=(), login_can_leave=True)
        gaps = tuple(row[0] for row in connection.execute(_SQL["gaps"]).fetchall())
        leaves = connection.execute(_SQL["can_leave"]).fetchone()
        connection.execute(_SQL["as_people"])
        return WallReport(is_up=is_walled(connection), gaps=gaps, login_can_leave=leaves == (True,))


def is_walled(connection: Connection) -> bool:
    """Whether every table that this connection may read now is behind the wall."""
    return connection.execute(_SQL["is_up"]).fetchone() == (True,)
