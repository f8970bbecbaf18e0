"""The record of looks and acts."""

from __future__ import annotations

import psycopg
import pytest
from tests.access.conftest import GOOD, House
from tests.access.test_customers import ticket_for

from relevo.access.audit import looks_at, note_act, note_look, times_opened, traces
from relevo.brands.reading import reading
from relevo.brands.staffing import sign_in


def opens(house: House, name: str, *orders: str, brand: str = "brisa", reason: str = "") -> str:
    """Somebody is hired, comes in, and opens these files; his ticket."""
    house.hires(name, "agent", brand=brand)
    ticket = house.door.by_password(name, GOOD, house.caller()).ticket
    with reading(house.group.page_dsn, ticket) as (_, session), house.acting() as own:
        note_look(own, session, orders, at=house.at, page="orders", subject="M1", reason=reason)
    return ticket


def test_whoever_sees_a_file_sees_who_opened_it_and_why(house: House) -> None:
    order = house.order()
    opens(house, "lia", order, reason="he is on the phone")
    later = opens(house, "lou", order)
    with reading(house.group.page_dsn, later) as (connection, _):
        found = [(each.who, each.page, each.reason) for each in looks_at(connection, order)]
    assert found == [("lou", "orders", ""), ("lia", "orders", "he is on the phone")]


def test_the_other_brand_sees_nothing_of_it(house: House) -> None:
    order = house.order()
    opens(house, "mia", order)
    stranger = opens(house, "mar", house.order("altamar", "cantil"), brand="altamar")
    with reading(house.group.page_dsn, stranger) as (connection, _):
        assert looks_at(connection, order) == []
        assert times_opened(connection, order) == 0
        assert {each.who for each in traces(connection, since=house.at)} == {"mar"}


def test_a_list_is_one_statement_and_a_trace_for_each_file(house: House) -> None:
    orders = [house.order() for _ in range(3)]
    ticket = opens(house, "nel", *orders, orders[0])
    with reading(house.group.page_dsn, ticket) as (connection, _):
        assert [len(looks_at(connection, order)) for order in orders] == [1, 1, 1]


def test_an_auditor_reads_all_of_his_brand_and_no_orders(house: House) -> None:
    mine, theirs = house.order(), house.order("altamar", "cantil")
    opens(house, "obi", mine)
    opens(house, "oda", theirs, brand="altamar")
    house.hires("ovid", "auditor")
    ticket = sign_in(house.group.connection, "ovid")
    with reading(house.group.page_dsn, ticket) as (connection, _):
        assert connection.execute("select from process").rowcount == 0
        assert "obi" in {each.who for each in traces(connection, since=house.at)}
        assert "oda" not in {each.who for each in traces(connection, since=house.at)}
        assert traces(connection, since=house.at, who="obi")[0].family == mine


def test_a_customer_is_told_how_often_and_not_by_whom(house: House) -> None:
    order, other = house.order(), house.order()
    for name in ("pam", "pep"):
        opens(house, name, order, other)
    ticket = ticket_for(house, order)
    with reading(house.group.page_dsn, ticket) as (connection, session), house.acting() as own:
        note_look(own, session, [order], at=house.at, page="my order")
        assert times_opened(connection, order) == 2
        assert times_opened(connection, other) == 0
        assert looks_at(connection, order) == []


def test_acts_of_staff_and_customers_are_kept_with_their_names(house: House) -> None:
    order = house.order()
    ticket = opens(house, "quim", order)
    with reading(house.group.page_dsn, ticket) as (_, session), house.acting() as own:
        note_act(own, session, "change_address", at=house.at, family=order, reason="asked by phone")
    customer = ticket_for(house, order)
    with reading(house.group.page_dsn, customer) as (_, session), house.acting() as own:
        note_act(own, session, "confirm_receipt", at=house.at, family=order, subject="M1")
    with reading(house.group.page_dsn, ticket) as (connection, _):
        found = [(each.who, each.brand, each.verb) for each in looks_at(connection, order)]
    assert found == [
        ("customer", "", "confirm_receipt"),
        ("customer", "", "signed_in"),
        ("quim", "brisa", "change_address"),
        ("quim", "brisa", "look"),
    ]


@pytest.mark.parametrize(
    "verb",
    ["delete from access_trace", "truncate access_trace", "update access_trace set who = ''"],
)
def test_not_even_the_owner_rewrites_it(house: House, verb: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changed"):
        house.group.connection.execute(verb)
