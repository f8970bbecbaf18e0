"""One batch of a company's numbers, from its place in the line to the proof that each one works.

It asks its donor for all its numbers in one request (``porting.multiple``) when its turn comes,
follows the verdict on each, sends what fell out on its own way, and has what moved put into service
and proven together (``activation.fleet``). What cannot go on by a rule stops and says whose task it
is; nothing of it is ever forgotten.
"""

from __future__ import annotations

from typing import Any

from relevo.activation.fleet.messages import FleetWorks, ServeFleet
from relevo.activation.fleet.model import FleetLine
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    Tell,
    TimerFired,
)
from relevo.orders.company_batch.folding import FACTS, evolve
from relevo.orders.company_batch.lifecycle import LIFECYCLE
from relevo.orders.company_batch.messages import (
    BatchAsked,
    BatchChecked,
    BatchConfirmed,
    BatchDone,
    BatchDropped,
    BatchLinedUp,
    BatchMoved,
    BatchPlanned,
    BatchRepaired,
    BatchStopped,
    CheckBatch,
    DropBatch,
    PlanBatch,
    ReleaseBatch,
    RepairBatch,
)
from relevo.orders.company_batch.model import Batch, BatchPhase, BatchPlan, BatchRefusal, groups_of
from relevo.orders.company_batch.rejected import (
    CHECK_DUE,
    found,
    lined_up,
    set_apart,
    whole_rejection,
)
from relevo.orders.process_ids import (
    COMPANY_BATCH,
    FLEET,
    MULTIPLE,
    company_fleet,
    company_request,
)
from relevo.porting.multiple.messages import (
    CancelMultiple,
    MultipleCancelled,
    MultipleCompleted,
    MultipleConfirmed,
    MultipleRejected,
    RequestMultiple,
    WantedNumber,
)
from relevo.porting.profile import HubKind, WhoActs
from relevo.values.moment import Moment

LEFT_OUT = "left_out"


