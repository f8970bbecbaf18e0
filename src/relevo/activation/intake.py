"""What comes in from the network: test calls in their rhythm, and the registry's own news.

``Watch`` looks at all lines that are due with one request, and tells a process only what differs
from what it was told before, or what it asked to be looked at anew. A look that fails (the service
is down) says nothing about any line: it is done again a minute later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from relevo.activation.activation.messages import LineProbed
from relevo.activation.activation.rhythm import next_tick
from relevo.activation.gateway import Network, Probes, Seen
from relevo.activation.ladder import Life, read_probe
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Permanent, Temporary
from relevo.engine.sql import statements
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.activation", "watch")

KIND = "activation.activation"
MOST = 5000
"""Lines in one request; what is due beyond that is looked at in the next round."""

LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Due:
    """One line that is to be looked at now."""

    process_id: str
    subject: str
    every_minutes: int
    armed_by: str
    next_due: Moment
    last_seen: Any
    last_good_at: Moment | None


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of it."""

    due: _Due
    seen: Seen
    at: Moment

    @property
    def is_good(self) -> bool:
        return read_probe(self.seen.calls_in, self.seen.works).life is Life.ALIVE

    @property
    def is_news(self) -> bool:
        return bool(self.due.last_seen != msgspec.to_builtins(self.seen))

    @property
    def good_at(self) -> Moment | None:
        return self.at if self.is_good else self.due.last_good_at

    def told(self) -> LineProbed:
        return LineProbed(
            calls_in=self.seen.calls_in,
            works=self.seen.works,
            registered=self.seen.registered,
            last_good_at=self.due.last_good_at,
            at=self.at,
        )


class Watch:
    """Looks at every line on the list when its tick comes."""

    def __init__(self, engine: Engine, dsn: str, network: Network, clock: Clock) -> None:
        self._engine = engine
        self._network = network
        self._clock = clock
        # What a crash may take back here (a look, and what was told of it, in one transaction) is
        # looked at again: the disk need not be waited for.
        self._connection: Connection = connect(dsn, name="relevo watch", autocommit=True)
        self._connection.execute("set synchronous_commit = off")

    def poll(self) -> int:
        """Look at what is due; returns how many processes were told something."""
        now = self._clock.now()
        due = self._due(now)
        if not due:
            return 0
        try:
            probes = self._network.probe(sorted({each.subject for each in due}))
        except (Temporary, Permanent):
            self._postpone(now)
            return 0
        return self._record(due, probes, now)

    def next_due(self) -> Moment | None:
        """The next tick of any line; None when no line is watched."""
        row = self._connection.execute(_SQL["next_due"]).fetchone()
        return None if row is None or row[0] is None else utc(row[0])

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _due(self, now: Moment) -> list[_Due]:
        rows = self._connection.execute(_SQL["due"], {"now": now, "most": MOST}).fetchall()
        return [_Due(*row) for row in rows]

    def _postpone(self, now: Moment) -> None:
        self._connection.execute(_SQL["postpone"], {"now": now, "until": now + LOOK_AGAIN})

    def _record(self, due: list[_Due], probes: Probes, now: Moment) -> int:
        """One transaction: what was seen, and who is told of it."""
        looks = [
            _Look(each, probes.seen[each.subject], probes.at)
            for each in due
            if each.subject in probes.seen
        ]
        left_out = [each for each in due if each.subject not in probes.seen]
        news = [look for look in looks if look.is_news]
        if not news:
            with self._connection.cursor() as cursor:
                self._update(cursor, looks, left_out, now)
            return 0
        with self._connection.transaction(), self._connection.cursor() as cursor:
            taken = self._update(cursor, looks, left_out, now)
            told = [look for look in news if look.due.process_id in taken]
            for look in told:
                self._tell(cursor, look)
        return len(told)

    def _update(
        self, cursor: Cursor, looks: list[_Look], left_out: list[_Due], now: Moment
    ) -> set[str]:
        """Note the looks. Whoever looked at the same line in the meantime has told it."""
        rows = [
            (each.due, _json(each.seen), each.good_at, next_tick(now, each.due.every_minutes))
            for each in looks
        ]
        rows += [
            (each, _json(each.last_seen), each.last_good_at, now + LOOK_AGAIN) for each in left_out
        ]
        cursor.execute(
            _SQL["looked"],
            {
                "process_ids": [due.process_id for due, _, _, _ in rows],
                "armed_bys": [due.armed_by for due, _, _, _ in rows],
                "were_due": [due.next_due for due, _, _, _ in rows],
                "next_dues": [next_due for _, _, _, next_due in rows],
                "last_seens": [seen for _, seen, _, _ in rows],
                "last_goods": [good_at for _, _, good_at, _ in rows],
            },
        )
        return {process_id for (process_id,) in cursor.fetchall()}

    def _tell(self, cursor: Cursor, look: _Look) -> None:
        key = f"probe:{utc(look.due.next_due).isoformat()}:{look.due.armed_by}"
        self._engine.tell_within(cursor, KIND, look.due.process_id, look.told(), key=key)


class NetworkIntake:
    """Fetches the registry's news and tells the processes whose lines they are about."""

    def __init__(self, engine: Engine, dsn: str, network: Network) -> None:
        self._engine = engine
        self._network = network
        self._connection: Connection = connect(dsn, name="relevo network intake")

    def poll(self) -> int:
        """Fetch what is new; returns how many events there were. Down means: later."""
        with self._connection.transaction():
            row = self._connection.execute(_SQL["position"], {"source": "network"}).fetchone()
        was = 0 if row is None else int(row[0])
        try:
            news = self._network.news(was)
        except (Temporary, Permanent):
            return 0
        if not news:
            return 0
        with self._connection.transaction(), self._connection.cursor() as cursor:
            wanted = {"source": "network", "was": was, "position": max(n.seq for n in news)}
            cursor.execute(_SQL["advance"], wanted)
            if cursor.fetchone() is None:
                return 0  # somebody else has read them
            cursor.execute(_SQL["processes_of"], {"subjects": [each.subject for each in news]})
            owners: dict[str, list[str]] = {}
            for subject, process_id in cursor.fetchall():
                owners.setdefault(subject, []).append(process_id)
            for each in sorted(news, key=lambda one: one.seq):
                for process_id in owners.get(each.subject, []):
                    key = f"network:{each.seq}"
                    self._engine.tell_within(cursor, KIND, process_id, each.answer, key=key)
        return len(news)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
