"""Records what a release leaves behind, so that every later one can be held against it.

Stories are played with the code of the release. Kept of each, below tests/versions/RELEASE/:

    STORY.journal.jsonl.gz   every fact, the stored state of every process at the end, and the end
    STORY.tape.jsonl.gz      what the outside said: messages by key, and the answer to each effect
    STORY.halt-N.sql.gz      the database in mid-story, while mail or effects, and timers, wait

tests/versions/test_releases.py replays the journals and lets today's code go on from the halts.

    python tools/golden.py 0.2.0                                      with the code that is here
    PYTHONPATH=/path/to/release/src python tools/golden.py 0.1.0      with that of a release
"""

from __future__ import annotations

import gzip
import json
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from psycopg import Connection, Cursor, sql
from typing_extensions import override

from relevo import wiring
from relevo.adapters.postgres.embedded import throwaway
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Errand, Performer, Permanent, Temporary
from relevo.engine.process import wire_name
from relevo.engine.wire import encode
from relevo.play.database import fresh_database
from relevo.play.order_form import rules_of
from relevo.play.runner import Stage, play
from relevo.play.scenario import Scenario
from relevo.play.theatre import Wishes, read
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment

ROOT = Path(__file__).parents[1]
STORIES = (
    "clean",
    "everything-goes-wrong",
    "card-is-lost",
    "donor-rejects-the-holder",
    "early-cut",
    "hub-goes-down",
    "number-left-out",
    "worker-crashes",
)
HALTS = {
    "clean": (0.3,),
    "everything-goes-wrong": (0.15, 0.4, 0.65),
    "hub-goes-down": (0.5,),
    "card-is-lost": (0.6,),
}
"""Where a story is held: the share of its turns that has passed. The database is taken at the first
turn from there on at which mail, effects and timers all wait."""

_WAITING = """
select (exists (select from mailbox where not held) or exists (select from outbox where not held))
   and exists (select from timer where not fired)
"""
_FACTS = """
select bucket, seq, process_id, version, kind, kind_version, at, name, body::text, caused_by
from journal order by bucket, seq
"""
_STATES = """
select process_id, kind, kind_version, word, version, phase, state::text
from process order by process_id
"""
_TABLES = """
select c.relname, array(
    select attname::text from pg_attribute
    where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum)
from pg_class c
where c.relkind in ('r', 'p') and not c.relispartition
  and c.relnamespace = 'public'::regnamespace
order by c.relname
"""
_IDENTITIES = """
select table_name, column_name from information_schema.columns
where table_schema = 'public' and is_identity = 'YES' order by table_name
"""


class Tape:
    """What the outside says, in order, and the moments at which the database is taken."""

    def __init__(self, dsn: str, halts: Sequence[int]) -> None:
        self.lines: list[dict[str, Any]] = []
        self.turns = 0
        self.dumps: list[str] = []
        self._known: set[tuple[str, str]] = set()
        self._halts = list(halts)
        self._dsn = dsn

    def told(self, kind: str, process_id: str, message: object, key: str, at: Moment) -> None:
        """A message from outside; told again, it is the same one."""
        if (process_id, key) in self._known:
            return
        self._known.add((process_id, key))
        line = {"kind": kind, "to": process_id, "key": key, **_worded(message)}
        self.lines.append({"at": at.isoformat(), "round": self.turns, "tell": line})

    def answered(self, errand: Errand, effect: object, answer: Mapping[str, Any]) -> None:
        """What came of one try of an effect."""
        line = {"from": errand.process_id, "effect": wire_name(effect), **answer}
        self.lines.append({"answer": line})

    def before_turn(self, now: Moment) -> None:
        """Take the database, when it is time and everything is waiting."""
        self.turns += 1
        if self._halts and self.turns >= self._halts[0]:
            with connect(self._dsn, name="golden") as connection:
                if connection.execute(_WAITING).fetchone() == (True,):
                    del self._halts[0]
                    head = {"at": now.isoformat(), "round": self.turns, "tape": len(self.lines)}
                    self.dumps.append(f"-- {json.dumps(head)}\n{dump(connection)}")

    def is_complete(self) -> bool:
        return not self._halts


class Unheard:
    """Looks on, and says nothing."""

    def step(self, step: Step) -> None: ...

    def moved(self, now: Moment, share: float) -> None: ...


def dump(connection: Connection[Any]) -> str:
    """All rows of all tables, as statements that psql understands; the schema is in the files."""
    parts = ["set session_replication_role = replica;\n"]
    for table, columns in connection.execute(_TABLES).fetchall():
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        name = sql.Identifier(table)
        shown = sql.SQL("{} ({})").format(name, names)
        rows = sql.SQL("copy (select {} from {} order by 1, 2) to stdout").format(names, name)
        with connection.cursor().copy(rows) as copy:
            content = b"".join(bytes(block) for block in copy).decode()
        if content:
            parts.append(f"copy {shown.as_string(connection)} from stdin;\n{content}\\.\n")
    for table, column in connection.execute(_IDENTITIES).fetchall():
        after = sql.SQL("select setval({}, (select coalesce(max({}), 0) + 1 from {}), false);\n")
        name, sequence = sql.Identifier(table), sql.Literal(f"{table}_{column}_seq")
        parts.append(after.format(sequence, sql.Identifier(column), name).as_string(connection))
    return "".join(parts)


