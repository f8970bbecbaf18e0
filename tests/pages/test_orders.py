"""The pages of one order: what works, why it waits, what was said, what may be done, who looked."""

from __future__ import annotations

import csv
import io
import json
import re
from hashlib import sha256
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.pages.conftest import Desk, SignedIn

from relevo.brands.reading import Session
from relevo.brands.staffing import By, Right, change_right
from relevo.care.case.messages import TroubleAdded
from relevo.claims.model import Finding
from relevo.cli.brands import RightName
from relevo.engine.connection import connect
from relevo.engine.history import facts_of
from relevo.pages.orders.acts import possible_acts
from relevo.pages.orders.judged import beside
from relevo.pages.orders.opened import Opened, kinds
from relevo.pages.orders.veil import veil_of
from relevo.tracking.picture import picture_of
from relevo.tracking.replay import states_of, up_to

PAGES = ("", "/lines/M2", "/lines/F", "/parcels/M1", "/case", "/replay")


def rows(desk: Desk, query: str, *given: object) -> list[tuple[Any, ...]]:
    with connect(desk.dsn) as connection:
        return connection.execute(query.encode(), given).fetchall()


def newest(desk: Desk) -> str:
    """The number of the last fact: what a form that was opened now has seen."""
    return str(rows(desk, "select max(seq) from journal")[0][0])


def post(client: TestClient, address: str, page: str, **said: str) -> Any:
    """Send a form of a page as its browser would."""
    token = re.search(r'name="csrf" content="(\w+)"', client.get(page).text)
    assert token is not None
    return client.post(
        address, data={"csrf": token[1], **said}, headers={"sec-fetch-site": "same-origin"}
    )


@pytest.mark.parametrize("place", PAGES)
def test_every_page_of_an_order_opens(desk: Desk, client: SignedIn, place: str) -> None:
    answer = client("agent").get(f"/desk/orders/{desk.order()}{place}")
    assert answer.status_code == 200
    assert len(answer.content) < 150_000


@pytest.mark.parametrize("place", PAGES)
def test_every_page_opens_after_the_story_as_well(desk_afterwards: Desk, place: str) -> None:
    key = desk_afterwards.order()
    assert desk_afterwards.client("agent").get(f"/desk/orders/{key}{place}").status_code == 200


@pytest.mark.parametrize(
    "place", ["R00000000", "R00000000/case", "R00000000/replay", "../../etc/passwd", "' or 1=1"]
)
def test_an_order_that_is_not_there_is_not_found(client: SignedIn, place: str) -> None:
    assert client("agent").get(f"/desk/orders/{place}").status_code == 404


def test_a_line_a_parcel_and_a_process_that_are_not_there_are_not_found(
    desk: Desk, client: SignedIn
) -> None:
    agent, key = client("agent"), desk.order()
    for place in ("lines/M9", "parcels/F"):
        assert agent.get(f"/desk/orders/{key}/{place}").status_code == 404
    assert agent.get(f"/desk/ports/{key}/port/M9/1").status_code == 404


def test_the_bundle_says_which_line_it_waits_for_and_why(desk: Desk, client: SignedIn) -> None:
    said = client("agent").get(f"/desk/orders/{desk.order()}").text
    assert "M1: its card is not in hand" in said
    assert 'aria-label="M2 hangs on M1"' in said


def test_an_opened_page_is_written_down_once_and_its_refreshes_are_that_look(
    own_desk: Desk,
) -> None:
    agent, place = own_desk.client("agent"), f"/desk/orders/{own_desk.order()}/case"
    for _ in range(3):
        agent.get(place, headers={"x-refresh": "1"})
    looks = rows(own_desk, "select who, family from access_trace where page = %s", place)
    assert looks == [("agent", own_desk.order())]
    agent.get(place)
    assert len(rows(own_desk, "select from access_trace where page = %s", place)) == 2


@pytest.mark.parametrize("place", PAGES)
def test_who_may_not_see_a_street_or_a_name_sees_none_in_any_text(
    desk: Desk, client: SignedIn, place: str
) -> None:
    said = client("network").get(f"/desk/orders/{desk.order()}{place}").text
    for secret in ("Cierzo", "Calle de Alfonso", "B99286320", "976 000 100"):
        assert secret not in said, secret


