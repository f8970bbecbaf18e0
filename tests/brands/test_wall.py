"""An attacker's list: what somebody of one brand tries in order to see what is the other's.

The attacker has the pages' account, can run any SQL he likes on it, and is signed in as an agent
of brisa. Altamar's own order is what he wants; the order between the two he may see.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from tests.brands.conftest import ALTAMARS, BOSS, SERVED_BY_ALTAMAR, SHARED, THEIR_LINES, Group

from relevo.brands.reading import NotSignedIn, WallDown, families, reading
from relevo.brands.staffing import remove_staff
from relevo.brands.wall import raise_wall, wall_report
from relevo.engine.connection import Connection, connect


@pytest.fixture(scope="session")
def ticket(group: Group) -> str:
    return group.joins("mallory", "brisa", "agent")


@pytest.fixture
def attacker(group: Group, ticket: str) -> Iterator[Connection]:
    with group.page() as connection:
        connection.execute("select set_config('relevo.ticket', %s, false)", (ticket,))
        yield connection
        connection.rollback()


LOOKS_AT_AN_ORDER = {
    "its process by its key": "select from process where process_id = %(order)s",
    "its children by a guessed id": (
        "select from process where process_id = %(order)s || '/line/M1'"
    ),
    "a part of its id": "select from process where process_id like %(order)s || '%%'",
    "its facts": "select from journal where process_id like %(order)s || '%%'",
    "its number": "select from order_number where number = %(number)s",
    "its port by number": "select from port where number = %(number)s",
    "its port by contract": "select from port where process_id like %(order)s || '%%'",
    "a join from another table": (
        "select from port left join process using (process_id) where number = %(number)s"
    ),
    "a join that keeps the right side": (
        "select from port right join order_number using (number) where number = %(number)s"
    ),
    "the request's key": "select from order_request where order_key = %(order)s",
    "the customer's address": "select from notice_sender where order_key = %(order)s",
    "whose it is": "select from brand_family where family = %(order)s",
    "custody": "select from custody where number = %(number)s",
    "what is late": "select from desk_day where family = %(order)s",
}


@pytest.mark.parametrize("attempt", LOOKS_AT_AN_ORDER)
def test_nothing_of_the_other_brands_order_shows(
    group: Group, attacker: Connection, attempt: str
) -> None:
    wanted = LOOKS_AT_AN_ORDER[attempt]
    asked = {"order": group.altamars, "number": ALTAMARS}
    assert attacker.execute(wanted, asked).rowcount == 0
    assert group.connection.execute(wanted, asked).rowcount > 0
    own = {"order": group.shared, "number": SHARED}
    assert attacker.execute(wanted, own).rowcount > 0


REFUSED = {
    "a partition of the journal": "select from journal_past",
    "the mailbox": "select from mailbox",
    "effects on their way out": "select from outbox",
    "who is signed in": "select from staff_session",
    "what others have looked at": "select from brand_look_family",
    "putting himself into a family": (
        "insert into brand_family values (%(order)s, 'brisa', 'donor', now())"
    ),
    "going over to the other brand": "update staff set brand = 'altamar' where name = 'mallory'",
    "giving his role a right": "insert into role_right values ('agent', 'look_across')",
    "writing a state": "update process set phase = 'closed'",
    "making himself a ticket": "select open_session('ana', 60)",
    "being the owner": "select set_config('role', %(owner)s, false)",
    "taking the rule away": "drop policy brand_wall on process",
    "switching the wall off": "alter table process disable row level security",
    "a function in the place of ours": (
        "create function public.brand_now() returns text language sql as $$ select 'altamar' $$"
    ),
    "wiping his trace": "delete from brand_look",
    "copying to a program": "copy process to program 'cat'",
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_database_refuses(group: Group, attacker: Connection, attempt: str) -> None:
    asked = {"order": group.altamars, "owner": group.connection.info.user}
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateFunction)):
        attacker.execute(REFUSED[attempt], asked)


def test_a_session_that_asks_not_to_be_filtered_gets_an_error_and_no_rows(
    attacker: Connection,
) -> None:
    attacker.execute("set row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        attacker.execute("select from process")


SETTINGS = {
    "relevo.brand": "altamar",
    "relevo.staff": "ana",
    "relevo.roles": "duty_manager,administrator",
    "relevo.ticket": "altamar",
    "search_path": "pg_temp, public",
    "role": "relevo_people",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_he_makes_himself_opens_nothing(
    group: Group, attacker: Connection, name: str
) -> None:
    attacker.execute("select set_config(%s, %s, false)", (name, SETTINGS[name]))
    found = attacker.execute("select from process where process_id = %s", (group.altamars,))
    assert found.rowcount == 0


def test_a_table_of_his_own_in_the_place_of_ours_opens_nothing(
    group: Group, attacker: Connection
) -> None:
    attacker.execute("create temp table staff (name text, brand text, is_active boolean)")
    attacker.execute("insert into staff values ('mallory', 'altamar', true)")
    attacker.execute("set search_path = pg_temp, public")
    assert attacker.execute("select brand_now()").fetchone() == ("brisa",)
    found = attacker.execute("select from process where process_id = %s", (group.altamars,))
    assert found.rowcount == 0


def test_a_filter_that_tells_what_it_sees_is_shown_none_of_the_others_rows(
    attacker: Connection,
) -> None:
    attacker.execute(
        "create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0001 as "
        "$$ begin raise notice '%', $1; return true; end $$"
    )
    heard: list[str] = []
    attacker.add_notice_handler(lambda notice: heard.append(notice.message_primary or ""))
    attacker.execute("select from order_number where pg_temp.tell(number)")
    assert SHARED in heard
    assert ALTAMARS not in heard


def test_the_view_of_requests_for_several_numbers_is_behind_the_wall_too(
    group: Group, attacker: Connection
) -> None:
    group.connection.execute(
        "insert into multiple_port (contract_code, process_id, hub, donor, recipient, state,"
        " changed_at) values ('X', %s, 'mobile', 'cantil', 'altamar', 'sent', now())"
        " on conflict do nothing",
        (f"{group.altamars}/multiple/1/1",),
    )
    assert attacker.execute("select from multiple_port_seen").rowcount == 0
    assert group.connection.execute("select from multiple_port_seen").rowcount == 1


def test_what_the_other_brand_serves_does_not_show_because_an_order_names_the_number(
    group: Group, attacker: Connection
) -> None:
    """Else anybody could read a stranger's record by typing his number into an order form."""
    order = group.order("brisa", "altamar", SERVED_BY_ALTAMAR)
    assert attacker.execute("select from process where process_id = %s", (order,)).rowcount == 1
    assert attacker.execute(THEIR_LINES).rowcount == 0


