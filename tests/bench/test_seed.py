"""Clones of real orders are real orders: they replay, hold the ledger's law, and can go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from psycopg import sql
from typer.testing import CliRunner

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.bench.cloned_tables import CLONED, KEPT
from relevo.bench.cloning import MONTHS, tables
from relevo.bench.renaming import key_of
from relevo.bench.seed import KINDS, PRESENT, WEEKS_BACK, scenario_of, seed
from relevo.cli import app
from relevo.engine.buckets import bucket_of
from relevo.engine.clock import VirtualClock
from relevo.engine.connection import Connection, connect
from relevo.engine.engine import Engine
from relevo.engine.replay import verify_all
from relevo.numbering.queries import holder_of
from relevo.orders.actions import withdraw_order
from relevo.orders.queries import order_state
from relevo.values.ids import READABLE
from relevo.values.msisdn import Msisdn, national, spoken
from relevo.values.person import parse_document
from relevo.values.simcard import parse_iccid

pytestmark = pytest.mark.service

MOVED, ASKED = KINDS[0], KINDS[3]
FINISHED, OPEN = 77, 20


@pytest.fixture(scope="module")
def seeded(postgres: Server) -> str:
    """A database with clones of a finished order, and of one that was asked for yesterday."""
    dsn = postgres.create_database("seeded")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    done = seed(dsn, FINISHED + OPEN, open_orders=OPEN, kinds=(MOVED, ASKED))
    assert done.rows["order_request"] == FINISHED + OPEN
    assert done.rows_in_all == sum(done.rows.values()) > 100 * FINISHED
    return dsn


@pytest.fixture
def database(seeded: str) -> Iterator[Connection]:
    with connect(seeded) as connection:
        yield connection


def numbers_of(connection: Connection, *, is_open: bool) -> list[tuple[str, str]]:
    """Order and number of those that are closed, or not."""
    query = (
        "select order_key, number from order_number join process on process_id = order_key"
        " where (phase <> 'closed') = %s"
    )
    return [(order, number) for order, number in connection.execute(query, (is_open,)).fetchall()]


def test_of_every_table_it_is_said_whether_its_rows_are_cloned(database: Connection) -> None:
    assert set(tables(database)) == CLONED.keys() | KEPT.keys()
    assert not CLONED.keys() & KEPT.keys()


def test_no_two_clones_share_a_key() -> None:
    keys = {key_of(n) for n in range(50_000)}
    assert len(keys) == 50_000
    assert all(len(key) == 9 and set(key[1:]) <= set(READABLE) for key in keys)


def test_the_state_of_every_clone_is_what_its_facts_add_up_to(database: Connection) -> None:
    processes = verify_all(database, wiring.catalogue())
    assert processes > 8 * (FINISHED + OPEN)


def test_a_finished_clone_is_with_its_new_operator_and_an_open_one_with_its_old(
    database: Connection,
) -> None:
    finished = numbers_of(database, is_open=False)
    under_way = numbers_of(database, is_open=True)
    assert (len(finished), len(under_way)) == (FINISHED, OPEN)
    assert {holder_of(database, Msisdn(number)) for _, number in finished} == {"brisa"}
    assert {holder_of(database, Msisdn(number)) for _, number in under_way} == {"altamar"}


def test_every_bucket_counts_its_facts_without_a_gap(database: Connection) -> None:
    query = (
        "select lease.bucket, last_seq, count(seq), coalesce(max(seq), 0), coalesce(min(seq), 1)"
        " from lease left join journal using (bucket) group by lease.bucket, last_seq"
    )
    for bucket, last_seq, facts, last, first in database.execute(query).fetchall():
        assert (bucket, last_seq, first) == (bucket, facts, 1)
        assert last == facts


def test_every_row_lies_in_the_bucket_of_its_family(database: Connection) -> None:
    named = (
        "select process_id, bucket from process",
        "select process_id, bucket from journal",
        "select process_id, bucket from timer",
        "select message_id, bucket from handled",
    )
    for query in named:
        for name, bucket in database.execute(query).fetchall():
            assert bucket_of(name.partition(":")[0]) == bucket


def test_nothing_of_the_customer_who_was_played_is_left_in_a_clone(database: Connection) -> None:
    world = scenario_of(MOVED).world
    number = Msisdn(world.lines[0].number or "")
    his = (
        number,
        national(number),
        spoken(number),
        world.lines[0].iccid,
        world.customer.name,
        world.customer.email,
        world.customer.contact,
        world.customer.document_number,
    )
    for table in CLONED:
        query = sql.SQL("select count(*) from {} t where t::text like any(%s)")
        wanted = ([f"%{text}%" for text in his],)
        row = database.execute(query.format(sql.Identifier(table)), wanted).fetchone()
        assert row == (0,), table


def test_cards_and_documents_of_clones_are_valid_ones(database: Connection) -> None:
    cards = database.execute("select distinct iccid from card_custody").fetchall()
    assert len(cards) == FINISHED + OPEN
    for (iccid,) in cards:
        parse_iccid(iccid)
    query = (
        "select distinct body #>> '{customer,holder,document,number}' from journal"
        " where name = 'orders.line_prepared'"
    )
    documents = database.execute(query).fetchall()
    assert len(documents) == FINISHED + OPEN
    for (number,) in documents:
        parse_document("CIF", number)


def test_finished_orders_lie_weeks_apart_at_the_same_weekday_and_hour(database: Connection) -> None:
    query = "select distinct asked_at from order_request order by asked_at"
    *earlier, asked = [row[0] for row in database.execute(query).fetchall()]
    assert len(earlier) == WEEKS_BACK == FINISHED / MOVED.share
    assert {after - before for before, after in pairwise(earlier)} == {timedelta(weeks=1)}
    assert asked == PRESENT - timedelta(days=1)


def test_what_was_told_to_a_customer_names_the_days_of_his_own_story(database: Connection) -> None:
    query = (
        "select body ->> 'text', at from journal"
        " where name = 'notices.message_sent' and body ->> 'text' ~ 'Comprobado el'"
    )
    told = database.execute(query).fetchall()
    assert told
    for text, at in told:
        assert f" {at.day} de {MONTHS[at.month - 1]} " in text


def test_timers_of_open_orders_lie_ahead_of_the_present(database: Connection) -> None:
    row = database.execute("select min(due) > %s, count(*) from timer", (PRESENT,)).fetchone()
    assert row is not None
    assert row[0]
    assert row[1] >= OPEN


def test_a_cloned_open_order_takes_a_message_and_goes_on(seeded: str, database: Connection) -> None:
    order, number = numbers_of(database, is_open=True)[0]
    database.rollback()
    engine = Engine(
        dsn=seeded, catalogue=wiring.catalogue(), clock=VirtualClock(PRESENT), performers={}
    )
    try:
        before = order_state(database, order)
        withdraw_order(database, engine, order=order, why="stays where he is", by="ana", key="w")
        engine.run_until_quiet()
    finally:
        engine.close()
    after = order_state(database, order)
    assert before is not None
    assert after is not None
    assert after != before
    assert after.key == order
    said = "select name from journal where process_id like %s and at = %s"
    news = {name for (name,) in database.execute(said, (f"{order}%", PRESENT)).fetchall()}
    assert {"orders.line_noted", "sims.dispatch_stopped"} <= news
    verify_all(database, wiring.catalogue())
    assert holder_of(database, Msisdn(number)) == "altamar"


def test_more_open_orders_than_orders_are_refused_before_anything_is_played() -> None:
    refused = CliRunner().invoke(app, ["bench", "seed", "--orders", "3", "--open", "5"])
    assert refused.exit_code == 2
    assert "5 of 3 orders cannot be open" in refused.output
