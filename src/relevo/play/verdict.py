"""The result of a play, in the shape that ``--json`` writes (scenario.md, "Result")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from relevo.billing.model import BillLine
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """One line at the end."""

    custody: str  # an operator; "hold", "nobody", or who says what when they disagree
    dead_minutes: int
    capabilities: tuple[str, ...]
    iccid: str | None
    compensation_eur: Decimal
    compensation_by_rule_eur: Decimal  # the rule applied to the world's own dead time

    @property
    def is_compensation_right(self) -> bool:
        """Whether product and rule agree; a cent is the rounding of a cut minute."""
        return abs(self.compensation_eur - self.compensation_by_rule_eur) <= Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultResult:
    """One fault of the file, and who saw it when."""

    where: str
    what: str
    line: str | None
    struck_at: Moment | None
    noticed_at: Moment | None
    noticed_by: str | None
    customer_told_at: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCount:
    made: int
    kept: int
    moved: int
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCount:
    sent: int
    contradictions_stopped: int
    contradictions_sent: int
    asked_for_held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that had to hold."""

    name: str
    wanted: str
    got: object
    holds: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Everything that a play comes to."""

    title: str
    finished: bool
    finished_at: Moment | None
    lines: dict[str, LineResult]
    promises: PromiseCount
    messages: MessageCount
    faults: tuple[FaultResult, ...]
    customer_minutes: int
    noticed_first_by: str | None
    timeline: tuple[Step, ...]
    facts: int
    digest: str
    parked: tuple[str, ...]
    contradictions: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    trips: int = 0  # journeys of the customer, to a depot or a shop
    port_outs: Mapping[str, str] = field(default_factory=dict)  # number -> what became of it
    bill: tuple[BillLine, ...] = ()  # the next one; every line of it names its number

    @property
    def holds(self) -> bool:
        """Whether every expectation does."""
        return all(each.holds for each in self.expectations)


def as_json(verdict: Verdict, zone: str) -> dict[str, Any]:
    """The contract's JSON, as plain dictionaries; instants are local with their offset."""
    local = ZoneInfo(zone)

    def shown(moment: Moment | None) -> str | None:
        return None if moment is None else moment.astimezone(local).isoformat(timespec="seconds")

    return {
        "title": verdict.title,
        "finished": verdict.finished,
        "finished_at": shown(verdict.finished_at),
        "lines": {name: _line(line) for name, line in verdict.lines.items()},
        "promises": {
            "made": verdict.promises.made,
            "kept": verdict.promises.kept,
            "moved": verdict.promises.moved,
            "broken": verdict.promises.broken,
        },
        "messages": {
            "sent": verdict.messages.sent,
            "contradictions_stopped": verdict.messages.contradictions_stopped,
            "contradictions_sent": verdict.messages.contradictions_sent,
            "asked_for_held": verdict.messages.asked_for_held,
        },
        "faults": [
            {
                "where": each.where,
                "what": each.what,
                "line": each.line,
                "struck_at": shown(each.struck_at),
                "noticed_at": shown(each.noticed_at),
                "noticed_by": each.noticed_by,
                "customer_told_at": shown(each.customer_told_at),
            }
            for each in verdict.faults
        ],
        **({"port_outs": dict(verdict.port_outs)} if verdict.port_outs else {}),
        "customer_minutes": verdict.customer_minutes,
        "timeline": [
            {"at": shown(each.at), "line": each.line or None, "who": each.who, "what": each.what}
            for each in verdict.timeline
        ],
        "journal": {"facts": verdict.facts, "digest": verdict.digest},
        "parked": list(verdict.parked),
        "bill": [_charge(each, shown) for each in verdict.bill],
        "expectations": [_expectation(each) for each in verdict.expectations],
    }


def _charge(each: BillLine, shown: Callable[[Moment | None], str | None]) -> dict[str, Any]:
    charge = {"number": each.number, "what": each.what, "amount_eur": float(each.amount.amount)}
    if each.belongs_to:
        charge["belongs_to"] = each.belongs_to
    if each.calculation:
        charge |= {
            "dead_from": shown(each.dead_from),
            "dead_until": shown(each.dead_until),
            "minutes": each.minutes,
            "rule": each.rule,
            "calculation": each.calculation,
        }
    return charge


def _line(line: LineResult) -> dict[str, Any]:
    return {
        "custody": line.custody,
        "dead_minutes": line.dead_minutes,
        "capabilities": list(line.capabilities),
        "iccid": line.iccid,
        "compensation_eur": float(line.compensation_eur),
    }


def _expectation(each: Expectation) -> dict[str, Any]:
    got = float(each.got) if isinstance(each.got, Decimal) else each.got
    if isinstance(got, Sequence) and not isinstance(got, str):
        got = list(got)
    row = {"name": each.name, "wanted": each.wanted, "got": got, "holds": each.holds}
    return row | ({"why": each.why} if each.why else {})