def test_the_story_can_be_taken_along_filtered(desk: Desk, client: SignedIn) -> None:
    place = f"/desk/orders/{desk.order()}"
    sheet = client("agent").get(f"{place}?as=csv&line=M2").text
    story = list(csv.DictReader(io.StringIO(sheet)))
    assert story
    assert {each["line"] for each in story} == {"M2"}
    told = client("agent").get(f"{place}?as=json&who=donor").json()["story"]
    assert told
    assert {each["who"] for each in told} == {"donor"}


def test_the_ladder_tells_what_was_lost_from_what_was_never_looked_for(
    desk_afterwards: Desk,
) -> None:
    place = f"/desk/orders/{desk_afterwards.order()}/lines/M2"
    said = desk_afterwards.client("agent").get(place).text
    assert "seen to work" in said
    assert 'data-works="lost"' in said  # in the picture of what changed
    assert "Altamar" in said  # custody


def test_a_port_page_has_limits_cause_and_repair(desk: Desk, client: SignedIn) -> None:
    said = client("porting").get(f"/desk/ports/{desk.order()}/port/M2/1").text
    assert "RECH_BNUME" in said
    assert "the donor gives the number back" in said
    assert "Donor must have answered" in said


def test_opening_the_wire_is_a_look_of_its_own_and_masked_by_role(own_desk: Desk) -> None:
    place = f"/desk/ports/{own_desk.order()}/port/M2/1"
    shut = own_desk.client("agent").get(place).text
    assert "MSISDN" not in shut
    masked = own_desk.client("agent").get(f"{place}?open=all").text
    assert "MSISDN" in masked
    assert "B99286320" not in masked
    assert "B99286320" in own_desk.client("porting").get(f"{place}?open=0").text
    subjects = rows(own_desk, "select subject from access_trace where subject like 'wire:%%'")
    assert len(subjects) == 2


def test_a_reply_that_contradicts_the_facts_stays_with_its_writer(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}/case"
    text = "Tu número 600 000 101 ya está portado y funciona en Brisa."
    stopped = post(
        agent, f"{page}/reply", page, text=text, channel="sms", step="send", seen=newest(own_desk)
    )
    assert stopped.status_code == 422
    assert "stopped: write it another way" in stopped.text
    assert "<mark>" in stopped.text
    assert text in stopped.text  # nothing that was typed is lost


def test_a_reply_that_asks_for_what_is_held_is_stopped(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}/case"
    text = "¿Nos puedes enviar el justificante de la baja del 600 000 102?"
    checked = post(agent, f"{page}/check", page, text=text, channel="sms")
    assert "asks for what we already hold" in checked.text


def test_a_reply_sent_twice_is_proposed_once(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}/case"
    form = {"text": "Gracias por tu paciencia.", "channel": "sms", "step": "send", "warned": "yes"}
    for _ in range(2):
        said = post(agent, f"{page}/reply", page, seen=newest(own_desk), **form)
        assert said.status_code == 303
    proposed = rows(own_desk, "select from mailbox where name = 'notices.propose_reply'")
    assert len(proposed) == 1


def test_an_act_needs_a_reason_and_is_done_once(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}"
    form = {"act": "note_call", "of": "", "seen": "9", "minutes": "4"}
    nothing = post(agent, f"{page}/acts", page, **form)
    assert nothing.headers["location"].endswith("done=no_reason")
    for _ in range(2):
        done = post(agent, f"{page}/acts", page, reason="She asks for the day", **form)
        assert done.headers["location"].endswith("done=note_call")
    assert len(rows(own_desk, "select from mailbox where name = 'notices.customer_wrote'")) == 1
    acts = rows(own_desk, "select verb, reason from access_trace where verb = 'orders.note_call'")
    assert acts[0] == ("orders.note_call", "She asks for the day")


