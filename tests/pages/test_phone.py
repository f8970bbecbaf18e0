"""The telephone at the desk: what both said is in the one conversation, and ours is judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.pages.conftest import Stories
from tests.pages.telephone import Office, office

from relevo.notices.voice.messages import (
    CustomerSaid,
    MessageSent,
    ReplyApproved,
    ToldByPhone,
    filed_by_person,
)

FALSE = "Ya funciona su número 600 000 102, puede llamar y recibir llamadas."
TRUE = "Seguimos con su avería. Gracias por su paciencia."


@pytest.fixture(scope="module")
def here(stories: Stories, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(stories, tmp_path_factory.mktemp("telephone")) as made:
        yield made


def case_of(here: Office) -> str:
    return f"/desk/orders/{here.order}/case"


def post(client: TestClient, page: str, address: str, **said: str) -> Any:
    token = re.search(r'name="csrf" content="(\w+)"', client.get(page).text)
    assert token is not None
    return client.post(address, data={"csrf": token[1], **said})


def notes(here: Office, **said: str) -> str:
    """Note a call by the form; gives what the desk answers."""
    form = {"act": "note_call", "of": "", "seen": "9", "minutes": "4", "back": "case"}
    answer = post(
        here.desk.client("agent"), case_of(here), f"/desk/orders/{here.order}/acts", **form | said
    )
    return str(answer.headers["location"]).partition("done=")[2]


def test_a_call_that_only_the_agent_knows_is_kept_with_all_that_belongs_to_it(
    here: Office,
) -> None:
    assert notes(here, reason="Pide la hora", direction="out") == "note_call"
    (said,) = [each for each in here.facts(CustomerSaid) if each.text == "Pide la hora"]
    assert (said.channel, said.minutes, said.filed_by) == ("call", 4, filed_by_person("agent"))
    kept = here.rows(
        "select direction, number, noted_by, ended_at - began_at = interval '4 minutes'"
        "  from notice_call where noted_by <> '' and direction = 'out'"
    )
    assert kept == [("out", here.contact, "agent", True)]


def test_a_note_to_a_call_of_the_telephone_counts_its_minutes_once(here: Office) -> None:
    here.says("started", "b1")
    page = here.desk.client("agent").get(f"{case_of(here)}?call=pbx:b1").text
    assert re.search(r'<option value="pbx:b1" selected', page)
    assert "Going on" in page
    assert notes(here, reason="No le llaman", call="pbx:b1") == "note_call"
    here.says("ended", "b1")
    found = [each for each in here.facts(CustomerSaid) if "b1" in each.message_id]
    assert sorted((each.minutes, each.text) for each in found) == [(0, "No le llaman"), (5, "")]
    counted = here.rows("select sum(minutes) from desk_effort where channel = 'call'")
    assert counted[0][0] == sum(e.minutes for e in here.facts(CustomerSaid) if e.channel == "call")


def test_a_call_of_a_number_that_nobody_knew_is_filed_by_whoever_took_it(here: Office) -> None:
    here.says("ended", "b2", number="+34699999999", note="Llamo del trabajo")
    assert notes(here, reason="Su otro teléfono", call="pbx:b2") == "note_call"
    said = {each.text: each for each in here.facts(CustomerSaid) if "b2" in each.message_id}
    assert set(said) == {"Llamo del trabajo", "Su otro teléfono"}
    assert said["Llamo del trabajo"].minutes == 5
    assert here.rows("select settled_by from notice_stray where message_id ~ 'b2'") == [("agent",)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"minutes": "0"}, "no_minutes"),
        ({"minutes": "601"}, "no_minutes"),
        ({"when": "2119-01-16T10:00"}, "no_when"),
        ({"when": "yesterday"}, "no_when"),
        ({"call": "pbx:unheard"}, "no_call"),
        ({"reason": ""}, "no_reason"),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_kept_says_why(here: Office, wrong: dict[str, str], why: str) -> None:
    assert notes(here, **{"reason": "x"} | wrong) == why


def test_what_is_told_by_phone_is_said_and_goes_out_by_no_other_channel(here: Office) -> None:
    handed = len(here.facts(ReplyApproved)), here.rows("select count(*) from outbox")
    assert notes(here, reason="Pregunta cómo va", told=TRUE) == "note_call"
    (said,) = [each for each in here.facts(MessageSent) if each.text == TRUE]
    assert (said.channel, said.by, said.topic) == ("call", "agent", "reply")
    (judged,) = [each for each in here.facts(ToldByPhone) if each.text == TRUE]
    assert judged.rules == ()
    assert (len(here.facts(ReplyApproved)), here.rows("select count(*) from outbox")) == handed
    assert TRUE in here.desk.client("agent").get(case_of(here)).text


def test_what_is_false_is_shown_while_it_is_written_down(here: Office) -> None:
    agent = here.desk.client("agent")
    shown = post(agent, case_of(here), f"{case_of(here)}/told", told=FALSE)
    assert shown.status_code == 200
    assert 'data-mood="trouble"' in shown.text
    assert "<mark>" in shown.text
    right = post(agent, case_of(here), f"{case_of(here)}/told", told=TRUE)
    assert 'data-mood="good"' in right.text


@pytest.fixture
def alone(stories: Stories, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(stories, tmp_path_factory.mktemp("alone")) as made:
        yield made


def test_what_was_told_wrong_stays_on_the_desk_until_it_is_taken_back(alone: Office) -> None:
    here, agent = alone, alone.desk.client("agent")
    notes(here, reason="Pregunta cómo va", told=FALSE)
    (wrong,) = here.facts(ToldByPhone)
    assert wrong.rules
    (said,) = [each for each in here.facts(MessageSent) if each.text == FALSE]
    assert said.topic == "told_wrong"
    notes(here, reason="Da las gracias", told=TRUE)  # which takes nothing back
    here.goes_on()
    page = agent.get(case_of(here)).text
    link = f"?correct={wrong.message_key}#reply"
    assert link in page
    proposed = agent.get(f"{case_of(here)}?correct={wrong.message_key}")
    assert proposed.status_code == 200
    text = re.search(r"<textarea id=\"reply-text\"[^>]*>(.*?)</textarea>", proposed.text, re.DOTALL)
    assert text is not None
    assert text[1].startswith("Corrección: lo que te dijimos por teléfono")
    seen = re.search(r'name="seen" value="(\d+)"', proposed.text)
    assert seen is not None
    form = {"text": text[1], "channel": "sms", "step": "send", "seen": seen[1], "warned": "yes"}
    sent = post(agent, case_of(here), f"{case_of(here)}/reply", **form)
    assert sent.headers["location"].endswith("done=reply"), "our own words pass our own check"
    assert text[1] in [each.text for each in here.facts(MessageSent)]
    assert link not in agent.get(case_of(here)).text


def test_nobody_notes_a_call_who_may_not_tend_customers(here: Office) -> None:
    auditor = here.desk.client("auditor")
    form = {"act": "note_call", "of": "", "seen": "9", "minutes": "4", "reason": "x"}
    address = f"/desk/orders/{here.order}/acts"
    assert post(auditor, "/account", address, **form).status_code == 403
    assert post(auditor, "/account", f"{case_of(here)}/told", told=FALSE).status_code == 403


def test_what_is_told_twice_is_said_once(here: Office) -> None:
    for _ in range(2):
        notes(here, reason="Dos veces", told="Le esperamos. Gracias.")
    said = [each for each in here.facts(MessageSent) if each.text == "Le esperamos. Gracias."]
    assert len(said) == 1
