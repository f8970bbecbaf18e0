"""Takes a batch of messages of one bucket, applies them in memory, and commits everything at once.

A message that cannot be applied is parked and the rest goes on. When the database itself refuses
the batch (a projection's constraint, at once or at commit), the batch is halved until the one
message stands alone; then what it causes is handled in a transaction of its own, message by
message, so that only the one that is refused is parked. What is not the fault of a message, such as
a lost connection or a lost lease, leaves the mailbox as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import psycopg
from psycopg.pq import TransactionStatus

from relevo.engine.buckets import BUCKETS
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import Clock, elapsed_seconds
from relevo.engine.connection import Connection, Cursor
from relevo.engine.harvest import AT_ONCE_MOST, Harvest, Live
from relevo.engine.journal import (
    ProjectionFailed,
    load,
    load_timers,
    park_mail,
    project,
    write,
)
from relevo.engine.leases import Leases
from relevo.engine.mail import Firing, Mail
from relevo.engine.observer import Observer
from relevo.engine.process import TimerFired, wire_name
from relevo.engine.signals import reach
from relevo.engine.sql import statements
from relevo.values.moment import utc

_MAIL = statements("relevo.engine", "mailbox")
_TIMERS = statements("relevo.engine", "timers")
_TIMER_FIRED = wire_name(TimerFired)
_ANY_WAVE = 2**31 - 1
REFUSED_BY_DATABASE = (
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.errors.RaiseException,
    ProjectionFailed,
)


class _Head(NamedTuple):
    """What is due in a bucket: the lowest wave of its mail, a timer, the lowest of its effects."""

    bucket: int
    mail_wave: int | None
    has_timer: bool
    effect_wave: int | None

    @property
    def wave(self) -> int | None:
        """Of its messages; None when only effects are due."""
        return 0 if self.has_timer else self.mail_wave


class Worker:
    """One writer of the leased buckets. ``in_order``: no wave before all of the one before."""

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Clock,
        *,
        leases: Leases,
        most: int,
        in_order: bool,
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._leases = leases
        self._most = most
        self._in_order = in_order
        self.doors = tuple(threading.Lock() for _ in range(BUCKETS))
        """Whoever of this worker's threads writes in a bucket has its lock."""

        self.observer = Observer()
        self.may_have_effects = True
        """Whether effects were due when this worker last looked; only who keeps an order looks."""

    def work(self, connection: Connection) -> int:
        """Handle a batch of each bucket that has something due; returns the messages handled."""
        handled = 0
        wave, heads = self._due(connection)
        for head in heads:
            self._leases.keep(connection)  # a round over full buckets may take longer than a lease
            if head.bucket in self._leases.tokens:
                handled += self._work_on(connection, head, wave)
        return handled

    def _due(self, connection: Connection) -> tuple[int, list[_Head]]:
        """The buckets that have something due now, and up to which wave they may be worked on."""
        wanted = {
            "buckets": self._leases.buckets,
            "now": self._clock.now(),
            "in_order": self._in_order,
        }
        heads = [_Head(*row) for row in connection.execute(_MAIL["heads"], wanted).fetchall()]
        effect_waves = [head.effect_wave for head in heads if head.effect_wave is not None]
        self.may_have_effects = bool(effect_waves) or not self._in_order
        ours = [head for head in heads if head.wave is not None]
        if not self._in_order or not ours:
            return _ANY_WAVE, ours
        first = min(head.wave for head in ours if head.wave is not None)
        if any(wave < first for wave in effect_waves):
            return first, []
        return first, [head for head in ours if head.wave == first]

    def take_in(
        self, connection: Connection, mails: Sequence[Mail], at_once_most: int = AT_ONCE_MOST
    ) -> int:
        """Handle messages of one bucket within the caller's transaction, who holds its door.

        Returns how many that were, with what they caused. Raises one of REFUSED_BY_DATABASE when
        the database takes exception to what follows from them.
        """
        fresh = [mail for mail in mails if not mail.known]
        with connection.cursor() as cursor:
            harvest = Harvest(
                catalogue=self._catalogue,
                bucket=mails[0].bucket,
                now=self._clock.now(),
                armed=_armings(cursor, fresh),
                at_once_most=at_once_most,
            )

            def load_more(ids: set[str]) -> Mapping[str, Live | Exception]:
                return load(cursor, self._catalogue, ids)

            harvest.work_through(fresh, load_more)
            reach("worker.decided")
            recorded = write(connection, self._leases, harvest, mails)
            project(cursor, self._catalogue, recorded)
        reach("worker.before_commit")
        for mail, _ in harvest.parked:
            self.observer.parked("message", mail.name)
        return harvest.handled

    def _work_on(self, connection: Connection, head: _Head, wave: int) -> int:
        began = elapsed_seconds()
        bucket = head.bucket
        with self.doors[bucket]:
            mails = self._take(connection, head, wave)
            if not mails:
                connection.rollback()
                return 0
            has_timers = any(not mail.seq for mail in mails)
            reach("worker.batch_taken")
            if has_timers:
                reach("timers.before_fire")
            handled = self._commit(connection, mails)
        reach("worker.after_commit")
        if has_timers:
            reach("timers.after_fire")
        self.observer.batch(bucket, handled, elapsed_seconds() - began)
        return handled

    def _take(self, connection: Connection, head: _Head, wave: int) -> list[Mail]:
        """The head of the mailbox, then the timers that are due; these count as of wave 0."""
        bucket, now = head.bucket, self._clock.now()
        wanted = {"bucket": bucket, "wave": wave, "now": now, "most": self._most}
        has_mail = head.mail_wave is not None and head.mail_wave <= wave
        with connection.pipeline():
            connection.execute("begin")
            mail_cursor = connection.execute(_MAIL["take_mail"], wanted) if has_mail else None
            timers = connection.execute(_TIMERS["take_timers"], wanted) if head.has_timer else None
        mails = [_mail(bucket, row) for row in (mail_cursor.fetchall() if mail_cursor else ())]
        timer_rows = timers.fetchall() if timers else []
        for process_id, name, kind, due, armed in timer_rows[: self._most - len(mails)]:
            firing = Firing(
                process_id=process_id,
                name=name,
                bucket=bucket,
                kind=kind,
                due=utc(due),
                armed=armed,
            )
            mails.append(firing.mail(at=now))
        return mails

    def _commit(
        self, connection: Connection, mails: Sequence[Mail], at_once_most: int = AT_ONCE_MOST
    ) -> int:
        """Handle these messages and commit."""
        if connection.info.transaction_status is TransactionStatus.IDLE:
            connection.execute("begin")
        try:
            handled = self.take_in(connection, mails, at_once_most)
            connection.commit()
        except REFUSED_BY_DATABASE as refused:
            connection.rollback()
            # What another worker did meanwhile looks like a fault of the messages: it is not.
            self._leases.fence(connection, mails[0].bucket).last_seq()
            if len(mails) > 1:
                middle = len(mails) // 2
                first = self._commit(connection, mails[:middle])
                return first + self._commit(connection, mails[middle:])
            if at_once_most:
                return self._commit(connection, mails, at_once_most=0)
            self._park(connection, mails[0], f"{type(refused).__name__}: {refused}")
            return 1
        return handled

    def _park(self, connection: Connection, mail: Mail, reason: str) -> None:
        connection.execute("begin")
        self._leases.fence(connection, mail.bucket).last_seq()
        park_mail(connection, mail, reason, self._clock.now())
        connection.commit()
        self.observer.parked("message", mail.name)


def _armings(cursor: Cursor, mails: Sequence[Mail]) -> dict[tuple[str, str], int]:
    """Which arming of its timers each process has that gets a TimerFired."""
    lying = {mail.process_id for mail in mails if mail.name == _TIMER_FIRED and mail.seq}
    armed = load_timers(cursor, lying)
    for mail in mails:
        if isinstance(mail.word, TimerFired):
            armed[mail.process_id, mail.word.name] = mail.arming
    return armed


def _mail(bucket: int, row: tuple[object, ...]) -> Mail:
    seq, wave, message_id, process_id, kind, name, body, at, external, trace, known = row
    return Mail(
        bucket=bucket,
        wave=wave,  # type: ignore[arg-type]
        seq=seq,  # type: ignore[arg-type]
        message_id=message_id,  # type: ignore[arg-type]
        process_id=process_id,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        name=name,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        at=at,  # type: ignore[arg-type]
        external=external,  # type: ignore[arg-type]
        trace=trace,  # type: ignore[arg-type]
        known=known,  # type: ignore[arg-type]
    )
