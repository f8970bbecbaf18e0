"""The kinds of fault that a scenario can name, and the keys that each takes.

The table of the scenario contract, as data: the reader refuses what is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from relevo.engine.process import WORDS
from relevo.engine.signals import POINTS
from relevo.play.durations import is_duration
from relevo.play.readings import (
    NoSuchLine,
    Reading,
    count,
    moment,
    one_of,
    some_of,
    span,
    text,
    texts,
    wait,
)
from relevo.play.table_reader import Table
from relevo.simulators.operators import ORIGINS
from relevo.simulators.plan import CAPABILITIES, FaultPlan, LineKind, LinePlan
from relevo.values.malformed import Malformed
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True)
class FaultKind:
    """``needs`` must be given, ``takes`` may be; every kind takes ``line`` and the timing keys."""

    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


HELD_ITEMS = (
    "identity_document", "termination_notice", "activation_notice", "bill", "consent",
    "delivery_receipt", "sim_photo", "address", "bank_account",
)  # fmt: skip
"""What the operator holds already (claims.md); asking the customer for it is a fault of ours."""

CHANNELS = ("email", "sms", "call", "social")

FAULT_KINDS: dict[str, dict[str, FaultKind]] = {
    "donor": {
        "cease_dependent": FaultKind(),
        "reject": FaultKind(needs=("cause",)),
        "silent": FaultKind(),
        "late": FaultKind(takes=("by",)),
        "partial": FaultKind(needs=("lines",)),
        "cut_early": FaultKind(takes=("by",)),
    },
    "hub": {
        "down": FaultKind(takes=("for",)),
        "duplicate": FaultKind(),
        "delay": FaultKind(takes=("by",)),
        "reorder": FaultKind(),
        "lose_notice": FaultKind(),
        "quota": FaultKind(),
        "wrong_donor": FaultKind(),
        "session_lost": FaultKind(),
        "refuse": FaultKind(needs=("cause",)),
        "contingency": FaultKind(takes=("for",)),
    },
    "courier": {
        "bad_label": FaultKind(),
        "wrong_address": FaultKind(),
        "absent": FaultKind(),
        "lost": FaultKind(),
        "refused": FaultKind(),
        "false_delivery": FaultKind(),
        "silent": FaultKind(takes=("for",)),
    },
    "field": {
        "absent": FaultKind(),
        "no_access": FaultKind(),
        "no_port": FaultKind(),
        "wrong_address": FaultKind(),
        "another_visit": FaultKind(),
        "cancelled": FaultKind(),
        "late": FaultKind(takes=("by",)),
        "false_done": FaultKind(),
        "silent": FaultKind(),
    },
    "network": {
        "provision_fails": FaultKind(),
        "partial": FaultKind(needs=("missing",), takes=("for",)),
        "routing_stale": FaultKind(needs=("origin",), takes=("for",)),
        "forgets": FaultKind(),
        "recipient_fails": FaultKind(),
    },
    "care": {
        "wrong_answer": FaultKind(needs=("text",), takes=("channel",)),
        "asks_for_held": FaultKind(needs=("item",), takes=("channel",)),
        "promise_missed": FaultKind(),
    },
    "order": {
        "lose_line": FaultKind(),
        "crash": FaultKind(takes=("at_point",)),
    },
}
"""Place, kind, and the keys of it."""

_EVERY_CAPABILITY = CAPABILITIES[LineKind.MOBILE]

PARAMETERS: dict[str, Reading[object]] = {
    "cause": text,
    "by": span,
    "for": span,
    "lines": texts,
    "missing": some_of(*_EVERY_CAPABILITY),
    "origin": one_of(*ORIGINS),
    "item": one_of(*HELD_ITEMS),
    "channel": one_of(*CHANNELS),
    "text": text,
    "at_point": one_of(*POINTS),
}
"""How the keys of the kinds are read."""


def instant_after(starts: Moment | None) -> Callable[[object], Moment | None]:
    """Times are absolute or durations after ``starts``."""

    def read(value: object) -> Moment | None:
        if isinstance(value, str) and is_duration(value):
            return None if starts is None else starts + wait(value)
        try:
            return moment(value)
        except Malformed as wrong:
            remedy = f"{wrong.remedy}, or a duration after starts such as PT26H"
            raise Malformed(wrong.why, remedy) from None

    return read


def read_fault(table: Table, lines: Sequence[LinePlan], starts: Moment | None) -> FaultPlan:
    where = table.need("where", one_of(*FAULT_KINDS), "")
    what = table.need("what", text, "")
    kinds = FAULT_KINDS.get(where, {})
    kind = kinds.get(what)
    plan = FaultPlan(
        where=where,
        what=what,
        line=table.take("line", _line_of(lines), None),
        at=table.take("at", instant_after(starts), None),
        after=table.take("after", wait, None),
        on=table.take("on", _fact_name, None),
        times=table.take("times", count, 1),
    )
    if len([key for key in ("after", "at", "on") if table.has(key)]) > 1:
        table.fault(
            "on" if table.has("on") else "at", "is one time too many", "give after, at or on"
        )
    if kind is None:
        if where and what:
            others = [place for place, known in FAULT_KINDS.items() if what in known]
            there = f" (it is one of {others[0]!r})" if others else ""
            why = f"{what!r} is no fault of {where!r}{there}"
            table.fault("what", why, f"write one of {', '.join(kinds)}")
        return plan
    plan = _with_parameters(plan, table, kind)
    for line in plan.lines:
        if all(line != known.id for known in lines):
            why = f"{line!r} is no line of this file"
            table.findings.add((*table.path, "lines"), why, "name lines by their id", seeks="id")
    table.close()
    return plan


def _with_parameters(plan: FaultPlan, table: Table, kind: FaultKind) -> FaultPlan:
    given: dict[str, Any] = {key: table.need(key, PARAMETERS[key], None) for key in kind.needs}
    given |= {key: table.take(key, PARAMETERS[key], None) for key in kind.takes}
    fields = {"lasts" if key == "for" else key: value for key, value in given.items()}
    return replace(plan, **{key: value for key, value in fields.items() if value is not None})


def _line_of(lines: Sequence[LinePlan]) -> Callable[[object], str]:
    names = tuple(dict.fromkeys(line.id for line in lines))

    def read(value: object) -> str:
        if value not in names:
            known = ", ".join(names) or "the lines of this file"
            why = f"{value!r} is no line of this file"
            raise NoSuchLine(why, f"write one of {known}", seeks="id")
        return str(value)

    return read


def _fact_name(value: object) -> str:
    """A fact of the product: its wire name, or its last part, or the name of its class."""
    said = text(value)
    facts = {name: word for name, word in WORDS.items() if word.role == "fact"}
    if said in facts:
        return said
    for name, word in facts.items():
        if said in (name.partition(".")[2], word.type.__name__):
            return name
    raise Malformed(
        f"{said!r} is no fact of the product", "write for example porting.port_in_confirmed"
    )
