"""Who works here, and how he comes in."""

from __future__ import annotations

from dataclasses import dataclass

from relevo.engine.connection import Connection
from relevo.engine.sql import statements

_SQL = statements("relevo.access", "accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of staff."""

    name: str
    brand: str
    is_active: bool
    roles: tuple[str, ...]
    has_password: bool
    has_factor: bool
    needs_factor: bool

    @property
    def comes_in_by(self) -> str:
        """In a few words, for who looks after it."""
        if not self.is_active:
            return "left"
        how = "password" if self.has_password else "no password"
        if self.has_factor:
            return f"{how}, second factor"
        return f"{how}, second factor missing" if self.needs_factor else how


def people(connection: Connection) -> list[Person]:
    """Everybody who works here, or did."""
    return [
        Person(
            name=name,
            brand=brand,
            is_active=is_active,
            roles=tuple(roles),
            has_password=has_password,
            has_factor=has_factor,
            needs_factor=needs_factor,
        )
        for name, brand, is_active, roles, has_password, has_factor, needs_factor in (
            connection.execute(_SQL["people"]).fetchall()
        )
    ]
