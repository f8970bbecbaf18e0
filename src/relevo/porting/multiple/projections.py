"""The list of multiple requests follows their facts, in their own transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.porting.multiple.messages import (
    MultipleCancellationAsked,
    MultipleCancellationMissed,
    MultipleCancelled,
    MultipleCompleted,
    MultipleConfirmed,
    MultipleDonorCorrected,
    MultipleDrafted,
    MultipleQueued,
    MultipleReduced,
    MultipleRejected,
    MultipleRequested,
    MultipleSent,
)
from relevo.porting.multiple.model import MultiplePhase
from relevo.values.moment import Moment

_SQL = statements("relevo.porting", "multiples")
_STATES: dict[type, MultiplePhase] = {
    MultipleQueued: MultiplePhase.QUEUED,
    MultipleSent: MultiplePhase.SENT,
    MultipleRequested: MultiplePhase.REQUESTED,
    MultipleReduced: MultiplePhase.AGREEING,
    MultipleConfirmed: MultiplePhase.CONFIRMED,
    MultipleCancellationAsked: MultiplePhase.CANCELLING,
    # The process knows whether it had been confirmed; the list need not: the next witness tells.
    MultipleCancellationMissed: MultiplePhase.REQUESTED,
    MultipleRejected: MultiplePhase.REJECTED,
    MultipleCancelled: MultiplePhase.CANCELLED,
    MultipleCompleted: MultiplePhase.COMPLETED,
}
_ENDS = frozenset({MultiplePhase.REJECTED, MultiplePhase.CANCELLED, MultiplePhase.COMPLETED})


def multiples_projection() -> Projection:
    """Every multiple request at a hub, by the names under which the outside speaks of it."""
    return Projection(
        facts=(MultipleDrafted, MultipleDonorCorrected, *_STATES), write=write_multiples
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """What one batch of facts changes in a row; None: it stays."""

    at: Moment
    state: str | None = None
    is_open: bool = True
    reference: str | None = None
    donor: str | None = None
    window_opens: Moment | None = None


def write_multiples(cursor: Cursor, records: list[Recorded]) -> None:
    """One statement for the new requests, one for all that went on."""
    drafted = [record for record in records if isinstance(record.fact, MultipleDrafted)]
    if drafted:
        _draft(cursor, drafted)
    fell_out = [
        (record.process_id, number)
        for record in records
        if isinstance(record.fact, MultipleConfirmed)
        for number in record.fact.fell_out
    ]
    if fell_out:
        cursor.execute(_SQL["numbers_fall_out"], tuple(map(list, zip(*fell_out, strict=True))))
    progress: dict[str, _Progress] = {}
    for record in records:
        if not isinstance(record.fact, MultipleDrafted):
            before = progress.get(record.process_id, _Progress(at=record.at))
            progress[record.process_id] = _after(before, record.fact, record.at)
    if progress:
        _progress(cursor, progress)


def _after(before: _Progress, fact: Any, at: Moment) -> _Progress:
    after = replace(before, at=at)
    state = _STATES.get(type(fact))
    if state is not None:
        after = replace(after, state=state.value, is_open=state not in _ENDS)
    match fact:
        case MultipleDonorCorrected():
            return replace(after, donor=fact.donor)
        case MultipleRequested() | MultipleConfirmed():
            return replace(after, reference=fact.reference, window_opens=fact.window.opens)
        case _:
            return after


def _draft(cursor: Cursor, drafted: list[Recorded]) -> None:
    rows = [(record, record.fact) for record in drafted]
    cursor.execute(
        _SQL["draft"],
        (
            [fact.contract_code for _, fact in rows],
            [record.process_id for record, _ in rows],
            [fact.hub.value for _, fact in rows],
            [fact.donor for _, fact in rows],
            [fact.recipient for _, fact in rows],
            [MultiplePhase.QUEUED.value for _ in rows],
            [None if fact.window is None else fact.window.opens for _, fact in rows],
            [record.at for record, _ in rows],
        ),
    )
    numbers = [(record.process_id, each.number) for record, fact in rows for each in fact.numbers]
    cursor.execute(_SQL["draft_numbers"], tuple(map(list, zip(*numbers, strict=True))))


def _progress(cursor: Cursor, progress: dict[str, _Progress]) -> None:
    rows = list(progress.values())
    cursor.execute(
        _SQL["progress"],
        (
            list(progress),
            [row.state for row in rows],
            [row.is_open for row in rows],
            [row.reference for row in rows],
            [row.donor for row in rows],
            [row.window_opens for row in rows],
            [row.at for row in rows],
        ),
    )
