"""Takes a batch of messages, applies them in memory, and commits everything at once.

A message that cannot be applied is parked and the rest goes on. When the database itself refuses
the batch (a projection's constraint, at once or at commit), the batch is halved until the one
message stands alone; only that one is parked. What is not the fault of a message, such as a lost
connection or a lost lease, leaves the mailbox as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, Cursor
from relevo.engine.harvest import Harvest, Live
from relevo.engine.journal import (
    ProjectionFailed,
    already_handled,
    drop_mail,
    load,
    load_timers,
    put_parked,
    write,
)
from relevo.engine.leases import Leases
from relevo.engine.mail import Mail
from relevo.engine.process import TimerFired, wire_name
from relevo.engine.signals import reach
from relevo.engine.sql import statements

_MAIL = statements("relevo.engine", "mailbox")
_TIMER_FIRED = wire_name(TimerFired)
_REFUSED_BY_DATABASE = (
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.errors.RaiseException,
    ProjectionFailed,
)


class Worker:
    """One writer of the leased buckets."""

    def __init__(
        self, catalogue: Catalogue, clock: Clock, *, leases: Leases, most: int, in_order: bool
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._leases = leases
        self._most = most
        self._in_order = in_order

    def work(self, connection: Connection) -> int:
        """Handle one batch; returns the number of messages taken."""
        with connection.cursor() as cursor:
            wanted = {
                "buckets": self._leases.buckets,
                "now": self._clock.now(),
                "most": self._most,
                "in_order": self._in_order,
            }
            cursor.execute(_MAIL["take_batch"], wanted)
            mails = [_mail(row) for row in cursor.fetchall()]
            if not mails:
                connection.rollback()
                return 0
            reach("worker.batch_taken")
            self._commit(connection, cursor, mails)
        reach("worker.after_commit")
        return len(mails)

    def _commit(self, connection: Connection, cursor: Cursor, mails: Sequence[Mail]) -> None:
        try:
            self._attempt(cursor, mails)
            reach("worker.before_commit")
            connection.commit()
        except _REFUSED_BY_DATABASE as refused:
            connection.rollback()
            if len(mails) == 1:
                self._park(connection, cursor, mails[0], f"{type(refused).__name__}: {refused}")
                return
            middle = len(mails) // 2
            self._commit(connection, cursor, mails[:middle])
            self._commit(connection, cursor, mails[middle:])

    def _attempt(self, cursor: Cursor, mails: Sequence[Mail]) -> None:
        done = already_handled(cursor, [mail.message_id for mail in mails if mail.external])
        fresh = [mail for mail in mails if mail.message_id not in done]
        found = load(cursor, self._catalogue, {mail.process_id for mail in fresh})
        timed = {mail.process_id for mail in fresh if mail.name == _TIMER_FIRED}
        harvest = Harvest(
            catalogue=self._catalogue,
            now=self._clock.now(),
            lives={key: live for key, live in found.items() if isinstance(live, Live)},
            armed=load_timers(cursor, timed),
        )
        for mail in fresh:
            unreadable = found.get(mail.process_id)
            if isinstance(unreadable, Exception):
                harvest.parked.append((mail, f"the process cannot be read: {unreadable}"))
            else:
                harvest.take(mail)
        reach("worker.decided")
        last_seqs = self._leases.fence(cursor, {mail.bucket for mail in mails})
        write(cursor, harvest, mails, last_seqs)
        self._leases.move_on(cursor, last_seqs)

    def _park(self, connection: Connection, cursor: Cursor, mail: Mail, reason: str) -> None:
        self._leases.fence(cursor, [mail.bucket])
        put_parked(cursor, [(mail, reason)], self._clock.now())
        drop_mail(cursor, [mail])
        connection.commit()


def _mail(row: tuple[object, ...]) -> Mail:
    bucket, wave, seq, message_id, process_id, kind, name, body, at, external = row
    return Mail(
        bucket=bucket,  # type: ignore[arg-type]
        wave=wave,  # type: ignore[arg-type]
        seq=seq,  # type: ignore[arg-type]
        message_id=message_id,  # type: ignore[arg-type]
        process_id=process_id,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        name=name,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        at=at,  # type: ignore[arg-type]
        external=external,  # type: ignore[arg-type]
    )
