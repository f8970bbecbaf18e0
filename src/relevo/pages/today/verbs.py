"""Which verb of the desk takes which right, and which of them fit a task at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relevo.brands.reading import Session
from relevo.care.model import TroubleKind
from relevo.desk.acts import Verb
from relevo.desk.model import Queue, Task

RIGHT_FOR: Mapping[Verb, str] = {
    Verb.TAKE: "read_orders",
    Verb.RELEASE: "read_orders",
    Verb.MEND: "mend_orders",
    Verb.RESUME: "mend_orders",
    Verb.WITHDRAW: "mend_orders",
    Verb.DISMISS: "read_strays",
    Verb.RETRY: "mend_engine",
    Verb.SKIP: "mend_engine",
}
RELEASES_OTHERS = "look_across"
"""The right to take something from a colleague who is not there."""

_MENDED = frozenset({TroubleKind.LINE_STUCK, TroubleKind.PORT_UNRECOGNISED})


def verbs_of(session: Session, task: Task) -> list[Verb]:
    """What this reader may do with a task as it stands."""
    return [
        verb
        for verb, right in RIGHT_FOR.items()
        if session.may(right) and _fits(verb, task, session)
    ]


def verbs_for(session: Session, shown: Iterable[Task]) -> list[Verb]:
    """What this reader may do with any of the tasks that he sees."""
    found = {verb for task in shown for verb in verbs_of(session, task)}
    return [verb for verb in RIGHT_FOR if verb in found]


def is_his_to_release(session: Session, task: Task) -> bool:
    """Nobody releases what somebody else looks after, but who may hand over the work of others."""
    return task.who == session.staff or session.may(RELEASES_OTHERS)


def _fits(verb: Verb, task: Task, session: Session) -> bool:
    match verb:
        case Verb.TAKE:
            return not task.who
        case Verb.RELEASE:
            return bool(task.who) and is_his_to_release(session, task)
        case Verb.MEND:
            return bool(task.line) and task.kind in _MENDED
        case Verb.RESUME:
            return bool(task.line) and task.kind == TroubleKind.ORDER_STUCK
        case Verb.WITHDRAW:
            return bool(task.order) and task.kind in {*_MENDED, TroubleKind.ORDER_STUCK}
        case Verb.DISMISS:
            return task.queue is Queue.STRAY
        case Verb.RETRY | Verb.SKIP:
            return task.queue is Queue.PARKED
