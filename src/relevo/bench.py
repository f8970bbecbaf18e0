"""How fast the engine is, beside the least that the database must do for the same rows.

The *floor* writes the rows of the same messages with the same statements in the same batches, but
decides, encodes and decodes nothing. Both run in turn, at least five times in one run, because a
machine that others use gives another figure each minute; their ratio is what can be compared.

One *port* is a house with one lamp (``relevo.testing.lamps``): eight messages, seven facts, a tell,
two routes, two effects with replies, three timers.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from relevo.adapters.postgres.embedded import embedded
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.buckets import bucket_of
from relevo.engine.clock import VirtualClock, elapsed_seconds
from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.mailbox import put
from relevo.engine.replay import digest
from relevo.engine.sql import statements
from relevo.testing.lamps import (
    HOUR,
    Dim,
    NoteRead,
    OpenHouse,
    PowerCame,
    SendNote,
    SendPower,
    lamps,
)
from relevo.testing.postgres import wipe

ROUNDS = 5
BATCH = 1000
START = datetime(2026, 1, 1, tzinfo=UTC)
_JOURNAL = statements("relevo.engine", "journal")
_MAIL = statements("relevo.engine", "mailbox")
_OUT = statements("relevo.engine", "outbox")

MESSAGES, EFFECTS, TIMERS = 8, 2, 3  # of one port
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What an engine round left behind; the floor writes it again."""

    facts: Rows
    processes: Rows


def run(ports: int, json_out: Path | None = None) -> dict[str, Any]:
    """Measure ``ports`` ports; print the result and write it to ``json_out``."""
    engine_seconds: list[float] = []
    floor_seconds: list[float] = []
    digests = set()
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        Path(folder).chmod(0o755)
        with embedded(Path(folder) / "server") as server:
            migrate(server.dsn, ["relevo.engine"])
            for _ in range(ROUNDS):
                engine_seconds.append(_engine_round(server.dsn, ports))
                stored, found = _read(server.dsn)
                digests.add(found)
                wipe(server.dsn)
                floor_seconds.append(_floor_round(server.dsn, stored, ports))
                wipe(server.dsn)
    assert len(digests) == 1, "the rounds told different stories"
    result = _result(ports, engine_seconds, floor_seconds)
    if json_out is not None:
        json_out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for line in _lines(result):
        print(line)  # noqa: T201 - this is what a person asked for
    return result


def _engine_round(dsn: str, ports: int) -> float:
    clock = VirtualClock(START)
    engine = Engine(
        dsn=dsn,
        catalogue=lamps(),
        clock=clock,
        performers={
            SendPower: lambda wish, errand: [PowerCame(watts=wish.watts)],
            SendNote: lambda note, errand: [NoteRead()],
        },
        batch=BATCH,
    )
    began = elapsed_seconds()
    with connect(dsn) as connection, connection.cursor() as cursor:
        for number in range(ports):
            opened = OpenHouse(lamps=1, watts=60)
            put(cursor, "lamps.house", f"h{number}", message=opened, key="a", at=clock.now())
    engine.run_until_quiet()
    with connect(dsn) as connection, connection.cursor() as cursor:
        for number in range(ports):
            lamp = f"h{number}/lamp-0"
            put(cursor, "lamps.lamp", lamp, message=Dim(watts=9), key="b", at=clock.now())
    engine.run_until_quiet()
    clock.advance_to(clock.now() + 2 * HOUR)
    engine.run_until_quiet()
    took = elapsed_seconds() - began
    engine.close()
    return took


def _read(dsn: str) -> tuple[Stored, str]:
    with connect(dsn) as connection:
        facts = connection.execute(
            "select bucket, seq, process_id, version, kind, kind_version, at, name, body::text,"
            " caused_by from journal order by at, version, process_id"
        ).fetchall()
        processes = connection.execute(
            "select process_id, bucket, kind, kind_version, word, version, emitted, phase, rules,"
            " state::text, paused, changed_at from process order by process_id"
        ).fetchall()
        return Stored(facts, processes), digest(connection)


