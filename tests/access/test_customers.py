"""The door of the customers, and what their ticket opens."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg.errors import InsufficientPrivilege
from tests.access.conftest import SECRET, House, Post

from relevo.access.customers import TRIES_OF_A_CODE, CodeNotSent
from relevo.access.guessing import TooManyTries
from relevo.access.links import (
    LinkEnded,
    LinkingChannel,
    NoSuchLink,
    customer_link,
    customer_path,
    links_of_site,
    renew_link,
)
from relevo.access.secret import NoSecret, SiteSecret
from relevo.access.sign_in import NotAdmitted
from relevo.brands.reading import NotSignedIn, end_session, look_across, reading
from relevo.notices.model import Channel
from relevo.notices.queries import read_texts
from relevo.notices.render import PLACE_OF_LINK
from relevo.notices.voice.messages import SendMessage


def token_of(house: House, order: str) -> str:
    link = customer_link(house.group.connection, SECRET, order)
    assert link.startswith(f"/o/{order}/")
    return link.rpartition("/")[2]


def ticket_for(house: House, order: str) -> str:
    token = token_of(house, order)
    house.customers.send_code(order, token, "email", house.caller())
    return house.customers.by_code(order, token, house.email.code, house.caller())


def is_out(house: House, ticket: str) -> bool:
    try:
        with reading(house.group.page_dsn, ticket):
            return False
    except NotSignedIn:
        return True


def test_by_link_and_code_he_reads_his_order_and_no_other(house: House) -> None:
    mine, other = house.order(), house.order()
    with reading(house.group.page_dsn, ticket_for(house, mine)) as (connection, session):
        assert (session.customer, session.order) == (True, mine)
        assert (session.staff, session.brand, session.rights) == ("", "", frozenset())
        seen = connection.execute("select distinct family from brand_family").fetchall()
        assert seen == [(mine,)]
        found = connection.execute(
            "select count(*) filter (where process_id like %s || '%%'), count(*) from process",
            (mine,),
        ).fetchone()
        assert found is not None
        assert found[0] == found[1] > 3
        wanted = "select from journal where process_id like %s || '%%'"
        assert connection.execute(wanted, (other,)).rowcount == 0
        assert connection.execute(wanted, (mine,)).rowcount > 3


READ_BY_NO_CUSTOMER = (
    "staff", "staff_role", "role_right", "brand_look", "stray_news", "notice_stray", "served_line",
    "parked", "refusal", "operator_act", "desk_taken", "desk_trouble", "wire_exchange",
    "order_request", "access_trace",
)  # fmt: skip


def test_he_reads_nothing_of_what_people_note_among_themselves(house: House) -> None:
    order = house.order()
    house.group.connection.execute(
        "insert into desk_trouble values (%s, 'x', 'M1', %s, 'he shouts', now())", (order, order)
    )
    house.group.connection.execute("insert into operator_act select from operator_act where false")
    with reading(house.group.page_dsn, ticket_for(house, order)) as (connection, _):
        for table in READ_BY_NO_CUSTOMER:
            assert connection.execute(f"select from {table}").rowcount == 0, table
        brands = connection.execute("select name from brand").fetchall()
    assert brands == [("brisa",)]


@pytest.mark.parametrize(
    "attempt",
    [
        "select from customer_session",
        "select from customer_code",
        "select from staff_account",
        "select from staff_second_factor",
        "select from customer_link",
        "insert into brand_family values ('R', 'brisa', 'donor', now())",
        "update customer_session set order_key = 'R'",
        "select open_session('ana', 60)",
    ],
)
def test_the_database_refuses_what_is_behind_the_door(house: House, attempt: str) -> None:
    with house.group.page() as page:
        ticket = ticket_for(house, house.order())
        page.execute("select set_config('relevo.ticket', %s, false)", (ticket,))
        with pytest.raises(InsufficientPrivilege):
            page.execute(attempt)


def test_he_cannot_look_across_the_wall(house: House) -> None:
    ticket = ticket_for(house, house.order())
    with pytest.raises(InsufficientPrivilege):
        look_across(house.group.page_dsn, ticket, subject=house.order(), reason="I am curious")


def test_the_code_goes_to_the_contact_of_the_order_and_is_shown_to_nobody(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    order = house.order()
    token = token_of(house, order)
    ways = house.customers.knock(order, token, house.caller())
    # The contact of these orders is a fixed line: no SMS can be read there.
    assert [(way.channel, way.address_shown) for way in ways] == [("email", "b•••@cierzo.example")]
    house.customers.send_code(order, token, "email", house.caller())
    message = house.email.sent[-1]
    assert message.to.endswith("@cierzo.example")
    assert len(house.email.code) == 6
    assert house.email.code not in message.message_key + message.subject + caplog.text
    everything = house.group.connection.execute(
        "select string_agg(t, '') from (select c::text from customer_code c union all"
        " select j::text from journal j union all select o::text from outbox o union all"
        " select a::text from access_trace a) as every (t) where t not like '%%+34%%'"
    ).fetchone()
    assert everything is not None
    assert house.email.code not in str(everything[0])
    with pytest.raises(CodeNotSent):
        house.customers.send_code(order, token, "sms", house.caller())


def test_a_channel_that_fails_leaves_no_code_and_its_error_does_not_repeat_it(
    house: House,
) -> None:
    order = house.order()
    house.email.is_down = True
    with pytest.raises(CodeNotSent) as failed:
        house.customers.send_code(order, token_of(house, order), "email", house.caller())
    assert not any(each.isdigit() for each in str(failed.value))
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    left = house.group.connection.execute(
        "select from customer_code where order_key = %s", (order,)
    )
    assert left.rowcount == 0


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_has_five_tries_and_then_it_is_worth_nothing(house: House) -> None:
    order = house.order()
    token = token_of(house, order)
    house.customers.send_code(order, token, "email", house.caller())
    for _ in range(TRIES_OF_A_CODE):
        with pytest.raises(NotAdmitted):
            house.customers.by_code(order, token, wrong(house.email.code), house.caller())
    with pytest.raises(NotAdmitted):
        house.customers.by_code(order, token, house.email.code, house.caller())


def test_a_code_lasts_ten_minutes_and_is_good_once(house: House) -> None:
    order = house.order()
    token = token_of(house, order)
    house.customers.send_code(order, token, "email", house.caller())
    house.later(minutes=10)
    with pytest.raises(NotAdmitted):
        house.customers.by_code(order, token, house.email.code, house.caller())
    house.customers.send_code(order, token, "email", house.caller())
    assert house.customers.by_code(order, token, house.email.code, house.caller())
    with pytest.raises(NotAdmitted):
        house.customers.by_code(order, token, house.email.code, house.caller())


def test_a_new_code_ends_the_one_before_and_each_is_one_orders(house: House) -> None:
    order, other = house.order(), house.order()
    house.customers.send_code(order, token_of(house, order), "email", house.caller())
    first = house.email.code
    house.customers.send_code(other, token_of(house, other), "email", house.caller())
    theirs = house.email.code
    house.customers.send_code(order, token_of(house, order), "email", house.caller())
    for code in {first, theirs} - {house.email.code}:
        with pytest.raises(NotAdmitted):
            house.customers.by_code(order, token_of(house, order), code, house.caller())


def test_asking_for_ever_more_codes_costs_pauses_that_grow(house: House) -> None:
    order = house.order()
    token = token_of(house, order)
    pauses = []
    for place in range(8):
        house.customers.send_code(
            order, token, "email", house.caller(address=f"198.51.100.{place}")
        )
        try:
            house.customers.send_code(order, token, "email", house.caller(address="198.51.101.1"))
        except TooManyTries as refused:
            pauses.append((refused.until - house.at).total_seconds())
            house.at = refused.until
    assert pauses == sorted(pauses)
    assert pauses[:3] == [60, 120, 240]


def test_whoever_guesses_at_codes_comes_to_fewer_than_two_hundred_tries_a_day(
    house: House,
) -> None:
    """Of a million, by somebody who has the link, from as many addresses as he likes."""
    order = house.order()
    token = token_of(house, order)
    began, tries, place = house.at, 0, 0
    while (house.at - began).days < 1:
        place += 1
        caller = house.caller(address=f"2001:db8::{place}")
        try:
            if tries % TRIES_OF_A_CODE == 0:
                house.customers.send_code(order, token, "email", caller)
            house.customers.by_code(order, token, wrong(house.email.code), caller)
        except NotAdmitted:
            tries += 1
        except TooManyTries as refused:
            house.at = refused.until
    assert tries < 200


def test_many_orders_from_one_address_are_slowed_down_too(house: House) -> None:
    orders = [house.order() for _ in range(6)]
    for order in (orders * 2)[:10]:
        house.customers.send_code(order, token_of(house, order), "email", house.caller())
    with pytest.raises(TooManyTries):
        house.customers.send_code(orders[5], token_of(house, orders[5]), "email", house.caller())


@pytest.mark.parametrize("order", ["R0000000", "", "../../etc/passwd", "%s", "R' or 1=1 --"])
def test_a_link_that_is_none_never_tells_whether_there_is_such_an_order(
    house: House, order: str
) -> None:
    real = house.order()
    guesses = (
        (real, "A" * 27),
        (real, ""),
        (real, token_of(house, house.order())),
        (order, "A" * 27),
        (order, customer_path(SECRET, order).rpartition("/")[2]),
    )
    for key, token in guesses:
        with pytest.raises(NoSuchLink) as refused:
            house.customers.knock(key, token, house.caller())
        assert str(refused.value) == ""


def test_guessing_at_links_is_slowed_down_and_the_right_one_still_opens(house: House) -> None:
    order = house.order()
    for _ in range(20):
        with pytest.raises(NoSuchLink):
            house.customers.knock(order, "B" * 27, house.caller())
    with pytest.raises(TooManyTries):
        house.customers.knock(order, "B" * 27, house.caller())
    assert house.customers.knock(order, token_of(house, order), house.caller())


def test_a_link_has_160_bits_and_lies_in_no_table(house: House) -> None:
    order = house.order()
    token = token_of(house, order)
    assert len(token) == 27
    assert token != token_of(house, house.order())
    other = SiteSecret((b"the secret of some other site, 32+",))
    assert customer_link(house.group.connection, other, order) != f"/o/{order}/{token}"
    found = house.group.connection.execute(
        "select from journal j where j::text like %(t)s union all"
        " select from customer_link l where l::text like %(t)s",
        {"t": f"%{token}%"},
    )
    assert found.rowcount == 0


def test_a_link_made_anew_ends_the_old_one_and_who_came_by_it(house: House) -> None:
    order = house.order()
    ticket, old = ticket_for(house, order), token_of(house, order)
    for _ in range(2):
        with house.acting() as connection:
            renew_link(connection, order, house.at)
        assert is_out(house, ticket)
        with pytest.raises(NoSuchLink):
            house.customers.knock(order, old, house.caller())
        old = token_of(house, order)
        assert house.customers.knock(order, old, house.caller())


def test_a_link_ends_thirty_days_after_its_order(house: House) -> None:
    order = house.order()
    token = token_of(house, order)
    house.group.connection.execute(
        "update process set phase = 'closed', changed_at = %s where process_id = %s",
        (house.at, order),
    )
    house.later(days=30)
    assert house.customers.knock(order, token, house.caller())
    house.later(seconds=1)
    with pytest.raises(LinkEnded):
        house.customers.knock(order, token, house.caller())


def test_links_outlive_a_change_of_the_sites_secret(house: House) -> None:
    order = house.order()
    token = token_of(house, order)
    newer = SiteSecret((b"another secret, newer than the first", *SECRET.secrets))
    door = replace(house.customers, secret=newer)
    assert door.knock(order, token, house.caller())
    assert customer_link(house.group.connection, newer, order) != f"/o/{order}/{token}"


def test_his_session_ends_when_he_leaves_when_nobody_uses_it_and_after_a_day(house: House) -> None:
    left, idle, late = (ticket_for(house, house.order()) for _ in range(3))
    end_session(house.group.page_dsn, left)
    aged = "update customer_session set {} where ticket_sha256 = sha256(convert_to(%s, 'UTF8'))"
    execute = house.group.connection.execute
    execute(aged.format("seen_at = seen_at - interval '121 minutes'"), (idle,))
    execute(aged.format("expires_at = clock_timestamp()"), (late,))
    assert [is_out(house, each) for each in (left, idle, late)] == [True] * 3


def test_the_link_is_filled_into_a_notice_on_its_way_out_and_is_its_readers(
    house: House, tmp_path: Path
) -> None:
    order, other = house.order(), house.order()
    file = tmp_path / "site.secret"
    file.write_bytes(SECRET.secrets[0])
    site = {"RELEVO_PAGES_URL": "https://relevo.example/", "RELEVO_SECRET_FILE": str(file)}
    post = Post()
    channel = LinkingChannel(post, links_of_site(house.group.dsn, site))
    message = SendMessage(
        channel="email",
        to="a@b.example",
        subject="s",
        text=f"See {PLACE_OF_LINK} and [[link:{other}]]",
        message_key=f"{order}-3",
        sender="brisa",
    )
    channel.send(message)
    link = f"https://relevo.example/o/{order}/{token_of(house, order)}"
    assert post.sent[-1].text == f"See {link} and [[link:{other}]]"
    assert token_of(house, other) not in post.sent[-1].text
    channel.send(replace(message, text="no link"))
    assert post.sent[-1].text == "no link"


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_site_without_pages_says_nothing_of_the_link(language: str) -> None:
    post = Post()
    channel = LinkingChannel(post, lambda _: "")
    for topic in ("welcome", "done", "number_dead", "partial", "promise_broken", "update"):
        template = read_texts()[language].templates[topic]
        joint = "\n\n" if template.channel is Channel.EMAIL else " "
        parts = [part.text for part in template.parts]
        assert sum(PLACE_OF_LINK in part for part in parts) == 1, topic
        rest = [part for part in parts if PLACE_OF_LINK not in part]
        channel.send(
            SendMessage(
                channel=str(template.channel),
                to="a@b.example",
                subject="s",
                text=joint.join(parts),
                message_key="R1-1",
                sender="brisa",
            )
        )
        assert post.sent[-1].text == joint.join(rest)


def test_a_site_without_pages_sends_no_link_and_one_without_a_secret_says_so(house: House) -> None:
    assert links_of_site(house.group.dsn, {})("R1") == ""
    with pytest.raises(NoSecret, match=r"site\.secret"):
        links_of_site(house.group.dsn, {"RELEVO_PAGES_URL": "https://relevo.example"})
