"""What comes in from the network: test calls in their rhythm, and the registry's own news.

``Watch`` looks at all lines that are due with one request, and tells a process only what differs
from what it was told before, or what it asked to be looked at anew. Lines of one rhythm are in
step: a look at which nothing has changed writes one row for all of them. A look that fails (the
service is down) says nothing about any line: it is done again a minute later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from relevo.activation.activation.messages import LineProbed, NumberHeld
from relevo.activation.activation.rhythm import last_tick, next_tick
from relevo.activation.gateway import Network, NetworkNews, Prober, Probes, Seen
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
    tick: Moment
    last_seen: Any
    good_at: Moment | None  # when it was last seen alive, as far as that is written down
    rhythm: _Rhythm | None = None  # that it is in step with
    in_step_since: Moment | None = None

    @property
    def is_in_step(self) -> bool:
        return self.rhythm is not None

    @property
    def last_good_at(self) -> Moment | None:
        """When it was last seen alive: that is not written at every look of a line in step."""
        if self.rhythm is None or self.in_step_since is None:
            return self.good_at
        return self.rhythm.good_before(self.last_seen, self.good_at, self.in_step_since)


class _InStep(NamedTuple):
    """One line in step, as far as is needed to see that there is no news of it: most often."""

    process_id: str
    subject: str
    last_seen: str | None  # JSON

    def is_as(self, probes: Probes) -> bool:
        """Whether just that was seen again."""
        return self.last_seen is not None and _seen(self.last_seen) == probes.seen.get(self.subject)


@lru_cache(maxsize=4096)
def _seen(text: str) -> Seen:
    """Nearly all lines are in the same few states."""
    return msgspec.json.decode(text, type=Seen)


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of it."""

    due: _Due
    seen: Seen
    at: Moment

    @property
    def is_good(self) -> bool:
        return _is_good(self.seen)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found that does not work."""
        sight = read_probe(self.seen.calls_in, self.seen.works)
        return self.is_good and not sight.nowhere and all(self.seen.works.values())

    @property
    def is_news(self) -> bool:
        return bool(self.due.last_seen != msgspec.to_builtins(self.seen))

    @property
    def good_at(self) -> Moment | None:
        return self.at if self.is_good else self.due.last_good_at

    @property
    def key(self) -> str:
        """A tick that is looked at twice is told once."""
        return f"probe:{utc(self.due.tick).isoformat()}:{self.due.armed_by}"

    def told(self) -> LineProbed:
        return LineProbed(
            calls_in=self.seen.calls_in,
            works=self.seen.works,
            registered=self.seen.registered,
            last_good_at=self.due.last_good_at,
            at=self.at,
        )


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """All lines that are looked at every so many minutes, and how far that has come."""

    every_minutes: int
    tick: Moment | None  # the last one that is done
    looked_at: Moment | None
    under_way: Moment | None  # the one of which a part is done
    done_until: str
    not_before: Moment | None
    in_step_since: Moment | None  # the first of its lines; None when it has none

    def due_at(self) -> Moment | None:
        """When its lines are to be looked at next."""
        if self.in_step_since is None:
            return None
        last = max(self.in_step_since, self.tick or self.in_step_since)
        due = self.under_way or next_tick(last, self.every_minutes)
        return max(due, self.not_before) if self.not_before else due

    def tick_at(self, now: Moment) -> Moment:
        """The tick that is looked at now: ticks that were slept through are not made up for."""
        return self.under_way or last_tick(now, self.every_minutes)

    def good_before(self, seen: Any, good_at: Moment | None, since: Moment) -> Moment | None:
        """When a line in step was last seen alive."""
        if self.looked_at is None or self.tick is None or since >= self.tick:
            return good_at
        was_good = seen is not None and _is_good(msgspec.convert(seen, Seen))
        return max(self.looked_at, good_at or self.looked_at) if was_good else good_at


class Watch:
    """Looks at every line on the list when its tick comes."""

    def __init__(
        self, engine: Engine, dsn: str, prober: Prober, clock: Clock, *, most: int = MOST
    ) -> None:
        self._engine = engine
        self._prober = prober
        self._clock = clock
        self._most = most
        # A look that a crash takes back is done again: the disk need not be waited for.
        self._lane = Lane(dsn, name="relevo watch", autocommit=True, synchronous=False)

    def poll(self) -> int:
        """Look at what is due; returns how many processes were told something."""
        now = self._clock.now()
        rhythms, alone = self._agenda()
        in_time = [each for each in rhythms if (at := each.due_at()) is not None and at <= now]
        pages = [(each, self._in_step(each, now)) for each in in_time]
        due = self._out_of_step(now) if alone is not None and alone <= now else []
        subjects = {line.subject for _, page in pages for line in page}
        subjects |= {each.subject for each in due}
        if not subjects:
            self._turn(pages, now, now)
            return 0
        try:
            probes = self._prober.probe(sorted(subjects))
        except (Temporary, Permanent):
            self._postpone(in_time, now)
            return 0
        for rhythm, page in pages:
            due += self._whole(rhythm, [line for line in page if not line.is_as(probes)], now)
        told = self._record(due, probes, now)
        self._turn(pages, now, probes.at)
        return told

    def next_due(self) -> Moment | None:
        """The next tick of any line; None when no line is watched."""
        rhythms, alone = self._agenda()
        dues = [due for each in rhythms if (due := each.due_at()) is not None]
        return min((due for due in (*dues, alone) if due is not None), default=None)

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()

    def _agenda(self) -> tuple[list[_Rhythm], Moment | None]:
        """The rhythms, and when the first line is due that is not in step."""
        rows = self._lane.connection().execute(_SQL["agenda"]).fetchall()
        alone = None if not rows or rows[0][-1] is None else utc(rows[0][-1])
        return [_Rhythm(*row[:-1]) for row in rows], alone

    def _in_step(self, rhythm: _Rhythm, now: Moment) -> list[_InStep]:
        wanted = {
            "every_minutes": rhythm.every_minutes,
            "tick": rhythm.tick_at(now),
            "done_until": rhythm.done_until,
            "most": self._most,
        }
        rows = self._lane.connection().execute(_SQL["in_step"], wanted).fetchall()
        return list(map(_InStep._make, rows))

    def _whole(self, rhythm: _Rhythm, lines: list[_InStep], now: Moment) -> list[_Due]:
        """All that is known of lines in step of which there is news, or nothing was seen."""
        if not lines:
            return []
        processes = [each.process_id for each in lines]
        wanted = {"tick": rhythm.tick_at(now), "processes": processes}
        rows = self._lane.connection().execute(_SQL["in_step_whole"], wanted).fetchall()
        return [
            _Due(*row, rhythm=rhythm, in_step_since=since)  # type: ignore[misc]
            for *row, since in rows
        ]

    def _out_of_step(self, now: Moment) -> list[_Due]:
        wanted = {"now": now, "most": self._most}
        rows = self._lane.connection().execute(_SQL["out_of_step"], wanted).fetchall()
        return [_Due(*row) for row in rows]

    def _turn(self, pages: list[tuple[_Rhythm, list[_InStep]]], now: Moment, at: Moment) -> None:
        """Note how far each rhythm has come; a full page means that there is more of this tick."""
        for rhythm, page in pages:
            wanted = {
                "every_minutes": rhythm.every_minutes,
                "tick": rhythm.tick_at(now),
                "was": rhythm.tick,
            }
            if len(page) < self._most:
                self._lane.connection().execute(_SQL["tick_done"], {**wanted, "looked_at": at})
            else:
                wanted["done_until"] = page[-1].process_id
                self._lane.connection().execute(_SQL["tick_under_way"], wanted)

    def _postpone(self, rhythms: list[_Rhythm], now: Moment) -> None:
        wanted = {
            "now": now,
            "until": now + LOOK_AGAIN,
            "rhythms": [each.every_minutes for each in rhythms],
        }
        self._lane.connection().execute(_SQL["postpone"], wanted)

    def _record(self, due: list[_Due], probes: Probes, now: Moment) -> int:
        """Tell the news, each family's in a transaction of its own; then note what was seen.

        What does not work is told first: an order is not closed by the proof of its last line
        when the same round of looks has found another one dead. Of a line in step nothing is
        written that has not changed.
        """
        looks = [
            _Look(each, probes.seen[each.subject], probes.at)
            for each in due
            if each.subject in probes.seen
        ]
        left_out = [each for each in due if each.subject not in probes.seen]
        news = [look for look in looks if look.is_news]
        left = _left(self._lane, [look.due.subject for look in news if not look.is_whole])
        told = self._engine.tell_many(
            each
            for look in sorted(news, key=lambda each: each.is_whole)
            for each in (
                *_held(left, look.due.subject, look.due.process_id, look.key),
                (KIND, look.due.process_id, look.told(), look.key),
            )
        )
        same = [look for look in looks if not look.due.is_in_step and not look.is_news]
        self._update([*news, *same], left_out, now)
        return told

    def _update(self, looks: list[_Look], left_out: list[_Due], now: Moment) -> None:
        """Note the looks, unless a line was looked at or armed anew in the meantime."""
        noted = [
            _noted(each.due, each.seen, each.good_at) | {"in_step_since": now} for each in looks
        ]
        noted += [
            _noted(each, each.last_seen, each.last_good_at) | {"next_due": now + LOOK_AGAIN}
            for each in left_out
        ]
        if noted:
            looks_text = msgspec.json.encode(noted).decode()
            self._lane.connection().execute(_SQL["looked"], {"looks": looks_text})


def _left(lane: Lane, subjects: Sequence[str]) -> Mapping[str, str]:
    """Those of the lines whose number left us, and who has it: looked up when one is not well."""
    if not subjects:
        return {}
    with lane.connection().transaction():
        rows = lane.connection().execute(_SQL["left"], {"subjects": list(subjects)}).fetchall()
    return dict(rows)


def _held(
    left: Mapping[str, str], subject: str, process_id: str, key: str
) -> Iterator[tuple[str, str, object, str]]:
    """Said before what was seen of it, which is no outage then."""
    if subject in left:
        yield KIND, process_id, NumberHeld(holder=left[subject]), f"held:{key}"


def _is_good(seen: Seen) -> bool:
    return read_probe(seen.calls_in, seen.works).life is Life.ALIVE


def _noted(due: _Due, seen: Any, good_at: Moment | None) -> dict[str, Any]:
    """One row: the driver takes longer over columns of every line than over one text."""
    return {
        "process_id": due.process_id,
        "armed_by": due.armed_by,
        "was_due": None if due.is_in_step else due.tick,
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
        left = _left(self._lane, sorted(owners))
        for each in sorted(news, key=lambda one: one.seq):
            for process_id in owners.get(each.subject, []):
                yield from _held(left, each.subject, process_id, f"{self.source}:{each.seq}")
                yield KIND, process_id, each.answer, f"{self.source}:{each.seq}"

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()
