"""How a person steps in from a terminal: what is parked, and the operator's verbs on it.

Each verb goes to its process in a transaction of its own, so that none touches two buckets; done
half, the rest is done by asking again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relevo.engine.acts import Verb
from relevo.engine.catalogue import Catalogue
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.engine.operator import Operator, ParkedEntry, parked_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does what, and why. Both are kept in the history of the process."""

    verb: Verb
    who: str
    reason: str


def waiting_for_a_person(dsn: str, *, role: str = "", name: str = "") -> Sequence[ParkedEntry]:
    """What is parked, the oldest first; only of this role and wire name where they are given."""
    with connect(dsn, name="relevo parked") as connection, connection.cursor() as cursor:
        entries = parked_entries(cursor)
    return [
        entry
        for entry in entries
        if (not role or entry.role == role) and (not name or entry.name == name)
    ]


def step_in(dsn: str, catalogue: Catalogue, act: Act, targets: Iterable[str]) -> int:
    """Do it to each target (of retry and skip: what is parked or waits; else a process).

    Returns how many. Raises NothingToDo at the first that is not there.
    """
    done = 0
    at = SystemClock().now()
    with connect(dsn, name="relevo operator") as connection:
        for target in targets:
            with connection.transaction(), connection.cursor() as cursor:
                operator = Operator(cursor, catalogue, act.who, at)
                _do(operator, act, target, key=f"terminal:{target}:{at.isoformat()}")
            done += 1
    return done


def _do(operator: Operator, act: Act, target: str, *, key: str) -> None:
    match act.verb:
        case Verb.RETRY:
            operator.retry(target, reason=act.reason, key=key)
        case Verb.SKIP:
            operator.skip(target, reason=act.reason, key=key)
        case Verb.PAUSE:
            operator.pause(target, reason=act.reason, key=key)
        case Verb.RESUME:
            operator.resume(target, reason=act.reason, key=key)
        case Verb.ANSWER:
            raise ValueError("an answer is a message; give it on the desk that knows its form")