def test_a_case_is_offered_with_a_note_and_stays_where_it_is(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}"
    post(agent, f"{page}/acts", page, act="take", of="", seen="9")
    over = post(
        agent, f"{page}/acts", page, act="hand_over", of="", to="duty_manager", reason="Calls at 6"
    )
    assert over.headers["location"].endswith("done=hand_over")
    assert rows(own_desk, "select who from desk_taken where task = %s", f"case:{key}") == [
        ("agent",)
    ]
    offered = rows(own_desk, "select body from mailbox where name = 'care.offer_case'")
    said = [json.loads(body) for (body,) in offered]
    assert [(each["to"], each["note"]) for each in said] == [("duty_manager", "Calls at 6")]


def test_an_answer_from_an_older_state_is_held_back_and_what_came_is_shown(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}/case"
    form = {"text": "Gracias por tu paciencia.", "channel": "sms", "step": "send", "warned": "yes"}
    late = post(agent, f"{page}/reply", page, seen="9", **form)
    assert late.status_code == 409
    assert "This has come while you wrote" in late.text
    assert form["text"] in late.text, "what was written is not lost"
    assert not rows(own_desk, "select from mailbox where name = 'notices.propose_reply'")


def test_two_who_have_the_same_case_open_see_each_other(own_desk: Desk) -> None:
    key, agent, manager = (
        own_desk.order(),
        own_desk.client("agent"),
        own_desk.client("duty_manager"),
    )
    page = f"/desk/orders/{key}/case"
    agent.get(page)
    assert "agent has this case open" in manager.get(page).text
    draft = {"text": "Hola", "channel": "sms", "seen": newest(own_desk)}
    post(agent, f"{page}/check", page, **draft)
    assert "agent is writing an answer" in post(manager, f"{page}/present", page).text
    assert "duty_manager has this case open" in agent.get(page).text


def test_who_only_looks_cannot_act(own_desk: Desk) -> None:
    key, network = own_desk.order(), own_desk.client("network")
    page = f"/desk/orders/{key}"
    assert "What may be done" not in network.get(page).text
    refused = post(network, f"{page}/acts", page, act="take", of="", seen="9")
    assert refused.status_code == 403


def test_who_may_act_is_a_row_of_the_rights_and_counts_at_once(own_desk: Desk) -> None:
    key, network = own_desk.order(), own_desk.client("network")
    page = f"/desk/orders/{key}"
    boss = By(who="root", reason="the night shift calls customers, too")
    with connect(own_desk.dsn, autocommit=True) as connection:
        change_right(connection, "network", Right.TEND_CUSTOMERS, boss, given=True)
        change_right(connection, "agent", Right.TEND_CUSTOMERS, boss, given=False)
    assert "What may be done" in network.get(page).text
    taken = post(network, f"{page}/acts", page, act="take", of="", seen="9")
    assert taken.headers["location"].endswith("done=take")
    refused = post(own_desk.client("agent"), f"{page}/acts", page, act="take", of="", seen="9")
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("place", "right"),
    [
        ("/case/reply", Right.ANSWER_CUSTOMERS),
        ("/case/check", Right.ANSWER_CUSTOMERS),
        ("/case/evidence", Right.TEND_CUSTOMERS),
        ("/parcels/M1", Right.MEND_PARCELS),
    ],
)
def test_an_act_takes_its_right(own_desk: Desk, place: str, right: Right) -> None:
    page, agent = f"/desk/orders/{own_desk.order()}", own_desk.client("agent")
    before = post(agent, f"{page}{place}", page, text="Hola.", parcel="", act="")
    assert before.status_code != 403
    with connect(own_desk.dsn, autocommit=True) as connection:
        change_right(connection, "agent", right, By(who="root", reason="not here"), given=False)
    assert post(agent, f"{page}{place}", page, text="Hola.", act="").status_code == 403


def test_every_right_that_a_role_has_can_be_given_and_taken_by_name(desk: Desk) -> None:
    held = {right for (right,) in rows(desk, "select distinct staff_right from role_right")}
    assert held == {str(each) for each in Right} == {str(each) for each in RightName}


