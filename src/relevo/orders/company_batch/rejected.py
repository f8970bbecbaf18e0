"""A whole request was rejected with one cause: who is it, and how is the rest asked for again?

Never the same request twice unchanged, but for silence, which says nothing about the numbers. A no
to many is answered in this order: whoever would have torn a group apart goes alone; the hub's
bulletin may show who is with another operator or in another process; if it shows nobody, the batch
is halved, until the one stands alone. Then its cause is its own, and if no rule knows the repair it
is a person's task. Groups are never split on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from relevo.engine.process import Decision, Tell, Timer
from relevo.orders.company_batch.folding import evolve
from relevo.orders.company_batch.messages import (
    BatchDivided,
    BatchLinedUp,
    BatchRejected,
    BatchRepaired,
    BatchStopped,
    CheckBatch,
    Finding,
    NumbersSetApart,
    PlanBatch,
)
from relevo.orders.company_batch.model import Batch, BatchPlan, CompanyNumber, groups_of
from relevo.orders.process_ids import COMPANY_BATCH, company_batch
from relevo.porting.multiple.messages import MultipleRejected
from relevo.porting.port_in.sending import WINDOW_TOO_NEAR
from relevo.porting.profile import RejectionReason, WhoActs
from relevo.values.moment import Moment

CHECK_DUE = "check_due"
CHECK_WITHIN = timedelta(hours=1)
"""The bulletin is a help, not a witness: if it does not answer, the batch is halved without it."""

SILENCES_MAX = 3
ATTEMPTS_MAX = 12
"""A donor that is corrected for ever, or a window that is always too near, has to be looked at."""

WOULD_SPLIT, ELSEWHERE, SUSPECT, HALF = "would_split", "elsewhere", "suspect", "half"
_DESK_ONLY = frozenset({RejectionReason.UNRECOGNISED, RejectionReason.FORCE_MAJEURE})

Groups = Sequence[tuple[CompanyNumber, ...]]


def whole_rejection(batch: Batch, plan: BatchPlan, fact: MultipleRejected, at: Moment) -> Decision:
    """What follows from one no for all."""
    reason = RejectionReason(fact.reason)
    is_late = fact.code == WINDOW_TOO_NEAR
    is_silence = reason is RejectionReason.NO_ANSWER and not is_late
    noted = BatchRejected(
        numbers=tuple(each.number for each in plan.numbers),
        code=fact.code,
        reason=reason.value,
        is_silence=is_silence,
    )
    after = evolve(batch, noted)
    groups = groups_of(plan.numbers)
    if batch.attempt >= ATTEMPTS_MAX or reason in _DESK_ONLY:
        return _joined(noted, stopped(plan, fact, who_acts=WhoActs.DESK))
    if is_late or is_silence:
        again = after.silences < SILENCES_MAX
        return _joined(noted, lined_up(plan) if again else stopped(plan, fact))
    if fact.split_avoided and len(groups) > 1:
        out = set(fact.split_avoided)
        torn = [group for group in groups if out & {each.number for each in group}]
        return _joined(noted, set_apart(after, torn, WOULD_SPLIT))
    if len(groups) == 1:
        return _joined(noted, _repaired(plan, fact))
    check = CheckBatch(numbers=noted.numbers, donor=plan.donor)
    due = Timer(name=CHECK_DUE, due=at + CHECK_WITHIN)
    return Decision(facts=(noted,), effects=(check,), timers=(due,))


def found(batch: Batch, plan: BatchPlan, findings: Sequence[Finding]) -> Decision:
    """What our own look found: take those out; when it found nobody, halve the batch."""
    seen = {each.number: each for each in findings}
    groups = groups_of(plan.numbers)
    guilty = [group for group in groups if any(each.number in seen for each in group)]
    off = Timer(name=CHECK_DUE, due=None)
    if not guilty:
        middle = len(groups) // 2
        halves = [_flat(groups[:middle]), _flat(groups[middle:])]
        return replace(set_apart(batch, halves, HALF), timers=(off,))
    elsewhere = {
        group: {seen[each.number].serving for each in group if each.number in seen}
        for group in guilty
    }
    decision = Decision()
    for group, serving in elsewhere.items():
        moved = serving - {"", plan.donor, plan.recipient}
        donor = moved.pop() if len(moved) == 1 else ""
        part = set_apart(batch, [group], ELSEWHERE if donor else SUSPECT, donor=donor, ends=False)
        batch = _folded(batch, part)
        decision = _both(decision, part)
    return replace(_both(decision, _ended(batch)), timers=(off,))


def stopped(plan: BatchPlan, fact: MultipleRejected, *, who_acts: str = "") -> Decision:
    """Somebody has to find out."""
    end = BatchStopped(
        numbers=tuple(each.number for each in plan.numbers),
        code=fact.code,
        reason=WOULD_SPLIT if fact.split_avoided else fact.reason,
        who_acts=who_acts or fact.who_acts,
    )
    return Decision(facts=(end,))


def lined_up(plan: BatchPlan) -> Decision:
    """Into the line of its donor, again."""
    return Decision(facts=(BatchLinedUp(donor=plan.donor, wish=plan.wish),))


def set_apart(
    batch: Batch, groups: Groups, because: str, *, donor: str = "", ends: bool = True
) -> Decision:
    """Each of these groups goes on in a batch of its own; what is left lines up again."""
    plan = batch.plan
    if plan is None:
        raise AssertionError("nothing can be set apart from a batch without a plan")
    facts: list[Any] = []
    tells: list[Tell] = []
    for place, group in enumerate(groups, start=batch.pieces + 1):
        name = f"{batch.name}.{place}"
        numbers = tuple(each.number for each in group)
        facts.append(NumbersSetApart(numbers=numbers, into=name, because=because))
        piece = replace(plan, numbers=tuple(group), donor=donor or plan.donor)
        said = PlanBatch(plan=piece, because=because)
        tells.append(Tell(kind=COMPANY_BATCH, to=company_batch(plan.order, name), message=said))
    apart = Decision(facts=tuple(facts), tells=tuple(tells))
    return _both(apart, _ended(_folded(batch, apart))) if ends else apart


def _ended(batch: Batch) -> Decision:
    """What becomes of a rejected batch after some were set apart."""
    plan = batch.plan
    if plan is not None and plan.numbers:
        return lined_up(plan)
    pieces = tuple(f"{batch.name}.{n}" for n in range(1, batch.pieces + 1))
    return Decision(facts=(BatchDivided(into=pieces),))


def _repaired(plan: BatchPlan, fact: MultipleRejected) -> Decision:
    """It stands alone, so that the cause is its own: what a rule can repair is asked anew."""
    better = _without_a_person(plan, fact)
    if better is None or better == plan:
        return stopped(plan, fact)
    return _joined(BatchRepaired(plan=better, who="rule"), lined_up(better))


def _without_a_person(plan: BatchPlan, fact: MultipleRejected) -> BatchPlan | None:
    if fact.right_donor and fact.right_donor != plan.recipient:
        return replace(plan, donor=fact.right_donor)
    if fact.reason == RejectionReason.CARD_MISMATCH:
        # The usual trap: a prepaid line asked for as one with a contract (porting-es 3.8).
        return replace(
            plan,
            numbers=tuple(
                replace(each, prepaid=each.prepaid or each.donor_iccid is not None)
                for each in plan.numbers
            ),
        )
    return None


def _flat(groups: Groups) -> tuple[CompanyNumber, ...]:
    return tuple(each for group in groups for each in group)


def _folded(batch: Batch, decision: Decision) -> Batch:
    for fact in decision.facts:
        batch = evolve(batch, fact)
    return batch


def _both(first: Decision, then: Decision) -> Decision:
    return Decision(
        facts=(*first.facts, *then.facts),
        effects=(*first.effects, *then.effects),
        tells=(*first.tells, *then.tells),
        timers=(*first.timers, *then.timers),
    )


def _joined(fact: Any, then: Decision) -> Decision:
    return _both(Decision(facts=(fact,)), then)
