"""Board, engine, rules and audit: figures with their lists, and acts that leave traces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from relevo.activation.activation.messages import TakeSelfTest
from relevo.care.case.messages import StoreEvidence
from relevo.desk.acts import Verb
from relevo.engine.connection import connect
from relevo.engine.process import wire_name
from relevo.notices.voice.messages import CustomerWrote
from relevo.orders.order.messages import DecideNumber, WithdrawOrder
from relevo.pages.duty.charts import ceiling, columns
from relevo.pages.orders.acts import ACTS_OF_AN_ORDER
from relevo.pages.words import LANGUAGES, words
from relevo.sims.dispatch.messages import DeliverElsewhere, PresentCard

if TYPE_CHECKING:
    from tests.pages.conftest import Desk, SignedIn


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("duty_manager", "/desk/board"),
        ("auditor", "/desk/board"),
        ("network", "/desk/engine"),
        ("administrator", "/desk/engine"),
        ("agent", "/desk/rules"),
        ("agent", "/desk/rules?on=2023-05-01&hub=fixed"),
        ("agent", "/desk/rules?on=1999-01-01"),
        ("auditor", "/desk/audit"),
        ("auditor", "/desk/audit?kind=acts"),
        ("auditor", "/desk/audit?kind=looks_across&who=x"),
    ],
)
def test_each_page_is_there_in_both_languages_and_as_csv(
    client: SignedIn, role: str, path: str
) -> None:
    for language in ("en", "es"):
        answer = client(role).get(path, headers={"accept-language": language})
        assert answer.status_code == 200, path
    sheet = client(role).get(f"{path}{'&' if '?' in path else '?'}as=csv")
    assert sheet.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("role", "path"),
    [("agent", "/desk/board"), ("agent", "/desk/engine"), ("agent", "/desk/audit"),
     ("logistics", "/desk/engine/processes/x")],
)  # fmt: skip
def test_who_has_not_the_right_gets_nothing(client: SignedIn, role: str, path: str) -> None:
    assert client(role).get(path).status_code == 403


def test_a_process_shows_its_facts_and_rests_when_told(own_desk: Desk) -> None:
    network = own_desk.client("network")
    process = f"{own_desk.order()}/port/M2/1"
    page = network.get(f"/desk/engine/processes/{process}").text
    assert "porting.port_in_rejected" in page
    assert "Taller Cierzo" not in page
    csrf = re.search(r'name="csrf" content="(\w+)"', page)
    assert csrf is not None
    form = {"csrf": csrf[1], "process": process, "verb": "pause", "reason": "the hub asked for it"}
    assert network.post("/desk/engine/process-acts", data=form).status_code == 303
    with connect(own_desk.dsn) as connection:
        acts = connection.execute("select verb, who, reason from operator_act").fetchall()
    assert acts == [("pause", "network", "the hub asked for it")]
    assert network.get("/desk/engine/processes/nobody/knows/it").status_code == 404


def test_an_escalation_is_given_to_somebody_who_is_there(own_desk: Desk) -> None:
    order = own_desk.order()
    with connect(own_desk.dsn, autocommit=True) as connection:
        connection.execute(
            "update desk_case set is_open = true, level = 3 where family = %s", (order,)
        )
    manager = own_desk.client("duty_manager")
    csrf = re.search(r'name="csrf" content="(\w+)"', manager.get("/desk/board").text)
    assert csrf is not None
    form = {"csrf": csrf[1], "order": order, "to": "nobody", "note": "call him today"}
    assert manager.post("/desk/board/cases", data=form).headers["location"].endswith("nobody")
    form["to"] = "agent"
    assert manager.post("/desk/board/cases", data=form).headers["location"].endswith("taken_up")
    page = manager.get("/desk/board").text
    assert "duty_manager: call him today" in page
    assert order in own_desk.client("agent").get("/desk?view=all&who=me").text


def test_rules_say_where_they_come_from_and_mark_what_is_not_official(client: SignedIn) -> None:
    page = client("agent").get("/desk/rules?on=2019-01-16").text
    assert "es@2012-06-01" in page
    assert "not official" in page
    assert "RD 899/2009" in page


def test_a_chart_begins_at_nought_and_its_parts_stand_on_each_other() -> None:
    chart = columns(["a", "b"], ["kept", "broken"], [(3, 1), (0, 2)])
    first, second, third = chart.bars
    assert second.y + second.height == pytest.approx(first.y, abs=0.2)
    assert first.height == pytest.approx(3 * second.height, abs=0.3)
    assert third.y + third.height == pytest.approx(first.y + first.height, abs=0.2)
    assert chart.scale[0].label == "0"


@pytest.mark.parametrize(("value", "top"), [(0, 2), (2, 2), (3, 5), (11, 20), (21, 25), (99, 100)])
def test_a_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert ceiling(value) == top


def test_every_act_that_leaves_a_trace_has_words_of_its_own() -> None:
    told = {f"desk.{verb}" for verb in Verb} | {f"orders.{name}" for name in ACTS_OF_AN_ORDER}
    told |= {f"engine.{verb}" for verb in ("pause", "resume", "retry", "skip")}
    told |= {wire_name(each) for each in (CustomerWrote, DecideNumber, WithdrawOrder, PresentCard)}
    told |= {wire_name(each) for each in (StoreEvidence, TakeSelfTest, DeliverElsewhere)}
    for language in LANGUAGES:
        said = words(language)
        assert [verb for verb in sorted(told) if not said.has(f"duty.did.{verb}")] == []
