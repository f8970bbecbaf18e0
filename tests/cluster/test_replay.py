"""States are held against their facts, and the journal against itself: every harm is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from relevo.engine.clock import VirtualClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.replay import Span, Tally, Verifier, family_spans, sample, spans, total
from relevo.testing.lamps import NoteRead, OpenHouse, PowerCame, SendNote, SendPower, lamps

Connection = psycopg.Connection[tuple[Any, ...]]


def light(dsn: str, houses: int) -> None:
    engine = Engine(
        dsn=dsn,
        catalogue=lamps(),
        clock=VirtualClock(datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
        performers={
            SendPower: lambda wish, _: [PowerCame(watts=wish.watts)],
            SendNote: lambda *_: [NoteRead()],
        },
    )
    opened = OpenHouse(lamps=2, watts=9)
    engine.tell_many([("lamps.house", f"house-{n}", opened, "open") for n in range(houses)])
    engine.run_until_quiet()
    engine.close()


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection]:
    """To three houses with two lamps each."""
    light(dsn, 3)
    with connect(dsn, autocommit=True) as opened:
        yield opened


def verify(connection: Connection) -> tuple[Tally, list[str]]:
    verifier = Verifier(connection, lamps())
    tally = total(verifier.span(each) for each in spans(connection))
    return tally, [each.shown for each in (*tally.differences, *verifier.buckets())]


def count_facts(connection: Connection) -> int:
    row = connection.execute("select count(*) from journal").fetchone()
    assert row is not None
    return int(row[0])


def test_an_unharmed_database_is_verified_to_the_last_process_and_fact(
    connection: Connection,
) -> None:
    tally, said = verify(connection)
    assert (tally.processes, tally.facts) == (9, count_facts(connection))
    assert said == []


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (
            "update process set state = state || '{\"watts\": 8}' where process_id like '%1/%-0'",
            "house-1/lamp-0: watts: the facts give 9, stored is 8",
        ),
        (
            (
                "update journal set body = body || '{\"watts\": 7}'"
                " where process_id = 'house-1/lamp-0' and version = 2"
            ),
            "house-1/lamp-0: watts: the facts give 7, stored is 9",
        ),
        (
            "delete from journal where process_id = 'house-1/lamp-0' and version = 2",
            "house-1/lamp-0: 3 facts are counted, and 2 are in the journal, without number 2",
        ),
        (
            "delete from journal where process_id = 'house-1/lamp-0'",
            "house-1/lamp-0: 3 facts are counted, and 0 are in the journal, without number 1, 2, 3",
        ),
        (
            "update process set version = 2 where process_id = 'house-1/lamp-0'",
            "house-1/lamp-0: 2 facts are counted, and 3 are in the journal",
        ),
        (
            "delete from process where process_id = 'house-1/lamp-0'",
            "house-1/lamp-0: 3 facts in the journal, and no such process",
        ),
        (
            (
                "update journal set seq = case version when 2 then 1000 + seq else seq end"
                " where process_id = 'house-1/lamp-0'"
            ),
            "house-1/lamp-0: its facts were not written in their order",
        ),
        (
            "update journal set name = 'lamps.unheard_of' where process_id = 'house-1/lamp-0'",
            "house-1/lamp-0: cannot be read: UnknownWord: no message, fact, effect or state is",
        ),
    ],
)
def test_a_process_that_was_harmed_is_named_with_what_is_wrong(
    connection: Connection, harm: str, named: str
) -> None:
    connection.execute(harm.encode())
    tally, said = verify(connection)
    assert tally.differing == 1
    assert said[0].startswith(named)


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (
            "update lease set last_seq = last_seq + 2 where bucket = {bucket}",
            "bucket {bucket}: of {more} facts in the journal, 2 are missing",
        ),
        (
            "update lease set last_seq = last_seq - 1 where bucket = {bucket}",
            "bucket {bucket}: the journal goes to number {last}, the lease only to {less}",
        ),
        (
            "update journal set at = '2099-01-01', seq = 1 where (bucket,seq) = ({bucket},{last})",
            "bucket {bucket}: 1 numbers of the journal are given twice",
        ),
    ],
)
def test_a_bucket_whose_numbers_do_not_add_up_is_named(
    connection: Connection, harm: str, named: str
) -> None:
    row = connection.execute("select bucket, last_seq from lease where last_seq > 0").fetchone()
    assert row is not None
    bucket, last = row
    connection.execute(harm.format(bucket=bucket, last=last).encode())
    words = named.format(bucket=bucket, last=last, less=last - 1, more=last + 2)
    assert words in verify(connection)[1]


def test_every_process_is_in_one_span_and_a_sample_is_spread_over_all(dsn: str) -> None:
    light(dsn, 800)
    with connect(dsn, autocommit=True) as connection:
        cut = spans(connection)
        tallies = [Verifier(connection, lamps()).span(each) for each in cut]
        assert [each.processes for each in tallies] == [1000, 1000, 400]
        verifier = Verifier(connection, lamps())
        few = sample(connection, 10)
        assert [verifier.span(each).processes for each in few] == [1] * 10
        assert few[0].start < "house-2"
        assert few[-1].start > "house-7"
        assert total(verifier.span(each) for each in family_spans("house-1")).processes == 3
        assert verifier.span(Span("house-1", "house-2")).processes > 3


class Shelf:
    """The facts that were taken out of the database."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows

    def rows_of(self, process_id: str) -> list[tuple[Any, ...]]:
        return [row for row in self._rows if row[0] == process_id]


def test_what_was_archived_is_told_from_what_was_lost(connection: Connection) -> None:
    rows = connection.execute(
        "delete from journal where process_id = 'house-1/lamp-0' and version < 3"
        " returning process_id, kind, version, at, name, body::text, seq, kind_version"
    ).fetchall()
    assert "without number 1, 2" in verify(connection)[1][0]
    connection.execute(
        "insert into journal_archive (file, detached, ends_at, facts, digest, sha256)"
        " values ('old', 'old', now(), 2, '', '')"
    )
    tally, said = verify(connection)
    assert (tally.processes, tally.archived, said) == (8, 1, [])
    whole = Verifier(connection, lamps(), Shelf(rows))
    tally = total(whole.span(each) for each in spans(connection))
    assert (tally.processes, tally.archived, tally.differing) == (9, 0, 0)
    connection.execute("delete from journal where process_id = 'house-2'")
    assert "all buckets: 5 facts are missing in the journal, but 2 are archived" in [
        each.shown for each in whole.buckets()
    ]
