"""The desk's lists: what waits is seen, done and exported as each role may, and by no other."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from relevo.brands.reading import Session
from relevo.desk.model import Queue, Task
from relevo.engine.connection import connect
from relevo.pages.export import plain
from relevo.pages.today.today import group_of
from relevo.pages.today.verbs import verbs_of
from relevo.values.moment import instant

if TYPE_CHECKING:
    from tests.pages.conftest import Desk, SignedIn

LISTS = ("/desk?view=all", "/desk/search?q=60", "/desk/jeopardy", "/desk/parcels", "/desk/files")
NOW = instant("2019-01-16T10:00:00+01:00")


def token(client: TestClient, path: str) -> str:
    found = re.search(r'name="csrf" content="(\w+)"', client.get(path).text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_list_is_there_in_both_languages(client: SignedIn, path: str, language: str) -> None:
    answer = client("duty_manager").get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_csv_too(client: SignedIn, path: str) -> None:
    answer = client("duty_manager").get(path, params={**dict_of(path), "as": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert ".csv" in answer.headers["content-disposition"]
    assert len(next(csv.reader(io.StringIO(answer.text)))) > 3


def dict_of(path: str) -> dict[str, str]:
    return dict(part.split("=") for part in path.partition("?")[2].split("&") if part)


@pytest.mark.parametrize("cell", ["=1+1", "+34", "-2", "@x", " =1", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert plain(cell).startswith("'")


def test_who_reads_no_orders_begins_at_his_own_page(client: SignedIn) -> None:
    assert client("auditor").get("/desk").headers["location"] == "/desk/board"
    assert client("administrator").get("/desk").headers["location"] == "/desk/engine"
    assert client("auditor").get("/desk/jeopardy").status_code == 403


def test_a_broken_promise_waits_for_somebody_and_can_be_taken(own_desk: Desk) -> None:
    agent = own_desk.client("agent")
    page = agent.get("/desk?view=all")
    task = re.search(r'value="(promise_broken:[^"]+)"', page.text)
    assert task is not None, "the worst day has a broken promise"
    form = {"csrf": token(agent, "/desk"), "verb": "take", "task": task[1]}
    done = agent.post("/desk/tasks", data=form)
    assert done.status_code == 303
    assert "did=take" in done.headers["location"]
    mine = agent.get("/desk?view=all&who=me").text
    assert task[1] in mine
    assert task[1] not in own_desk.client("porting").get("/desk?view=all&who=me").text


def test_an_act_without_a_reason_or_a_row_does_nothing(own_desk: Desk) -> None:
    agent = own_desk.client("agent")
    form = {"csrf": token(agent, "/desk"), "verb": "withdraw", "task": "promise_broken:x:y"}
    assert "no_reason" in agent.post("/desk/tasks", data=form).headers["location"]
    form = {"csrf": form["csrf"], "verb": "withdraw", "reason": "he said so"}
    assert "no_task" in agent.post("/desk/tasks", data=form).headers["location"]
    with connect(own_desk.dsn) as connection:
        assert connection.execute("select from desk_act").fetchall() == []


def test_a_verb_takes_its_right(own_desk: Desk) -> None:
    logistics = own_desk.client("logistics")
    form = {"csrf": token(logistics, "/desk"), "verb": "withdraw", "task": "x", "reason": "because"}
    assert logistics.post("/desk/tasks", data=form).status_code == 403


def test_a_promise_is_moved_by_telling_and_only_ahead(own_desk: Desk) -> None:
    agent = own_desk.client("agent")
    promise = f"{own_desk.order()}/promise/bundle_works/1"
    form = {"csrf": token(agent, "/desk"), "promise": promise, "reason": "the card came late"}
    late = agent.post("/desk/jeopardy/promise", data={**form, "due": "2019-01-01T10:00"})
    assert late.headers["location"].endswith("no_due")
    moved = agent.post("/desk/jeopardy/promise", data={**form, "due": "2019-01-20T10:00"})
    assert moved.headers["location"].endswith("moved")
    with connect(own_desk.dsn) as connection:
        told = connection.execute("select process_id from operator_act").fetchall()
    assert told == [(promise,)]
    wrong = agent.post("/desk/jeopardy/promise", data={**form, "promise": "x", "due": "2019-02-01"})
    assert wrong.status_code == 404


@pytest.mark.parametrize(
    ("due", "group"),
    [
        (None, "open"),
        ("2019-01-16T09:00:00+01:00", "overdue"),
        ("2019-01-16T10:30:00+01:00", "hour"),
        ("2019-01-16T23:00:00+01:00", "today"),
        ("2019-01-17T00:10:00+01:00", "later"),
    ],
)
def test_a_task_stands_under_how_near_its_limit_is(due: str | None, group: str) -> None:
    assert group_of(instant(due) if due else None, NOW, "Europe/Madrid") == group


def task_of(kind: str, queue: Queue = Queue.TROUBLE, *, order: str = "R1", who: str = "") -> Task:
    return Task(
        id=f"{kind}:{order}", queue=queue, kind=kind, order=order, line="M1" if order else "",
        number="", detail="", since=NOW, due=None, who=who,
    )  # fmt: skip


CLERK = Session(
    staff="porting",
    brand="brisa",
    rights=frozenset({"read_orders", "mend_orders", "mend_engine", "read_strays"}),
)


@pytest.mark.parametrize(
    ("task", "verbs"),
    [
        (task_of("line_stuck"), "take mend withdraw"),
        (task_of("port_unrecognised"), "take mend withdraw"),
        (task_of("order_stuck"), "take resume withdraw"),
        (task_of("number_dead"), "take"),
        (task_of("promise_broken", who="porting"), "release"),
        (task_of("promise_broken", who="agent"), ""),
        (task_of("porting.x", Queue.PARKED), "take retry skip"),
        (task_of("notice", Queue.STRAY, order=""), "take dismiss"),
    ],
)
def test_only_verbs_that_fit_a_task_are_offered_for_it(task: Task, verbs: str) -> None:
    assert " ".join(verbs_of(CLERK, task)) == verbs


def test_a_verb_that_fits_no_row_has_no_button(client: SignedIn) -> None:
    page = client("porting").get("/desk?view=all").text
    offered = set(re.findall(r'name="verb" value="(\w+)"', page))
    fitting = {verb for each in re.findall(r'data-verbs="([^"]*)"', page) for verb in each.split()}
    assert offered == fitting
    assert "dismiss" not in offered


def test_a_daily_file_tells_each_reader_what_is_his(own_desk: Desk) -> None:
    port = f"{own_desk.order()}/port/M2/1"
    with connect(own_desk.dsn, autocommit=True) as connection:
        connection.execute(
            "insert into reconciled_difference"
            " select hub, name, each.* from reconciled_file, (values"
            " ('behind', 'port_in', %s, 'REF-OURS', '+34600000102', 'requested', 'rejected'),"
            " ('behind', 'port_in', 'Rother/port/M1/1', 'REF-THEIRS', '', 'requested', 'ported'),"
            " ('unknown', '', '', 'REF-NOBODY', '', '', 'confirmed')) as each"
            " where published_at = (select max(published_at) from reconciled_file)",
            (port,),
        )
    seen = own_desk.client("porting").get("/desk/files").text
    assert "REF-OURS" in seen
    assert "REF-NOBODY" in seen
    assert "REF-THEIRS" not in seen
    assert own_desk.client("agent").get("/desk/files").status_code == 403


def test_the_page_of_a_port_has_what_each_daily_file_said_of_it(
    desk_afterwards: Desk,
) -> None:
    key = desk_afterwards.order()
    page = desk_afterwards.client("porting").get(f"/desk/ports/{key}/port/M1/1").text
    assert "the same as we" in page
    assert (
        "the same as we"
        not in desk_afterwards.client("agent").get(f"/desk/ports/{key}/port/M1/1").text
    )
