"""What comes in from the network: test calls in their rhythm, and the registry's own news.

``Watch`` looks at all lines that are due with one request, and tells a process only what differs
from what it was told before, or what it asked to be looked at anew. A look that fails (the service
is down) says nothing about any line: it is done again a minute later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from relevo.activation.activation.messages import LineProbed
from relevo.activation.activation.rhythm import next_tick
from relevo.activation.gateway import Network, NetworkNews, Probes, Seen
from relevo.activation.ladder import Life, read_probe
from relevo.engine.clock import Clock
from relevo.engine.connection import Lane
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

    @property
    def key(self) -> str:
        """A tick that is looked at twice is told once."""
        return f"probe:{utc(self.due.next_due).isoformat()}:{self.due.armed_by}"

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
        # A look that a crash takes back is done again: the disk need not be waited for.
        self._lane = Lane(dsn, name="relevo watch", autocommit=True, synchronous=False)

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
        row = self._lane.connection().execute(_SQL["next_due"]).fetchone()
        return None if row is None or row[0] is None else utc(row[0])

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()

    def _due(self, now: Moment) -> list[_Due]:
        rows = self._lane.connection().execute(_SQL["due"], {"now": now, "most": MOST}).fetchall()
        return [_Due(*row) for row in rows]

    def _postpone(self, now: Moment) -> None:
        self._lane.connection().execute(_SQL["postpone"], {"now": now, "until": now + LOOK_AGAIN})

    def _record(self, due: list[_Due], probes: Probes, now: Moment) -> int:
        """Tell the news, each family's in a transaction of its own; then note what was seen."""
        looks = [
            _Look(each, probes.seen[each.subject], probes.at)
            for each in due
            if each.subject in probes.seen
        ]
        left_out = [each for each in due if each.subject not in probes.seen]
        told = self._engine.tell_many(
            (KIND, look.due.process_id, look.told(), look.key) for look in looks if look.is_news
        )
        self._update(looks, left_out, now)
        return told

    def _update(self, looks: list[_Look], left_out: list[_Due], now: Moment) -> None:
        """Note the looks, unless a line was looked at or armed anew in the meantime."""
        noted = [
            _noted(each.due, each.seen, each.good_at, next_tick(now, each.due.every_minutes))
            for each in looks
        ]
        noted += [
            _noted(each, each.last_seen, each.last_good_at, now + LOOK_AGAIN) for each in left_out
        ]
        self._lane.connection().execute(
            _SQL["looked"], {"looks": msgspec.json.encode(noted).decode()}
        )


def _noted(due: _Due, seen: Any, good_at: Moment | None, again: Moment) -> dict[str, Any]:
    """One row: the driver takes longer over columns of every line than over one text."""
    return {
        "process_id": due.process_id,
        "armed_by": due.armed_by,
        "was_due": due.next_due,
        "next_due": again,
        "last_seen": seen,
        "last_good_at": good_at,
    }


class NetworkIntake:
    """Fetches the registry's news and tells the processes whose lines they are about."""

    source = "network"

    def __init__(self, engine: Engine, dsn: str, network: Network) -> None:
        self._engine = engine
        self._network = network
        self._lane = Lane(dsn, name="relevo network intake")

    def poll(self) -> int:
        """Fetch what is new; returns how many messages were told. Down means: later."""
        with self._lane.connection().transaction():
            row = (
                self._lane.connection()
                .execute(_SQL["position"], {"source": self.source})
                .fetchone()
            )
        was = 0 if row is None else int(row[0])
        try:
            news = self._network.news(was)
        except (Temporary, Permanent):
            return 0
        if not news:
            return 0
        told = self._engine.tell_many(self._addressed(news))
        wanted = {"source": self.source, "was": was, "position": max(n.seq for n in news)}
        with self._lane.connection().transaction():
            self._lane.connection().execute(_SQL["advance"], wanted)  # unless somebody else has
        return told

    def _addressed(self, news: Sequence[NetworkNews]) -> Iterator[tuple[str, str, object, str]]:
        subjects = {"subjects": [each.subject for each in news]}
        with self._lane.connection().transaction():
            rows = self._lane.connection().execute(_SQL["processes_of"], subjects).fetchall()
        owners: dict[str, list[str]] = {}
        for subject, process_id in rows:
            owners.setdefault(subject, []).append(process_id)
        for each in sorted(news, key=lambda one: one.seq):
            for process_id in owners.get(each.subject, []):
                yield KIND, process_id, each.answer, f"{self.source}:{each.seq}"

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()