def test_evidence_that_is_handed_in_is_kept_named_and_downloaded_as_it_was(
    own_desk: Desk,
) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page, bill = f"/desk/orders/{key}/case", b"%PDF-1.7 a bill"
    token = re.search(r'name="csrf" content="(\w+)"', agent.get(page).text)
    assert token is not None
    for content, said in ((bill, "evidence"), (b"MZ", "file_unknown_kind"), (b"", "file_empty")):
        answer = agent.post(
            f"{page}/evidence",
            data={"csrf": token[1], "subject": "+34600000102"},
            files={"file": ("factura.pdf", content)},
            headers={"sec-fetch-site": "same-origin"},
        )
        assert answer.headers["location"] == f"{page}?done={said}#held"
    assert len(rows(own_desk, "select from mailbox where name = 'care.store_evidence'")) == 1
    assert "factura.pdf" in agent.get(page).text
    digest = sha256(bill).hexdigest()
    file = agent.get(f"{page}/evidence/{digest}")
    assert file.content == bill
    assert file.headers["content-disposition"].startswith("attachment")
    assert agent.get(f"{page}/evidence/{'0' * 64}").status_code == 404
    assert own_desk.client("network").get(f"{page}/evidence/{digest}").status_code == 403
    seen = rows(own_desk, "select who from access_trace where verb = 'care.download'")
    assert seen == [("agent",)]


def test_nobody_is_offered_to_say_that_a_dead_number_works(desk: Desk) -> None:
    key, rules = desk.order(), desk.console.settings.rules
    with connect(desk.dsn) as connection:
        records = facts_of(connection, key)
    troubles = [r.seq for r in records if isinstance(r.fact, TroubleAdded)]
    offered = []
    for seq in troubles:
        states = states_of(up_to(records, seq), kinds())
        opened = Opened(
            key=key,
            records=records,
            states=states,
            picture=picture_of(key, states, rules),
            rules=rules,
            session=Session(staff="agent", brand="brisa", rights=frozenset(Right)),
            veil=veil_of(None, ()),
            looked_after_by="",
            colleagues=(),
        )
        offered += [each.of for each in possible_acts(opened) if each.name == "end_trouble"]
    assert [of.partition(":")[0] for of in offered] == ["parcel_troubled", "promise_broken"]


def test_an_order_with_a_line_that_has_moved_cannot_be_withdrawn(own_desk: Desk) -> None:
    key, agent = own_desk.order(), own_desk.client("agent")
    page = f"/desk/orders/{key}"
    refused = post(agent, f"{page}/acts", page, act="withdraw", of="", seen="9", reason="He asks")
    assert refused.headers["location"].endswith("done=over")
    assert not rows(own_desk, "select from mailbox where name = 'engine.operator_act'")


def test_a_parcel_is_sent_elsewhere_only_to_a_whole_address(own_desk: Desk) -> None:
    key, clerk = own_desk.order(), own_desk.client("logistics")
    page = f"/desk/orders/{key}/parcels/M1"
    form = {"act": "redirect", "parcel": f"{key}/card/M1/1", "seen": "9", "reason": "He called"}
    half = post(
        clerk,
        page,
        page,
        **form,
        street="Gran Vía 1",
        postcode="5000",
        city="Zaragoza",
        province="Zaragoza",
    )
    assert half.headers["location"].endswith("done=no_address")
    whole = post(
        clerk,
        page,
        page,
        **form,
        street="Gran Vía 1",
        postcode="50006",
        city="Zaragoza",
        province="Zaragoza",
    )
    assert whole.headers["location"].endswith("done=redirect")
    assert len(rows(own_desk, "select from mailbox where name = 'sims.deliver_elsewhere'")) == 1


def test_a_finding_is_shown_in_its_sentence() -> None:
    text = "Hola. Tu línea ya funciona. Un saludo."
    start = text.index("ya funciona")
    finding = Finding(rule=3, span=(start, start + 11), says="", facts_say="confirmed", why="")
    shown = beside(text, finding)
    assert (shown.before, shown.words, shown.after) == ("Tu línea ", "ya funciona", ".")
