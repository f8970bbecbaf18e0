"""What earlier releases left behind is understood, and what they had begun is brought to its end.

Each folder beside this file is a release; tools/golden.py made it (see README.md).
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from relevo import wiring
from relevo.activation.activation.messages import ReadSubscription, RecordRead
from relevo.activation.activation.rhythm import RECORD_MINUTES, RECORD_REST
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import apply, migrate, migrations
from relevo.desk import owners
from relevo.desk.owners import Roster
from relevo.engine.acts import OperatorActed
from relevo.engine.clock import Clock, VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Errand, Permanent, Temporary
from relevo.engine.process import replay, wire_name
from relevo.engine.replay import verify_all
from relevo.engine.wire import decode, decode_old, in_utc

HERE = Path(__file__).parent
JOURNALS = sorted(HERE.glob("*/*.journal.jsonl.gz"))
HALTS = sorted(HERE.glob("*/*.halt-*.sql.gz"))


def name_of(file: Path) -> str:
    return f"{file.parent.name} {file.name.removesuffix('.gz').rpartition('.')[0]}"


@cache
def lines_of(file: Path) -> tuple[Any, ...]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@cache
def catalogue() -> Any:
    return wiring.catalogue()


# -- golden histories -----------------------------------------------------------------------------


def test_there_is_something_of_every_release_to_be_held_against() -> None:
    releases = {each.name for each in HERE.iterdir() if each.is_dir() and each.name[0].isdigit()}
    assert "0.1.0" in releases
    assert {each.parent.name for each in JOURNALS} == releases
    assert {each.parent.name for each in HALTS} == releases


@pytest.mark.parametrize("file", JOURNALS, ids=name_of)
def test_the_facts_of_a_release_fold_to_the_states_that_it_stored(file: Path) -> None:
    facts: dict[str, list[Any]] = defaultdict(list)
    states = {}
    for line in lines_of(file):
        if "fact" in line:
            _, _, process_id, version, kind, written, _, name, body, _ = line["fact"]
            facts[process_id].append((version, kind, name, body, written))
        if "state" in line:
            states[line["state"][0]] = line["state"]
    assert states.keys() >= facts.keys()
    for process_id, kind, written, word, version, phase, body in states.values():
        process = catalogue().process(kind)
        ups = {"today": process.version, "upcasters": catalogue().upcasters}
        mine = sorted(facts[process_id])
        assert [each[0] for each in mine] == list(range(1, version + 1))
        read = [decode_old(name, text, written=by, **ups) for _, _, name, text, by in mine]
        folded = in_utc(
            replay(process, process_id, tuple(f for f in read if type(f) is not OperatorActed))
        )
        assert folded == decode_old(word, body, written=written, **ups)
        assert str(folded.phase) == phase


# -- a run that was stopped half-way --------------------------------------------------------------


def applied(connection: Connection, text: str) -> None:
    """A dump: single statements, and COPY with its rows."""
    lines = iter(text.splitlines(keepends=True))
    for line in lines:
        if not line.startswith("copy "):
            connection.execute(line.encode())
            continue
        with connection.cursor().copy(line.encode()) as copy:
            for row in lines:
                if row == "\\.\n":
                    break
                copy.write(row)


def restored(server: Server, file: Path) -> str:
    """A database as the release left it: its own schema files, as its ledger names them."""
    with gzip.open(file, "rt", encoding="utf-8") as dump:
        text = dump.read()
    ledger = text.partition('copy "schema_migration" ')[2].partition("\\.\n")[0]
    had = {tuple(row.split("\t")[:3]) for row in ledger.splitlines()[1:]}
    today = {(each.package, each.file, each.sha256): each for each in migrations(PACKAGES)}
    assert had
    assert had <= today.keys(), "a schema file of a release was edited, or is gone"
    dsn = server.create_database("stopped_" + name_of(file).replace(" ", "_"))
    migrate(dsn, ())  # the ledger alone
    with connect(dsn, name="restore", autocommit=True) as connection:
        for key, migration in today.items():
            if key in had:
                apply(connection, migration)
        connection.execute("delete from lease")
        connection.execute("delete from schema_migration")
        applied(connection, text)
    return dsn


PACKAGES = wiring.SCHEMA_PACKAGES
_TABLES = """
select relname from pg_class
where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
order by relname
"""


def rows_of(dsn: str, tables: Sequence[str] = ()) -> dict[str, int]:
    with connect(dsn, name="count") as connection:
        names = tables or [name for (name,) in connection.execute(_TABLES).fetchall()]
        counts = {}
        for name in names:
            count = sql.SQL("select count(*) from {}").format(sql.Identifier(name))
            found = connection.execute(count).fetchone()
            counts[name] = 0 if found is None else found[0]
        return counts


READ = wire_name(ReadSubscription)


class NetworkRecords:
    """What the registry held of each line, and when, by the logs of all the reads of a story.

    When a release looks is its own affair, what it finds is not: a record that was lost is found
    lost by the next look, for without one nobody would have put it there again.
    """

    def __init__(self, tape: Sequence[Any], since: datetime) -> None:
        self._shown: dict[str, datetime] = defaultdict(lambda: since)
        self._reads: dict[str, list[RecordRead]] = defaultdict(list)
        for line in tape:
            if "answer" in line and line["answer"]["effect"] == READ:
                for reply in line["answer"]["replies"]:
                    read = decode(reply["name"], reply["body"])
                    assert isinstance(read, RecordRead)
                    self._reads[line["answer"]["from"]].append(read)

    def read(self, process_id: str, at: datetime) -> RecordRead:
        reads = self._reads[process_id]
        log = tuple(change for change in reads[-1].log if change.at <= at)
        shown = self._shown[process_id]
        lost = (n for n, each in enumerate(log, 1) if each.state == "absent" and each.at > shown)
        log = log[: next(lost, len(log))]
        if log:
            self._shown[process_id] = log[-1].at
        if not log or log[-1].state == "absent":
            return replace(reads[-1], present=False, state="", iccid="", log=log, at=at)
        seen = next(read for read in reads if len(read.log) >= len(log))
        state, changed_at = log[-1].state, log[-1].at
        return replace(seen, present=True, state=state, changed_at=changed_at, log=log, at=at)


class Outside:
    """Says again what the tape says: messages at their moments, an answer to each effect."""

    def __init__(self, tape: Sequence[Any], records: NetworkRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self.tells = deque(
            [list(group) for _, group in groupby((x for x in tape if "tell" in x), _moment)]
        )
        self._answers: dict[tuple[str, str], deque[Any]] = defaultdict(deque)
        for line in tape:
            if "answer" in line and line["answer"]["effect"] != READ:
                answer = line["answer"]
                self._answers[answer["from"], answer["effect"]].append(answer)

    def perform(self, effect: object, errand: Errand) -> Sequence[object]:
        if isinstance(effect, ReadSubscription):
            return [self._records.read(errand.process_id, self._clock.now())]
        waiting = self._answers[errand.process_id, wire_name(effect)]
        if not waiting:
            raise Permanent(f"nothing on the tape answers {wire_name(effect)}")
        answer = waiting.popleft()
        if "temporary" in answer:
            after = answer["after_s"]
            raise Temporary(
                answer["temporary"], None if after is None else timedelta(seconds=after)
            )
        if "permanent" in answer:
            raise Permanent(answer["permanent"])
        return [decode(each["name"], each["body"]) for each in answer["replies"]]

    def speak(self, engine: Engine) -> None:
        for line in self.tells.popleft():
            tell = line["tell"]
            message = decode(tell["name"], tell["body"])
            engine.tell(tell["kind"], tell["to"], message, key=tell["key"])

    def next_at(self) -> datetime | None:
        return datetime.fromisoformat(self.tells[0][0]["at"]) if self.tells else None

    def unanswered(self) -> list[tuple[str, str]]:
        return [key for key, waiting in self._answers.items() if waiting]


def _moment(line: Any) -> tuple[str, int]:
    return line["at"], line["round"]


def go_on(engine: Engine, clock: VirtualClock, outside: Outside, until: datetime) -> None:
    """As a play does: the clock moves to what is due next, when all are quiet."""
    while True:
        engine.run_until_quiet()
        spoken = outside.next_at()
        if spoken is not None and spoken <= clock.now():
            outside.speak(engine)
            continue
        due = min((each for each in (spoken, engine.next_due()) if each), default=None)
        if due is None or due > until:
            return
        clock.advance_to(due)
        if due == spoken:
            outside.speak(engine)


def states_of(connection: Connection) -> dict[str, tuple[str, int]]:
    rows = connection.execute("select process_id, phase, version from process").fetchall()
    return {process_id: (phase, version) for process_id, phase, version in rows}


Stated = list[tuple[str, str, datetime, Any]]
"""Who stated what, when, and the body of what the customer is owed. Releases do not owe each other
the order within an instant."""

OWED = ("promises.", "compensation.", "orders.", "porting.")

OF_A_LOST_RECORD = frozenset(
    {
        "activation.record_vanished",
        "activation.reservation_asked",
        "activation.record_restored",
        "care.case_reopened",
        "care.trouble_added",
        "care.trouble_ended",
        "care.case_resolved",
        "notices.case_noted",
    }
)
"""What is stated when a look finds a record lost. A release looks in its own rhythm: these may come
up to one round of looks later than they came then."""


def stated(rows: Iterable[tuple[str, str, datetime, str]]) -> Stated:
    told = [
        (who, what, at, json.loads(body) if what.startswith(OWED) else None)
        for who, what, at, body in rows
    ]
    return sorted(told, key=lambda each: each[:3])


def stated_in(connection: Connection) -> Stated:
    query = "select process_id, name, at, body::text from journal"
    return stated(connection.execute(query).fetchall())


def stated_by(lines: Sequence[Any]) -> Stated:
    facts = [line["fact"] for line in lines if "fact" in line]
    return stated((each[2], each[7], datetime.fromisoformat(each[6]), each[8]) for each in facts)


def moved(new: Stated, old: Stated) -> list[tuple[str, timedelta]]:
    """What came at another moment than then, and by how much; everything else is the same."""
    assert [(who, what) for who, what, _, _ in new] == [(who, what) for who, what, _, _ in old]
    assert [body for *_, body in new] == [body for *_, body in old]
    pairs = zip(new, old, strict=True)
    return [(what, at - then) for (_, what, at, _), (_, _, then, _) in pairs if at != then]


@pytest.mark.parametrize("file", HALTS, ids=name_of)
def test_what_a_release_had_begun_is_brought_to_its_end(file: Path, postgres: Server) -> None:
    story = file.parent / file.name.partition(".")[0]
    end = lines_of(story.with_name(f"{story.name}.journal.jsonl.gz"))
    with gzip.open(file, "rt", encoding="utf-8") as dump:
        head = json.loads(dump.readline().removeprefix("-- "))
    dsn = restored(postgres, file)
    before = rows_of(dsn)
    assert all(before[table] for table in ("timer", "worker", "handled"))
    assert before["mailbox"] + before["outbox"]
    migrate(dsn, PACKAGES)
    after = rows_of(dsn, tuple(before))
    assert {**after, "schema_migration": 0} == {**before, "schema_migration": 0}

    tape = lines_of(story.with_name(f"{story.name}.tape.jsonl.gz"))
    clock = VirtualClock(datetime.fromisoformat(head["at"]))
    records = NetworkRecords(tape, since=clock.now())
    outside = Outside(tape[head["tape"] :], records, clock)
    performers = dict.fromkeys(catalogue().effects(), outside.perform)
    roster = Roster(dsn)  # our own table, not the outside: it has nobody after the migration
    performers.update(owners.performers(roster))
    engine = Engine(dsn=dsn, catalogue=catalogue(), clock=clock, performers=performers)
    try:
        go_on(engine, clock, outside, datetime.fromisoformat(end[-1]["end"]))
    finally:
        engine.close()
        roster.close()

    with connect(dsn, name="golden") as connection:
        parked = connection.execute("select name, process_id, reason from parked").fetchall()
        assert not parked
        assert not outside.unanswered()
        assert not outside.tells
        stored = {line["state"][0]: line["state"] for line in end if "state" in line}
        expected = {key: (phase, version) for key, (*_, version, phase, _) in stored.items()}
        assert states_of(connection) == expected
        assert verify_all(connection, catalogue()) == len(stored)
        for what, later in moved(stated_in(connection), stated_by(end)):
            assert what in OF_A_LOST_RECORD
            assert timedelta() < later <= timedelta(minutes=RECORD_MINUTES) + RECORD_REST
