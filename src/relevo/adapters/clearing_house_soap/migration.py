"""Migrations at the web-service hub: announced, filled number by number, closed; never as ports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from relevo.adapters.clearing_house_soap.line import HubLine, NoSession, ours, theirs
from relevo.adapters.clearing_house_soap.names import HubNames
from relevo.adapters.http import was_never_asked
from relevo.engine.performer import Permanent, Temporary
from relevo.porting.gateway import MigrationNews
from relevo.porting.migration.messages import (
    FinishMigration,
    MigrateNumber,
    MigrationAccepted,
    MigrationDeclined,
    MigrationSeen,
    MigrationState,
    NumberMigrationSeen,
    NumberMigrationState,
    OpenMigration,
)
from relevo.porting.port_in.messages import Witness
from relevo.values.msisdn import Msisdn


class SoapMigrationHouse:
    """A ``MigrationHouse`` and ``MigrationMailbox`` behind a web service."""

    def __init__(self, line: HubLine) -> None:
        self._line = line
        self._codec = line.language.codec
        self._operator = HubNames(line.rules).operator

    def open_migration(
        self, asked: OpenMigration, *, key: str
    ) -> Sequence[MigrationAccepted | MigrationDeclined]:
        """Announce a migration.

        The hub keeps no key of ours for it: when the answer is lost, sending it again could be a
        second migration. Then it is somebody's task to look first.
        """
        codec, wanted = self._codec, ours(lambda: self._wanted(asked))
        encode = partial(codec.encode_migration, request=wanted)
        try:
            sent = self._line.ask(codec.Operation.MIGRATION, encode, key)
        except NoSession as shut:
            return [_declined(shut.answer)]
        except Temporary as lost:
            if was_never_asked(lost):
                raise
            raise Permanent(
                f"{lost.reason}; look at the hub whether the migration is there before it is "
                "announced again"
            ) from lost
        reply = theirs(codec.decode_migration, sent)
        if not reply.answer.is_success:
            return [_declined(reply.answer)]
        return [MigrationAccepted(reference=reply.reference, ends_by=reply.ends_by)]

    def migrate_number(
        self, asked: MigrateNumber, *, key: str
    ) -> Sequence[NumberMigrationSeen | MigrationDeclined]:
        """Move one number; that it is confirmed and migrated is news of the daily file."""
        del key  # the migration's reference and the number are enough
        codec, wanted = self._codec, ours(lambda: self._number(asked))
        encode = partial(codec.encode_migration_number, number=wanted)
        try:
            sent = self._line.ask(codec.Operation.MIGRATION_NUMBER, encode, asked.number)
        except NoSession as shut:
            return [_declined(shut.answer, asked.number)]
        answer = theirs(codec.decode_answer, sent)
        if not answer.is_success:
            return [_declined(answer, asked.number)]
        return [
            NumberMigrationSeen(
                reference=asked.reference,
                number=asked.number,
                state=NumberMigrationState.SENT,
                witness=Witness.REPLY,
                at=self._line.now(),
            )
        ]

    def finish_migration(
        self, asked: FinishMigration, *, key: str
    ) -> Sequence[MigrationSeen | MigrationDeclined]:
        """Say that all numbers are through; that the hub agrees is news."""
        del key  # the reference is enough
        codec = self._codec
        encode = partial(codec.encode_migration_end, reference=asked.reference)
        try:
            sent = self._line.ask(codec.Operation.MIGRATION_END, encode, asked.reference)
        except NoSession as shut:
            return [_declined(shut.answer)]
        answer = theirs(codec.decode_answer, sent)
        return [] if answer.is_success else [_declined(answer)]

    def migration_news(self) -> Sequence[MigrationSeen | NumberMigrationSeen]:
        """What the hub says of our migrations and is not marked yet."""
        return [each.said for each in self.migration_post()]

    def migration_post(self) -> Sequence[MigrationNews]:
        """The same, each with the id by which it is marked."""
        codec = self._codec
        pages = self._line.pages(
            codec.Operation.MIGRATION_NEWS,
            codec.encode_migration_news,
            codec.decode_migration_news,
        )
        return [
            MigrationNews(notice_id=notice.code, said=_seen(notice.status))
            for page in pages
            for notice in page.entries
            if not notice.is_synchronised
        ]

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Mark news as synchronised."""
        self._line.mark(list(notice_ids))

    def _wanted(self, asked: OpenMigration) -> Any:
        codec, code = self._codec, self._code
        return codec.MigrationRequest(
            starts_at=asked.starts_at,
            volume=asked.volume,
            services_from=tuple(map(code, asked.service_operators_from)),
            networks_from=tuple(map(code, asked.networks_from)),
            network_to=code(asked.network_to),
            scenario=codec.Scenario[asked.scenario.name],
        )

    def _number(self, asked: MigrateNumber) -> Any:
        code = self._code
        return self._codec.MigrationNumber(
            reference=asked.reference,
            msisdn=asked.number,
            network_from=code(asked.network_from),
            network_to=code(asked.network_to),
            service_from=code(asked.service_from),
            service_to=code(asked.service_to),
            nrn=self._operator(asked.network_to).nrn_mobile,
        )

    def _code(self, name: str) -> str:
        return self._operator(name).mobile_code


def _seen(status: Any) -> MigrationSeen:
    return MigrationSeen(
        reference=status.reference,
        state=MigrationState[status.state.name],
        witness=Witness.MAILBOX,
        at=status.changed_at,
    )


def _declined(answer: Any, number: Msisdn | None = None) -> MigrationDeclined:
    return MigrationDeclined(code=answer.code, text=answer.description, number=number)
