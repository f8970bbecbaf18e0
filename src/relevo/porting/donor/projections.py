"""The lists of the donor's desk, and what we serve, follow the facts in their own transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from relevo.customers.actions import NewStanding, stand_lines
from relevo.customers.served import ServedStatus
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.porting.cease.messages import (
    CeaseAsked,
    CeaseChecked,
    CeaseDropped,
    CeaseHeld,
    CeaseStarted,
    NumberCeased,
)
from relevo.porting.cease.model import CeasePhase
from relevo.porting.donor.custody import donor_custody
from relevo.porting.port_out.lifecycle import FINAL
from relevo.porting.port_out.messages import (
    ForceMajeureApproved,
    ForceMajeureProposed,
    ForceMajeureVoided,
    LineRestored,
    NumbersLeft,
    PortOutAnswerAtRisk,
    PortOutCancelled,
    PortOutChecked,
    PortOutChecking,
    PortOutClosed,
    PortOutCompleted,
    PortOutConfirmed,
    PortOutReceived,
    PortOutRedated,
    PortOutReduced,
    PortOutRejected,
    PortOutRestored,
    PortOutUndone,
    PortOutUnrecognised,
)
from relevo.porting.port_out.model import PortOutPhase as P
from relevo.values.moment import Moment

_SQL = statements("relevo.porting", "donor")
_STATES: dict[type, P] = {
    PortOutChecking: P.CHECKING,
    PortOutChecked: P.ANSWERING,
    ForceMajeureApproved: P.ANSWERING,
    PortOutReduced: P.AWAITING,
    PortOutConfirmed: P.CONFIRMED,
    PortOutRejected: P.REJECTED,
    PortOutCancelled: P.CANCELLED,
    NumbersLeft: P.STOPPING,
    PortOutCompleted: P.LEFT,
    PortOutUndone: P.REACTIVATING,
    PortOutRestored: P.RESTORED,
    PortOutClosed: P.GONE,
}
_TASKS: tuple[type, ...] = (PortOutAnswerAtRisk, PortOutUnrecognised, ForceMajeureProposed)
_WISHES: dict[type, CeasePhase] = {
    CeaseChecked: CeasePhase.CHECKING,
    CeaseHeld: CeasePhase.HELD,
    CeaseStarted: CeasePhase.STOPPING,
    NumberCeased: CeasePhase.CEASED,
    CeaseDropped: CeasePhase.DROPPED,
}
_ENDS = frozenset({CeasePhase.CEASED, CeasePhase.DROPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """What one batch of facts changes in a row; None: it stays."""

    at: Moment
    state: str | None = None
    is_open: bool = True
    window_opens: Moment | None = None
    cause: str | None = None
    task: str | None = None


def donor_projections() -> tuple[Projection, ...]:
    """All of the donor's side; custody first."""
    return (donor_custody(), port_outs_projection(), wishes_projection(), served_projection())


def port_outs_projection() -> Projection:
    """Every request to us, by the hub's reference."""
    facts = (PortOutReceived, PortOutRedated, ForceMajeureVoided, *_TASKS, *_STATES)
    return Projection(facts=facts, write=write_port_outs)


def write_port_outs(cursor: Cursor, records: list[Recorded]) -> None:
    """One statement for the new requests, one for all that went on."""
    received = [record for record in records if isinstance(record.fact, PortOutReceived)]
    if received:
        _receive(cursor, received)
    progress: dict[str, _Progress] = {}
    for record in records:
        if not isinstance(record.fact, PortOutReceived):
            before = progress.get(record.process_id, _Progress(at=record.at))
            progress[record.process_id] = _after(before, record.fact, record.at)
    if progress:
        _progress(cursor, progress)


def wishes_projection() -> Projection:
    """Every wish to cease a number."""
    return Projection(facts=(CeaseAsked, *_WISHES), write=write_wishes)


def write_wishes(cursor: Cursor, records: list[Recorded]) -> None:
    """Few a day: row by row."""
    for record in records:
        fact = record.fact
        if isinstance(fact, CeaseAsked):
            wish = fact.wish
            row = (record.process_id, wish.number, wish.by, wish.why, "waiting", record.at)
            cursor.execute(_SQL["wish"], row)
            continue
        phase = _WISHES[type(fact)]
        held_by = None
        if isinstance(fact, CeaseHeld):
            held_by = ", ".join(f"{tie.kind} {tie.name} ({tie.stance})" for tie in fact.ties)
        cursor.execute(
            _SQL["wish_stands"],
            (phase.value, phase not in _ENDS, held_by, record.at, record.process_id),
        )


def served_projection() -> Projection:
    """What we serve no more, or again."""
    facts = (NumbersLeft, LineRestored, NumberCeased)
    return Projection(facts=facts, write=write_served)


def write_served(cursor: Cursor, records: list[Recorded]) -> None:
    """Lines that left, were ceased, or came back."""
    stand_lines(cursor, [change for record in records for change in _standing(record)])


def _standing(record: Recorded) -> list[NewStanding]:
    caused_by, operator = f"{record.process_id}@{record.version}", ""
    match record.fact:
        case NumbersLeft(numbers=numbers, donor=operator, at=at):
            status = ServedStatus.GONE  # at this brand of ours; another one may serve it by now
        case NumberCeased(number=number, at=at):
            numbers, status = (number,), ServedStatus.CEASED
        case LineRestored(number=number, at=at):
            numbers, status = (number,), ServedStatus.ACTIVE
        case _:
            return []
    return [
        NewStanding(number=number, status=status, at=at, caused_by=caused_by, operator=operator)
        for number in numbers
    ]


def _after(before: _Progress, fact: Any, at: Moment) -> _Progress:
    after = replace(before, at=at)
    state = _STATES.get(type(fact))
    if state is not None:
        task = before.task if state is P.ANSWERING else ""  # what moved on is nobody's task
        after = replace(after, state=state.value, is_open=state not in FINAL, task=task)
    match fact:
        case PortOutConfirmed() | PortOutRedated():
            return replace(after, window_opens=fact.window.opens)
        case PortOutRejected():
            return replace(after, cause=fact.code)
        case PortOutCancelled():
            return replace(after, cause=fact.cause)
        case PortOutAnswerAtRisk():
            return replace(after, task=f"answer at risk ({fact.alarm})")
        case PortOutUnrecognised():
            return replace(after, task=f"{fact.code}: {fact.text}")
        case ForceMajeureProposed():
            return replace(after, task=f"force majeure proposed by {fact.by}: approve or let go")
        case ForceMajeureVoided():
            return replace(after, task="")
        case _:
            return after


def _receive(cursor: Cursor, received: list[Recorded]) -> None:
    rows = [(record, record.fact.asked) for record in received]
    cursor.execute(
        _SQL["receive"],
        (
            [asked.reference for _, asked in rows],
            [record.process_id for record, _ in rows],
            [asked.hub.value for _, asked in rows],
            [asked.donor for _, asked in rows],
            [asked.recipient for _, asked in rows],
            [" ".join(each.number for each in asked.numbers) for _, asked in rows],
            [asked.answer_until for _, asked in rows],
            [asked.window.opens for _, asked in rows],
            [record.at for record, _ in rows],
        ),
    )


def _progress(cursor: Cursor, progress: dict[str, _Progress]) -> None:
    rows = list(progress.values())
    cursor.execute(
        _SQL["progress"],
        (
            list(progress),
            [row.state for row in rows],
            [row.is_open for row in rows],
            [row.window_opens for row in rows],
            [row.cause for row in rows],
            [row.task for row in rows],
            [row.at for row in rows],
        ),
    )
