"""Migrations of numbers between hosts and companies: a bulk process of its own (porting-es 3.9.6).

How long a number takes is not in the sheet: here it is confirmed in half an hour and migrates in
the next night's window. A migration ends when its party says so and no number is on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from relevo.simulators.hours import CLOSES, SWITCHES, at, local
from relevo.simulators.stage import Stage
from relevo.values.moment import Moment

CONFIRMED_AFTER = timedelta(minutes=30)
LONGEST = timedelta(days=30)
SCENARIOS = (
    "CAMBIO_OPERADOR_RED",
    "CONVERSION_OPERADOR_COMPLETO",
    "FUSION_MISMO_OPERADOR_RED",
    "ABSORCION_MISMO_OPERADOR_RED",
    "FUSION_DISTINTOS_OPERADORES_RED",
)


class MigrationState(StrEnum):
    """The hub's own words."""

    MENV = "MENV"
    MPRC = "MPRC"
    MFIN = "MFIN"


@dataclass(slots=True)
class MigratingNumber:
    """One number of a migration: NENV, NCON, NMIG."""

    number: str
    network_from: str
    network_to: str
    state_at: Moment
    state: str = "NENV"


@dataclass(slots=True)
class Migration:
    """One migration."""

    reference: str
    operator: str
    network_from: str
    network_to: str
    scenario: str
    volume: int
    starts_at: Moment
    ends_by: Moment
    state_at: Moment
    state: MigrationState = MigrationState.MENV
    numbers: dict[str, MigratingNumber] = field(default_factory=dict)

    @property
    def is_through(self) -> bool:
        """Whether no number is on its way."""
        return all(each.state == "NMIG" for each in self.numbers.values())


class MobileMigrations:
    """All migrations of the hub."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.migrations: dict[str, Migration] = {}
        self.moved: list[Callable[[Migration], None]] = []

    def ends_by(self, starts_at: Moment) -> Moment:
        """The hub's latest date for a migration that starts then."""
        return at(local(starts_at + LONGEST).date(), CLOSES)

    def open(self, migration: Migration) -> None:
        """A migration was announced."""
        self.migrations[migration.reference] = migration
        self._tell(migration)

    def add(self, migration: Migration, number: MigratingNumber) -> None:
        """One number is on its way."""
        migration.numbers[number.number] = number
        if migration.state is MigrationState.MENV:
            migration.state, migration.state_at = MigrationState.MPRC, self._stage.now()
        name = f"hub {migration.reference} {number.number}"
        confirmed_at = self._stage.now() + CONFIRMED_AFTER
        tomorrow = local(confirmed_at).date() + timedelta(days=1)
        self._stage.later(confirmed_at, name, lambda: self._move(number, "NCON"))
        self._stage.later(at(tomorrow, SWITCHES), name, lambda: self._move(number, "NMIG"))

    def finish(self, migration: Migration) -> None:
        """Its party says that all numbers are through."""
        migration.state, migration.state_at = MigrationState.MFIN, self._stage.now()
        self._tell(migration)

    def _move(self, number: MigratingNumber, state: str) -> None:
        number.state, number.state_at = state, self._stage.now()
        self._stage.changed("mobile hub")

    def _tell(self, migration: Migration) -> None:
        for told in self.moved:
            told(migration)
