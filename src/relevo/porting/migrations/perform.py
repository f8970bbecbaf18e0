"""Carrying out what a migration decides: looks at its list, and calls of the hub."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.engine.connection import Lane
from relevo.engine.performer import Errand, Performer
from relevo.porting.gateway import MigrationHouse
from relevo.porting.migration.messages import (
    CountNumbers,
    FinishMigration,
    MigrateNumber,
    NumbersTaken,
    OpenMigration,
    TakeNumbers,
)
from relevo.porting.migration.queries import counted, next_numbers


class MigrationBooks:
    """Reads lists of numbers, on a connection of its own that only reads."""

    def __init__(self, dsn: str) -> None:
        self._lane = Lane(dsn, name="relevo migrations", autocommit=True, by_key=True)

    def take(self, asked: TakeNumbers) -> NumbersTaken:
        """The next numbers of the list."""
        moves, left_out = next_numbers(self._lane.connection(), asked.migration, asked.most)
        return NumbersTaken(batch=asked.batch, moves=moves, left_out=left_out)

    def count(self, asked: CountNumbers) -> object:
        """How the numbers stand."""
        return counted(self._lane.connection(), asked.migration)

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def performers(house: MigrationHouse, books: MigrationBooks) -> dict[type, Performer]:
    """Who carries out which effect."""

    def announce(effect: OpenMigration, errand: Errand) -> Sequence[object]:
        return house.open_migration(effect, key=errand.effect_id)

    def migrate(effect: MigrateNumber, errand: Errand) -> Sequence[object]:
        return house.migrate_number(effect, key=errand.effect_id)

    def finish(effect: FinishMigration, errand: Errand) -> Sequence[object]:
        return house.finish_migration(effect, key=errand.effect_id)

    def take(effect: TakeNumbers, _errand: Errand) -> Sequence[object]:
        return (books.take(effect),)

    def count(effect: CountNumbers, _errand: Errand) -> Sequence[object]:
        return (books.count(effect),)

    return {
        OpenMigration: announce,
        MigrateNumber: migrate,
        FinishMigration: finish,
        TakeNumbers: take,
        CountNumbers: count,
    }
