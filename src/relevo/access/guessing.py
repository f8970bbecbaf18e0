"""How often somebody may guess: tries are counted in the database, where all servers see them.

A try is counted before it is made, so that a thousand at once are a thousand tries. After the free
ones each costs a pause that doubles; a try within the pause is not heard, and costs nothing more.
What was right is forgiven. Whether the name or the order exists makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.values.moment import Moment, Span, utc

_SQL = statements("relevo.access", "guessing")
_KEPT = timedelta(days=2)

Acting = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction of the site itself, which is committed when its block ends well."""


class TooManyTries(Exception):
    """Not now: ``until`` is when the next try is heard."""

    def __init__(self, until: Moment) -> None:
        super().__init__(f"too many tries; try again after {until:%H:%M:%S} UTC")
        self.until = until


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``free`` tries, then pauses from ``first_s`` on, doubled up to ``longest_s``; after
    ``forgotten_s`` without a try all is as if nothing had been."""

    scope: str
    free: int
    first_s: int
    longest_s: int
    forgotten_s: int

    @property
    def pauses(self) -> list[Span]:
        """The pause after the first try, after the second, and so on; the last one stays."""
        found = [timedelta(0)] * (self.free - 1)
        pause = self.first_s
        while pause < self.longest_s:
            found.append(timedelta(seconds=pause))
            pause *= 2
        return [*found, timedelta(seconds=self.longest_s)]


PASSWORD_OF_NAME = Pace(scope="password:name", free=5, first_s=2, longest_s=900, forgotten_s=86_400)
PASSWORD_FROM = Pace(scope="password:from", free=20, first_s=2, longest_s=900, forgotten_s=3600)
FACTOR_OF_NAME = Pace(scope="factor:name", free=5, first_s=10, longest_s=3600, forgotten_s=86_400)
LINK_FROM = Pace(scope="link:from", free=20, first_s=5, longest_s=900, forgotten_s=3600)
CODE_ASKED = Pace(scope="code_asked:order", free=3, first_s=60, longest_s=3600, forgotten_s=86_400)
CODE_ASKED_FROM = Pace(
    scope="code_asked:from", free=10, first_s=60, longest_s=3600, forgotten_s=86_400
)
CODE_TRIED = Pace(scope="code:order", free=10, first_s=60, longest_s=3600, forgotten_s=86_400)
CODE_TRIED_FROM = Pace(scope="code:from", free=15, first_s=10, longest_s=3600, forgotten_s=86_400)
SIGN_UP_FROM = Pace(scope="sign_up:from", free=60, first_s=5, longest_s=300, forgotten_s=600)


def take_tries(acting: Acting, wanted: Sequence[tuple[Pace, str]], at: Moment) -> None:
    """Count one more try of each of these, in a transaction of its own: whatever comes of what is
    tried, this stays. Raises TooManyTries within a pause; the others have counted it then, too."""
    with acting() as connection:
        waits = [_take_a_try(connection, pace, subject, at) for pace, subject in wanted]
    pauses = [wait for wait in waits if wait is not None]
    if pauses:
        raise TooManyTries(max(pauses))


def forgive(connection: Connection, pace: Pace, subject: str) -> None:
    """It was right: nothing is held against this subject any more."""
    connection.execute(_SQL["forgive"], (pace.scope, _hash(subject)))


def give_back(connection: Connection, pace: Pace, subject: str) -> None:
    """It was right: this one try does not count. Others from the same address still do."""
    connection.execute(_SQL["give_back"], (pace.scope, _hash(subject)))


def forget_old(connection: Connection, at: Moment) -> int:
    """Delete what has not been tried for days."""
    return connection.execute(_SQL["forget_old"], (at - _KEPT,)).rowcount


def _take_a_try(connection: Connection, pace: Pace, subject: str, at: Moment) -> Moment | None:
    """None when it is heard, else when the next one is."""
    asked = {
        "scope": pace.scope,
        "subject": _hash(subject),
        "at": at,
        "pauses": pace.pauses,
        "forgotten": at - timedelta(seconds=pace.forgotten_s),
    }
    if connection.execute(_SQL["take_a_try"], asked).fetchone() is not None:
        return None
    row = connection.execute(_SQL["free_at"], asked).fetchone()
    return utc(row[0]) if row else at


def _hash(subject: str) -> bytes:
    return sha256(subject.casefold().encode()).digest()
