"""A street of houses whose lamps are lit, dimmed and burn out: the load of the crash tests.

The same street gives the same ``Outcome`` whoever works on it and whatever befalls them: what is
told is told under the same keys at the same moments of a shared clock, and the clock moves only
when nothing is left to do. Telling goes on until the database has taken it, as a hub would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psycopg

from relevo.engine.clock import Clock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.replay import digest, verify_all
from relevo.testing.lamp_worker import performers, street_lamps
from relevo.testing.lamps import Dim, OpenHouse, ShortCircuit
from relevo.testing.patience import NeverCame, until
from relevo.testing.shared_clock import SharedClock
from relevo.values.moment import Moment

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

_QUIET = """
select not exists (select from mailbox where not held and at <= %(now)s)
   and not exists (select from outbox where not held and due <= %(now)s)
   and not exists (select from timer where not fired and due <= %(now)s)
   and not exists (select from lease left join cursor on cursor.bucket = lease.bucket
                   where lease.last_seq > coalesce(cursor.seq, 0))
"""
_LEFT = """
select (select json_agg(row (bucket, message_id)) from mailbox where at <= %(now)s),
       (select json_agg(row (bucket, effect_id, due)) from outbox where due <= %(now)s),
       (select json_agg(row (bucket, process_id, name)) from timer where due <= %(now)s),
       (select json_agg(row (bucket, worker, token)) from lease)
"""
_NEXT_DUE = """
select least((select min(due) from timer where not fired),
             (select min(due) from outbox where not held),
             (select min(at) from mailbox where not held))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that must be the same in the end, however the way there was."""

    digest: str
    parked: tuple[str, ...]
    refused: tuple[str, ...]
    grid: tuple[tuple[str, int], ...]  # the projection: written with the facts
    board: tuple[tuple[str, int], ...]  # the listener's read model: each lamp exactly once
    performed: frozenset[str]  # effect, try and what was asked; a repeated one counts once


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Its houses, on one database, beside one clock and one outside."""

    dsn: str
    clock: SharedClock
    outside: Path
    houses: int
    lamps: int

    def play(
        self,
        meanwhile: Callable[[], None] = lambda: None,
        mind: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """The whole story. ``meanwhile`` happens once, when the houses have been told to open;
        ``mind`` again and again while the street comes to rest."""
        self.light_up()
        meanwhile()
        self.settle(mind)
        self.dim()
        self.settle(mind)
        self.burn_down(mind)
        return self.outcome()

    def light_up(self) -> None:
        """Every house opens; in every tenth a lamp is wired wrongly."""
        with Teller(self) as tell:
            for number in range(self.houses):
                house = f"house-{number}"
                tell("lamps.house", house, OpenHouse(lamps=self.lamps, watts=40 + number), "open")
                if number % 10 == 3:
                    tell("lamps.lamp", f"{house}/lamp-0", ShortCircuit(), "short")

    def dim(self) -> None:
        """Every third house is dimmed, and is asked in vain to open again."""
        with Teller(self) as tell:
            for number in range(0, self.houses, 3):
                house = f"house-{number}"
                tell("lamps.lamp", f"{house}/lamp-0", Dim(watts=4), "dim")
                tell("lamps.house", house, OpenHouse(lamps=1, watts=1), "again")

    def burn_down(self, mind: Callable[[], None] = lambda: None) -> None:
        """Move the clock to whatever is due next, until nothing is to come."""
        while (due := self._next_due()) is not None:
            self.clock.advance_to(due)
            self._wake()
            self.settle(mind)

    def settle(self, mind: Callable[[], None] = lambda: None, within_s: float = 60) -> None:
        """Until nothing is left to do at this moment."""

        def is_quiet() -> bool:
            mind()
            return bool(self._ask(_QUIET, now=self.clock.now()) == (True,))

        try:
            until(is_quiet, "the street comes to rest", within_s)
        except NeverCame as restless:
            left = self._ask(_LEFT, now=self.clock.now())
            raise NeverCame(f"{restless}; left are {left}") from None

    def await_facts(self, count: int) -> None:
        """Until so many facts are committed."""
        until(lambda: self.facts() >= count, f"{count} facts are there")

    def facts(self) -> int:
        """How many facts are committed; -1 while the database does not answer."""
        found = self._ask("select count(*) from journal")
        return -1 if found is None else int(found[0])

    def outcome(self) -> Outcome:
        """What is stored and was done outside. Raises Diverged when a state is not its fold."""
        with connect(self.dsn, autocommit=True) as connection:
            verify_all(connection, street_lamps())

            def rows(statement: str) -> tuple[Any, ...]:
                return tuple(connection.execute(statement).fetchall())

            return Outcome(
                digest=digest(connection),
                parked=tuple(name for (name,) in rows("select parked_id from parked order by 1")),
                refused=tuple(
                    name for (name,) in rows("select message_id from refusal order by 1")
                ),
                grid=rows("select lamp, watts from grid order by 1"),
                board=rows("select lamp, times from board order by 1"),
                performed=frozenset(self.outside.read_text(encoding="utf-8").splitlines()),
            )

    def undisturbed(self) -> Outcome:
        """Play it with one engine in this very thread, on a database of its own."""
        engine = Engine(
            dsn=self.dsn,
            catalogue=street_lamps(),
            clock=self.clock,
            performers=performers(self.outside),
        )
        try:
            self.light_up()
            engine.run_until_quiet()
            self.dim()
            engine.run_until_quiet()
            while (due := engine.next_due()) is not None:
                self.clock.advance_to(due)
                engine.run_until_quiet()
        finally:
            engine.close()
        return self.outcome()

    def _next_due(self) -> Moment | None:
        found: tuple[Moment | None] | None = None
        while found is None:
            found = self._ask(_NEXT_DUE)
        return found[0]

    def _wake(self) -> None:
        """Idle workers look at the clock when there may be mail."""
        self._ask("select pg_notify('relevo_mail', '')")

    def _ask(self, statement: str, **given: object) -> Any:
        try:
            with connect(self.dsn, name="street", autocommit=True) as connection:
                return connection.execute(statement, given).fetchone()
        except psycopg.OperationalError:
            return None


class Teller:
    """Tells until the database has taken it; told twice, a message is the same message."""

    def __init__(self, street: Street) -> None:
        self._dsn = street.dsn
        self._clock: Clock = street.clock
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._engine is not None:
            self._engine.close()

    def __call__(self, kind: str, process_id: str, message: object, key: str) -> None:
        until(lambda: self._took(kind, process_id, message, key), f"{process_id} is told {key}", 90)

    def _took(self, kind: str, process_id: str, message: object, key: str) -> bool:
        try:
            if self._engine is None:
                self._engine = Engine(
                    dsn=self._dsn,
                    catalogue=street_lamps(),
                    clock=self._clock,
                    performers={},
                    worker="teller",
                )
            self._engine.tell(kind, process_id, message, key=key)
        except psycopg.OperationalError:
            return False
        return True
