"""The list of a company follows the facts about its batches, in their own transaction."""

from __future__ import annotations

from typing import Any

from relevo.activation.fleet.messages import FleetLost, FleetProven, FleetUnproven
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.orders.company_batch.messages import (
    BatchAsked,
    BatchConfirmed,
    BatchDone,
    BatchDropped,
    BatchLinedUp,
    BatchMoved,
    BatchPlanned,
    BatchRejected,
    BatchStopped,
)
from relevo.orders.company_move.messages import CompanyMoveDone, CompanyMoveStarted
from relevo.orders.process_ids import line_name
from relevo.porting.multiple.messages import MultipleRequested

_SQL = statements("relevo.orders", "company")
_NOTHING = dict.fromkeys(("batch", "state", "donor", "window_opens", "cause", "who_acts"))


def company_numbers() -> Projection:
    """What became of each number of a company's list; and that none moves twice at once."""
    return Projection(
        facts=(
            CompanyMoveStarted,
            CompanyMoveDone,
            BatchPlanned,
            BatchLinedUp,
            BatchAsked,
            MultipleRequested,
            BatchConfirmed,
            BatchRejected,
            BatchMoved,
            FleetProven,
            FleetLost,
            FleetUnproven,
            BatchStopped,
            BatchDropped,
            BatchDone,
        ),
        write=write_company_numbers,
    )


def write_company_numbers(cursor: Cursor, records: list[Recorded]) -> None:
    """In the order of the facts."""
    for record in records:
        for statement, values in _changes(record):
            given = {**_NOTHING, "order_key": family(record.process_id), "at": record.at, **values}
            cursor.execute(_SQL[statement], given)


def _changes(record: Recorded) -> list[tuple[str, dict[str, Any]]]:
    fact = record.fact
    match fact:
        case CompanyMoveStarted():
            return [("move_started", {})]
        case CompanyMoveDone():
            return [("move_done", {})]
        case BatchPlanned():
            numbers = [each.number for each in fact.plan.numbers]
            planned = {"batch": line_name(record.process_id), "cause": fact.because or None}
            return [
                ("numbers_begin", {"numbers": numbers}),
                ("numbers_change", {**planned, "numbers": numbers}),
            ]
        case BatchDone():
            return [("numbers_end", {"numbers": list(fact.numbers)})]
        case FleetProven():
            changes = {"state": "works", "cause": "", "who_acts": ""}
            return [("numbers_change", {**changes, "numbers": list(fact.numbers)})]
        case FleetLost():
            changes = {"state": "ported", "cause": "lost", "who_acts": "network"}
            return [("numbers_change", {**changes, "numbers": [e.number for e in fact.lacks]})]
        case FleetUnproven():
            changes = {"cause": "unproven", "who_acts": "customer"}
            return [("numbers_change", {**changes, "numbers": list(fact.lacks)})]
        case _:
            return _of_batch(record)


def _of_batch(record: Recorded) -> list[tuple[str, dict[str, Any]]]:
    fact = record.fact
    here = {"batch": line_name(record.process_id)}
    match fact:
        case BatchLinedUp():
            waits = {"state": "waiting", "donor": fact.donor, "who_acts": ""}
            return [("batch_changes", {**here, **waits})]
        case BatchAsked():
            asked = {"state": "asked", "window_opens": fact.window.opens}
            return [("batch_changes", {**here, **asked})]
        case MultipleRequested():
            requested = {"state": "requested", "window_opens": fact.window.opens}
            return [("batch_changes", {**here, **requested})]
        case BatchConfirmed():
            confirmed = {"state": "confirmed", "window_opens": fact.window.opens, "cause": ""}
            return [("numbers_change", {**confirmed, "numbers": list(fact.numbers)})]
        case BatchRejected():
            rejected = {"state": "rejected", "cause": fact.code}
            return [("numbers_change", {**rejected, "numbers": list(fact.numbers)})]
        case BatchMoved():
            moved = {"state": "ported", "cause": "", "who_acts": ""}
            return [("numbers_change", {**moved, "numbers": list(fact.numbers)})]
        case BatchStopped():
            stopped = {
                "state": "stopped",
                "cause": fact.code or fact.reason,
                "who_acts": fact.who_acts,
            }
            return [("numbers_change", {**stopped, "numbers": list(fact.numbers)})]
        case BatchDropped():
            dropped = {"state": "dropped", "cause": fact.why, "who_acts": ""}
            numbers = list(fact.numbers)
            return [
                ("numbers_change", {**dropped, "numbers": numbers}),
                ("numbers_end", {"numbers": numbers}),
            ]
        case _:
            return []
