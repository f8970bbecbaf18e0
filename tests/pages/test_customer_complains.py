"""A complaint on the customer's own page, on a story that is really played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.pages.conftest import WORST_DAY, Desk, Stories

from relevo.care.complaint.actions import tend_complaint
from relevo.care.complaint.messages import AnswerQuestion, AskCompletion, DecideComplaint
from relevo.care.complaint.model import Complaint, Complaints, Outcome, Topic
from relevo.engine.connection import connect
from relevo.engine.history import state_of
from relevo.pages.guard import TICKET
from relevo.play.held import HeldPlay

HTML = "<script>alert(1)</script>"


class Complainer:
    """The customer at his page on the worst day; what he sends is handled."""

    def __init__(self, desk: Desk, play: HeldPlay) -> None:
        self.desk, self.play, self.order = desk, play, desk.order()
        self.browser = TestClient(
            desk.app, cookies={TICKET: desk.customer_ticket(self.order)}, follow_redirects=False
        )
        self.browser.headers["accept-language"] = "en"

    def fills(self, page: str, action: str = "", /, **fields: str) -> Response:
        """Send the form of a page as it stands, with these words in it."""
        shown = self.browser.get(page).text
        action = action or page
        form = shown[shown.index(f'action="{action}"') :]
        hidden = {
            name: re.findall(rf'name="{name}" value="(\w+)"', form)[0] for name in ("csrf", "once")
        }
        answer = self.browser.post(action, data={**hidden, **fields})
        self.goes_on()
        return answer

    def goes_on(self, seconds: int = 5) -> None:
        self.play.go_on(self.play.clock.now() + timedelta(seconds=seconds))

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        with connect(self.desk.dsn) as connection:
            found = state_of(connection, f"{self.order}/complaint")
        assert isinstance(found, Complaints)
        return found.complaints

    @property
    def page(self) -> str:
        return self.browser.get("/mine?lang=en").text


@pytest.fixture
def complainer(stories: Stories) -> Iterator[Complainer]:
    with stories.playing(WORST_DAY) as (dsn, play):
        desk = Desk(dsn, play.clock)
        yield Complainer(desk, play)
        desk.close()


def test_who_complains_on_his_page_has_the_key_and_the_term_and_every_point_of_his(
    complainer: Complainer,
) -> None:
    wants = "My number back\n\nMy money back"
    sent = complainer.fills(
        "/mine/complaint", topic="continuity", text=f"Dead since monday {HTML}", questions=wants
    )
    assert sent.headers["location"] == "/mine?done=complain"
    (one,) = complainer.complaints
    assert (one.topic, one.channel, one.by) == (Topic.CONTINUITY, "page", "customer")
    assert [each.text for each in one.questions] == wants.split("\n\n")
    assert one.receipt == "sent"
    page = complainer.page
    for shown in (one.key, "My number back", "My money back", "is registered: we answer by"):
        assert shown in page
    assert HTML not in page
    agent = complainer.desk.client("agent")
    for place in ("/desk", f"/desk/orders/{complainer.order}/case"):
        assert f"/complaints#{one.key}" in agent.get(place).text


def test_the_same_form_sent_twice_is_one_complaint_and_an_empty_one_is_none(
    complainer: Complainer,
) -> None:
    refused = complainer.fills("/mine/complaint", topic="billing", questions="Money back")
    assert refused.status_code == 422
    assert "Money back" in refused.text
    assert not list(complainer.complaints)
    shown = complainer.browser.get("/mine/complaint").text
    hidden = {
        name: re.findall(rf'name="{name}" value="(\w+)"', shown)[-1] for name in ("csrf", "once")
    }
    for _ in range(2):
        complainer.browser.post(
            "/mine/complaint", data={**hidden, "topic": "nonsense", "text": "You charged me twice"}
        )
    complainer.goes_on()
    (one,) = complainer.complaints
    assert one.topic is Topic.GENERAL


def test_what_we_ask_him_for_he_sends_there_and_the_clock_goes_on(complainer: Complainer) -> None:
    complainer.fills("/mine/complaint", text="You charged me twice", topic="billing")
    (one,) = complainer.complaints
    where = f"/mine/complaints/{one.key}"
    early = complainer.browser.post(
        where,
        data={
            "csrf": re.findall(r'name="csrf" value="(\w+)"', complainer.page)[0],
            "text": "Nobody asked for it",
        },
    )
    assert "done=too_late" in early.headers["location"]
    ask = AskCompletion(key=one.key, missing="the page of your bank with both charges", by="ana")
    tend_complaint(complainer.desk.console.engine, complainer.order, ask, act_id="ask")
    complainer.goes_on()
    assert complainer.complaints[0].complete_by is not None
    assert "the page of your bank with both charges" in complainer.page
    complainer.fills("/mine", where, text="Both are on the ninth")
    (completed,) = complainer.complaints
    assert completed.complete_by is None
    assert completed.text.endswith("Both are on the ninth")
    assert complainer.browser.post(f"{where}0", data={}).status_code == 403


def test_he_sees_our_answer_when_it_went_out_and_where_he_can_go_and_never_a_draft(
    complainer: Complainer,
) -> None:
    complainer.fills("/mine/complaint", text="Pido saber quién paga esto.")
    (one,) = complainer.complaints
    engine, order = complainer.desk.console.engine, complainer.order
    said = "Lo hemos revisado y te damos la razón en parte."
    answer = AnswerQuestion(key=one.key, question=0, answer=said, by="ana")
    tend_complaint(engine, order, answer, act_id="answer")
    complainer.goes_on()
    assert said not in complainer.page
    decided = DecideComplaint(key=one.key, outcome=Outcome.PARTLY, by="ana")
    tend_complaint(engine, order, decided, act_id="decide")
    complainer.goes_on()
    page = complainer.page
    assert complainer.complaints[0].outcome == Outcome.PARTLY
    assert f"<p>{said}</p>" in page
    assert "usuariosteleco.gob.es" in page
    assert "we agree in part" in page