def _floor_round(dsn: str, stored: Stored, ports: int) -> float:
    mail = [_mail_row(number, ports) for number in range(ports * MESSAGES)]
    began = elapsed_seconds()
    with connect(dsn) as connection:
        batches = -(-len(mail) // BATCH)
        for number in range(batches):
            _floor_batch(connection, stored, mail, number=number, batches=batches)
    return elapsed_seconds() - began


def _floor_batch(
    connection: Connection, stored: Stored, mail: Rows, *, number: int, batches: int
) -> None:
    with connection.cursor() as cursor:
        sent = mail[number * BATCH : (number + 1) * BATCH]
        names = ("bucket", "wave", "message_id", "process_id", "kind", "name", "body", "at")
        columns = dict(zip(names, map(list, zip(*sent, strict=True)), strict=True))
        cursor.execute(_MAIL["put_mail"], columns | {"external": [False] * len(sent)})
        wanted = {"buckets": list(range(64)), "now": START, "most": BATCH, "in_order": False}
        cursor.execute(_MAIL["take_batch"], wanted)
        taken = cursor.fetchall()
        facts = _part(stored.facts, number, batches)
        with cursor.copy(_JOURNAL["copy_journal"]) as copy:
            for row in facts:
                copy.write_row(row)
        _floor_processes(cursor, stored.processes, len(sent), number)
        _floor_effects(cursor, sent)
        _floor_timers(cursor, sent)
        places = {"bucket": 0, "wave": 1, "seq": 2}
        gone = {name: [row[place] for row in taken] for name, place in places.items()}
        cursor.execute(_MAIL["drop_mail"], gone)
    connection.commit()


def _floor_processes(cursor: Cursor, processes: Rows, touched: int, number: int) -> None:
    """As many states as the messages of a batch change, round and round."""
    count = min(touched, len(processes))
    begin = number * count % len(processes)
    rows = (processes + processes)[begin : begin + count]
    names = (
        "process_id",
        "bucket",
        "kind",
        "kind_version",
        "word",
        "version",
        "emitted",
        "phase",
        "rules",
        "state",
        "paused",
        "changed_at",
    )
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    cursor.execute(_JOURNAL["put_processes"], columns)


def _floor_effects(cursor: Cursor, sent: Rows) -> None:
    rows = sent[: len(sent) * EFFECTS // MESSAGES]
    with cursor.copy(_JOURNAL["copy_outbox"]) as copy:
        for bucket, wave, message_id, process_id, kind, name, body, at in rows:
            copy.write_row((message_id, bucket, wave, process_id, kind, name, body, at, at))
    cursor.execute(_OUT["done"], {"ids": [row[2] for row in rows]})


def _floor_timers(cursor: Cursor, sent: Rows) -> None:
    rows = sent[: len(sent) * TIMERS // MESSAGES]
    ids, names = [row[3] for row in rows], [row[2] for row in rows]
    columns = {
        "process_id": ids,
        "name": names,
        "bucket": [row[0] for row in rows],
        "kind": [row[4] for row in rows],
        "due": [row[7] for row in rows],
        "armed": [1] * len(rows),
        "fired": [False] * len(rows),
    }
    cursor.execute(_JOURNAL["put_timers"], columns)
    cursor.execute(_JOURNAL["drop_timers"], {"process_id": ids, "name": names})


def _mail_row(number: int, ports: int) -> tuple[Any, ...]:
    process_id = f"h{number % ports}"
    body = '{"watts":60}'
    message_id = f"{process_id}:{number}"
    bucket = bucket_of(process_id)
    return (bucket, 0, message_id, process_id, "lamps.lamp", "lamps.switch_on", body, START)


def _part(rows: Rows, number: int, batches: int) -> Rows:
    return rows[len(rows) * number // batches : len(rows) * (number + 1) // batches]


def _result(ports: int, engine: Sequence[float], floor: Sequence[float]) -> dict[str, Any]:
    ratios = [ours / least for ours, least in zip(engine, floor, strict=True)]
    return {
        "ports": ports,
        "messages": ports * MESSAGES,
        "batch": BATCH,
        "rounds": len(engine),
        "engine": _spread(engine, lambda seconds: ports * MESSAGES / seconds),
        "floor": _spread(floor, lambda seconds: ports * MESSAGES / seconds),
        "ratio": {"median": median(ratios), "least": min(ratios), "most": max(ratios)},
    }


def _spread(seconds: Sequence[float], rate: Callable[[float], float]) -> dict[str, float]:
    return {
        "median_seconds": median(seconds),
        "least_seconds": min(seconds),
        "most_seconds": max(seconds),
        "messages_per_second": rate(median(seconds)),
    }


def _lines(result: dict[str, Any]) -> list[str]:
    lines = [
        (
            f"{result['ports']} ports, {result['messages']} messages, "
            f"batches of {result['batch']}, {result['rounds']} rounds in turn"
        )
    ]
    for who in ("engine", "floor"):
        each = result[who]
        lines.append(
            f"{who:>7}: median {each['median_seconds']:.2f} s "
            f"({each['least_seconds']:.2f} to {each['most_seconds']:.2f}), "
            f"{each['messages_per_second']:.0f} messages a second"
        )
    ratio = result["ratio"]
    lines.append(
        f"  ratio: median {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})"
    )
    return lines
