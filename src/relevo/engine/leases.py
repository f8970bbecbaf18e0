"""Which buckets this worker may write, and how it loses them.

A lease lasts ten seconds by the clock of the database and is renewed every three. Every commit
locks the leases of its buckets and compares their fencing tokens: a worker that was thought dead
and comes back cannot write over its successor. A worker that starts under the name of another one
*is* that one, started again: it takes over at once, and its stale self is fenced.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from relevo.engine.buckets import BUCKETS
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements

_SQL = statements("relevo.engine", "leases")
LEASE = timedelta(seconds=10)
RENEW_SECONDS = 3.0


class Fenced(RuntimeError):
    """Another worker holds a bucket that this one was about to write; nothing was written."""


class Superseded(RuntimeError):
    """A worker of the same name was started later; this one must stop."""


class Leases:
    """The buckets of one worker, with their fencing tokens."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.tokens: dict[int, int] = {}
        self._session = 0
        self._renewed = 0.0
        self._turn = 0

    @property
    def buckets(self) -> list[int]:
        """The leased buckets, each time starting at another one, so that none waits for ever."""
        held = sorted(self.tokens)
        if not held:
            return held
        self._turn = (self._turn + 1) % len(held)
        return held[self._turn :] + held[: self._turn]

    def keep(self, connection: Connection, *, at_once: bool = False) -> None:
        """Renew, give back what is more than our share, take what is free.

        Raises Superseded when a later worker has our name.
        """
        if not at_once and self._session and elapsed_seconds() - self._renewed < RENEW_SECONDS:
            return
        with connection.transaction(), connection.cursor() as cursor:
            if not self._session:
                self._enter(cursor)
            cursor.execute(_SQL["seen"], {"worker": self.worker, "session": self._session})
            if cursor.rowcount == 0:
                self.tokens.clear()
                raise Superseded(f"a later worker is called {self.worker!r}; this one stops")
            self._renew(cursor)
            self._balance(cursor)
        self._renewed = elapsed_seconds()

    def beat(self, connection: Connection) -> None:
        """Renew from another thread, beside a long effect; changes nothing in memory."""
        tokens = dict(self.tokens)
        held = {"buckets": list(tokens), "tokens": list(tokens.values())}
        connection.execute(_SQL["renew"], {**held, "worker": self.worker, "span": LEASE})
        connection.execute(_SQL["seen"], {"worker": self.worker, "session": self._session})

    def forget(self) -> None:
        """After a lost connection: enter anew."""
        self.tokens.clear()
        self._session = 0

    def fence(self, cursor: Cursor, buckets: Iterable[int]) -> dict[int, int]:
        """Lock the leases of ``buckets`` and return the last journal number of each.

        Raises Fenced when one of them is no longer ours.
        """
        wanted = sorted(set(buckets))
        cursor.execute(_SQL["fence"], {"buckets": wanted, "worker": self.worker})
        found = {bucket: (token, last_seq) for bucket, token, last_seq in cursor.fetchall()}
        for bucket in wanted:
            if bucket not in found or found[bucket][0] != self.tokens.get(bucket):
                self.tokens.pop(bucket, None)
                self._renewed = 0.0
                raise Fenced(f"worker {self.worker!r} no longer holds bucket {bucket}")
        return {bucket: last_seq for bucket, (_, last_seq) in found.items()}

    def move_on(self, cursor: Cursor, last_seqs: dict[int, int]) -> None:
        """Store the last journal number of each bucket; part of the batch's transaction."""
        given = {"buckets": list(last_seqs), "last_seqs": list(last_seqs.values())}
        cursor.execute(_SQL["move_on"], given)

    def give_back(self, connection: Connection) -> None:
        """Leave in good order, so that others need not wait for the leases to expire."""
        if not self._session:
            return
        with connection.transaction(), connection.cursor() as cursor:
            self._release(cursor, list(self.tokens))
            cursor.execute(_SQL["leave"], {"worker": self.worker, "session": self._session})
        self.forget()

    def _enter(self, cursor: Cursor) -> None:
        row = cursor.execute(_SQL["enter"], {"worker": self.worker}).fetchone()
        assert row is not None
        cursor.execute(_SQL["take_own"], {"worker": self.worker, "span": LEASE})
        self.tokens = dict(cursor.fetchall())
        self._session = row[0]

    def _renew(self, cursor: Cursor) -> None:
        held = {"buckets": list(self.tokens), "tokens": list(self.tokens.values())}
        cursor.execute(_SQL["renew"], {**held, "worker": self.worker, "span": LEASE})
        ours = {bucket for (bucket,) in cursor.fetchall()}
        self.tokens = {bucket: token for bucket, token in self.tokens.items() if bucket in ours}

    def _balance(self, cursor: Cursor) -> None:
        cursor.execute(_SQL["others"], {"worker": self.worker, "span": LEASE})
        row = cursor.fetchone()
        workers = 1 + (row[0] if row else 0)
        share = -(-BUCKETS // workers)
        held = sorted(self.tokens)
        if len(held) > share:
            self._release(cursor, held[share:])
        elif len(held) < share:
            wanted = {"worker": self.worker, "span": LEASE, "most": share - len(held)}
            cursor.execute(_SQL["acquire"], wanted)
            self.tokens.update(cursor.fetchall())

    def _release(self, cursor: Cursor, buckets: list[int]) -> None:
        given = {"buckets": buckets, "tokens": [self.tokens[bucket] for bucket in buckets]}
        cursor.execute(_SQL["release"], {**given, "worker": self.worker})
        for bucket in buckets:
            del self.tokens[bucket]
