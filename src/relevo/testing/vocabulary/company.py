"""What may happen to the move of a company and to one of its batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from relevo.activation.fleet.messages import FleetWorks
from relevo.engine.process import EffectParked, Heard, TimerFired
from relevo.orders.company_batch.messages import (
    BatchChecked,
    BatchDivided,
    BatchDone,
    BatchDropped,
    BatchLinedUp,
    DropBatch,
    Finding,
    NumbersSetApart,
    PlanBatch,
    ReleaseBatch,
    RepairBatch,
)
from relevo.orders.company_batch.model import Batch, BatchPlan, CompanyNumber
from relevo.orders.company_move.messages import ResumeCompanyLane, StartCompanyMove
from relevo.orders.company_move.model import Move
from relevo.porting.multiple.messages import (
    MultipleCancelled,
    MultipleCompleted,
    MultipleConfirmed,
    MultipleQueued,
    MultipleRejected,
    MultipleRequested,
)
from relevo.porting.port_in.messages import Witness
from relevo.porting.port_in.sending import WINDOW_TOO_NEAR
from relevo.testing.vocabulary.cast import (
    AT,
    CARD,
    DAY,
    DONOR,
    ESIM_CARD,
    HOLDER,
    MAIN_NUMBER,
    MINUTE,
    ORDER,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
    window,
)
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

THIRD = Msisdn("+34600000103")
NUMBERS = (
    CompanyNumber(number=MAIN_NUMBER, new_iccid=CARD),
    CompanyNumber(number=SECOND_NUMBER, new_iccid=ESIM_CARD, depends_on=MAIN_NUMBER),
    CompanyNumber(
        number=THIRD, new_iccid=make_iccid("893407", 3), donor_iccid=make_iccid("893401", 3)
    ),
)
PLAN = BatchPlan(
    order=ORDER,
    numbers=NUMBERS,
    donor=DONOR,
    recipient=RECIPIENT,
    holder=HOLDER,
    rules=RULES,
    consent_at=AT,
)
ATTEMPTS_TRIED = 3
"""So many attempts are told of in full; those after them differ in nothing but their number."""


def batch_words(batch: Batch) -> Iterator[tuple[object, Moment]]:
    """Planned, its turn, every verdict, found out or not, repaired, dropped, moved, proven."""
    at = AT + MINUTE
    yield PlanBatch(plan=PLAN), AT
    yield PlanBatch(plan=replace(PLAN, numbers=NUMBERS[2:]), because="left_out"), AT
    yield PlanBatch(plan=replace(PLAN, numbers=())), AT
    yield ReleaseBatch(window=window(4)), at
    yield DropBatch(who="ana", why="not wanted"), at
    plan = batch.plan or PLAN
    yield RepairBatch(plan=plan, who="ana"), at
    yield RepairBatch(plan=replace(plan, numbers=()), who="ana"), at
    if batch.attempt < ATTEMPTS_TRIED:
        yield RepairBatch(plan=replace(plan, donor=OTHER_DONOR), who="ana"), at
    for finding in (
        (),
        (Finding(number=THIRD, why="elsewhere", serving=OTHER_DONOR),),
        (Finding(number=MAIN_NUMBER, why="in_process"),),
        tuple(Finding(number=each.number, why="not_assigned") for each in NUMBERS),
    ):
        yield BatchChecked(findings=finding), at
    yield TimerFired(name="check_due"), at
    yield EffectParked(effect_id="e", effect="orders.check_batch", reason="away"), at
    yield from _of_its_request(batch, plan)
    yield Heard(source=f"{ORDER}/fleet/7", fact=FleetWorks(at=at)), at


def _of_its_request(batch: Batch, plan: BatchPlan) -> Iterator[tuple[object, Moment]]:
    at = AT + MINUTE
    ours = f"{ORDER}/multiple/7/{batch.attempt}"
    numbers = tuple(each.number for each in plan.numbers)
    for fell_out in ((), numbers[-1:] if len(numbers) == len(NUMBERS) else ()):
        yield Heard(source=ours, fact=_confirmed(numbers, fell_out)), at
    yield Heard(source=f"{ORDER}/multiple/7/9", fact=_confirmed(numbers, ())), at
    yield Heard(source=ours, fact=_completed(numbers)), at
    for why in ("customer", "cancelled_by_hub"):
        yield Heard(source=ours, fact=MultipleCancelled(why=why)), at
    for reason in (
        "holder_mismatch", "card_mismatch", "no_answer", "unrecognised", "number_unknown",
    ):  # fmt: skip
        yield Heard(source=ours, fact=rejected(numbers, reason)), at
    yield Heard(source=ours, fact=rejected(numbers, "no_answer", code=WINDOW_TOO_NEAR)), at
    yield Heard(source=ours, fact=rejected(numbers, "incomplete", out=(SECOND_NUMBER,))), at
    yield Heard(source=ours, fact=rejected(numbers, "number_unknown", right=OTHER_DONOR)), at


def move_words(move: Move) -> Iterator[tuple[object, Moment]]:
    """Two batches of a donor, a piece for another one: taken, parked, rejected, divided, done."""
    lane = move.lane(DONOR)
    if lane.rejected and not lane.is_stopped:  # nothing but more of it, as far as the limit
        yield _from_request("1", rejected((), "holder_mismatch")), AT
        return
    yield _start(), AT
    yield _start(rules="es@1999-01-01"), AT
    yield _start(recipient="nobody"), AT
    yield _start(batches=0), AT
    yield ResumeCompanyLane(donor=DONOR, who="ana", why="found"), AT
    for batch, donor in (("1", DONOR), ("2", DONOR), ("1.1", OTHER_DONOR)):
        if batch in move.open or (batch != "1.1" and move.listed < 2):
            yield _from_batch(batch, BatchLinedUp(donor=donor, wish=None)), AT
        yield _from_batch(batch, BatchDone(numbers=())), AT
        yield _from_request(batch, MultipleQueued(until=AT + DAY, why="quota")), AT
        yield _from_request(batch, MultipleRequested(**_requested())), AT
    for verdict in (
        MultipleCancelled(why="cancelled_by_hub"),
        rejected((), "holder_mismatch"),
        rejected((), "no_answer"),
        _confirmed((), ()),
    ):
        yield _from_request("1", verdict), AT
    yield _from_batch("1", NumbersSetApart(numbers=(THIRD,), into="1.1", because="half")), AT
    yield _from_batch("1", BatchDivided(into=("1.1",))), AT
    yield _from_batch("2", BatchDropped(numbers=(), who="ana", why="not wanted")), AT


def _from_request(batch: str, fact: Any) -> Heard:
    return Heard(source=f"{ORDER}/multiple/{batch}/1", fact=fact)


def rejected(
    numbers: tuple[Msisdn, ...],
    reason: str,
    *,
    code: str = "RECH",
    out: tuple[Msisdn, ...] = (),
    right: str = "",
) -> MultipleRejected:
    """A whole request that was rejected."""
    return MultipleRejected(
        numbers=numbers,
        code=code,
        reason=reason,
        who_acts="desk",
        resubmit="after_repair",
        witness=Witness.MAILBOX,
        split_avoided=out,
        right_donor=right,
    )


def _requested() -> dict[str, Any]:
    opens = window(4)
    return {
        "reference": "MUL-1",
        "donor": DONOR,
        "window": opens,
        "reply_due": AT + DAY,
        "cancel_until": AT + DAY,
    }


def _confirmed(numbers: tuple[Msisdn, ...], fell_out: tuple[Msisdn, ...]) -> MultipleConfirmed:
    return MultipleConfirmed(
        reference="MUL-1",
        window=window(4),
        cancel_until=AT + DAY,
        numbers=tuple(each for each in numbers if each not in fell_out),
        fell_out=fell_out,
        witness=Witness.MAILBOX,
    )


def _completed(numbers: tuple[Msisdn, ...]) -> MultipleCompleted:
    return MultipleCompleted(
        numbers=numbers, donor=DONOR, recipient=RECIPIENT, at=AT, witness=Witness.FILE
    )


def _from_batch(batch: str, fact: Any) -> Heard:
    return Heard(source=f"{ORDER}/batch/{batch}", fact=fact)


def _start(*, rules: str = RULES, recipient: str = RECIPIENT, batches: int = 2) -> StartCompanyMove:
    return StartCompanyMove(
        holder=HOLDER,
        recipient=recipient,
        rules=rules,
        consent_at=AT,
        batches=batches,
        numbers=3,
        sheet="sha256:1",
    )
