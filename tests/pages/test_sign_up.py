"""A stranger brings his numbers: the whole way, and everything that can be forgotten on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.pages.conftest import Desk
from tests.pages.sign_up_desk import (
    ADDRESS,
    AT,
    HOLDER,
    MOBILE,
    SECOND,
    YES,
    Stranger,
    empty_site,
)

from relevo import wiring
from relevo.access.tickets import open_customer_ticket
from relevo.adapters.postgres.embedded import Server
from relevo.customers.actions import serve_lines
from relevo.customers.served import ServedLine, ServedStatus
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.wire import decode
from relevo.orders.drafts.actions import CONTENT_MAX_BYTES
from relevo.orders.held import Choice, SimKind
from relevo.orders.order.messages import DecideNumber, PlaceOrder
from relevo.orders.queries import order_state
from relevo.pages.guard import TICKET
from relevo.testing.postgres import wipe
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType

TURNS_MAX = 50
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")


@pytest.fixture(scope="module")
def empty(postgres: Server) -> Iterator[Desk]:
    made = empty_site(postgres)
    yield made
    made.close()


@pytest.fixture
def site(empty: Desk) -> Iterator[Desk]:
    yield empty
    wipe(empty.dsn)


@pytest.fixture
def me(site: Desk) -> Stranger:
    return Stranger(site)


def told(site: Desk) -> list[object]:
    """What the engine has been told, in order."""
    with connect(site.dsn) as connection:
        rows = connection.execute("select name, body from mailbox order by seq").fetchall()
    return [decode(name, body) for name, body in rows]


def work(site: Desk) -> None:
    """A worker handles what was told; the outside takes everything and says nothing."""
    effects = {effect for kind in wiring.processes() for effect in kind.effects}
    engine = Engine(
        dsn=site.dsn,
        catalogue=wiring.catalogue(),
        clock=site.clock,
        performers={effect: lambda _effect, _errand: () for effect in effects},
    )
    try:
        for _ in range(TURNS_MAX):
            if not engine.turn():
                break
    finally:
        engine.close()


def serve_second_line(site: Desk, document: str) -> None:
    """The donor of the group serves M2, which lives on the card of M1."""
    line = ServedLine(
        number=M2,
        operator="altamar",
        document=Document(DocumentType.CIF, document),
        holder_name="Taller Cierzo S.L.",
        is_prepaid=False,
        status=ServedStatus.ACTIVE,
        is_own_range=True,
        depends_on=M1,
    )
    principal = replace(line, number=M1, depends_on=None)
    with connect(site.dsn) as connection, connection.cursor() as cursor:
        serve_lines(cursor, [principal, line], at=site.clock.now(), caused_by="test")


def test_the_whole_way_ends_in_an_order_with_its_letter(me: Stranger, site: Desk) -> None:
    assert me.walk() == "/review"
    assert "600 000 101" in me.see("/review")
    assert me.answer("/review", YES) == "/done"
    done = me.see("/done")
    (placed,) = told(site)
    assert isinstance(placed, PlaceOrder)
    assert placed.moving == ("M1",)
    assert placed.customer.holder.name == "Taller Cierzo S.L."
    assert placed.sim is SimKind.ESIM
    letter = me.browser.get("/sign-up/letter.pdf")
    assert letter.headers["content-type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF-")
    assert letter.content == me.browser.get("/sign-up/letter.pdf").content
    assert "/o/R" in done


def test_the_link_of_an_order_that_no_worker_has_seen_yet_waits_and_opens_by_itself(
    me: Stranger, site: Desk
) -> None:
    me.walk()
    me.answer("/review", YES)
    found = re.search(r'id="customer-link">\S*?(/o/\S+?)<', me.see("/done"))
    assert found is not None
    early = me.browser.get(found[1])
    assert early.status_code == 202
    assert "We are preparing your page" in early.text
    assert int(early.headers["refresh"]) > 0
    assert me.browser.get(found[1][:-27] + "A" * 27).status_code == 404
    work(site)
    assert me.browser.get(found[1]).status_code == 200


def test_the_consent_is_kept_with_its_text_its_hash_and_whence_it_came(
    me: Stranger, site: Desk
) -> None:
    me.walk()
    shown = me.see("/review")
    me.answer("/review", YES)
    placed = told(site)[0]
    assert isinstance(placed, PlaceOrder)
    consent = placed.consent
    assert consent is not None
    assert all(sentence in shown for sentence in consent.text.split("\n"))
    assert "600 000 101" in consent.text
    assert consent.ticked == ("move", "consequences")
    assert consent.address == "testclient"
    assert consent.bundle == "mobile@2019-01"


def test_nobody_goes_on_without_saying_whether_other_numbers_hang_on_these(me: Stranger) -> None:
    assert me.walk("/others") == "/others"
    assert me.answer("/others", {}) == "/others?check=1"
    assert "what is forgotten most" in me.see("/others?check=1")
    assert me.see("/review") == me.see("/others")


def test_nobody_goes_on_while_a_number_is_undecided(me: Stranger, site: Desk) -> None:
    me.walk("/others")
    me.answer("/others", {"others_said": "some"})
    undecided = {name: value for name, value in SECOND.items() if name != "N1.fate"}
    assert me.answer("/others", undecided) == "/others?check=1"
    assert "we do not go on while one is undecided" in me.see("/others?check=1")
    assert me.answer("/others", SECOND) == "/holder"


def test_the_second_line_that_was_forgotten_comes_along_by_the_holder_s_document(
    me: Stranger, site: Desk
) -> None:
    """The story: the customer says that there is no other number, and there is one."""
    serve_second_line(site, "B99286320")
    me.walk("/holder")
    assert me.answer("/holder", HOLDER) == "/others"
    asked = me.see("/others")
    assert "a number ending in 102" in asked
    assert "600 000 102" not in asked, "only who has it knows the rest"
    assert "000102" not in asked
    assert me.answer("/others", {"others_said": "some", "K1.fate": "port"}) == "/holder"
    for page, answers in (
        ("/holder", HOLDER), ("/address", ADDRESS), ("/cards", {}), ("/dates", {}),
        ("/review", YES),
    ):  # fmt: skip
        me.answer(page, answers)
    placed = told(site)[0]
    assert isinstance(placed, PlaceOrder)
    assert placed.moving == ("M1", "K1")
    assert placed.lines[1].number == M2
    assert placed.lines[1].depends_on == "M1"


def test_what_hangs_on_a_number_is_not_told_to_who_is_not_its_holder(
    me: Stranger, site: Desk
) -> None:
    serve_second_line(site, "A58818501")
    me.walk("/holder")
    assert me.answer("/holder", HOLDER) == "/address"
    assert "ending in" not in me.see("/others")


def test_a_number_that_stays_is_decided_in_the_order_itself(me: Stranger, site: Desk) -> None:
    me.walk("/others")
    me.answer("/others", {"others_said": "some"})
    me.answer("/others", {**SECOND, "N1.fate": "keep"})
    for page, answers in (
        ("/holder", HOLDER), ("/address", ADDRESS), ("/cards", {}), ("/dates", {}),
    ):  # fmt: skip
        me.answer(page, answers)
    assert "stops serving it unless it gets a card of its own" in me.see("/review")
    me.answer("/review", YES)
    placed, decided = told(site)
    assert isinstance(placed, PlaceOrder)
    assert placed.moving == ("M1",)
    assert decided == DecideNumber(line="N1", choice=Choice.KEEP, by="customer", channel="sign_up")


def test_the_contact_number_of_an_operator_that_is_left_needs_a_decision_too(
    me: Stranger,
) -> None:
    me.walk("/holder")
    assert me.answer("/holder", {**HOLDER, "contact_moves": "yes"}) == "/others"
    assert "It is the contact number that you gave" in me.see("/others")


def test_a_button_that_is_pressed_twice_is_one_order(me: Stranger, site: Desk) -> None:
    me.walk()
    hidden = me.hidden("/review")
    with ThreadPoolExecutor(4) as hands:
        pressed = list(hands.map(lambda _: me.send("/review", YES, hidden=hidden), range(4)))
    assert {each.headers["location"] for each in pressed} == {"/sign-up/done"}
    assert len(told(site)) == 1


def test_without_the_ticks_nothing_is_ordered(me: Stranger, site: Desk) -> None:
    me.walk()
    sent = me.send("/review", {"tick.move": "yes"})
    assert sent.status_code == 200
    assert "Without this we cannot order the move" in sent.text
    assert told(site) == []


def test_a_form_goes_on_on_another_device_where_it_was_left(me: Stranger, site: Desk) -> None:
    me.walk("/address")
    page = me.see("/address")
    link = page.split("/sign-up/go-on/")[1][:48]
    other = Stranger(site, language="es")
    sent = other.browser.get(f"/sign-up/go-on/{link}")
    assert sent.headers["location"] == "/sign-up/address"
    assert "Taller Cierzo S.L." in other.see("/holder")
    assert other.browser.get("/sign-up/go-on/" + "0" * 48).status_code == 404


def test_a_second_window_writes_nothing_over_without_asking(me: Stranger) -> None:
    me.walk("/address")
    first = me.hidden("/address")
    me.answer("/address", {**ADDRESS, "street": "Calle Mayor 1"})
    late = me.send("/address", {**ADDRESS, "street": "Calle Menor 2"}, hidden=first)
    assert late.status_code == 409
    assert "changed in another window" in late.text
    assert "Calle Menor 2" in late.text
    assert "Calle Mayor 1" in me.see("/address")


def test_what_is_wrong_stays_in_its_field(me: Stranger) -> None:
    me.walk("/numbers")
    wrong = {**MOBILE, "M1.number": "6000", "M1.payment": "prepaid", "M1.iccid": "89340"}
    assert me.answer("/numbers", wrong) == "/numbers?check=1"
    page = me.see("/numbers?check=1")
    assert 'value="6000"' in page
    assert 'value="89340"' in page
    assert "has nine" in page
    assert "It has 5 digits, and there must be 19" in page


@pytest.mark.parametrize(
    "written", ["600 000 101", "+34600000101", "0034 600.000.101", "600-000-101"]
)
def test_a_number_may_be_written_as_people_write_it(me: Stranger, written: str) -> None:
    me.walk("/numbers")
    assert me.answer("/numbers", {**MOBILE, "M1.number": written}) == "/others"


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("name", "", "Write the name"),
        ("name", "Ana 🎉", "stand on no document"),
        ("name", "Ana \u202egnp", "stand on no document"),
        ("name", "x" * 150, "too long"),
        ("document_number", "B99286321", "should be 0"),
        ("document_number", "12", "form of a CIF"),
        ("email", "nobody", "not an e-mail address"),
        ("contact", "12", "not a telephone number"),
        ("contact", "600 000 101", "That number moves too"),
        ("contact_moves", "", "with an operator that you leave"),
    ],
)  # fmt: skip
def test_each_fault_of_the_holder_says_what_to_do(
    me: Stranger, field: str, written: str, said: str
) -> None:
    me.walk("/holder")
    assert me.answer("/holder", {**HOLDER, field: written}) == "/holder?check=1"
    assert said in me.see("/holder?check=1")


def test_a_postcode_of_another_town_is_one_question_with_its_answer(me: Stranger) -> None:
    me.walk("/address")
    wrong = {**ADDRESS, "postcode": "50410"}
    assert me.answer("/address", wrong) == "/address?check=1"
    assert "The town is Cuarte de Huerva" in me.see("/address?check=1")
    me.answer("/address", {**wrong, "act": "town:Cuarte de Huerva"})
    assert 'value="Cuarte de Huerva"' in me.see("/address")
    assert me.answer("/address", {**wrong, "city": "Cuarte de Huerva"}) == "/cards"


def test_a_day_is_not_before_the_first_one_and_not_after_the_last(me: Stranger) -> None:
    me.walk("/dates")
    assert me.answer("/dates", {"when": "later", "wish": "2019-01-01"}) == "/dates?check=1"
    assert "That day is past" in me.see("/dates?check=1")
    assert me.answer("/dates", {"when": "later", "wish": "2020-01-01"}) == "/dates?check=1"
    assert "That is too late" in me.see("/dates?check=1")
    assert me.answer("/dates", {"when": "later", "wish": "2019-01-24"}) == "/review"
    assert "It is the day that you chose" in me.see("/review")


def test_a_number_is_checked_while_it_is_typed(me: Stranger) -> None:
    me.walk("/numbers")
    hidden = me.hidden("/numbers")
    half = me.send("/check/M1", {**MOBILE, "M1.number": "600 0"}, hidden=hidden)
    assert "pill" not in half.text
    whole = me.send("/check/M1", MOBILE, hidden=hidden)
    assert "It can come" in whole.text
    assert 'value="600' not in me.see("/numbers"), "nothing is kept by typing"


def test_what_a_stranger_writes_is_shown_as_text_and_never_as_page(me: Stranger) -> None:
    me.walk("/holder")
    me.answer("/holder", {**HOLDER, "name": "<script>alert(1)</script>"})
    page = me.browser.get("/sign-up/holder?check=1").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_huge_fields_neither_break_nor_fill_anything(me: Stranger, site: Desk) -> None:
    me.walk("/numbers")
    huge = {f"M1.{name}": "9" * 20_000 for name in ("number", "donor", "payment", "iccid")}
    assert me.answer("/numbers", huge) == "/numbers?check=1"
    me.see("/numbers?check=1")
    with connect(site.dsn) as connection:
        row = connection.execute("select max(length(content)) from order_draft").fetchone()
    assert row is not None
    assert row[0] < CONTENT_MAX_BYTES / 10


def test_ten_thousand_forms_from_one_address_are_a_few(site: Desk) -> None:
    begun = 0
    for _ in range(80):
        each = Stranger(site)
        sent = each.send("", {"bundle": "mobile", "mobiles": "1"})
        begun += sent.status_code == 303
        if sent.status_code == 429:
            break
    assert begun == 60


def test_the_table_of_forms_says_nothing_without_their_secret(me: Stranger, site: Desk) -> None:
    me.walk("/address")
    with connect(site.dsn) as connection:
        row = connection.execute("select order_draft::text from order_draft").fetchone()
    assert row is not None
    for secret in ("Cierzo", "600000101", "B99286320"):
        assert secret.encode().hex() not in row[0]
        assert secret not in row[0]


def test_a_form_is_forgotten_after_thirty_days(postgres: Server) -> None:
    site = empty_site(postgres)
    me = Stranger(site)
    me.walk("/address")
    site.clock.advance_to(AT + timedelta(days=30, minutes=1))
    assert me.browser.get("/sign-up/address").headers["location"] == "/sign-up"
    Stranger(site).walk("/numbers")
    with connect(site.dsn) as connection:
        assert connection.execute("select count(*) from order_draft").fetchone() == (1,)
    site.close()


def test_a_form_can_be_thrown_away(me: Stranger, site: Desk) -> None:
    me.walk("/address")
    hidden = me.hidden("/address")
    assert me.send("/forget", {}, hidden=hidden).headers["location"] == "/sign-up"
    assert me.browser.get("/sign-up/address").headers["location"] == "/sign-up"
    with connect(site.dsn) as connection:
        assert connection.execute("select count(*) from order_draft").fetchone() == (0,)


def test_a_number_of_a_live_order_is_said_without_the_order_s_key(site: Desk) -> None:
    first = Stranger(site)
    first.walk()
    first.answer("/review", YES)
    key = first.see("/done").split('order-key mono">')[1][:9]
    with connect(site.dsn) as connection:
        connection.execute("insert into order_number values (%s, 'M1', %s, true, true)", (key, M1))
    second = Stranger(site)
    assert second.walk("/others") == "/numbers?check=1"
    page = second.see("/numbers?check=1")
    assert "being moved in another order" in page
    assert key not in page


def test_the_order_runs_as_it_was_agreed_and_its_letter_stays_to_be_had(site: Desk) -> None:
    """From the button to the processes: decisions, cards and days are as the pages said."""
    me = Stranger(site)
    me.walk("/others")
    me.answer("/others", {"others_said": "some"})
    me.answer("/others", {**SECOND, "N1.fate": "keep"})
    for page, answers in (
        ("/holder", HOLDER), ("/address", ADDRESS), ("/cards", {"M1.sim": "card"}), ("/dates", {}),
        ("/review", YES),
    ):  # fmt: skip
        me.answer(page, answers)
    key = me.see("/done").split('order-key mono">')[1][:9]
    work(site)
    with connect(site.dsn) as connection:
        order = order_state(connection, key)
        ticket = open_customer_ticket(connection, key)
    assert order is not None
    assert order.sim_of("M1") is SimKind.CARD
    assert order.decisions == {"N1": Choice.KEEP}
    (moving,) = (view for view in order.views if view.id == "M1")
    assert moving.window is not None
    assert f"{moving.window.opens:%d}" in me.see("/done")
    mine = site.client()
    mine.cookies.set(TICKET, ticket)
    letter = mine.get("/mine/welcome.pdf")
    assert letter.status_code == 200
    assert letter.content.startswith(b"%PDF-")
    assert site.client().get("/mine/welcome.pdf").status_code == 303


def test_a_number_that_our_books_know_is_not_denied_away(me: Stranger, site: Desk) -> None:
    serve_second_line(site, HOLDER["document_number"])
    assert me.walk("/address") == "/others"
    assert me.answer("/others", {"others_said": "none"}) == "/others?check=1"
    assert "a number ending in 102" in me.see("/others?check=1")
    assert me.send("/review", YES).headers["location"] != "/sign-up/done"


def test_all_that_a_number_lacks_is_asked_for_at_once(me: Stranger) -> None:
    assert me.walk(numbers={}, until="/others") == "/numbers?check=1"
    page = me.see("/numbers?check=1")
    for name in ("M1.number", "M1.donor", "M1.payment"):
        assert f'href="#{name}"' in page, name


def test_a_question_that_was_not_shown_yet_is_no_fault(me: Stranger) -> None:
    me.walk("/others")
    assert me.answer("/others", {"others_said": "some"}) == "/others"
    assert 'id="faults"' not in me.see("/others")


def test_a_later_day_without_a_day_is_asked_for_and_is_not_the_first_day(me: Stranger) -> None:
    me.walk("/dates")
    assert me.answer("/dates", {"when": "later", "wish": ""}) == "/dates?check=1"
    page = me.see("/dates?check=1")
    assert "Choose the day" in page
    assert me.answer("/dates", {"when": "soon", "wish": ""}) == "/review"
