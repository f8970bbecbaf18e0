"""What we serve: rows of a file are read strictly, loaded twice they change nothing, facts win."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.customers.actions import NewStanding, stand_lines
from relevo.customers.queries import dependants_of, served_counts, served_lines, serves_anything
from relevo.customers.served import ServedLine, ServedStatus, missing_columns, read_row
from relevo.engine.connection import Connection, connect
from relevo.numbering.queries import holder_of
from relevo.porting.donor.actions import load_served
from relevo.testing.postgres import clone
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

AT = instant("2026-01-12T09:00:00+01:00")
NUMBER, OTHER = Msisdn("+34600000301"), Msisdn("+34600000302")
ROW = {
    "number": "600 000 301",
    "holder_name": "Ana Núñez",
    "document_type": "nif",
    "document": "12345678-z",
    "payment": "postpaid",
    "status": "active",
    "own_range": "yes",
    "contact": "976000100",
    "language": "es",
    "ends_along": "MultiSIM|TV",
}


@pytest.fixture
def books(postgres: Server) -> Iterator[Connection]:
    dsn = clone(postgres, "served")
    migrate(dsn, ("relevo.numbering", "relevo.customers", "relevo.porting"))
    with connect(dsn, name="test", autocommit=True) as connection:
        yield connection


def row(**changed: str) -> dict[str, str]:
    return {**ROW, **changed}


def load(books: Connection, *rows: dict[str, str], **how: Any) -> Any:
    return load_served(books, "brisa", rows, at=how.pop("at", AT), **how)


def test_a_row_is_read_as_people_write_it() -> None:
    line = read_row("brisa", ROW)
    assert isinstance(line, ServedLine)
    assert (line.number, line.document.number, line.contact) == (
        NUMBER,
        "12345678Z",
        "+34976000100",
    )
    assert line.ends_along == ("MultiSIM", "TV")
    assert line.is_in_service


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("number", "60000"),
        ("holder_name", " "),
        ("document", "12345678A"),
        ("document_type", "DNI"),
        ("payment", "both"),
        ("status", "sleeping"),
        ("own_range", "perhaps"),
        ("contact", "none"),
        ("language", "xx"),
        ("email", "nobody"),
        ("iccid", "8934"),
        ("ceased_at", "yesterday"),
        ("depends_on", "600000301"),
    ],
)
def test_a_wrong_column_is_named_with_what_to_write_instead(column: str, wrong: str) -> None:
    faults = read_row("brisa", row(**{column: wrong}))
    assert isinstance(faults, list)
    assert [fault.field.removesuffix("_type") for fault in faults] == [column.removesuffix("_type")]
    assert all(fault.why and fault.remedy for fault in faults)


def test_a_prepaid_line_needs_its_card_and_a_ceased_one_its_moment() -> None:
    for wrong, field in ((row(payment="prepaid"), "iccid"), (row(status="ceased"), "ceased_at")):
        faults = read_row("brisa", wrong)
        assert isinstance(faults, list)
        assert [fault.field for fault in faults] == [field]


def test_a_file_without_a_needed_column_says_which() -> None:
    assert missing_columns(["number", "holder_name", "payment", "status"]) == [
        "document_type",
        "document",
        "own_range",
    ]


def test_a_file_loaded_twice_changes_nothing_the_second_time(books: Connection) -> None:
    rows = (row(), row(number=OTHER, depends_on=NUMBER))
    assert not serves_anything(books)
    assert load(books, *rows).written == 2
    again = load(books, *rows)
    assert (again.written, again.unchanged_or_kept) == (0, 2)
    assert [line.number for line in dependants_of(books, [NUMBER])] == [OTHER]
    assert serves_anything(books)


def test_a_bad_row_is_reported_by_its_number_and_the_others_are_loaded(books: Connection) -> None:
    done = load(books, row(), row(number="x"), row(number=OTHER))
    assert (done.rows, done.written, done.faulty) == (3, 2, 1)
    assert [(each.row, each.fault.field) for each in done.faults] == [(3, "number")]


def test_a_number_named_twice_stands_as_its_last_row_says(books: Connection) -> None:
    load(books, row(), row(status="barred_lost"))
    (line,) = served_lines(books, [NUMBER])
    assert line.status is ServedStatus.BARRED_LOST


def test_an_old_export_does_not_bring_back_what_left(books: Connection) -> None:
    load(books, row())
    left = NewStanding(number=NUMBER, status=ServedStatus.GONE, at=AT, caused_by="out-1/port_out@5")
    with books.transaction(), books.cursor() as cursor:
        stand_lines(cursor, [left])
    assert load(books, row(), at=AT + timedelta(days=1)).written == 0
    assert served_counts(books) == {"gone": 1}
    newer = AT + timedelta(days=2)
    assert load(books, row(), at=newer, as_of=newer).written == 1


def test_what_is_loaded_is_in_our_custody_and_what_is_ceased_in_our_hold(books: Connection) -> None:
    ceased = row(number=OTHER, status="ceased", ceased_at="2026-01-02T12:00:00+01:00")
    load(books, row(), ceased)
    assert holder_of(books, NUMBER) == "brisa"
    assert holder_of(books, OTHER) == "hold:brisa"