def record(scenario: Scenario, server: str, halts: Sequence[int]) -> tuple[Tape, list[Any]]:
    """Play a story; the tape, and the lines of its journal."""
    with fresh_database(server) as dsn:
        migrate(dsn, wiring.SCHEMA_PACKAGES)
        tape = Tape(dsn, halts)
        performers = wiring.performers
        with (
            patch.object(wiring, "Engine", _engine_with(tape)),
            patch.object(wiring, "performers", _listening(tape, performers)),
        ):
            seen = play(scenario, Stage(dsn=dsn, rules=rules_of(scenario)), Unheard())
        with connect(dsn, name="golden") as connection:
            lines: list[Any] = [{"fact": row} for row in connection.execute(_FACTS).fetchall()]
            lines += [{"state": row} for row in connection.execute(_STATES).fetchall()]
        parked = list(seen.parked)
        lines.append({"end": seen.ended_at, "digest": seen.digest, "parked": parked})
    return tape, lines


def _engine_with(tape: Tape) -> type[Engine]:
    class RecordedEngine(Engine):
        """An engine that is listened to."""

        @override
        def tell(self, kind: str, process_id: str, message: object, *, key: str) -> None:
            super().tell(kind, process_id, message, key=key)
            tape.told(kind, process_id, message, key, self.clock.now())

        @override
        def tell_many(self, told: Iterable[tuple[str, str, object, str]]) -> int:
            messages = list(told)
            new = super().tell_many(messages)
            for kind, process_id, message, key in messages:
                tape.told(kind, process_id, message, key, self.clock.now())
            return new

        @override
        def tell_within(
            self, cursor: Cursor[Any], kind: str, process_id: str, message: object, *, key: str
        ) -> None:
            super().tell_within(cursor, kind, process_id, message, key=key)
            tape.told(kind, process_id, message, key, self.clock.now())

        @override
        def turn(self) -> bool:
            tape.before_turn(self.clock.now())
            return super().turn()

    return RecordedEngine


def _listening(
    tape: Tape, performers: Callable[..., Mapping[type, Performer]]
) -> Callable[..., Mapping[type, Performer]]:
    def listened(*rim: Any) -> Mapping[type, Performer]:
        return {of: _recorded(tape, each) for of, each in performers(*rim).items()}

    return listened


def _recorded(tape: Tape, performer: Performer) -> Performer:
    def perform(effect: Any, errand: Errand) -> Sequence[object]:
        try:
            replies = performer(effect, errand)
        except Temporary as failed:
            after = None if failed.after is None else failed.after.total_seconds()
            tape.answered(errand, effect, {"temporary": failed.reason, "after_s": after})
            raise
        except Permanent as failed:
            tape.answered(errand, effect, {"permanent": failed.reason})
            raise
        tape.answered(errand, effect, {"replies": [_worded(each) for each in replies]})
        return replies

    return perform


def _worded(word: object) -> dict[str, str]:
    return {"name": wire_name(word), "body": encode(word)}


def _write(file: Path, content: str) -> None:
    file.write_bytes(gzip.compress(content.encode(), mtime=0))


def _jsonl(lines: Iterable[Any]) -> str:
    return "".join(json.dumps(line, default=str, ensure_ascii=False) + "\n" for line in lines)


def main(release: str) -> None:
    """Record every story of the list below tests/versions/``release``."""
    logging.getLogger("relevo").addHandler(logging.NullHandler())  # peers are down on purpose
    folder = ROOT / "tests" / "versions" / release
    folder.mkdir(parents=True, exist_ok=True)
    with throwaway() as server:
        for name in STORIES:
            scenario = read(ROOT / "stories" / f"{name}.toml", Wishes())
            first, lines = record(scenario, server.dsn, ())
            _write(folder / f"{name}.journal.jsonl.gz", _jsonl(lines))
            shares = HALTS.get(name, ())
            if shares:
                halts = [int(first.turns * share) for share in shares]
                tape, _ = record(scenario, server.dsn, halts)
                if not tape.is_complete():
                    sys.exit(f"{name}: nothing waits so late in the story")
                _write(folder / f"{name}.tape.jsonl.gz", _jsonl(tape.lines))
                for number, content in enumerate(tape.dumps, start=1):
                    _write(folder / f"{name}.halt-{number}.sql.gz", content)
            print(f"{name}: {len(lines)} lines, {len(shares)} halts")


if __name__ == "__main__":
    main(sys.argv[1])
