"""The pages of mass faults and of whose the cases are: who may, what is asked, what is told."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from relevo.engine.connection import connect

if TYPE_CHECKING:
    from tests.pages.conftest import Desk

pytestmark = pytest.mark.service
WORDS = {"text_es": "Hay una avería en el reparto.", "text_en": "There is a fault in delivery."}


def post(desk: Desk, role: str, address: str, **said: Any) -> Any:
    client = desk.client(role)
    token = re.search(r'name="csrf" content="(\w+)"', client.get(address).text)
    assert token is not None
    return client.post(
        address, data={"csrf": token[1], **said}, headers={"sec-fetch-site": "same-origin"}
    )


def told(desk: Desk, name: str) -> list[dict[str, Any]]:
    with connect(desk.dsn) as connection:
        query = "select body from mailbox where name = %s order by 1"
        return [json.loads(body) for (body,) in connection.execute(query, (name,)).fetchall()]


def local(desk: Desk, **ahead: int) -> str:
    return f"{desk.clock.now() + timedelta(hours=1) + timedelta(**ahead):%Y-%m-%dT%H:%M}"


def owned(desk: Desk, staff: str, **offer: Any) -> None:
    """The story's case, in somebody's hands, and perhaps offered to somebody."""
    given = {"to": "", "by": "", "note": "", **offer, "staff": staff}
    with connect(desk.dsn, autocommit=True) as connection:
        connection.execute(
            "update desk_case set is_open = true, staff = %(staff)s, offered_to = %(to)s,"
            " offered_by = %(by)s, offer_note = %(note)s,"
            " offered_until = case %(to)s when '' then null else timestamptz '2019-01-17' end",
            given,
        )


def test_a_fault_is_opened_in_both_languages_and_with_the_time_of_the_next_word(
    own_desk: Desk,
) -> None:
    form = {"step": "open", "kind": "parcel_troubled", "cause": "strike", "since": local(own_desk)}
    nothing = post(own_desk, "duty_manager", "/desk/faults", **form, text_es="Sí", text_en="")
    assert nothing.headers["location"].endswith("did=nothing_said")
    soon = {**form, **WORDS, "next_update": local(own_desk, minutes=5)}
    late = post(own_desk, "duty_manager", "/desk/faults", **soon)
    assert late.headers["location"].endswith("did=no_due")
    assert told(own_desk, "care.open_fault") == []
    fits = {**form, **WORDS, "next_update": local(own_desk, hours=2)}
    for _ in range(2):
        opened = post(own_desk, "duty_manager", "/desk/faults", **fits)
        assert opened.headers["location"].endswith("did=opened")
    (message,) = told(own_desk, "care.open_fault")
    assert message["texts"] == {"es": WORDS["text_es"], "en": WORDS["text_en"]}
    assert (message["by"], message["is_confirmed"]) == ("duty_manager", False)


def test_who_answers_one_customer_does_not_speak_to_all(own_desk: Desk) -> None:
    assert own_desk.client("agent").get("/desk/faults").status_code == 200
    refused = post(own_desk, "agent", "/desk/faults", step="open", **WORDS)
    assert refused.status_code == 403


def test_cases_are_offered_in_bulk_with_a_note(own_desk: Desk) -> None:
    owned(own_desk, "agent")
    key = own_desk.order()
    form = {"step": "offer", "to": "porting", "order": key, "whose": "agent"}
    bare = post(own_desk, "agent", "/desk/shift", **form)
    assert bare.headers["location"].endswith("did=no_note")
    done = post(own_desk, "agent", "/desk/shift", **form, note="The card goes out today")
    assert done.headers["location"].endswith("did=offered")
    (offered,) = told(own_desk, "care.offer_case")
    assert (offered["to"], offered["by"], offered["note"]) == (
        "porting",
        "agent",
        "The card goes out today",
    )


def test_nobody_offers_the_cases_of_somebody_else_but_who_plans_the_shift(own_desk: Desk) -> None:
    owned(own_desk, "network")
    form = {"step": "offer", "to": "porting", "order": own_desk.order(), "whose": "network"}
    post(own_desk, "agent", "/desk/shift", **form, note="mine now")
    assert told(own_desk, "care.offer_case") == []
    post(own_desk, "duty_manager", "/desk/shift", **form, note="he is ill")
    assert [each["note"] for each in told(own_desk, "care.offer_case")] == ["he is ill"]


def test_what_is_offered_to_me_shows_its_note_and_is_accepted_under_my_name(own_desk: Desk) -> None:
    owned(own_desk, "duty_manager", to="agent", by="duty_manager", note="He calls at six")
    put = {"step": "roster", "staff": "agent", "called": "Marta", "is_on": "yes"}
    assert post(own_desk, "duty_manager", "/desk/shift", **put).status_code == 303
    assert "He calls at six" in own_desk.client("agent").get("/desk/shift").text
    form = {"step": "accept", "order": own_desk.order(), "note": "I call him"}
    post(own_desk, "porting", "/desk/shift", **form)
    assert told(own_desk, "care.answer_offer") == [], "it is offered to somebody else"
    post(own_desk, "agent", "/desk/shift", **form)
    (answer,) = told(own_desk, "care.answer_offer")
    assert (answer["by"], answer["called"], answer["accepts"]) == ("agent", "Marta", True)