def test_without_a_ticket_nothing_shows(group: Group) -> None:
    with group.page() as connection:
        for table in ("process", "journal", "order_number", "custody", "brand", "staff"):
            assert connection.execute(f"select from {table}").rowcount == 0


def test_both_brands_see_the_shared_order_and_each_only_its_own_besides(group: Group) -> None:
    seen = {}
    for name, brand in (("bea", "brisa"), ("alf", "altamar")):
        with reading(group.page_dsn, group.joins(name, brand, "agent")) as (connection, session):
            assert (session.staff, session.brand) == (name, brand)
            seen[brand] = {each.key for each in families(connection, 100)}
    assert group.shared in seen["brisa"] & seen["altamar"]
    assert group.brisas in seen["brisa"] - seen["altamar"]
    assert group.altamars in seen["altamar"] - seen["brisa"]


def test_both_brands_read_the_same_facts_of_the_shared_case(group: Group) -> None:
    wanted = (
        "select process_id, version, name from journal where split_part(process_id, '/', 1) = %s"
        " order by process_id, version"
    )
    told = []
    for name, brand in (("bo", "brisa"), ("al", "altamar")):
        with reading(group.page_dsn, group.joins(name, brand, "agent")) as (connection, _):
            told.append(connection.execute(wanted, (group.shared,)).fetchall())
    assert told[0] == told[1]
    assert {row[0].rpartition("/")[2] for row in told[0]} >= {"voice", "case"}


def test_a_role_without_the_right_reads_no_orders_of_its_own_brand_either(group: Group) -> None:
    with reading(group.page_dsn, group.joins("adm", "brisa", "administrator")) as (connection, who):
        assert not who.may("read_orders")
        assert families(connection, 100) == []


def test_who_leaves_the_company_is_signed_out_at_once(group: Group) -> None:
    ticket = group.joins("gone", "brisa", "agent")
    remove_staff(group.connection, "gone", BOSS)
    with pytest.raises(NotSignedIn), reading(group.page_dsn, ticket):
        pass


def test_a_ticket_that_is_over_is_nobodys(group: Group) -> None:
    group.joins("late", "brisa", "agent")
    row = group.connection.execute("select open_session('late', 0)").fetchone()
    assert row is not None
    with pytest.raises(NotSignedIn), reading(group.page_dsn, row[0]):
        pass


def test_an_account_that_would_read_past_the_wall_is_not_used(group: Group, ticket: str) -> None:
    """A table that people may read, and on which nobody put a rule."""
    group.connection.execute("create table forgotten (x int)")
    group.connection.execute("grant select on forgotten to relevo_people")
    try:
        assert wall_report(group.connection).gaps == ("forgotten",)
        with pytest.raises(WallDown), reading(group.page_dsn, ticket):
            pass
    finally:
        group.connection.execute("drop table forgotten")


def test_the_owner_reads_as_one_of_people_through_a_page_and_all_by_himself(
    group: Group, ticket: str
) -> None:
    with reading(group.dsn, ticket) as (connection, _):
        assert group.altamars not in {each.key for each in families(connection, 100)}
    assert group.connection.execute("select from process").rowcount > 10
    assert wall_report(group.connection).login_can_leave
    with group.page() as page:
        assert not wall_report(page).login_can_leave


def test_raising_the_wall_again_changes_nothing(group: Group, ticket: str) -> None:
    raise_wall(group.connection)
    report = wall_report(group.connection)
    assert report.is_up
    assert report.gaps == ()
    with reading(group.page_dsn, ticket) as (connection, _):
        assert group.shared in {each.key for each in families(connection, 100)}


def test_an_account_that_is_not_of_people_works_as_before(group: Group) -> None:
    """A site may let its workers or its reports use an account that does not own the tables."""
    known = group.connection.execute("select from pg_roles where rolname = 'relevo_report'")
    if known.fetchone() is None:
        group.connection.execute("create role relevo_report login")
    group.connection.execute("grant select on process to relevo_report")
    with connect(f"{group.dsn} user=relevo_report") as connection:
        found = connection.execute("select from process where process_id = %s", (group.altamars,))
        assert found.rowcount == 1
