"""What a scenario says must hold at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from relevo.play.readings import NoSuchLine, euros, moment, one_of, some_of, text, truth, whole
from relevo.play.table_reader import Table
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import CAPABILITIES, LinePlan, ServedPlan
from relevo.values.moment import Moment
from relevo.values.msisdn import parse_msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """None or an empty table: it is not checked."""

    finished: bool | None = None
    dead_minutes: dict[str, int] = field(default_factory=dict)
    noticed_first_by: str | None = None
    customer_minutes: int | None = None
    contradictions_sent: int | None = None
    asked_for_held: int | None = None
    promises_broken: int | None = None
    compensation: dict[str, Decimal] = field(default_factory=dict)
    custody: dict[str, str] = field(default_factory=dict)  # number -> operator
    capabilities: dict[str, tuple[str, ...]] = field(default_factory=dict)
    port_outs: dict[str, str] = field(default_factory=dict)  # number -> what became of it
    told_by: dict[str, Moment] = field(default_factory=dict)  # line: we wrote of it by then


T = TypeVar("T")

_WITH_A_CODE = re.compile(r"(rejected:RECH_[A-Z]{1,5}|refused:[A-Z]{4}_[A-Z0-9]{1,5})")
_WHOLES = ("customer_minutes", "contradictions_sent", "asked_for_held", "promises_broken")


_FATES = ("asked", "confirmed", "cancelled", "ported", "undone", "left out", "dropped", "not asked")


def read_expected(
    table: Table, lines: Sequence[LinePlan], served: Sequence[ServedPlan] = ()
) -> Expected:
    """Read ``[expect]``; its per-line tables may name only lines of the file."""
    known = {line.id: line for line in lines}
    numbers = {line.number for line in lines if line.number}

    def of_line(name: str) -> LinePlan:
        if name not in known:
            why = f"{name!r} is no line of this file"
            raise NoSuchLine(why, f"write one of {', '.join(known)}", seeks="id")
        return known[name]

    def minutes(name: str, value: object) -> int:
        of_line(name)
        return whole(value)

    def amount(name: str, value: object) -> Decimal:
        of_line(name)
        return euros(value)

    def holder(name: str, value: object) -> str:
        if parse_msisdn(name) not in numbers:
            why = f"{name!r} is the number of no line of this file"
            raise NoSuchLine(why, "write the number of a [[line]]", seeks="number")
        return one_of(*ORIGINS)(value)

    def abilities(name: str, value: object) -> tuple[str, ...]:
        return some_of(*CAPABILITIES[of_line(name).kind])(value)

    def fate(name: str, value: object) -> str:
        if parse_msisdn(name) not in numbers:
            why = f"{name!r} is the number of no line of this file"
            raise NoSuchLine(why, "write the number of a line that is asked for", seeks="number")
        said = text(value)
        return said if _WITH_A_CODE.fullmatch(said) else one_of(*_FATES)(value)

    def by_when(name: str, value: object) -> Moment:
        of_line(name)
        return moment(value)

    custody = _each(table, "custody", holder)
    fates = _each(table, "port_outs", fate)
    counts = {key: table.take(key, whole, None) for key in _WHOLES}
    expected = Expected(
        finished=table.take("finished", truth, None),
        dead_minutes=_each(table, "dead_minutes", minutes),
        noticed_first_by=table.take("noticed_first_by", one_of("system", "customer"), None),
        compensation=_each(table, "compensation", amount),
        custody={str(parse_msisdn(number)): name for number, name in custody.items()},
        capabilities=_each(table, "capabilities", abilities),
        told_by=_each(table, "told_by", by_when),
        port_outs={str(parse_msisdn(number)): what for number, what in fates.items()},
        **counts,
    )
    table.close()
    return expected


def _each(table: Table, key: str, reading: Callable[[str, object], T]) -> dict[str, T]:
    found = table.tables(key, many=False)
    return found[0].every(reading) if found else {}
