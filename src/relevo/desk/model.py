"""A task of the desk, and the queues that tasks lie in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relevo.values.moment import Moment


class Queue(StrEnum):
    """Where a task comes from, hence what can be done about it."""

    TROUBLE = "trouble"  # of a line or an order; care.model.TroubleKind says which
    ANSWER = "answer"  # a request of another operator that no rule could answer
    RETURN = "return"  # a number on its way back to its range, or a migration, that is stuck
    RESCUE = "rescue"  # a number in a hold: it can be ported back for so many days
    STRAY = "stray"  # news that belong to none of our processes
    PARKED = "parked"  # what the engine put aside
    PROMISE = "promise"  # not kept yet, and due soon
    CASE = "case"  # open, and gone up the ladder
    COMPLAINT = "complaint"  # of a customer, until our answer went out
    FAULT = "fault"  # one cause that many feel: one line instead of theirs


class RequestState(StrEnum):
    """How far a request of ours at a hub is, as the lists of the desk tell it."""

    DRAFTED = "drafted"
    ASKED = "asked"  # the donor's clock runs
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing that waits for a person. ``due`` is None where nothing ends by itself."""

    id: str
    queue: Queue
    kind: str
    order: str
    line: str
    number: str
    detail: str
    since: Moment
    due: Moment | None
    who: str = ""  # looks after it


class NoSuchTask(LookupError):
    """The task is over, or never was; the text says how to see what there is."""


class NotDone(ValueError):
    """The verb does not fit this task; the text says which verb does."""
