"""The list of requests follows the facts of the port-ins, in their own transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.porting.port_in.messages import (
    CancellationAsked,
    CancellationMissed,
    DonorCorrected,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInDrafted,
    PortInQueued,
    PortInRejected,
    PortInRequested,
    PortInSent,
)
from relevo.porting.port_in.model import PortInPhase
from relevo.values.moment import Moment

_SQL = statements("relevo.porting", "ports")
_STATES: dict[type, PortInPhase] = {
    PortInQueued: PortInPhase.QUEUED,
    PortInSent: PortInPhase.SENT,
    PortInRequested: PortInPhase.REQUESTED,
    PortInConfirmed: PortInPhase.CONFIRMED,
    CancellationAsked: PortInPhase.CANCELLING,
    CancellationMissed: PortInPhase.REQUESTED,  # or confirmed, as the fact says
    PortInRejected: PortInPhase.REJECTED,
    PortInCancelled: PortInPhase.CANCELLED,
    PortInCompleted: PortInPhase.COMPLETED,
}
_ENDS = frozenset({PortInPhase.REJECTED, PortInPhase.CANCELLED, PortInPhase.COMPLETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """What one batch of facts changes in a row; None: it stays."""

    at: Moment
    state: str | None = None
    is_open: bool = True
    reference: str | None = None
    donor: str | None = None
    window_opens: Moment | None = None


def ports_projection() -> Projection:
    """Every request at a hub, by the names under which the outside speaks of it."""
    return Projection(facts=(PortInDrafted, DonorCorrected, *_STATES), write=write_ports)


def write_ports(cursor: Cursor, records: list[Recorded]) -> None:
    """One statement for the new requests, one for all that went on."""
    drafted = [record for record in records if isinstance(record.fact, PortInDrafted)]
    if drafted:
        _draft(cursor, drafted)
    progress: dict[str, _Progress] = {}
    for record in records:
        if not isinstance(record.fact, PortInDrafted):
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
        case CancellationMissed(is_confirmed=True):
            return replace(after, state=PortInPhase.CONFIRMED.value)
        case DonorCorrected():
            return replace(after, donor=fact.donor)
        case PortInRequested() | PortInConfirmed():
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
            [fact.number for _, fact in rows],
            [fact.hub.value for _, fact in rows],
            [fact.donor for _, fact in rows],
            [fact.recipient for _, fact in rows],
            [PortInPhase.QUEUED.value for _ in rows],
            [None if fact.window is None else fact.window.opens for _, fact in rows],
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
            [row.reference for row in rows],
            [row.donor for row in rows],
            [row.window_opens for row in rows],
            [row.at for row in rows],
        ),
    )
