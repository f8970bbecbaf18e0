"""The engine as all others use it.

    engine = Engine(dsn=..., catalogue=..., clock=..., performers={...})
    engine.tell("porting.port_in", "order-1/port-M1", RequestPortIn(...), key="web:17")
    engine.run_until_quiet()

A *turn* is one round: of each bucket that has something due, a batch of messages and timers is
handled, in a transaction of its own; if there was none, due effects are performed; if there was
none either, the listeners catch up. Taken in this order, with ``performer_threads=1``, the outcome
depends neither on the size of the batches nor on where a worker was killed. An engine belongs to
one thread, but for ``tell`` and ``tell_many``, which any may call.

No transaction writes in more than one bucket, so that the tables can be distributed by it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
import psycopg
from psycopg import Cursor

from relevo.engine import housekeeping, tracing
from relevo.engine.catalogue import Catalogue, CatalogueError
from relevo.engine.clock import Clock
from relevo.engine.connection import AWAY, Connection, Lane, connect, patiently
from relevo.engine.journal import put_mail
from relevo.engine.leases import LEASE, Fenced, Leases
from relevo.engine.listeners import Listeners
from relevo.engine.mail import Mail
from relevo.engine.mailbox import letter, put
from relevo.engine.observer import Observer
from relevo.engine.outbox import Outbox
from relevo.engine.performer import Performer, Retry
from relevo.engine.signals import arm_from_environment
from relevo.engine.sql import statements
from relevo.engine.trouble import Troubles
from relevo.engine.vocabulary import check_words
from relevo.engine.worker import Worker
from relevo.values.moment import Moment, utc

_LOG = logging.getLogger(__name__)
_MAIL = statements("relevo.engine", "mailbox")
BATCH = 250
"""Messages in a transaction, at most. Four times as many cost a twentieth more CPU each: what they
work on no longer fits the caches of the processor (docs/decisions/0008)."""

_TRIES = 3  # of a turn whose connection broke or that met a serialization failure
_LINGER_SECONDS = 0.01
_IDLE_SECONDS = 0.25
_BROKEN_SECONDS = 1.0
_TELL_WITHIN_SECONDS = 60.0  # until a standby was promoted
_BUSY_TURNS = 50  # how long, in ``run``, listeners may wait behind a full mailbox


class Engine:
    """Durable processes on one PostgreSQL; see the head of this file."""

    def __init__(
        self,
        *,
        dsn: str,
        catalogue: Catalogue,
        clock: Clock,
        performers: Mapping[type, Performer],
        worker: str = "w1",
        batch: int = BATCH,
        performer_threads: int = 1,
    ) -> None:
        arm_from_environment()
        self._observer = Observer()
        self.catalogue = catalogue
        self.clock = clock
        self._dsn = dsn
        self._name = f"relevo {worker}"
        self.leases = Leases(worker)
        self._threads = performer_threads
        in_order = performer_threads == 1
        self._worker = Worker(
            catalogue,
            clock,
            leases=self.leases,
            most=batch,
            in_order=in_order,
        )
        self._outbox = Outbox(
            performers,
            clock,
            leases=self.leases,
            worker=self._worker,
            threads=performer_threads,
            retry=Retry(),
        )
        self._listeners = Listeners(catalogue, clock, leases=self.leases)
        # Each statement commits by itself, unless a transaction is begun for several.
        self.connection = self._connect()
        self._listening: Connection | None = None
        self._mailing = Lane(dsn, name=f"{self._name} mail", autocommit=True, by_key=True)
        self._decided = threading.Event()  # there may be new effects
        self._mail_lock = threading.Lock()
        self._troubles = Troubles()
        self._fault: Exception | None = None  # of the outbox in its thread
        try:
            check_words(self.connection, catalogue)
        except BaseException:
            self.connection.close()
            raise

    def observe(self, observer: Observer) -> None:
        """Let somebody look on from now on."""
        self._observer = observer
        for each in (self._worker, self._outbox, self._listeners):
            each.observer = observer

    def tell(self, kind: str, process_id: str, message: object, *, key: str) -> None:
        """Put a message into a mailbox and commit; a message with a known key is ignored.

        Raises CatalogueError when the kind is unknown or does not take this message, and NoPrimary
        when no server took it within a minute, in which a standby should have been promoted.
        """
        mail = self._letter(kind, process_id, message, key)
        self._tell(lambda connection: put(connection.cursor(), mail))

    def tell_many(self, told: Iterable[tuple[str, str, object, str]]) -> int:
        """``tell`` for many (kind, process id, message, key), one transaction for each bucket.

        Returns how many were new. When it fails in the middle, all may be told again.
        """
        by_bucket: dict[int, list[Mail]] = {}
        for kind, process_id, message, key in told:
            mail = self._letter(kind, process_id, message, key)
            by_bucket.setdefault(mail.bucket, []).append(mail)
        new = 0
        for mails in by_bucket.values():
            new += self._tell(partial(_put_and_wake, mails))
        return new

    def tell_within(
        self, cursor: Cursor[Any], kind: str, process_id: str, message: object, *, key: str
    ) -> None:
        """``tell`` in the caller's transaction, which must not write in another bucket.

        Raises CatalogueError when the kind is unknown or does not take this message.
        """
        put(cursor, self._letter(kind, process_id, message, key))

    def turn(self) -> bool:
        """One round; True if anything was done."""
        return self._surviving(self._turn)

    def run_until_quiet(self) -> int:
        """Turns until nothing is due now; returns their number."""
        turns = 0
        while self.turn():
            turns += 1
        return turns

    def run(self, stop: threading.Event) -> None:
        """The loop of production: works until ``stop`` is set, whatever the database does."""
        beside = [
            threading.Thread(target=self._heartbeat, args=(stop,), name="heartbeat"),
            threading.Thread(target=self._keep_house, args=(stop,), name="housekeeping"),
        ]
        if self._threads > 1:
            beside.append(threading.Thread(target=self._perform, args=(stop,), name="outbox"))
        for thread in beside:
            thread.start()
        try:
            busy = 0
            while not stop.is_set():
                try:
                    busy = self._round(stop, busy)
                except AWAY as lost:
                    self._troubles.say(lost)
                    stop.wait(_BROKEN_SECONDS)
        finally:
            stop.set()
            self._decided.set()
            for thread in beside:
                thread.join()
        if self._fault is not None:
            raise self._fault

    def next_due(self) -> Moment | None:
        """The earliest timer, retry or message of all processes; None when nothing is to come."""
        row = self.connection.execute(_MAIL["next_due"]).fetchone()
        return None if row is None or row[0] is None else utc(row[0])

    def close(self) -> None:
        """Leave in good order: others get the buckets at once."""
        self._outbox.close()
        if not self.connection.closed:
            with suppress(psycopg.Error):
                self.connection.rollback()
                self.leases.give_back(self.connection)
            self.connection.close()
        with self._mail_lock:
            self._mailing.close()

    def _letter(self, kind: str, process_id: str, message: object, key: str) -> Mail:
        if type(message) not in self.catalogue.process(kind).messages:
            raise CatalogueError(f"{kind} does not take {type(message).__qualname__}")
        mail = letter(kind, process_id, message, key=key, at=self.clock.now())
        # What the outside says while an effect goes out belongs to the wave of its answers.
        wave = self._outbox.wave_behind(self._outbox.wave)
        with tracing.telling(kind, process_id, mail.name):
            return msgspec.structs.replace(mail, wave=wave, trace=tracing.current())

    def _tell(self, tell: Callable[[Connection], int]) -> int:
        """On a connection of its own, until a server has it: told again, a message is the same."""

        def once() -> int:
            with self._mail_lock:
                return tell(self._mailing.connection())

        return patiently(once, within_s=_TELL_WITHIN_SECONDS)

    def _turn(self) -> bool:
        return self._work() or self._perform_now() or self._follow()

    def _perform_now(self) -> bool:
        """Effects, unless it was just seen that none is due."""
        return self._worker.may_have_effects and self._outbox.perform_due(self.connection) > 0

    def _work(self) -> bool:
        """Timers and mail."""
        self.leases.keep(self.connection)
        if not self.leases.tokens:
            return False
        if self._worker.work(self.connection) == 0:
            return False
        self._decided.set()
        return True

    def _round(self, stop: threading.Event, busy: int) -> int:
        """One round of ``run``; with threads, effects go out beside it."""
        beside = self._threads > 1
        if self._surviving(self._work if beside else self._turn):
            if (busy + 1) % _BUSY_TURNS == 0:
                self._surviving(self._follow)
            return busy + 1
        if beside and self._surviving(self._follow):
            return busy + 1
        self._await_mail()
        stop.wait(_LINGER_SECONDS)
        return 0

    def _perform(self, stop: threading.Event) -> None:
        """The outbox in a thread and on a connection of its own."""
        while not stop.is_set():
            try:
                with self._connect(" outbox") as connection:
                    while not stop.is_set():
                        self._perform_round(connection, stop)
            except AWAY as lost:
                self._troubles.say(lost)
                stop.wait(_BROKEN_SECONDS)
            except Exception as fault:  # whatever it is, a worker does not go on without its outbox
                self._fault = fault
                stop.set()

    def _perform_round(self, connection: Connection, stop: threading.Event) -> None:
        try:
            if not self._outbox.perform_due(connection) and not stop.is_set():
                self._decided.wait(_IDLE_SECONDS)
                self._decided.clear()
        except Fenced:
            self._observer.fenced()
            connection.rollback()

    def _follow(self) -> bool:
        return self._listeners.follow(self.connection) > 0

    def _surviving(self, work: Callable[[], bool]) -> bool:
        """Do ``work`` again after what is not the fault of a message; die silently when killed."""
        for attempt in range(1, _TRIES + 1):
            try:
                return work()
            except Fenced:
                self._observer.fenced()
                self.connection.rollback()
                self.leases.keep(self.connection, at_once=True)
                return True
            except AWAY:
                self.connection.close()  # or the next round would meet a transaction that failed
                if attempt == _TRIES:
                    raise
                self._connect_again()
            except Exception:
                self.connection.rollback()
                raise
            except BaseException:
                self._drop_connections()
                raise
        return False

    def _connect(self, what: str = "") -> Connection:
        return connect(self._dsn, name=f"{self._name}{what}", autocommit=True, by_key=True)

    def _connect_again(self) -> None:
        self.connection.close()
        self.connection = self._connect()
        self.leases.forget()

    def _drop_connections(self) -> None:
        """What the operating system does to a killed worker."""
        self.connection.close()
        self._mailing.close()

    def _await_mail(self) -> None:
        if self._listening is not self.connection:
            self.connection.execute("listen relevo_mail")
            self._listening = self.connection
        for _ in self.connection.notifies(timeout=_IDLE_SECONDS, stop_after=1):
            break

    def _heartbeat(self, stop: threading.Event) -> None:
        """Renew the leases beside a long effect or batch."""
        beats = LEASE.total_seconds() / 3
        lane = Lane(self._dsn, name=f"{self._name} heartbeat", autocommit=True)
        while not stop.wait(beats):
            with suppress(psycopg.Error):
                self.leases.beat(lane.connection())
        lane.close()

    def _keep_house(self, stop: threading.Event) -> None:
        """What a database needs from time to time, at the start and then every hour."""
        lane = Lane(self._dsn, name=f"{self._name} housekeeping", autocommit=True)
        while True:
            try:
                housekeeping.keep(lane.connection(), self.clock.now())
            except psycopg.Error as fault:
                _LOG.warning("housekeeping has to wait: %s", fault)
            if stop.wait(housekeeping.EVERY_S):
                break
        lane.close()


def _put_and_wake(mails: list[Mail], connection: Connection) -> int:
    """In one transaction: that of the pipeline."""
    with connection.pipeline():
        new = put_mail(connection, mails)
        connection.execute(_MAIL["wake"])
    return new.rowcount if new is not None else 0


def balance(engine: Engine) -> None:
    """Renew the leases and share the buckets with the other workers now, not in three seconds."""
    engine.leases.keep(engine.connection, at_once=True)
