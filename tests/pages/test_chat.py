"""The chat on the customer's page: each message is taken once, and he knows who answers by when."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.pages.conftest import Stories
from tests.pages.telephone import Office, office

from relevo.desk.presence import be_here, has_written
from relevo.engine.connection import connect
from relevo.notices.voice.messages import CustomerSaid, filed_by_person
from relevo.pages.guard import TICKET
from relevo.pages.words import COOKIE

QUESTION = "¿Cuándo vuelve mi número?"


@pytest.fixture(scope="module")
def here(stories: Stories, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(stories, tmp_path_factory.mktemp("chat")) as made:
        yield made


def customer(here: Office) -> TestClient:
    cookies = {TICKET: here.desk.customer_ticket(here.order), COOKIE: "en"}
    return TestClient(here.desk.app, cookies=cookies, follow_redirects=False)


def ask(client: TestClient, text: str, once: str) -> str:
    """As the script of the page sends it; the name by which the thread will show it."""
    token = re.search(r'name="csrf" content="(\w+)"', client.get("/mine").text)
    assert token is not None
    said = {"csrf": token[1], "once": once, "text": text}
    answer = client.post("/mine/ask", data=said, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return str(answer.json()["message"])


def test_a_message_is_one_however_often_a_bad_line_sends_it(here: Office) -> None:
    me = customer(here)
    names = [ask(me, QUESTION, once) for once in ("first", "first", "second")]
    assert names[0] == names[1] != names[2]
    said = [each for each in here.facts(CustomerSaid) if each.text == QUESTION]
    assert [each.message_id for each in said] == [names[0], names[2]]
    assert {(each.channel, each.filed_by) for each in said} == {("page", "proof")}
    taken = here.rows("select 'chat:' || external_id from notice_inbound where source = 'chat'")
    assert {name for (name,) in taken} >= {names[0], names[2]}
    assert f'id="said-{names[0].replace(":", "-")}"' in me.get("/mine").text


def test_he_is_told_who_answers_until_when_and_when_somebody_is_at_it(here: Office) -> None:
    me = customer(here)
    ask(me, "¿Quién me contesta?", "first")
    here.goes_on()
    waiting = me.get("/mine/chat").text
    assert 'data-state="open"' in waiting
    assert re.search(r"answers you.*At the latest:.*<time", waiting, re.DOTALL)
    with connect(here.desk.dsn, autocommit=True) as connection:
        now = here.desk.console.now()
        be_here(connection, here.order, "agent", now)
        assert 'data-state="open"' in me.get("/mine/chat").text, "who only looks writes nothing"
        be_here(connection, here.order, "agent", now, writes=True)
        assert 'data-state="answering"' in me.get("/mine/chat").text
        has_written(connection, here.order, "agent")
    assert 'data-state="open"' in me.get("/mine/chat").text


def test_who_has_his_case_open_is_no_business_of_a_customer(here: Office) -> None:
    with connect(here.desk.dsn, autocommit=True) as connection:
        now = here.desk.console.now()
        be_here(connection, here.order, "agent", now)
        be_here(connection, "another-order", "agent", now, writes=True)
    ticket = here.desk.customer_ticket(here.order)
    with here.desk.console.reading(ticket) as (connection, _):
        assert connection.execute("select who from desk_presence").fetchall() == []
        assert connection.execute("select call_id from notice_call").fetchall() == []


def test_what_an_agent_writes_down_on_the_page_is_a_call_and_his(here: Office) -> None:
    agent = here.desk.client("agent")
    page = f"/desk/orders/{here.order}/as-customer"
    token = re.search(r'name="csrf" content="(\w+)"', agent.get(page).text)
    assert token is not None
    agent.post(f"{page}/ask", data={"csrf": token[1], "once": "x", "text": "Quiere cambiar el día"})
    (said,) = [each for each in here.facts(CustomerSaid) if "cambiar el día" in each.text]
    assert (said.channel, said.filed_by) == ("call", filed_by_person("agent"))


def test_without_a_script_the_form_leads_back_to_the_page(here: Office) -> None:
    me = customer(here)
    form = dict(re.findall(r'name="(csrf|once)" value="([^"]*)"', me.get("/mine").text))
    answer = me.post("/mine/ask", data=form | {"text": "¿Hay alguien?"})
    assert answer.headers["location"].startswith("/mine?done=ask")
