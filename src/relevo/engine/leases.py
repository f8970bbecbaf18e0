"""Which buckets this worker may write, and how it loses them.

A lease lasts as long as its worker is seen: it says so every two seconds, and who was not seen for
six, by the clock of the database, may be robbed. So all of its work goes on within ten seconds of a
death. Every commit locks the lease of its bucket and compares the fencing token: a worker that was
thought dead and comes back cannot write over its successor. A worker that starts under the name of
another one *is* that one, started again: it takes over at once, its stale self is fenced, and stops
when it looks for its leases. Each lease is taken and given back in a transaction of its own, as all
that happens in a bucket: the connection commits each statement by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from relevo.engine.buckets import BUCKETS
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import Connection, Cursor
from relevo.engine.sql import statements

_SQL = statements("relevo.engine", "leases")
LEASE = timedelta(seconds=6)
RENEW_SECONDS = 2.0


class Fenced(RuntimeError):
    """Another worker holds a bucket that this one was about to write; nothing was written."""


class Superseded(RuntimeError):
    """A worker of the same name was started later; this one must stop."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The answer to a fence; in a pipeline it comes with the others."""

    _leases: Leases
    _bucket: int
    _cursor: Cursor

    def last_seq(self) -> int:
        """The last journal number before ours. Raises Fenced when the bucket is not ours."""
        row = self._cursor.fetchone()
        if row is None:
            self._leases.lost(self._bucket)
            raise Fenced(f"worker {self._leases.worker!r} no longer holds bucket {self._bucket}")
        number: int = row[0]
        return number


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
        """Say that we live, give back what is more than our share, take what is free.

        Raises Superseded when a later worker has our name.
        """
        if not at_once and self._session and elapsed_seconds() - self._renewed < RENEW_SECONDS:
            return
        with connection.cursor() as cursor:
            if self._session:
                self._be_seen(cursor)
            else:
                self._enter(cursor)
            cursor.execute(_SQL["own"], {"worker": self.worker})
            ours: dict[int, int] = dict(cursor.fetchall())
            self.tokens = {b: token for b, token in self.tokens.items() if ours.get(b) == token}
            # What is ours by name only was leased before we came, or before we lost the connection.
            self._acquire(cursor, [bucket for bucket in ours if bucket not in self.tokens])
            is_done = self._balance(cursor)
        self._renewed = elapsed_seconds() if is_done else 0.0

    def beat(self, connection: Connection) -> None:
        """Say that we live, from another thread; changes nothing in memory."""
        connection.execute(_SQL["seen"], {"worker": self.worker, "session": self._session})

    def forget(self) -> None:
        """After a lost connection: lease anew, for its last transaction may still be under way."""
        self.tokens.clear()
        self._renewed = 0.0

    def fence(self, connection: Connection, bucket: int, *, facts: int = 0) -> Fence:
        """Lock the lease of ``bucket`` until the end of the transaction, and take numbers for so
        many ``facts``. Whether that worked is to be asked of the answer (see Fence)."""
        given = self.claim(bucket) | {"facts": facts}
        cursor = connection.execute(_SQL["fence_and_number" if facts else "fence"], given)
        return Fence(self, bucket, cursor)

    def claim(self, bucket: int) -> dict[str, Any]:
        """By what a statement can tell whether the bucket is ours."""
        return {"bucket": bucket, "worker": self.worker, "token": self.tokens.get(bucket)}

    def lost(self, bucket: int) -> None:
        """The bucket is another worker's: look again at what we hold."""
        self.tokens.pop(bucket, None)
        self._renewed = 0.0

    def give_back(self, connection: Connection) -> None:
        """Leave in good order, so that others need not wait until we are missed."""
        if not self._session:
            return
        with connection.cursor() as cursor:
            self._release(cursor, list(self.tokens))
            cursor.execute(_SQL["leave"], {"worker": self.worker, "session": self._session})
        self._session = 0

    def _be_seen(self, cursor: Cursor) -> None:
        cursor.execute(_SQL["seen"], {"worker": self.worker, "session": self._session})
        if cursor.rowcount == 0:
            self.tokens.clear()
            raise Superseded(f"a later worker is called {self.worker!r}; this one stops")

    def _enter(self, cursor: Cursor) -> None:
        row = cursor.execute(_SQL["enter"], {"worker": self.worker}).fetchone()
        assert row is not None
        self._session = row[0]

    def _balance(self, cursor: Cursor) -> bool:
        """Get nearer to our share; False when a lock was in the way that will go at once."""
        cursor.execute(_SQL["others"], {"worker": self.worker, "span": LEASE})
        row = cursor.fetchone()
        workers = 1 + (row[0] if row else 0)
        share = -(-BUCKETS // workers)
        held = sorted(self.tokens)
        if len(held) > share:
            self._release(cursor, held[share:])
        elif len(held) < share:
            cursor.execute(_SQL["free"], {"span": LEASE, "most": share - len(held)})
            free = [bucket for (bucket,) in cursor.fetchall()]
            self._acquire(cursor, free)
            if not self.tokens.keys() >= set(free):  # locked by somebody, perhaps in his sleep
                cursor.execute(_SQL["end_sleepers"], {"span": LEASE})
                return cursor.rowcount == 0
        return True

    def _acquire(self, cursor: Cursor, buckets: list[int]) -> None:
        for bucket in buckets:
            wanted = {"worker": self.worker, "bucket": bucket, "span": LEASE}
            row = cursor.execute(_SQL["acquire"], wanted).fetchone()
            if row is not None:
                self.tokens[bucket] = row[0]

    def _release(self, cursor: Cursor, buckets: list[int]) -> None:
        for bucket in buckets:
            given = {"worker": self.worker, "bucket": bucket, "token": self.tokens.pop(bucket)}
            cursor.execute(_SQL["release"], given)
