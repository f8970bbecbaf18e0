"""The ledger on a real database: nobody can commit two holders, or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import psycopg
import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import Connection, connect
from relevo.numbering.actions import (
    CardBlock,
    CardTie,
    FirstHolder,
    block_card,
    hand_over,
    open_custody,
    tie_card,
)
from relevo.numbering.moves import ForbiddenMove, Ground, HandOver
from relevo.numbering.queries import cards_of, held_numbers, history, holder_of
from relevo.testing.postgres import clone, wipe
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
CARD, ESIM = Iccid("8934902000000000017"), Iccid("8934902000000000025")
START = datetime(2019, 1, 13, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def ledger(postgres: Server) -> str:
    dsn = clone(postgres, "custody_tests")
    migrate(dsn, ("relevo.numbering",))
    return dsn


@pytest.fixture
def connection(ledger: str) -> Iterator[Connection]:
    with connect(ledger) as opened:
        yield opened
        opened.rollback()
    wipe(ledger)


def known(*numbers: Msisdn) -> list[FirstHolder]:
    return [FirstHolder(number=n, holder="altamar", at=START, caused_by="R1@1") for n in numbers]


def move(number: Msisdn, holder: str, ground: Ground, *, hours: int, by: str = "R1@2") -> HandOver:
    return HandOver(
        number=number, holder=holder, at=START + hours * HOUR, ground=ground, caused_by=by
    )


def test_a_number_is_with_its_first_holder_until_it_is_handed_over(connection: Connection) -> None:
    with connection.cursor() as cursor:
        open_custody(cursor, known(M1, M2))
        hand_over(cursor, [move(M2, "brisa", Ground.PORTED, hours=62)])
    connection.commit()
    assert holder_of(connection, M1) == "altamar"
    assert holder_of(connection, M2) == "brisa"
    was, now = history(connection, M2)
    assert was.until == now.since == START + 62 * HOUR


def test_the_story_of_the_second_line_is_one_unbroken_row(connection: Connection) -> None:
    with connection.cursor() as cursor:
        open_custody(cursor, known(M2))
        hand_over(
            cursor,
            [
                move(M2, "hold:altamar", Ground.CUT, hours=26),
                move(M2, "altamar", Ground.GIVEN_BACK, hours=30),
                move(M2, "brisa", Ground.PORTED, hours=62),
                move(M2, "altamar", Ground.GIVEN_BACK, hours=63),  # late news change nothing
            ],
        )
    connection.commit()
    holders = [entry.holder for entry in history(connection, M2)]
    assert holders == ["altamar", "hold:altamar", "altamar", "brisa"]


def test_a_row_that_comes_twice_changes_nothing(connection: Connection) -> None:
    row = move(M2, "brisa", Ground.PORTED, hours=62)
    with connection.cursor() as cursor:
        open_custody(cursor, known(M2))
        open_custody(cursor, known(M2, M2))
        hand_over(cursor, [row, row])
    connection.commit()
    assert len(history(connection, M2)) == 2


def test_held_numbers_are_listed_for_the_rescue_desk(connection: Connection) -> None:
    with connection.cursor() as cursor:
        open_custody(cursor, known(M1, M2))
        hand_over(cursor, [move(M2, "hold:altamar", Ground.CUT, hours=26)])
    connection.commit()
    assert [each.number for each in held_numbers(connection)] == [M2]


def test_a_returned_number_cannot_be_ported_into_the_ledger(connection: Connection) -> None:
    with connection.cursor() as cursor:
        open_custody(cursor, known(M2))
        hand_over(cursor, [move(M2, "hold:altamar", Ground.CUT, hours=1)])
        hand_over(cursor, [move(M2, "range:altamar", Ground.HOLD_ENDED, hours=800)])
        with pytest.raises(ForbiddenMove):
            hand_over(cursor, [move(M2, "brisa", Ground.PORTED, hours=801)])


# ---- raw SQL: what the program itself can never get wrong, because the database refuses it

OPEN = "insert into custody values (%s, %s, tstzrange(%s, %s), 'known', 'by hand')"


def raw(connection: Connection, holder: str, since: int, until: int | None) -> None:
    ends = None if until is None else START + until * HOUR
    connection.execute(OPEN, (M2, holder, START + since * HOUR, ends))


def test_two_holders_at_a_time_are_refused_at_once(connection: Connection) -> None:
    raw(connection, "altamar", 0, None)
    with pytest.raises(psycopg.errors.ExclusionViolation):
        raw(connection, "brisa", 5, None)


def test_a_gap_between_two_holders_is_refused_at_commit(connection: Connection) -> None:
    raw(connection, "altamar", 0, 5)
    raw(connection, "brisa", 6, None)
    with pytest.raises(psycopg.IntegrityError, match="nobody between two entries"):
        connection.commit()


def test_a_number_without_a_holder_of_today_is_refused_at_commit(connection: Connection) -> None:
    raw(connection, "altamar", 0, 5)
    with pytest.raises(psycopg.IntegrityError, match="nobody from"):
        connection.commit()


def test_a_known_number_cannot_be_forgotten(connection: Connection) -> None:
    raw(connection, "altamar", 0, None)
    connection.commit()
    connection.execute("delete from custody where number = %s", (M2,))
    with pytest.raises(psycopg.IntegrityError, match="taken away"):
        connection.commit()


def test_the_first_entry_cannot_be_pulled_out_from_the_middle(connection: Connection) -> None:
    for holder, since, until in (("altamar", 0, 5), ("hold:altamar", 5, 6), ("brisa", 6, None)):
        raw(connection, holder, since, until)
    connection.commit()
    connection.execute("delete from custody where holder = 'hold:altamar'")
    with pytest.raises(psycopg.IntegrityError, match="nobody between"):
        connection.commit()


def test_an_entry_cannot_be_moved_to_another_number(connection: Connection) -> None:
    raw(connection, "altamar", 0, None)
    connection.commit()
    connection.execute("update custody set number = %s", (M1,))
    with pytest.raises(psycopg.IntegrityError, match="taken away"):
        connection.commit()


def test_an_entry_cannot_last_no_time_or_begin_before_time(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        raw(connection, "altamar", 5, 5)
    connection.rollback()
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(OPEN, (M2, "altamar", None, None))


def test_a_holder_that_is_no_operator_is_refused(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        raw(connection, "nobody at all", 0, None)


def test_in_whatever_order_entries_are_written_only_an_unbroken_row_commits(
    connection: Connection,
) -> None:
    good = (("altamar", 0, 5), ("hold:altamar", 5, 6), ("altamar", 6, 9), ("brisa", 9, None))
    for order in permutations(good):
        for entry in order:
            raw(connection, *entry)
        connection.commit()
        assert [e.holder for e in history(connection, M2)] == [
            "altamar",
            "hold:altamar",
            "altamar",
            "brisa",
        ]
        connection.execute("set local session_replication_role = replica")
        connection.execute("delete from custody")
        connection.commit()
        for left_out in good[1:]:  # without the first one, the row only begins later
            for entry in order:
                if entry != left_out:
                    raw(connection, *entry)
            with pytest.raises(psycopg.IntegrityError):
                connection.commit()
            connection.rollback()


def test_two_writers_cannot_both_take_the_same_number(ledger: str, connection: Connection) -> None:
    raw(connection, "altamar", 0, None)
    connection.commit()
    with connection.cursor() as cursor:
        hand_over(cursor, [move(M2, "brisa", Ground.PORTED, hours=62)])
    with connect(ledger) as other:
        other.execute("set lock_timeout = '50ms'")
        with other.cursor() as cursor, pytest.raises(psycopg.errors.LockNotAvailable):
            hand_over(cursor, [move(M2, "cantil", Ground.PORTED, hours=62)])
        other.rollback()
    connection.commit()
    assert holder_of(connection, M2) == "brisa"


# ---- cards


def tie(iccid: Iccid, number: Msisdn, *, hours: int = 0) -> CardTie:
    return CardTie(iccid=iccid, number=number, at=START + hours * HOUR, caused_by="R1/card/M2/1@1")


def block(iccid: Iccid, *, hours: int) -> CardBlock:
    return CardBlock(iccid=iccid, at=START + hours * HOUR, why="lost", caused_by="R1/card/M2/1@5")


def test_a_lost_card_is_blocked_and_the_esim_carries_the_number(connection: Connection) -> None:
    with connection.cursor() as cursor:
        tie_card(cursor, [tie(CARD, M2), tie(CARD, M2), tie(ESIM, M2, hours=20)])
        block_card(cursor, [block(CARD, hours=21), block(CARD, hours=22)])
    connection.commit()
    old, new = cards_of(connection, M2)
    assert (old.iccid, old.until, old.blocked_why) == (CARD, START + 21 * HOUR, "lost")
    assert (new.iccid, new.until, new.blocked_why) == (ESIM, None, "")


def test_a_card_cannot_carry_two_numbers(connection: Connection) -> None:
    with connection.cursor() as cursor:
        tie_card(cursor, [tie(CARD, M2)])
        with pytest.raises(psycopg.errors.ExclusionViolation):
            tie_card(cursor, [tie(CARD, M1, hours=3)])


def test_a_blocked_card_never_returns(connection: Connection) -> None:
    with connection.cursor() as cursor:
        tie_card(cursor, [tie(CARD, M2)])
        block_card(cursor, [block(CARD, hours=1)])
        connection.commit()
        tie_card(cursor, [tie(CARD, M2, hours=2)])
    with pytest.raises(psycopg.IntegrityError, match="blocked since"):
        connection.commit()


def test_a_block_cannot_be_lifted(connection: Connection) -> None:
    with connection.cursor() as cursor:
        block_card(cursor, [block(CARD, hours=1)])
    connection.commit()
    for hostile in ("delete from card_block", "update card_block set at = at + interval '1 day'"):
        with pytest.raises(psycopg.IntegrityError, match="for ever"):
            connection.execute(hostile)
        connection.rollback()


def test_a_tied_card_cannot_be_blocked_and_kept(connection: Connection) -> None:
    with connection.cursor() as cursor:
        tie_card(cursor, [tie(CARD, M2)])
    connection.commit()
    connection.execute(
        "insert into card_block values (%s, %s, 'lost', 'by hand')", (CARD, START + HOUR)
    )
    with pytest.raises(psycopg.IntegrityError, match="blocked since"):
        connection.commit()
