"""Carrying out what an incoherence decides: a look into the ledger, a report, an answer."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from psycopg import OperationalError

from relevo.engine.connection import Lane
from relevo.engine.performer import Errand, Performer, Temporary
from relevo.numbering.queries import held_in_range
from relevo.porting.fixed_incoherence.messages import (
    AnswerIncoherence,
    CheckIncoherence,
    IncoherenceChecked,
    ReportIncoherence,
)


class DoubtHouse(Protocol):
    """A hub through which incoherences are reported and answered."""

    def report(self, asked: ReportIncoherence, *, key: str) -> None:
        """Tell the hub of one."""

    def answer(self, asked: AnswerIncoherence, *, key: str) -> None:
        """Say whose the numbers are; the same key is the same answer."""


class LedgerLook:
    """Looks into the ledger of custody, on a connection of its own that only reads."""

    def __init__(self, dsn: str) -> None:
        self._lane = Lane(dsn, name="relevo ledger look", autocommit=True)
        self._lock = Lock()

    def count(self, asked: CheckIncoherence) -> IncoherenceChecked:
        """How many of these numbers are ours. Raises Temporary when no server answers."""
        ours = others = total = 0
        with self._lock:
            try:
                connection = self._lane.connection()
                for span in asked.spans:
                    held = held_in_range(connection, span.first, span.last)
                    ours += held.pop(asked.us, 0)
                    others += sum(held.values())
                    total += int(span.last[1:]) - int(span.first[1:]) + 1
            except OperationalError as broken:
                raise Temporary(f"the ledger is out of reach: {broken}") from broken
        return IncoherenceChecked(ours=ours, others=others, unknown=total - ours - others)

    def close(self) -> None:
        """Give the connection back."""
        self._lane.close()


def performers(house: DoubtHouse, ledger: LedgerLook) -> dict[type, Performer]:
    """Who carries out which effect of this process."""

    def check(effect: CheckIncoherence, _errand: Errand) -> Sequence[object]:
        return [ledger.count(effect)]

    def report(effect: ReportIncoherence, errand: Errand) -> Sequence[object]:
        house.report(effect, key=errand.effect_id)
        return ()

    def answer(effect: AnswerIncoherence, errand: Errand) -> Sequence[object]:
        house.answer(effect, key=errand.effect_id)
        return ()

    return {CheckIncoherence: check, ReportIncoherence: report, AnswerIncoherence: answer}