def decide(batch: Batch, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    plan = batch.plan
    match message:
        case PlanBatch():
            return _planned(batch, message)
        case _ if plan is None:
            return Refusal(reason=BatchRefusal.NOT_PLANNED)
        case RepairBatch():
            return _repaired(batch, plan, message)
        case DropBatch():
            return _dropped(batch, plan, message)
        case _:
            pass
    match batch.phase:
        case BatchPhase.WAITING if isinstance(message, ReleaseBatch):
            return _asked(batch, plan, message)
        case BatchPhase.ASKING if isinstance(message, Heard):
            return _heard_of_request(batch, plan, message, at)
        case BatchPhase.CHECKING:
            return _checking(batch, plan, message)
        case BatchPhase.PROVING if isinstance(message, Heard):
            is_done = isinstance(message.fact, FleetWorks)
            numbers = tuple(each.number for each in plan.numbers)
            return Decision(facts=(BatchDone(numbers=numbers),)) if is_done else NOTHING
        case _:
            return NOTHING


def _planned(batch: Batch, message: PlanBatch) -> Decision | Refusal:
    if batch.plan is not None:
        is_same = batch.phase is BatchPhase.WAITING and message.plan == batch.plan
        return NOTHING if is_same else Refusal(reason=BatchRefusal.ALREADY_PLANNED)
    if not message.plan.numbers:
        return Refusal(reason=BatchRefusal.NO_NUMBERS)
    planned = BatchPlanned(plan=message.plan, because=message.because)
    waits = BatchLinedUp(donor=message.plan.donor, wish=message.plan.wish)
    return Decision(facts=(planned, waits))


def _asked(batch: Batch, plan: BatchPlan, message: ReleaseBatch) -> Decision:
    attempt = batch.attempt + 1
    request = RequestMultiple(
        numbers=tuple(
            WantedNumber(number=each.number, donor_iccid=each.donor_iccid if each.prepaid else None)
            for each in plan.numbers
        ),
        groups=tuple(
            tuple(each.number for each in group)
            for group in groups_of(plan.numbers)
            if len(group) > 1
        ),
        hub=HubKind.MOBILE,
        donor=plan.donor,
        recipient=plan.recipient,
        holder=plan.holder,
        order=plan.order,
        rules=plan.rules,
        consent_at=plan.consent_at,
        window=message.window,
    )
    to = company_request(plan.order, batch.name, attempt)
    return Decision(
        facts=(BatchAsked(attempt=attempt, window=message.window),),
        tells=(Tell(kind=MULTIPLE, to=to, message=request),),
    )


def _heard_of_request(batch: Batch, plan: BatchPlan, heard: Heard, at: Moment) -> Decision:
    if heard.source != company_request(plan.order, batch.name, batch.attempt):
        return NOTHING  # a request before this one
    match heard.fact:
        case MultipleConfirmed() as fact:
            return _confirmed(batch, plan, fact)
        case MultipleCompleted() as fact:
            return _moved(batch, plan, fact)
        case MultipleRejected() as fact:
            return whole_rejection(batch, plan, fact, at)
        case MultipleCancelled(why=why):
            numbers = tuple(each.number for each in plan.numbers)
            if why == "customer":
                return Decision(facts=(BatchDropped(numbers=numbers, who="customer", why=why),))
            end = BatchStopped(
                numbers=numbers, code="", reason=f"cancelled: {why}", who_acts=WhoActs.DESK
            )
            return Decision(facts=(end,))
        case _:
            return NOTHING


def _confirmed(batch: Batch, plan: BatchPlan, fact: MultipleConfirmed) -> Decision:
    """These move. What fell out is asked for alone: then the donor says why."""
    out = set(fact.fell_out)
    fell = [group for group in groups_of(plan.numbers) if out & {each.number for each in group}]
    apart = set_apart(batch, fell, LEFT_OUT, ends=False)
    confirmed = BatchConfirmed(numbers=fact.numbers, window=fact.window)
    return Decision(facts=(confirmed, *apart.facts), tells=apart.tells)


def _moved(batch: Batch, plan: BatchPlan, fact: MultipleCompleted) -> Decision:
    moved = set(fact.numbers)
    lines = tuple(
        FleetLine(number=each.number, iccid=each.new_iccid)
        for each in plan.numbers
        if each.number in moved
    )
    serve = ServeFleet(lines=lines, at=fact.at)
    return Decision(
        facts=(BatchMoved(numbers=fact.numbers, at=fact.at),),
        tells=(Tell(kind=FLEET, to=company_fleet(plan.order, batch.name), message=serve),),
    )


def _checking(batch: Batch, plan: BatchPlan, message: Any) -> Decision:
    match message:
        case BatchChecked(findings=findings):
            return found(batch, plan, findings)
        case TimerFired(name=name) if name == CHECK_DUE:
            return found(batch, plan, ())
        case EffectParked():
            return found(batch, plan, ())
        case _:
            return NOTHING


def _repaired(batch: Batch, plan: BatchPlan, message: RepairBatch) -> Decision | Refusal:
    if batch.phase is not BatchPhase.STOPPED:
        return Refusal(reason=BatchRefusal.NOT_STOPPED)
    if {each.number for each in message.plan.numbers} != {each.number for each in plan.numbers}:
        return Refusal(reason=BatchRefusal.OTHER_NUMBERS)
    if message.plan == plan:
        return Refusal(
            reason=BatchRefusal.NOTHING_CHANGED,
            detail="the same request would get the same answer; change what was wrong",
        )
    repaired = BatchRepaired(plan=message.plan, who=message.who)
    return Decision(facts=(repaired, *lined_up(message.plan).facts))


def _dropped(batch: Batch, plan: BatchPlan, message: DropBatch) -> Decision | Refusal:
    numbers = tuple(each.number for each in plan.numbers)
    match batch.phase:
        case BatchPhase.WAITING | BatchPhase.STOPPED:
            end = BatchDropped(numbers=numbers, who=message.who, why=message.why)
            return Decision(facts=(end,))
        case BatchPhase.ASKING:
            to = company_request(plan.order, batch.name, batch.attempt)
            back = Tell(kind=MULTIPLE, to=to, message=CancelMultiple(why="customer"))
            return Decision(tells=(back,))
        case _:
            return Refusal(reason=BatchRefusal.UNDER_WAY, detail="the numbers have moved")


def company_batch_process() -> ProcessType[Batch]:
    """The process as the engine runs it."""
    return ProcessType(
        kind=COMPANY_BATCH,
        version=1,
        blank=lambda process_id: Batch(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Batch,
        messages=(PlanBatch, ReleaseBatch, RepairBatch, DropBatch, BatchChecked),
        facts=FACTS,
        effects=(CheckBatch,),
        hears=(
            MultipleConfirmed,
            MultipleCompleted,
            MultipleRejected,
            MultipleCancelled,
            FleetWorks,
        ),
        timers=frozenset({CHECK_DUE}),
    )
