"""Complaints as the lists tell them: each is a task of the desk until its answer went out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from relevo.care.complaint.messages import (
    ComplaintAnswered,
    ComplaintCompleted,
    ComplaintFiled,
    ComplaintIncomplete,
    ComplaintNear,
    ComplaintOverdue,
)
from relevo.engine.recorded import Recorded
from relevo.values.moment import Moment

Change = tuple[str, dict[str, Any]]


def _filed(fact: ComplaintFiled, _: Recorded) -> Iterator[Change]:
    yield "complaint_filed", {"complaint": fact.key, "due": fact.due.answer}


def _goes_on(
    state: str, due: Callable[[Any], Moment | None] = lambda _: None
) -> Callable[[Any, Recorded], Iterator[Change]]:
    def change(fact: Any, _: Recorded) -> Iterator[Change]:
        yield "complaint_goes_on", {"complaint": fact.key, "state": state, "due": due(fact)}

    return change


COMPLAINT_RULES: Mapping[type, Callable[[Any, Recorded], Iterator[Change]]] = {
    ComplaintFiled: _filed,
    ComplaintIncomplete: _goes_on("waits"),
    ComplaintCompleted: _goes_on("open", lambda fact: fact.due.answer),
    ComplaintNear: _goes_on("near"),
    ComplaintOverdue: _goes_on("overdue", lambda fact: fact.latest),
    ComplaintAnswered: _goes_on("answered"),
}
"""One row for each complaint (``desk/lists``)."""
