"""Cases and complaints under attack: what is written stays text, and reaches nobody else's order.

Here what is posted is handled, too: that a page refuses is one wall, that nothing happens another.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from httpx2 import Response
from tests.pages.attacks.conftest import Browser, Site
from tests.pages.attacks.test_every_address import HTML, PAYLOADS, UNKNOWN, fault_of, said

from relevo.care.case.messages import AnswerOffer
from relevo.care.case.model import Case
from relevo.care.complaint.actions import tend_complaint
from relevo.care.complaint.messages import FileComplaint
from relevo.care.complaint.model import Complaints, Topic
from relevo.engine.history import state_of

WITHOUT_TENDING = ("logistics", "auditor", "administrator")


def complaints_of(site: Site, order: str) -> Complaints:
    state = state_of(site.group.connection, f"{order}/complaint")
    assert isinstance(state, Complaints)
    return state


def case_of(site: Site, order: str) -> Case:
    state = state_of(site.group.connection, f"{order}/case")
    assert isinstance(state, Case)
    return state


def told(site: Site, order: str) -> list[tuple[object, ...]]:
    """All that was ever told to the processes of an order."""
    return site.group.connection.execute(
        "select name, body::text from mailbox where process_id like %s || '%%' order by 1, 2",
        (order,),
    ).fetchall()


def complains(site: Site, order: str, text: str = "Two bills for one month") -> str:
    """Somebody of its brand takes a complaint down; its key."""
    filed = FileComplaint(channel="call", text=text, topic=Topic.BILLING, by="clerk")
    place = len(complaints_of(site, order).complaints)
    tend_complaint(site.console.engine, order, filed, act_id=f"{order}-{place}")
    site.group.engine.run_until_quiet()
    return complaints_of(site, order).complaints[-1].key


def has_a_case(site: Site, order: str) -> None:
    """Its customer writes, which is somebody's task until he is answered."""
    customer = site.customer(order)
    customer.says("/mine", "/mine/ask", text="My number does not work at all", once=order)
    site.group.engine.run_until_quiet()
    assert case_of(site, order).key


def sends(browser: Browser, path: str, fields: Mapping[str, str]) -> Response:
    return browser.post(path, data={"csrf": browser.token("/account"), **fields})


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_customer_complains_of_stays_text_wherever_it_is_read(
    site: Site, payload: str
) -> None:
    order, text = site.order(), PAYLOADS[payload]
    customer = site.customer(order)
    for topic in ("continuity", text):
        fields = {"topic": topic, "text": text, "questions": f"{text}\n={text}", "once": topic}
        customer.says("/mine", "/mine/complaint", **fields)
    site.group.engine.run_until_quiet()
    filed = complaints_of(site, order).complaints
    assert len(filed) == 2
    agent = site.staff("case-agent", "agent")
    pages = (
        customer.get("/mine"),
        agent.get(f"/desk/orders/{order}"),
        agent.get(f"/desk/orders/{order}/complaints"),
        agent.get(f"/desk/orders/{order}/as-customer"),
        agent.get("/desk", params={"as": "csv", "view": "all"}),
        agent.get(f"/desk/orders/{order}/replay"),
    )
    assert [fault_of(each) for each in pages if fault_of(each)] == []
    assert {each.status_code for each in pages} == {200}
    for one in filed:
        assert len(one.text) <= 4_000
        assert len(one.questions) <= 30


def test_a_thousand_points_are_answered_in_thirty(site: Site) -> None:
    order = site.order()
    wants = "\n".join(str(place % 10) for place in range(1_000))
    site.customer(order).says("/mine", "/mine/complaint", text="All of it", questions=wants)
    site.group.engine.run_until_quiet()
    (one,) = complaints_of(site, order).complaints
    assert len(one.questions) == 30
    assert "\n".join(each.text for each in one.questions) == wants, "and none is lost"


def test_who_complains_without_end_is_asked_to_wait(site: Site) -> None:
    order = site.order()
    customer = site.customer(order)
    answers = [
        customer.says("/mine", "/mine/complaint", text=f"Again {n}", once=str(n)).status_code
        for n in range(22)
    ]
    assert answers == [303] * 20 + [429] * 2


def test_another_ones_complaint_is_not_there_and_stays_as_it_is(site: Site) -> None:
    order, other = site.order(), site.order()
    theirs, others = complains(site, site.theirs), complains(site, other)
    before = [complaints_of(site, each) for each in (site.theirs, other)]
    customer, agent = site.customer(order), site.staff("case-agent", "agent")
    for key in (theirs, others, f"{order}-C99", HTML.replace("/", "")):
        answer = sends_as(customer, f"/mine/complaints/{key}", text="All is well, thank you")
        assert answer.status_code == 404, key
        for act in ("answer", "decide", "complete", "ask"):
            fields = {"act": act, "complaint": key, "question": "0", "outcome": "upheld"}
            sends(agent, f"/desk/orders/{order}/complaints", {**fields, "text": "It is settled"})
    refused = sends(agent, f"/desk/orders/{site.theirs}/complaints", {"act": "file", "text": "x"})
    assert refused.status_code == 404
    site.group.engine.run_until_quiet()
    assert [complaints_of(site, each) for each in (site.theirs, other)] == before
    assert complaints_of(site, order).complaints == ()


