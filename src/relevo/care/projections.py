"""How long each stage has taken, counted with the facts themselves (``care/history``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from relevo.activation.activation.messages import LineWorks
from relevo.care.case.messages import CallBackKept, CallBackPromised, TroubleEnded
from relevo.care.history import Stage, rounded_up, trouble_stage
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.line.messages import LineMoved
from relevo.porting.port_in.messages import (
    PortInCancelled,
    PortInConfirmed,
    PortInQueuedAtHub,
    PortInRejected,
    PortInRequested,
)
from relevo.porting.recovery.messages import (
    HoldEnded,
    NumberCut,
    NumberRecovered,
    ReactivationPromised,
    RecoveryOvertaken,
)
from relevo.sims.dispatch.messages import CardInHand, CardLost, DispatchStopped, ParcelOrdered
from relevo.values.moment import Moment, Span, utc

_SQL = statements("relevo.care", "history")


def stage_history() -> Projection:
    """The tables ``care_stage`` and ``care_stage_span``."""
    return Projection(facts=tuple(_WRITES), write=write_history)


def write_history(cursor: Cursor, records: list[Recorded]) -> None:
    """One or two rows for each fact. Days are those of UTC: facts know no zone, and what begins
    after midnight is a working day's beginning neither here nor there."""
    for record in records:
        _WRITES[type(record.fact)](cursor, record)


Write = Callable[[Cursor, Recorded], None]


def _begins(stage: Stage, bound: Callable[[Any], Moment | None]) -> Write:
    def write(cursor: Cursor, record: Recorded) -> None:
        began = {"at": record.at, "bound": bound(record.fact)}
        cursor.execute(_SQL["begins"], {**_named(stage, record), **began})

    return write


def _bounded(stage: Stage, bound: Callable[[Any], Moment | None]) -> Write:
    def write(cursor: Cursor, record: Recorded) -> None:
        cursor.execute(_SQL["bounded"], {**_named(stage, record), "bound": bound(record.fact)})

    return write


def _ends(stage: Stage, *, counts: bool = True) -> Write:
    def write(cursor: Cursor, record: Recorded) -> None:
        row = cursor.execute(_SQL["ends"], _named(stage, record)).fetchone()
        if row is not None and counts:
            _took(cursor, str(stage), utc(row[0]), record.at)

    return write


def _trouble(cursor: Cursor, record: Recorded) -> None:
    trouble = record.fact.trouble
    _took(cursor, trouble_stage(trouble), trouble.since, record.at)


def _took(cursor: Cursor, stage: str, began: Moment, ended: Moment) -> None:
    counted = {
        "stage": stage,
        "began_on": began.astimezone(UTC).date(),
        "minutes": rounded_up(max(ended - began, Span())),
    }
    cursor.execute(_SQL["took"], counted)


def _named(stage: Stage, record: Recorded) -> dict[str, Any]:
    """A line is moved by one process and seen to work by another: its id is their key."""
    match stage:
        case Stage.LINE_WORKS:
            key = str(record.fact.line)
        case Stage.CALL_BACK:
            key = str(record.fact.promise)
        case _:
            key = record.process_id
    return {"family": family(record.process_id), "stage": str(stage), "key": key}


def _end_of_day(fact: Any) -> Moment:
    """A day that was named holds to its end."""
    return datetime.combine(fact.expected_on + timedelta(days=1), time(), tzinfo=UTC)


_ANSWERS, _RETURNS = Stage.DONOR_ANSWERS, Stage.NUMBER_RETURNS
_WRITES: Mapping[type, Write] = {
    PortInRequested: _begins(_ANSWERS, lambda fact: fact.reply_due),
    PortInQueuedAtHub: _bounded(_ANSWERS, lambda fact: fact.reply_due),
    PortInConfirmed: _ends(_ANSWERS),
    PortInRejected: _ends(_ANSWERS),
    PortInCancelled: _ends(_ANSWERS, counts=False),
    ParcelOrdered: _begins(Stage.PARCEL, _end_of_day),
    CardInHand: _ends(Stage.PARCEL),
    CardLost: _ends(Stage.PARCEL, counts=False),
    DispatchStopped: _ends(Stage.PARCEL, counts=False),
    LineMoved: _begins(Stage.LINE_WORKS, lambda _: None),
    LineWorks: _ends(Stage.LINE_WORKS),
    NumberCut: _begins(_RETURNS, lambda _: None),
    ReactivationPromised: _bounded(_RETURNS, lambda fact: fact.by),
    NumberRecovered: _ends(_RETURNS),
    HoldEnded: _ends(_RETURNS, counts=False),
    RecoveryOvertaken: _ends(_RETURNS, counts=False),
    CallBackPromised: _begins(Stage.CALL_BACK, lambda fact: fact.due),
    CallBackKept: _ends(Stage.CALL_BACK),
    TroubleEnded: _trouble,
}
