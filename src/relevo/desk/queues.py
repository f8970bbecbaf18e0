"""All that waits for a person at the desk, by its deadline; the database filters and cuts.

Only numbers in a hold are asked for apart: until when one can be rescued is the country's rule. A
hold that began earlier ends earlier, so both lists are in order and are merged as they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from relevo.desk.model import Queue, Task
from relevo.engine.connection import Connection
from relevo.engine.sql import statements
from relevo.numbering.moves import operator_of
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment, utc

_SQL = statements("relevo.desk", "queues")
EVERYTHING = 1_000_000
"""What a command without a limit lists at most."""

COUNTED_MOST = 1_000
_IN_HOLD = "number_in_hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tasks to show; an empty field means all."""

    queue: str = ""
    queues: tuple[str, ...] = ()  # any of these
    kind: str = ""
    kinds: tuple[str, ...] = ()
    detail: str = ""  # as said by the fact: a cause, a code
    order: str = ""
    who: str = ""  # "-" for those that nobody looks after
    due_before: Moment | None = None
    ids: tuple[str, ...] | None = None  # these and no others


ALL = Wanted()
FILTERS = ("queue", "kind", "detail", "order", "who")


def tasks(
    connection: Connection,
    rules: PortingProfile,
    wanted: Wanted = ALL,
    *,
    most: int = EVERYTHING,
    skip: int = 0,
) -> list[Task]:
    """The tasks, the nearest deadline first, then the oldest."""
    asked = {
        "queues": _any_of(wanted.queue, wanted.queues),
        "kinds": _any_of(wanted.kind, wanted.kinds),
        "detail": wanted.detail,
        "order": wanted.order,
        "who": wanted.who,
        "due_before": wanted.due_before,
        "ids": None if wanted.ids is None else list(wanted.ids),
        "most": most + skip,
    }
    found = merge(
        _waiting(connection, asked), _rescues(connection, rules, wanted, asked), key=_by_deadline
    )
    return list(islice(found, skip, skip + most))


def counts(connection: Connection) -> dict[tuple[Queue, str], int]:
    """How much lies in each queue, troubles by their kinds; a queue is counted to
    ``COUNTED_MOST`` and no further."""
    rows = connection.execute(_SQL["counts"], {"most": COUNTED_MOST}).fetchall()
    return {(Queue(queue), kind): count for queue, kind, count in rows}


def _by_deadline(task: Task) -> tuple[bool, Moment, Moment, str]:
    return task.due is None, task.due or task.since, task.since, task.id


def _waiting(connection: Connection, asked: Mapping[str, object]) -> Iterator[Task]:
    for row in connection.execute(_SQL["tasks"], asked).fetchall():
        task_id, queue, kind, order, line, number, detail, since, due, who = row
        yield Task(
            id=task_id,
            queue=Queue(queue),
            kind=kind,
            order=order,
            line=line,
            number=number,
            detail=detail,
            since=utc(since),
            due=None if due is None else utc(due),
            who=who,
        )


def _rescues(
    connection: Connection, rules: PortingProfile, wanted: Wanted, asked: Mapping[str, object]
) -> Iterator[Task]:
    queues, kinds = asked["queues"], asked["kinds"]
    if wanted.order or not _takes(queues, Queue.RESCUE) or not _takes(kinds, _IN_HOLD):
        return
    for number, holder, since, who in connection.execute(_SQL["held"], asked).fetchall():
        due = rules.hold_until(utc(since))
        if wanted.due_before is not None and due >= wanted.due_before:
            return
        yield Task(
            id=f"rescue:{number}",
            queue=Queue.RESCUE,
            kind=_IN_HOLD,
            order="",
            line="",
            number=number,
            detail=operator_of(holder),
            since=utc(since),
            due=due,
            who=who,
        )


def _any_of(one: str, several: tuple[str, ...]) -> list[str] | None:
    named = [each for each in (one, *several) if each]
    return named or None


def _takes(named: object, name: str) -> bool:
    return named is None or (isinstance(named, list) and name in named)
