"""Judges a play on the world's own truth, the texts that arrived and the product's facts.

Pure: everything it needs was witnessed by the runner. Where the product's word is held against the
world's (custody, compensation), a disagreement fails the expectation and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from importlib import import_module

from relevo.billing.queries import bill_from
from relevo.compensation.schedule import Outage, Schedule, Terms, entitlement
from relevo.engine.process import wire_name
from relevo.play.contradictions import contradictions, requests_for_held
from relevo.play.effort import Cost, customer_minutes, effort_table
from relevo.play.noticing import judge_faults, noticed_first_by
from relevo.play.scoring import held_against
from relevo.play.verdict import (
    LineResult,
    MessageCount,
    PromiseCount,
    Verdict,
)
from relevo.play.witnessed import Interval, LineTruth, Witnessed
from relevo.porting.profile import Window
from relevo.simulators.plan import LineKind, LinePlan
from relevo.tracking.timeline import line_of
from relevo.values.moment import Moment

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """The country's tables that are needed to judge."""

    efforts: Mapping[str, Cost]
    schedule: Schedule


def yardsticks(profile: str) -> Yardsticks:
    """The tables of a country."""
    schedule = import_module(f"relevo.profiles.{profile}.compensation").schedule()
    return Yardsticks(effort_table(profile), schedule)


def judge(seen: Witnessed, by: Yardsticks) -> Verdict:
    """The whole result."""
    names = [wire_name(recorded.fact) for recorded in seen.facts]
    faults = judge_faults(seen)
    said_wrong = contradictions(seen)
    closed_at = _closed_at(seen)
    lacked = _lacked_at_close(seen)
    verdict = Verdict(
        title=seen.scenario.title,
        finished=_finished(seen, closed_at is not None and not lacked),
        finished_at=closed_at,
        lines={line.id: _line(line, seen, by.schedule) for line in seen.scenario.world.all_lines},
        promises=PromiseCount(
            made=names.count("promises.promise_made"),
            kept=names.count("promises.promise_kept"),
            moved=names.count("promises.promise_moved"),
            broken=names.count("promises.promise_broken"),
        ),
        messages=MessageCount(
            sent=sum(1 for each in seen.arrived if each.is_ours),
            contradictions_stopped=_stopped(seen),
            contradictions_sent=len(said_wrong),
            asked_for_held=requests_for_held(seen),
        ),
        faults=faults,
        customer_minutes=customer_minutes(seen.efforts, by.efforts),
        trips=sum(1 for effort in seen.efforts if effort.kind == "trip"),
        noticed_first_by=noticed_first_by(faults),
        timeline=seen.timeline,
        facts=len(seen.facts),
        digest=seen.digest,
        bill=bill_from(seen.facts),
        parked=seen.parked,
        contradictions=said_wrong,
        expectations=(),
        port_outs=_fates(seen),
    )
    return replace(verdict, expectations=held_against(verdict, seen, lacked))


_DECIDED = ("ported", "undone", "cancelled", "rejected", "refused", "dropped", "left out")


def _fates(seen: Witnessed) -> Mapping[str, str]:
    """What became of each number asked of us; who is gone must not stay in our own network."""
    kept = {
        line.number
        for line in seen.scenario.world.all_lines
        if line.number and seen.lines[line.id].is_subscribed
    }
    return {
        number: "ported, and our network still serves it"
        if fate == "ported" and number in kept
        else fate
        for number, fate in seen.port_outs.items()
    }


def _finished(seen: Witnessed, is_order_done: bool) -> bool:
    """The order is done, if there is one; what was asked of us is decided, if anything was."""
    decided = (fate.startswith(_DECIDED) for fate in seen.port_outs.values())
    return (is_order_done or not seen.scenario.has_order) and all(decided)


def _closed_at(seen: Witnessed) -> Moment | None:
    closed = [each.at for each in seen.facts if wire_name(each.fact) == "orders.order_closed"]
    return closed[-1] if closed else None


def _lacked_at_close(seen: Witnessed) -> Mapping[str, tuple[str, ...]]:
    """Ordered lines that did not do everything when the order said that it was done."""
    ordered = set(seen.scenario.order.lines)
    return {
        line: lacks for line, lacks in seen.lacking_at_close.items() if lacks and line in ordered
    }


def _stopped(seen: Witnessed) -> int:
    stopped = [each for each in seen.facts if wire_name(each.fact) == "notices.draft_stopped"]
    return sum(1 for each in stopped if each.fact.kind == "contradiction")


def _line(line: LinePlan, seen: Witnessed, schedule: Schedule) -> LineResult:
    truth = seen.lines[line.id]
    return LineResult(
        custody=_custody(line, truth),
        dead_minutes=whole_minutes(truth.dead, seen.ended_at),
        capabilities=truth.capabilities,
        iccid=truth.iccid,
        compensation_eur=_accrued(line.id, seen),
        compensation_by_rule_eur=_by_rule(line, truth, seen, schedule),
    )


def whole_minutes(intervals: Iterable[Interval], until: Moment) -> int:
    """How long a number was dead in all; what still runs is counted until the end of the play."""
    total = sum(((end or until) - start for start, end in intervals), timedelta())
    return total // _MINUTE


def _custody(line: LinePlan, truth: LineTruth) -> str:
    """One name when the network, the hub and the ledger agree, else what each of them says."""
    said = {"network": truth.network or "nobody"}
    if line.number is not None:
        said["hub"] = truth.hub or "nobody"
        if truth.ledger is not None:
            said["ledger"] = truth.ledger
    if len(set(said.values())) == 1:
        return said["network"]
    return ", ".join(f"{who}: {name}" for who, name in said.items())


def _accrued(line: str, seen: Witnessed) -> Decimal:
    """What the product found, whether or not it reaches the amount that is credited by itself."""
    cents = 0
    for recorded in seen.facts:
        is_ours = line_of(recorded.process_id, recorded.fact) == line
        if is_ours and wire_name(recorded.fact) == "compensation.amount_found":
            cents = recorded.fact.amount_eur_cents
    return Decimal(cents).scaleb(-2)


def _by_rule(line: LinePlan, truth: LineTruth, seen: Witnessed, schedule: Schedule) -> Decimal:
    if line.kind is LineKind.FIBRE:
        return Decimal("0.00")
    terms = Terms(
        monthly_fee_eur_cents=_cents(line.monthly_fee),
        average_3m_eur_cents=_cents(line.average_3m),
    )
    outages = tuple(
        Outage(dead_from=start, dead_until=end or seen.ended_at, exact=True)
        for start, end in truth.dead
    )
    owed = entitlement(schedule, terms, outages, excluded=_window(line.id, seen))
    return Decimal(owed.eur_cents).scaleb(-2)


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)


def _window(line: str, seen: Witnessed) -> Window | None:
    """The change window in which the line moved: an interruption in it is foreseen."""
    confirmed: Window | None = None
    for recorded in seen.facts:
        if line_of(recorded.process_id, recorded.fact) != line:
            continue
        name = wire_name(recorded.fact)
        if name == "porting.port_in_confirmed":
            confirmed = recorded.fact.window
        elif name == "porting.port_in_completed":
            return confirmed
    return None
