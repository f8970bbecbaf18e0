"""What the hub says of migrations: their end in the mailbox, their numbers in the daily file."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from typing_extensions import override

from relevo.engine.engine import Engine
from relevo.engine.sql import statements
from relevo.porting.gateway import ClearingHouse, MigrationMailbox, StatusFile
from relevo.porting.intake import Source
from relevo.porting.migration.decider import KIND
from relevo.porting.migration.messages import NumberMigrationSeen
from relevo.porting.migration.queries import MigrationRow, open_migrations, states_of
from relevo.values.moment import Moment

_SQL = statements("relevo.porting", "ports")
LOOK_EVERY = timedelta(hours=1)
SOURCE = "migration file"


class MigrationIntake(Source):
    """Tells migrations what the witnesses say; asks nothing while there is none."""

    def __init__(
        self, engine: Engine, dsn: str, mailbox: MigrationMailbox, files: ClearingHouse
    ) -> None:
        super().__init__(engine, dsn)
        self._mailbox = mailbox
        self._with_files = files
        self._look_at: Moment | None = None

    @override
    def next_due(self) -> Moment | None:
        """When to look next; None while no migration is under way."""
        dues = (super().next_due(), self._look_at)
        return min((due for due in dues if due is not None), default=None)

    def poll(self) -> int:
        """Fetch everything that is new; how many messages processes got."""
        now = self._engine.clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        connection = self._connection()
        with connection.transaction():
            ours = {row.reference: row for row in open_migrations(connection) if row.reference}
        self._look_at = now + LOOK_EVERY if ours else None
        if not ours:
            return 0
        told = self._attempt("migration news", partial(self._news, ours))
        return told + self._attempt(SOURCE, partial(self._files, ours))

    def _news(self, ours: dict[str, MigrationRow]) -> int:
        post = self._mailbox.migration_post()
        told = self._engine.tell_many(
            (KIND, ours[each.said.reference].process_id, each.said, f"migration:{each.notice_id}")
            for each in post
            if each.said.reference in ours
        )
        if post:
            self._mailbox.acknowledge([each.notice_id for each in post])
        return told

    def _files(self, ours: dict[str, MigrationRow]) -> int:
        told = 0
        for file in self._with_files.status_files(self._place(SOURCE)):
            for reference, row in ours.items():
                told += self._told_by(file, reference, row.process_id)
            connection = self._connection()
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(_SQL["move_place"], (SOURCE, file.name))
        return told

    def _told_by(self, file: StatusFile, reference: str, process_id: str) -> int:
        said = [each for each in file.migrations if each.reference == reference]
        numbers = [each.number for each in said if isinstance(each, NumberMigrationSeen)]
        connection = self._connection()
        with connection.transaction():
            known = states_of(connection, process_id, numbers)
        return self._engine.tell_many(
            (KIND, process_id, each, f"{SOURCE}:{file.name}:{reference}:{_name(each)}")
            for each in said
            if not isinstance(each, NumberMigrationSeen)
            or known.get(each.number, each.state.value) != each.state.value
        )


def _name(said: object) -> str:
    return said.number if isinstance(said, NumberMigrationSeen) else "whole"
