"""Read models follow the journal, bucket by bucket, each with a cursor of its own.

The cursor moves in the transaction in which the listener wrote. A fact that a listener cannot take
is parked for it, with the reason; the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from relevo.engine.catalogue import Catalogue, Listener
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection
from relevo.engine.journal import storable_text
from relevo.engine.leases import Fenced, Leases
from relevo.engine.observer import Observer
from relevo.engine.process import wire_name
from relevo.engine.recorded import Recorded
from relevo.engine.signals import reach
from relevo.engine.sql import statements
from relevo.engine.wire import decode_old

_SQL = statements("relevo.engine", "listeners")
_MOST = 1000
_Row = tuple[Any, ...]


class Listeners:
    """Keeps the read models of the leased buckets up to date."""

    def __init__(self, catalogue: Catalogue, clock: Clock, *, leases: Leases) -> None:
        self.observer = Observer()
        self._catalogue = catalogue
        self._clock = clock
        self._leases = leases

    def follow(self, connection: Connection) -> int:
        """Bring every listener up to date in all leased buckets; returns the facts passed on."""
        passed = 0
        for listener in self._catalogue.listeners:
            buckets = sorted(self._leases.tokens)
            wanted = {"listener": listener.name, "buckets": buckets}
            behind = connection.execute(_SQL["behind"], wanted).fetchall()
            passed += self._try_again(connection, listener, buckets)
            for bucket, seq in behind:
                passed += self._follow_bucket(connection, listener, bucket, seq)
        return passed

    def _try_again(self, connection: Connection, listener: Listener, buckets: Sequence[int]) -> int:
        """Parked facts that an operator sent back; each alone."""
        wanted = {"listener": listener.name, "buckets": list(buckets)}
        rows = connection.execute(_SQL["facts_again"], wanted).fetchall()
        for *row, parked_id, bucket in rows:
            try:
                with connection.cursor() as cursor:
                    self._begin(connection, bucket)
                    listener.write(cursor, [self._recorded(tuple(row))])
                    cursor.execute(_SQL["fact_taken"], {"parked_id": parked_id})
                connection.commit()
            except (psycopg.OperationalError, psycopg.InterfaceError, Fenced):
                raise
            except Exception as fault:  # it stays parked, with the new reason
                connection.rollback()
                reason = storable_text(f"{type(fault).__name__}: {fault}")
                given = {"parked_id": parked_id, "reason": reason}
                connection.execute(_SQL["fact_stays"], given)
        return len(rows)

    def _follow_bucket(
        self, connection: Connection, listener: Listener, bucket: int, seq: int
    ) -> int:
        passed = 0
        while True:
            wanted = {"bucket": bucket, "seq": seq, "most": _MOST}
            rows = connection.execute(_SQL["next_facts"], wanted).fetchall()
            if not rows:
                return passed
            self._pass_on(connection, listener, bucket, rows)
            seq = rows[-1][0]
            passed += len(rows)

    def _pass_on(
        self, connection: Connection, listener: Listener, bucket: int, rows: Sequence[_Row]
    ) -> None:
        try:
            self._attempt(connection, listener, bucket, rows)
        except (psycopg.OperationalError, psycopg.InterfaceError, Fenced):
            raise
        except Exception as fault:  # a listener may fail in any way; only its fact stops
            connection.rollback()
            if len(rows) == 1:
                self._park(
                    connection, listener, bucket, rows[0], f"{type(fault).__name__}: {fault}"
                )
                return
            middle = len(rows) // 2
            self._pass_on(connection, listener, bucket, rows[:middle])
            self._pass_on(connection, listener, bucket, rows[middle:])

    def _attempt(
        self, connection: Connection, listener: Listener, bucket: int, rows: Sequence[_Row]
    ) -> None:
        wanted = {wire_name(fact) for fact in listener.facts}
        with connection.cursor() as cursor:
            self._begin(connection, bucket)
            facts = [self._recorded(row) for row in rows if row[6] in wanted]
            if facts:
                listener.write(cursor, facts)
            place = {"listener": listener.name, "bucket": bucket, "seq": rows[-1][0]}
            cursor.execute(_SQL["move_on"], place)
        reach("listener.before_commit")
        connection.commit()
        reach("listener.after_commit")
        self.observer.listened(listener.name, len(rows))

    def _park(
        self, connection: Connection, listener: Listener, bucket: int, row: _Row, reason: str
    ) -> None:
        seq, process_id, _, _, _, at, name, body = row
        with connection.cursor() as cursor:
            self._begin(connection, bucket)
            parked = {
                "parked_id": f"{listener.name}@{bucket}.{seq}",
                "bucket": bucket,
                "process_id": process_id,
                "kind": listener.name,
                "name": name,
                "body": body,
                "at": at,
                "reason": storable_text(reason),
                "now": self._clock.now(),
            }
            cursor.execute(_SQL["park_fact"], parked)
            place = {"listener": listener.name, "bucket": bucket, "seq": seq}
            cursor.execute(_SQL["move_on"], place)
        connection.commit()
        self.observer.parked("fact", name)

    def _begin(self, connection: Connection, bucket: int) -> None:
        connection.execute("begin")
        self._leases.fence(connection, bucket).last_seq()

    def _recorded(self, row: _Row) -> Recorded:
        seq, process_id, kind, kind_version, version, at, name, body = row
        today = self._catalogue.process(kind).version
        fact = decode_old(
            name, body, written=kind_version, today=today, upcasters=self._catalogue.upcasters
        )
        return Recorded(
            process_id=process_id, kind=kind, version=version, at=at, fact=fact, seq=seq
        )