def sends_as(customer: Browser, path: str, **fields: str) -> Response:
    return customer.post(path, data={"csrf": customer.token("/mine"), **fields})


@pytest.mark.parametrize("role", WITHOUT_TENDING)
def test_who_does_not_tend_customers_touches_no_case_and_no_complaint(
    site: Site, role: str
) -> None:
    order = site.order()
    key = complains(site, order)
    has_a_case(site, order)
    before = told(site, order)
    browser = site.staff(f"case-{role}", role)
    asked = (f"/desk/orders/{order}/case/pack", "/desk/shift")
    assert [browser.get(path).status_code for path in asked] == [403, 403]
    for path, fields in {
        f"/desk/orders/{order}/complaints": {"act": "decide", "complaint": key, "text": "x"},
        f"/desk/orders/{order}/case/reply": {"text": "Hello", "channel": "sms", "step": "send"},
        "/desk/shift": {"step": "offer", "order": order, "to": "walker", "note": "x"},
        "/desk/faults": {"step": "open", "kind": "number_dead", "text_es": "x", "text_en": "x"},
    }.items():
        assert sends(browser, path, fields).status_code == 403, path
    for act in ("hand_over", "accept", "decline", "acknowledge", "merge", "note_call"):
        fields = {"act": act, "of": "", "reason": "x", "to": "walker", "into": site.mine}
        answer = sends(browser, f"/desk/orders/{order}/acts", fields)
        assert answer.status_code == 403, act
    assert told(site, order) == before


def test_a_case_goes_to_no_other_brand_and_is_accepted_by_nobody_who_was_not_asked(
    site: Site,
) -> None:
    order = site.order()
    has_a_case(site, order)
    agent = site.staff("case-agent", "agent")
    altamars = site.staff("case-altamar", "agent", brand="altamar")
    acts = f"/desk/orders/{order}/acts"
    sends(agent, acts, {"act": "take", "of": "", "seen": "1"})
    before = case_of(site, order)
    for to in ("case-altamar", "nobody", "case-agent", "", HTML):
        offered = {"act": "hand_over", "of": "", "reason": "my shift ends", "to": to}
        assert "done=no_colleague" in sends(agent, acts, offered).headers["location"]
    accepts = {"act": "accept", "of": "", "reason": "mine now", "step": "accept", "order": order}
    assert sends(altamars, acts, accepts).status_code == 404
    assert "done=over" in sends(agent, acts, accepts).headers["location"]
    for browser in (agent, altamars):
        sends(browser, "/desk/shift", {**accepts, "note": "mine now"})
    site.group.engine.run_until_quiet()
    assert case_of(site, order) == before
    names = site.group.connection.execute(
        "select from mailbox where name = %s and process_id = %s",
        ("care.answer_offer", f"{order}/case"),
    )
    assert names.rowcount == 0, AnswerOffer


def test_a_case_becomes_one_with_no_stranger_s_and_says_of_none_whether_it_exists(
    site: Site,
) -> None:
    order = site.order()
    has_a_case(site, order)
    has_a_case(site, site.theirs)
    agent = site.staff("case-agent", "agent")
    before = told(site, site.theirs)
    answers = set()
    for into in (site.theirs, UNKNOWN, order, "", HTML, "../" + site.theirs):
        merge = {"act": "merge", "of": "", "reason": "the same man", "into": into}
        answers.add(sends(agent, f"/desk/orders/{order}/acts", merge).headers["location"])
    assert answers == {f"/desk/orders/{order}?done=no_other_case"}
    site.group.engine.run_until_quiet()
    assert told(site, site.theirs) == before


def test_nobody_is_seen_at_a_case_that_he_may_not_see(site: Site) -> None:
    agent = site.staff("case-agent", "agent")
    altamars = site.staff("case-altamar", "agent", brand="altamar")
    altamars.get(f"/desk/orders/{site.theirs}/case")
    answers = {
        said(sends(agent, f"/desk/orders/{key}/case/present", {}), key)
        for key in (site.theirs, UNKNOWN)
    }
    assert len(answers) == 1
    assert "case-altamar" not in answers.pop()
    here = site.group.connection.execute(
        "select who from desk_presence where order_key = any(%s)", ([site.theirs, UNKNOWN],)
    ).fetchall()
    assert {who for (who,) in here} == {"case-altamar"}


def test_a_pack_is_of_one_order_and_of_nothing_else(site: Site) -> None:
    order = site.order()
    complains(site, order, f"My own words {HTML}")
    theirs = complains(site, site.theirs, "Words of somebody else")
    agent = site.staff("case-agent", "agent")
    made = agent.get(f"/desk/orders/{order}/case/pack")
    files = zipfile.ZipFile(io.BytesIO(made.content))
    assert sorted(files.namelist()) == [f"{order}-en.pdf", f"{order}-es.pdf", f"{order}.json"]
    content = files.read(f"{order}.json").decode()
    assert "My own words" in content
    assert theirs not in content
    assert "Words of somebody else" not in content
    gone = {said(agent.get(f"/desk/orders/{key}/case/pack"), key) for key in (site.theirs, UNKNOWN)}
    assert len(gone) == 1
