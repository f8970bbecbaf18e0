"""What a customer does on his page: each act is taken once, leaves proof, and is answered."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.pages.conftest import WORST_DAY, Desk, Stories

from relevo.access.audit import looks_at
from relevo.access.tickets import open_customer_ticket
from relevo.activation.activation.messages import LineSelfTested
from relevo.care.case.messages import EvidenceStored, TroubleAdded
from relevo.engine.connection import connect
from relevo.engine.history import facts_of, state_of
from relevo.notices.voice.messages import CustomerSaid
from relevo.pages.guard import TICKET
from relevo.pages.words import COOKIE
from relevo.play.held import HeldPlay
from relevo.sims.dispatch.messages import (
    CardInHand,
    CardMismatched,
    CardPresented,
    DeliveryChanged,
    DeliveryContested,
    ParcelMendAsked,
)
from relevo.sims.dispatch.model import Dispatch

PNG = b64decode(  # one pixel: a picture that cannot be read is not kept
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HIDDEN = re.compile(r'name="(csrf|once)" value="([^"]*)"')
T = TypeVar("T")


@dataclass
class Day:
    """The worst day of the story, with everybody at work, and its customer on his page."""

    desk: Desk
    play: HeldPlay

    def __post_init__(self) -> None:
        self.order = self.desk.order()
        with connect(self.desk.dsn, autocommit=True) as connection:
            self.ticket = open_customer_ticket(connection, self.order)

    @property
    def customer(self) -> TestClient:
        cookies = {TICKET: self.ticket, COOKIE: "en"}
        return TestClient(self.desk.app, cookies=cookies, follow_redirects=False)

    def agent_page(self, path: str = "") -> str:
        return f"/desk/orders/{self.order}/as-customer{path}"

    def facts(self, kind: type[T]) -> list[T]:
        """The facts of this kind, after everybody has handled what waits."""
        self.play.go_on(self.play.clock.now() + timedelta(seconds=1))
        with connect(self.desk.dsn) as connection:
            records = facts_of(connection, self.order)
        return [each.fact for each in records if isinstance(each.fact, kind)]

    def card(self, line: str) -> Dispatch:
        with connect(self.desk.dsn) as connection:
            found = state_of(connection, f"{self.order}/card/{line}/1")
        assert isinstance(found, Dispatch)
        return found


@pytest.fixture(scope="module")
def day(stories: Stories) -> Iterator[Day]:
    """One story for all acts: each test does something else, with another line or another form."""
    with stories.playing(WORST_DAY) as (dsn, play):
        desk = Desk(dsn, play.clock)
        yield Day(desk, play)
        desk.close()


@pytest.fixture
def fresh(stories: Stories) -> Iterator[Day]:
    """The same, for a test that changes what others look at."""
    with stories.playing(WORST_DAY) as (dsn, play):
        desk = Desk(dsn, play.clock)
        yield Day(desk, play)
        desk.close()


def form(client: TestClient, page: str, action: str) -> dict[str, str]:
    """What the form with this action carries by itself."""
    html = client.get(page).text
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert found, f"{page} has a form for {action}"
    return dict(HIDDEN.findall(found[0]))


def send(client: TestClient, page: str, action: str, **fields: Any) -> Response:
    return client.post(action, data={**form(client, page, action), **fields})


ADDRESS = {"street": "Calle Mayor 4", "postcode": "50001", "city": "Zaragoza"}
ADDRESS["province"] = "Zaragoza"


def test_a_question_enters_the_thread_once_however_often_it_is_sent(day: Day) -> None:
    fields = form(day.customer, "/mine", "/mine/ask") | {"text": "¿Cuándo llega la tarjeta?"}
    for _ in range(3):
        answer = day.customer.post("/mine/ask", data=fields)
        assert answer.headers["location"].startswith("/mine?done=ask")
    said = [each for each in day.facts(CustomerSaid) if "tarjeta" in each.text]
    assert [each.channel for each in said] == ["page"]
    assert "¿Cuándo llega la tarjeta?" in day.customer.get("/mine").text


def test_the_courier_hears_of_another_address_at_once(day: Day) -> None:
    page = "/mine/lines/M1/delivery"
    fields = form(day.customer, page, page) | ADDRESS | {"on": "2019-01-18"}
    answers = [day.customer.post(page, data=fields) for _ in range(2)]
    assert {each.status_code for each in answers} == {303}
    (changed,) = day.facts(DeliveryChanged)
    assert (changed.address.street, changed.by, changed.channel) == (
        "Calle Mayor 4",
        "customer",
        "page",
    )
    asked = [each.action for each in day.facts(ParcelMendAsked)]
    assert asked.count("redirect") == 1
    shown = day.customer.get("/mine").text
    assert "Calle Mayor 4" in shown
    assert "Fri 18 Jan" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"postcode": "28001"}, "does not belong to that town"),
        ({"postcode": "5000"}, "cannot be read"),
        ({"street": " "}, "This is missing"),
        ({"on": "2019-03-01"}, "next two weeks"),
        ({"on": "tomorrow"}, "cannot be read"),
    ],
)
def test_an_address_that_cannot_be_is_explained_and_told_to_nobody(
    day: Day, wrong: dict[str, str], said: str
) -> None:
    before = len(day.facts(DeliveryChanged))
    page = "/mine/lines/M1/delivery"
    answer = send(day.customer, page, page, **(ADDRESS | {"street": "Otra 1"} | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    if wrong.get("street") is None:
        assert "Otra 1" in answer.text, "what was typed is still there"
    assert len(day.facts(DeliveryChanged)) == before


def test_a_card_that_is_misread_is_explained(day: Day) -> None:
    page = "/mine/lines/M1/card"
    right = str(day.card("M1").iccid)
    swapped = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert "Some digit is wrong" in send(day.customer, page, page, iccid=swapped).text
    assert "19 digits" in send(day.customer, page, page, iccid=right[:12]).text
    assert not day.facts(CardPresented)


def test_the_card_of_another_line_is_named_and_that_of_a_stranger_is_not(day: Day) -> None:
    page = "/mine/lines/M1/card"
    other = send(day.customer, page, page, iccid=str(day.card("M2").iccid))
    assert "is the one of 600 000 102" in other.text
    strange = send(day.customer, page, page, iccid="8934070000000000015")
    assert "not the one of 600 000 101" in strange.text
    assert len(day.facts(CardMismatched)) == 2
    assert not day.facts(CardPresented)


def test_the_number_on_the_card_proves_that_it_is_there(fresh: Day) -> None:
    page = "/mine/lines/M1/card"
    iccid = str(fresh.card("M1").iccid)
    spaced = " ".join((iccid[:4], iccid[4:10], iccid[10:]))
    fields = form(fresh.customer, page, page) | {"iccid": spaced}
    for _ in range(2):
        assert "done=" in fresh.customer.post(page, data=fields).headers["location"]
    (shown,) = fresh.facts(CardPresented)
    assert shown.by == "customer"
    assert [each.proof for each in fresh.facts(CardInHand)] == ["iccid:customer"]
    assert "card_in_hand" in {each.evidence.item for each in fresh.facts(EvidenceStored)}
    late = send_raw(fresh, "/mine/lines/M1/delivery", ADDRESS)
    assert late.headers["location"] == "/mine?done=too_late&line=M1#line-M1"


def send_raw(day: Day, action: str, fields: dict[str, str]) -> Response:
    """A form that the page does not offer any more, from one that is still open."""
    hidden = form(day.customer, "/mine", "/mine/ask")
    return day.customer.post(action, data={**hidden, **fields})


def test_one_tap_says_that_it_is_there_and_one_that_it_is_not(fresh: Day) -> None:
    action = "/mine/lines/M1/receipt"
    send(fresh.customer, "/mine", action, has_it="yes")
    assert [each.proof for each in fresh.facts(CardInHand)] == ["word:customer"]
    send(fresh.customer, "/mine", action, has_it="no")
    (contested,) = fresh.facts(DeliveryContested)
    assert contested.line == "M1"
    assert fresh.card("M1").phase == "troubled"
    kinds = {each.trouble.kind for each in fresh.facts(TroubleAdded)}
    assert "parcel_troubled" in kinds
    shown = fresh.customer.get("/mine").text
    assert "claimed it from the courier" in shown


def test_what_fails_for_him_is_evidence_and_opens_a_trouble(day: Day) -> None:
    page = "/mine/lines/F/test"
    fields = form(day.customer, page, page) | {"calls_out": "yes", "calls_in": "no"}
    answers = [day.customer.post(page, data=fields) for _ in range(2)]
    assert all("done=test_failed" in each.headers["location"] for each in answers)
    (tested,) = day.facts(LineSelfTested)
    assert tested.works == {"calls_out": True, "calls_in": False}
    assert [str(each) for each in tested.disagrees] == ["calls_in"]
    troubles = {(each.trouble.kind, each.trouble.subject) for each in day.facts(TroubleAdded)}
    assert ("capability_lost", "F") in troubles
    assert "does not work for you" in day.customer.get("/mine").text


def test_a_test_without_an_answer_is_asked_again(day: Day) -> None:
    page = "/mine/lines/M2/test"
    assert send(day.customer, page, page, calls_in="").status_code == 422


def test_a_file_is_kept_once_with_its_hash_and_is_never_shown_inline(day: Day) -> None:
    hidden = form(day.customer, "/mine/evidence", "/mine/evidence")
    for _ in range(2):
        sent = day.customer.post(
            "/mine/evidence",
            data=hidden | {"subject": "+34600000102"},
            files={"file": ("../captura <b>.png", PNG, "text/html")},
        )
        assert sent.headers["location"] == "/mine?done=evidence#papers"
    kept = [
        each.evidence
        for each in day.facts(EvidenceStored)
        if each.evidence.item.startswith("document_")
    ]
    assert [each.subject for each in kept] == ["+34600000102"]
    file = day.customer.get(f"/mine/documents/{kept[0].sha256}")
    assert file.content == PNG
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-type"] == "application/octet-stream"
    assert "captura _b_.png" in day.customer.get("/mine").text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Choose a file"), (b"<script>alert(1)</script>", "photos and PDF only")],
)
def test_a_file_of_another_kind_is_not_kept(day: Day, content: bytes, said: str) -> None:
    hidden = form(day.customer, "/mine/evidence", "/mine/evidence")
    sent = day.customer.post(
        "/mine/evidence", data=hidden, files={"file": ("x.png", content, "image/png")}
    )
    assert sent.status_code == 422
    assert said in sent.text


def test_an_order_that_has_begun_to_leave_is_not_called_off(day: Day) -> None:
    assert "done=too_late" in day.customer.get("/mine/call-off").headers["location"]
    late = send_raw(day, "/mine/call-off", {"sure": "yes"})
    assert "done=too_late" in late.headers["location"]


def test_a_line_of_somebody_else_is_not_there(day: Day) -> None:
    for page in ("delivery", "card", "test"):
        assert day.customer.get(f"/mine/lines/M9/{page}").status_code == 404
    assert send_raw(day, "/mine/lines/M9/receipt", {"has_it": "yes"}).status_code == 404
    assert day.customer.get("/mine/documents/" + "0" * 64).status_code == 404
    assert day.customer.get("/mine/letters/R2-1").status_code == 404


def test_an_agent_has_the_same_acts_under_his_own_name(day: Day) -> None:
    agent = day.desk.client("agent")
    page, action = day.agent_page(), day.agent_page("/ask")
    assert "as done in a call" in agent.get(page).text
    send(agent, page, action, text="Pregunta por su factura.")
    (said,) = [each for each in day.facts(CustomerSaid) if "factura" in each.text]
    assert said.channel == "call"
    test = day.agent_page("/lines/M2/test")
    send(agent, test, test, calls_in="yes")
    assert day.facts(LineSelfTested)[-1].by == "agent"
    with connect(day.desk.dsn) as connection:
        kept = {each.verb for each in looks_at(connection, day.order) if each.who == "agent"}
    assert kept >= {"look", "notices.customer_wrote", "activation.take_self_test"}


def test_who_may_not_see_what_stands_there_does_not_see_the_page(day: Day) -> None:
    for role in ("network", "logistics", "porting"):
        assert day.desk.client(role).get(day.agent_page()).status_code == 403
    assert day.desk.client("agent").get("/desk/orders/R2222222/as-customer").status_code == 404
    assert day.desk.client("").get("/mine").headers["location"] == "/o"


def test_the_customer_reads_his_own_language_and_how_often_his_file_was_opened(
    own_desk: Desk,
) -> None:
    with connect(own_desk.dsn, autocommit=True) as connection:
        ticket = open_customer_ticket(connection, own_desk.order())
    customer = TestClient(own_desk.app, cookies={TICKET: ticket})
    customer.headers["accept-language"] = "en"
    assert "Nadie de nuestro equipo" in customer.get("/mine").text
    own_desk.client("agent").get(f"/desk/orders/{own_desk.order()}/as-customer")
    assert "ha abierto tu ficha: 1" in customer.get("/mine").text


def test_his_letter_is_among_his_papers_and_no_place_of_a_link_is_seen(own_desk: Desk) -> None:
    with connect(own_desk.dsn, autocommit=True) as connection:
        ticket = open_customer_ticket(connection, own_desk.order())
    customer = TestClient(own_desk.app, cookies={TICKET: ticket})
    page = customer.get("/mine").text
    assert "[[link]]" not in page
    assert 'href="/mine/welcome.pdf"' in page
    assert customer.get("/mine/welcome.pdf").content.startswith(b"%PDF-")
    letter = next(each for each in page.split('"') if each.startswith("/mine/letters/"))
    assert "[[link]]" not in customer.get(letter).text
    beside = own_desk.client("agent").get(f"/desk/orders/{own_desk.order()}/as-customer").text
    assert "welcome.pdf" not in beside, "only he has that address"
