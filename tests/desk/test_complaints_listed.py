"""A complaint is on the desk's list from the minute it came until its answer went out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.care.complaint.messages import (
    ComplaintAnswered,
    ComplaintCompleted,
    ComplaintFiled,
    ComplaintIncomplete,
    ComplaintNear,
    ComplaintOverdue,
)
from relevo.care.complaint.model import Due, Outcome, Topic
from relevo.desk.lists import write_lists
from relevo.desk.model import Queue, Task
from relevo.desk.queues import Wanted, counts, tasks
from relevo.engine.connection import Connection, connect
from relevo.engine.recorded import Recorded
from relevo.pages.today.today import place_of
from relevo.profiles.es import profile
from relevo.testing.postgres import clone
from relevo.values.moment import instant

RULES = profile()[-1].rules
AT = instant("2026-11-23T10:00:00+01:00")
ORDER, KEY = "R8XK2AB3", "R8XK2AB3-C1"
DUE = Due(
    near=AT + timedelta(days=8), answer=AT + timedelta(days=12), latest=AT + timedelta(days=30)
)
LATER = Due(
    near=AT + timedelta(days=20), answer=AT + timedelta(days=25), latest=AT + timedelta(days=40)
)
FILED = ComplaintFiled(
    key=KEY,
    channel="page",
    topic=Topic.BILLING,
    text="Charged twice",
    questions=("Charged twice",),
    by="customer",
    source="",
    at=AT,
    due=DUE,
)


class List:
    """The desk's list in a database of its own; facts are written as the engine does."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def after(self, *facts: object) -> list[Task]:
        with self.connection.cursor() as cursor:
            write_lists(
                cursor,
                [
                    Recorded(
                        process_id=f"{ORDER}/complaint",
                        kind="care.complaint",
                        version=place,
                        at=AT,
                        fact=fact,
                        seq=place,
                    )
                    for place, fact in enumerate(facts, start=1)
                ],
            )
        return tasks(self.connection, RULES, Wanted(queue=Queue.COMPLAINT))


@pytest.fixture(scope="module")
def dsn(postgres: Server) -> str:
    made = clone(postgres, "complaint_list_tests")
    packages = ("numbering", "porting", "orders", "desk")
    migrate(made, tuple(f"relevo.{package}" for package in packages))
    return made


@pytest.fixture
def listed(dsn: str) -> Iterator[List]:
    with connect(dsn) as connection:
        yield List(connection)
        connection.rollback()


def test_a_complaint_is_a_task_with_its_term_and_leads_to_its_own_place(listed: List) -> None:
    (task,) = listed.after(FILED)
    assert (task.kind, task.due, task.order) == ("complaint_open", DUE.answer, ORDER)
    assert place_of(task) == f"/desk/orders/{ORDER}/complaints#{KEY}"
    assert counts(listed.connection)[Queue.COMPLAINT, ""] == 1


def test_near_and_overdue_are_said_and_the_overdue_one_stays(listed: List) -> None:
    near = ComplaintNear(key=KEY, due=DUE.answer, role="duty_manager")
    (task,) = listed.after(FILED, near)
    assert (task.kind, task.due) == ("complaint_near", DUE.answer)
    (task,) = listed.after(ComplaintOverdue(key=KEY, latest=DUE.latest))
    assert (task.kind, task.due) == ("complaint_overdue", DUE.latest)


def test_while_we_wait_for_its_customer_it_is_nobodys_task_and_then_has_another_term(
    listed: List,
) -> None:
    asked = ComplaintIncomplete(key=KEY, missing="the bill", complete_by=DUE.answer, at=AT)
    assert listed.after(FILED, asked) == []
    (task,) = listed.after(ComplaintCompleted(key=KEY, text="", by="", due=LATER))
    assert (task.kind, task.due) == ("complaint_open", LATER.answer)


def test_only_an_answer_that_went_out_takes_it_off(listed: List) -> None:
    answered = ComplaintAnswered(key=KEY, outcome=Outcome.UPHELD, ways_on=(), at=AT)
    assert listed.after(FILED, answered) == []
    assert listed.after(FILED) == [], "the same fact again brings nothing back"
