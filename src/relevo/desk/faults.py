"""Mass faults at the desk: who is told, what is open, and what looks like one.

Each customer gets the words through his own voice, under a key of the fault, its step and his
order: telling all of them again is harmless, and nobody reads them twice.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relevo.care.fault.messages import (
    FaultEnded,
    FaultOpened,
    FaultUpdated,
    FaultUpdateRepeated,
    TellFault,
)
from relevo.care.model import TroubleKind
from relevo.engine.catalogue import Catalogue, Projection
from relevo.engine.clock import Clock
from relevo.engine.connection import Connection, Cursor, connect
from relevo.engine.engine import Engine
from relevo.engine.performer import Errand, Performer
from relevo.engine.process import family
from relevo.engine.recorded import Recorded
from relevo.engine.sql import statements
from relevo.notices.actions import KIND as VOICE
from relevo.notices.actions import voice_id
from relevo.notices.voice.messages import SayFault
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment, Span, utc

_SQL = statements("relevo.desk", "faults")
KIND = "care.fault"
TOLD_AT_ONCE = 500
MEMBERS_COUNTED_MOST = 100_000
TROUBLES_LOOKED_AT_MOST = 20_000

ALIKE_LEAST = 5
"""So many orders with one trouble of one cause look like one fault (a house rule)."""

ALIKE_WITHIN = Span(hours=2)
ENDED_SHOWN_FOR = Span(hours=24)

SHARED = (
    TroubleKind.NUMBER_DEAD,
    TroubleKind.CAPABILITY_LOST,
    TroubleKind.PARCEL_TROUBLED,
    TroubleKind.PROVISIONING_FAILED,
    TroubleKind.PORT_UNRECOGNISED,
    TroubleKind.RECORD_VANISHED,
    TroubleKind.ESIM_FAILED,
    TroubleKind.LINE_STUCK,
)
"""Kinds whose cause may be one for many: of a network, a hub, a courier or a donor."""


class FaultTeller:
    """Tells all whom a fault concerns; may be used by several threads."""

    def __init__(self, dsn: str, clock: Clock, catalogue: Callable[[], Catalogue]) -> None:
        self._dsn = dsn
        self._clock = clock
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._connection: Connection | None = None

    def tell(self, fault: TellFault, _: Errand) -> Sequence[object]:
        """In portions: first the words into each mailbox, then the mark that they are there."""
        said = SayFault(
            fault=fault.fault,
            step=fault.step,
            kind=fault.kind,
            cause=fault.cause,
            is_confirmed=fault.is_confirmed,
            texts=fault.texts,
            next_update=fault.next_update,
            is_over=fault.is_over,
        )
        asked = {
            "fault": fault.fault,
            "step": fault.step,
            "kind": fault.kind,
            "cause": fault.cause,
            "since": fault.since,
            "is_over": fault.is_over,
            "brand": fault.brand,
            "most": TOLD_AT_ONCE,
        }
        with self._lock:
            engine, connection = self._opened()
            while rows := connection.execute(_SQL["to_tell"], asked).fetchall():
                families = [each for (each,) in rows]
                engine.tell_many(
                    (VOICE, voice_id(one), said, f"{fault.fault}:{fault.step}:{one}")
                    for one in families
                )
                connection.execute(_SQL["told"], {**asked, "families": families})
        return ()

    def close(self) -> None:
        """Give back what it holds."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            if self._engine is not None:
                self._engine.close()

    def _opened(self) -> tuple[Engine, Connection]:
        if self._engine is None:
            self._engine = Engine(
                dsn=self._dsn,
                catalogue=self._catalogue(),
                clock=self._clock,
                performers={},
                worker="faults",
            )
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._dsn, name="relevo faults", autocommit=True)
        return self._engine, self._connection


def performers(teller: FaultTeller) -> dict[type, Performer]:
    """Who carries out which effect of ``care.fault``."""
    return {TellFault: teller.tell}


def desk_faults() -> Projection:
    """The table ``desk_fault``."""
    facts = (FaultOpened, FaultUpdated, FaultUpdateRepeated, FaultEnded)
    return Projection(facts=facts, write=write_faults)


def write_faults(cursor: Cursor, records: list[Recorded]) -> None:
    """One row for each fact."""
    for record in records:
        statement, row = _row(record.fact)
        cursor.execute(_SQL[statement], {"fault": family(record.process_id), **row})


def _row(fact: Any) -> tuple[str, Mapping[str, Any]]:
    match fact:
        case FaultOpened():
            return "opened", {
                "kind": fact.kind,
                "cause": fact.cause,
                "since": fact.since,
                "at": fact.at,
                "by": fact.by,
                "is_confirmed": fact.is_confirmed,
                "texts": json.dumps(dict(fact.texts)),
                "next_update": fact.next_update,
                "brand": fact.brand,
            }
        case FaultUpdated():
            said = {"texts": json.dumps(dict(fact.texts)), "is_confirmed": fact.is_confirmed}
            due = {"next_update": fact.next_update, "ended_at": None, "is_late": False}
            return "goes_on", {"step": fact.step, **said, **due}
        case FaultUpdateRepeated():
            due = {"next_update": fact.next_update, "ended_at": None, "is_late": True}
            return "goes_on", {"step": fact.step, "texts": None, "is_confirmed": None, **due}
        case _:
            said = {"texts": json.dumps(dict(fact.texts)), "is_confirmed": None}
            due = {"next_update": None, "ended_at": fact.at, "is_late": False}
            return "goes_on", {"step": fact.step, **said, **due}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFault:
    """A fault as the desk reads it: one line, however many it concerns."""

    fault: str
    kind: str
    cause: str
    since: Moment
    opened_at: Moment
    opened_by: str
    is_confirmed: bool
    texts: Mapping[str, str]
    step: int
    next_update: Moment | None
    is_late: bool
    ended_at: Moment | None
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksAlike:
    """Many orders with one trouble of one cause: perhaps one fault."""

    kind: str
    cause: str
    orders: int
    since: Moment


def faults(connection: Connection, now: Moment) -> list[DeskFault]:
    """What is open, and what has ended lately."""
    asked = {"since": now - ENDED_SHOWN_FOR, "most": MEMBERS_COUNTED_MOST}
    names = tuple(DeskFault.__dataclass_fields__)
    found = []
    for row in connection.execute(_SQL["open"], asked).fetchall():
        given: dict[str, Any] = {
            name: utc(value) if isinstance(value, Moment) else value
            for name, value in zip(names, row, strict=True)
        }
        found.append(DeskFault(**given))
    return found


def looks_alike(connection: Connection, now: Moment) -> list[LooksAlike]:
    """What the system proposes to open."""
    asked = {
        "since": now - ALIKE_WITHIN,
        "kinds": [str(kind) for kind in SHARED],
        "least": ALIKE_LEAST,
        "most": TROUBLES_LOOKED_AT_MOST,
    }
    rows = connection.execute(_SQL["proposed"], asked).fetchall()
    return [
        LooksAlike(kind=kind, cause=cause, orders=orders, since=utc(since))
        for kind, cause, orders, since in rows
    ]


def fault_process_id(kind: str, cause: str, since: Moment, brand: str) -> str:
    """The same trouble opened twice at the same moment is one fault of a brand."""
    return f"fault-{code(8, READABLE, 'fault', kind, cause, since.isoformat(), brand)}/fault"
