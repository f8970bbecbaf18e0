"""What the fixed hub hands out: a file for each record, numbered for each operator.

Faults of the post (doubled, late, out of order, lost) strike here. A lost file leaves a gap in the
numbers, by which an operator sees that it has to ask for it once more (REPM).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from relevo.simulators.faults import late_by
from relevo.simulators.fixed_records import to_second, write_record
from relevo.simulators.operators import OPERATORS
from relevo.simulators.stage import Stage

CONFIRMED, CONFIRMED_AGAIN = "CP", "CPR"


class FixedPost:
    """The download folders, and what was said about each process."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._files: dict[str, list[dict[str, Any]]] = {}
        self._count: dict[str, int] = {}
        self._lost: dict[str, dict[int, str]] = {}
        self._said: dict[tuple[str, str], list[str]] = {}
        self._held_back: dict[str, list[str]] = {}

    def after(self, operator: str, seq: int) -> list[dict[str, Any]]:
        """The files of an operator behind that number."""
        return [file for file in self._files.get(operator, ()) if file["seq"] > seq]

    def tell(self, operator: str, numbers: Sequence[str], *fields: str) -> None:
        """A record for one operator, about these numbers, as far as the faults let it through."""
        record = write_record(*fields)
        self._said.setdefault((operator, fields[1]), []).append(record)
        strike = self._stage.strike_one_of
        if strike("hub", "lose_notice", numbers):
            self._lost.setdefault(operator, {})[self._next(operator)] = record
            return
        delay = strike("hub", "delay", numbers)
        if delay is not None:
            due = self._stage.now() + late_by(delay, timedelta(hours=2))
            name = f"fixed hub late {operator} {fields[0]} {fields[1]}"
            self._stage.later(due, name, lambda: self._publish(operator, record))
        elif strike("hub", "reorder", numbers):
            self._held_back.setdefault(operator, []).append(record)
        else:
            self._publish(operator, record)
            if strike("hub", "duplicate", numbers):
                self._publish(operator, record)

    def tell_all(self, numbers: Sequence[str], *fields: str) -> None:
        """A record for everybody."""
        for operator in OPERATORS:
            self.tell(operator.fixed_code, numbers, *fields)

    def repeat(self, operator: str, process: str) -> None:
        """All that was said to an operator about a process, once more."""
        for record in self._said.get((operator, process), ()):
            kind, _, rest = record.partition(";")
            again = CONFIRMED_AGAIN if kind == CONFIRMED else kind
            self._publish(operator, f"{again};{rest}")

    def repeat_lost(self, operator: str, first: int, last: int) -> None:
        """The files of these numbers that never arrived, under new numbers."""
        lost = self._lost.get(operator, {})
        for seq in sorted(seq for seq in lost if first <= seq <= last):
            self._publish(operator, lost.pop(seq))

    def has_answered(self, operator: str, process: str) -> bool:
        """Whether anything was said to the operator about that process."""
        return (operator, process) in self._said

    def _publish(self, operator: str, record: str) -> None:
        held = self._held_back.pop(operator, [])
        for content in (record, *held):
            seq = self._next(operator)
            now = self._stage.now()
            name = f"ER_{operator}_{to_second(now)}_{seq:04d}.txt"
            file = {"seq": seq, "name": name, "published_at": now, "content": content + "\n"}
            self._files.setdefault(operator, []).append(file)
        self._stage.changed("fixed hub")

    def _next(self, operator: str) -> int:
        self._count[operator] = self._count.get(operator, 0) + 1
        return self._count[operator]
