"""What a clerk does: one verb, a selection of tasks, a name and a reason. Each task on its own.

A bulk act is not one transaction: of a thousand lines the one that is over meanwhile must not hold
up the others. What was done and what was not is said task by task, and doing it again is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from relevo.care.model import TroubleKind
from relevo.desk.model import NoSuchTask, NotDone, Queue, Task
from relevo.engine.catalogue import Catalogue
from relevo.engine.connection import Connection, Cursor
from relevo.engine.operator import NothingToDo, Operator
from relevo.engine.sql import statements
from relevo.orders.line.messages import MendLine
from relevo.orders.order.messages import ResumeGroup, WithdrawOrder
from relevo.orders.process_ids import line_process
from relevo.values.moment import Moment
from relevo.values.person import Holder
from relevo.values.simcard import Iccid

_SQL = statements("relevo.desk", "desk")


class Verb(StrEnum):
    """What can be done with a task."""

    TAKE = "take"
    RELEASE = "release"
    MEND = "mend"  # what stood against a line is out of the way: ask again
    RESUME = "resume"  # give a group back to the plan
    WITHDRAW = "withdraw"  # the whole order
    DISMISS = "dismiss"  # stray news that somebody has looked at
    RETRY = "retry"  # what the engine put aside
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who acts, when and why."""

    who: str
    reason: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What of a request is to be another when it is made again; None: as it was."""

    holder: Holder | None = None
    donor_iccid: Iccid | None = None
    prepaid: bool | None = None


UNCORRECTED = Correction()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a verb on one task; ``why_not`` is empty when it was done."""

    task: str
    why_not: str = ""


def act(
    connection: Connection,
    catalogue: Catalogue,
    verb: Verb,
    chosen: Iterable[Task],
    clerk: Clerk,
    correction: Correction = UNCORRECTED,
) -> Iterator[Done]:
    """Do it to each task, in a transaction each. Raises ValueError without a name and a reason."""
    if not clerk.who.strip() or not clerk.reason.strip():
        raise ValueError("who and reason: say who acts and why")
    if correction != UNCORRECTED and verb is not Verb.MEND:
        raise ValueError("correct: only a line that is mended is corrected")
    for task in chosen:
        try:
            with connection.transaction(), connection.cursor() as cursor:
                _DO[verb](_Hand(cursor, catalogue, clerk, correction), task)
                cursor.execute(
                    _SQL["note"], (clerk.at, clerk.who, str(verb), task.id, clerk.reason)
                )
        except (NotDone, NoSuchTask, NothingToDo) as why_not:
            yield Done(task=task.id, why_not=str(why_not))
        else:
            yield Done(task=task.id)


@dataclass(frozen=True, slots=True)
class _Hand:
    """One act within its transaction."""

    cursor: Cursor
    catalogue: Catalogue
    clerk: Clerk
    correction: Correction

    @property
    def operator(self) -> Operator:
        return Operator(self.cursor, self.catalogue, self.clerk.who, self.clerk.at)

    def key(self, task: Task) -> str:
        return f"desk:{task.id}:{task.since.isoformat()}"

    def tell(self, task: Task, process_id: str, message: object) -> None:
        self.operator.answer(process_id, message, reason=self.clerk.reason, key=self.key(task))


def _take(hand: _Hand, task: Task) -> None:
    row = hand.cursor.execute(_SQL["take"], (task.id, hand.clerk.who, hand.clerk.at)).fetchone()
    if row is not None and row[0] != hand.clerk.who:
        raise NotDone(f"{row[0]} looks after it; ask for a hand-over, or have it released")


def _release(hand: _Hand, task: Task) -> None:
    if hand.cursor.execute(_SQL["release"], (task.id, task.who)).rowcount == 0:
        raise NotDone("nobody looks after it; take it first")


def _mend(hand: _Hand, task: Task) -> None:
    if task.kind not in {TroubleKind.LINE_STUCK, TroubleKind.PORT_UNRECOGNISED} or not task.line:
        raise NotDone("only a line that is stuck is mended; see relevo desk show")
    said = MendLine(
        by=hand.clerk.who,
        how=hand.clerk.reason,
        holder=hand.correction.holder,
        donor_iccid=hand.correction.donor_iccid,
        prepaid=hand.correction.prepaid,
    )
    hand.tell(task, line_process(task.order, task.line), said)


def _resume(hand: _Hand, task: Task) -> None:
    if task.kind != TroubleKind.ORDER_STUCK or not task.line:
        raise NotDone("only a group that was given to a person is resumed; see relevo desk show")
    said = ResumeGroup(line=task.line, by=hand.clerk.who, why=hand.clerk.reason)
    hand.tell(task, task.order, said)


def _withdraw(hand: _Hand, task: Task) -> None:
    if not task.order:
        raise NotDone("no order belongs to it")
    hand.tell(task, task.order, WithdrawOrder(why=hand.clerk.reason, by=hand.clerk.who))


def _dismiss(hand: _Hand, task: Task) -> None:
    if task.queue is not Queue.STRAY:
        raise NotDone("only stray news are dismissed; everything else ends with its cause")
    _, _, rest = task.id.partition(":")
    row = (task.kind, rest.removeprefix(f"{task.kind}:"))
    if hand.cursor.execute(_SQL["dismiss_stray"], row).rowcount == 0:
        raise NoSuchTask("it was dismissed meanwhile")


def _retry(hand: _Hand, task: Task) -> None:
    hand.operator.retry(_parked_id(task), reason=hand.clerk.reason, key=hand.key(task))


def _skip(hand: _Hand, task: Task) -> None:
    hand.operator.skip(_parked_id(task), reason=hand.clerk.reason, key=hand.key(task))


def _parked_id(task: Task) -> str:
    if task.queue is not Queue.PARKED:
        raise NotDone("only what the engine put aside is tried again or skipped")
    return task.id.partition(":")[2]


_DO: Mapping[Verb, Callable[[_Hand, Task], None]] = {
    Verb.TAKE: _take,
    Verb.RELEASE: _release,
    Verb.MEND: _mend,
    Verb.RESUME: _resume,
    Verb.WITHDRAW: _withdraw,
    Verb.DISMISS: _dismiss,
    Verb.RETRY: _retry,
    Verb.SKIP: _skip,
}
