"""Laws about people: promises, what is left undone, and how an order ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from relevo.care.case.messages import (
    CaseEscalated,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    TroubleAdded,
)
from relevo.engine.recorded import Recorded
from relevo.notices.model import Topic
from relevo.notices.quiet import next_waking
from relevo.notices.voice.messages import MessageSent
from relevo.orders.order.messages import OrderClosed, OrderWithdrawn
from relevo.play.scenario import Scenario
from relevo.promises.promise.messages import (
    PromiseBroken,
    PromiseKept,
    PromiseKeptLate,
    PromiseMade,
    PromiseMoved,
    PromiseReleased,
)
from relevo.simulation.law import Ended, Ledger
from relevo.values.moment import Moment

GRACE = timedelta(minutes=5)
"""From the moment at which the customer may be disturbed until he has been told."""

LADDER_TAKES = timedelta(days=7)
"""Two working days, over the longest run of holidays."""

DUTY_MANAGER = 3

TELLS_OF_A_NEW_DAY = frozenset(
    {Topic.REDATED, Topic.DATED, Topic.WELCOME, Topic.PROMISE_MOVED, Topic.UNDATED, Topic.DONE}
)


@dataclass(slots=True)
class _Promise:
    """A promise as its facts have it."""

    what: str
    due: Moment
    made: Moment
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class _Debt:
    """Something that the customer is still to be told, and until when."""

    promise: str
    topics: frozenset[Topic]
    since: Moment
    until: Moment


@dataclass(slots=True)
class PromisesEnd:
    """Kept in time; or moved, and he was told before it was due; or broken, and he was told."""

    name: ClassVar[str] = "every promise ends kept, moved with notice, or broken and told"

    scenario: Scenario
    ledger: Ledger
    _promises: dict[str, _Promise] = field(default_factory=dict)
    _open: dict[str, Moment] = field(
        default_factory=dict
    )  # the due times of those that are not over
    _debts: list[_Debt] = field(default_factory=list)
    _said_at: Moment | None = None
    _zone: str = "Europe/Madrid"

    def see(self, recorded: Recorded) -> Iterator[str]:
        at, name = recorded.at, recorded.process_id
        yield from self._overdue(at)
        match recorded.fact:
            case PromiseMade() as made:
                self._promises[name] = _Promise(made.what, made.due, at)
                self._open[name] = made.due
            case PromiseMoved() as moved:
                if at >= moved.was_due:
                    yield f"{name} was moved at {at:%d %H:%M}, and due at {moved.was_due:%d %H:%M}"
                self._owe(name, TELLS_OF_A_NEW_DAY, at, moved.was_due)
                self._open[name] = self._promises[name].due = moved.due
            case PromiseKept() as kept:
                yield from self._kept(name, kept, at)
            case PromiseBroken():
                told_by = next_waking(at, self._zone) + GRACE
                self._owe(name, frozenset({Topic.PROMISE_BROKEN}), at, told_by)
                self._open.pop(name, None)
            case PromiseReleased() | PromiseKeptLate():
                self._open.pop(name, None)
            case MessageSent() as sent:
                self._said_at = at
                self._debts = [
                    debt for debt in self._debts if sent.topic not in debt.topics or at < debt.since
                ]
            case _:
                pass

    def end(self, ended: Ended) -> Iterator[str]:
        yield from self._overdue(ended.seen.ended_at)

    def _kept(self, name: str, kept: PromiseKept, at: Moment) -> Iterator[str]:
        self._open.pop(name, None)
        if at > kept.due:
            yield f"{name} counts as kept at {at:%d %H:%M}, and was due at {kept.due:%d %H:%M}"
        promise = self._promises[name]
        spoke = self._said_at is not None and self._said_at >= promise.made
        if promise.what == "next_update" and not spoke:
            yield f"{name} counts as kept, and nothing was said since it was made"

    def _owe(self, name: str, topics: frozenset[Topic], at: Moment, until: Moment) -> None:
        self._debts.append(_Debt(name, topics, at, until))

    def _overdue(self, at: Moment) -> Iterator[str]:
        for name in [name for name, due in self._open.items() if at > due + GRACE]:
            due = self._open.pop(name)
            yield f"{name} was due at {due:%d %H:%M}, and it neither ends nor breaks"
        for debt in [debt for debt in self._debts if at > debt.until]:
            self._debts.remove(debt)
            topics = " or ".join(sorted(debt.topics))
            yield (
                f"{debt.promise} changed at {debt.since:%d %H:%M}, and the customer was not told "
                f"by {debt.until:%d %H:%M} ({topics})"
            )


@dataclass(slots=True)
class OrdersEnd:
    """An order ends closed or withdrawn. One that is open when the play is over is driven still: by
    a promise to the customer that is not due yet, or by a person whose case it is, while the
    ladder is climbed and when the duty manager, its last rung, has it.
    """

    name: ClassVar[str] = "every order ends"
    scenario: Scenario
    ledger: Ledger
    _is_over: bool = False
    _owner: str = ""
    _level: int = 0
    _troubled: Moment | None = None
    _due: dict[str, Moment] = field(default_factory=dict)

    def see(self, recorded: Recorded) -> Iterator[str]:
        match recorded.fact:
            case OrderClosed() | OrderWithdrawn():
                self._is_over = True
            case CaseOpened() | CaseReopened() as case:
                self._owner, self._level = case.owner, 0
            case CaseEscalated() as climbed:
                self._level = max(self._level, climbed.level)
            case TroubleAdded():
                self._troubled = recorded.at
            case CaseResolved():
                self._owner = ""
            case PromiseMade() | PromiseMoved() as promise:
                self._due[recorded.process_id] = promise.due
            case PromiseKept() | PromiseBroken() | PromiseReleased() | PromiseKeptLate():
                self._due.pop(recorded.process_id, None)
            case _:
                pass
        yield from ()

    def end(self, ended: Ended) -> Iterator[str]:
        if self._is_over:
            yield from _lacking(ended)
            return
        now = ended.seen.ended_at
        if any(due >= now for due in self._due.values()):
            return  # the clock drives it to a day that the customer was told
        if not self._owner:
            yield "the order is open, with no promise ahead and no case that somebody owns"
            return
        climbs = self._troubled is not None and now - self._troubled < LADDER_TAKES
        if not (climbs or self._level >= DUTY_MANAGER):
            yield f"the order is open with {self._owner} at level {self._level}: nothing drives it"


def _lacking(ended: Ended) -> Iterator[str]:
    """Done means it works: what the network could not do when the order said that it was done."""
    for name, lacks in ended.seen.lacking_at_close.items():
        if lacks and name in ended.seen.scenario.order.lines:
            yield f"the order closed while {name} lacked {', '.join(lacks)}"


@dataclass(slots=True)
class EffectsDone:
    """Nothing waits without being tried again; what was given up is in the hands of a person."""

    name: ClassVar[str] = "every effect is performed, or parked with an owner"

    scenario: Scenario
    ledger: Ledger
    _owner: str = ""

    def see(self, recorded: Recorded) -> Iterator[str]:
        match recorded.fact:
            case CaseOpened() | CaseReopened() as case:
                self._owner = case.owner
            case CaseResolved():
                self._owner = ""
            case _:
                pass
        yield from ()

    def end(self, ended: Ended) -> Iterator[str]:
        for each in ended.unperformed:
            if not each.is_parked:
                yield f"{each.name} of {each.process_id} waits: {each.reason or 'never tried'}"
            elif not self._owner:
                yield f"{each.name} of {each.process_id} is parked, with nobody: {each.reason}"
