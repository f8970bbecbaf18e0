"""The desk's list, what a donor compares, and what we serve follow the facts of undue ports."""

from __future__ import annotations

from typing import Any

from relevo.customers.actions import NewStanding, stand_lines
from relevo.customers.served import ServedStatus
from relevo.engine.catalogue import Projection
from relevo.engine.connection import Cursor
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.porting.undue_port.folding import FACTS, PHASES
from relevo.porting.undue_port.lifecycle import FINAL
from relevo.porting.undue_port.messages import (
    BlockEnded,
    NumberBlocked,
    NumberServedAgain,
    PortBackRefused,
    UnduePortReported,
    UnduePortUnrecognised,
)
from relevo.porting.undue_port.model import UnduePhase

_SQL = statements("relevo.porting", "undue")


def undue_projections() -> tuple[Projection, ...]:
    """All of them; custody follows the request in the opposite direction."""
    return (
        Projection(facts=FACTS, write=write_undue),
        Projection(facts=(NumberServedAgain,), write=write_served),
    )


def write_served(cursor: Cursor, records: list[Recorded]) -> None:
    """What we serve again."""
    changes = [
        NewStanding(
            number=record.fact.number,
            status=ServedStatus.ACTIVE,
            at=record.fact.at,
            caused_by=f"{record.process_id}@{record.version}",
            operator=record.fact.us,
        )
        for record in records
    ]
    stand_lines(cursor, changes)


def write_undue(cursor: Cursor, records: list[Recorded]) -> None:
    """Few a month: row by row, in the order of the facts."""
    for record in records:
        fact: Any = record.fact
        if isinstance(fact, UnduePortReported):
            _report(cursor, record, fact)
            continue
        phase = _phase(fact)
        task = _task(fact)
        row = {
            "process_id": record.process_id,
            "state": None if phase is None else phase.value,
            "is_open": None if phase is None else phase not in FINAL,
            "unblocks": isinstance(fact, BlockEnded),
            "blocked_until": fact.until if isinstance(fact, NumberBlocked) else None,
            "task": task if task or phase is not None else None,
            "at": record.at,
        }
        cursor.execute(_SQL["progress"], row)


def _report(cursor: Cursor, record: Recorded, fact: UnduePortReported) -> None:
    matter, document = fact.matter, fact.matter.holder.document
    row = (
        record.process_id,
        matter.number,
        matter.hub.value,
        matter.side.value,
        matter.us,
        matter.other,
        matter.why.value,
        document.type.value,
        document.number,
        record.at,
    )
    cursor.execute(_SQL["report"], row)


def _phase(fact: Any) -> UnduePhase | None:
    if isinstance(fact, BlockEnded):
        return None if fact.settled else UnduePhase.UNSETTLED
    return PHASES.get(type(fact))


def _task(fact: Any) -> str:
    """What somebody has to look at; whatever moves on is nobody's task any more."""
    match fact:
        case PortBackRefused():
            return f"the way back was refused: {fact.code} {fact.reason}".strip()
        case UnduePortUnrecognised():
            return f"{fact.code}: {fact.text}"
        case BlockEnded(settled=False):
            return "its block is over, and nobody has said whether it was stolen: settle it"
        case _:
            return ""
