"""One batch of a company: who sank it is found, the rest goes on, nobody is asked twice in vain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relevo.activation.fleet.messages import FleetWorks, ServeFleet
from relevo.engine.process import Decision, Heard, Refusal, TimerFired, advance
from relevo.orders.company_batch.decider import company_batch_process
from relevo.orders.company_batch.messages import (
    BatchChecked,
    BatchDivided,
    BatchDropped,
    BatchRepaired,
    BatchStopped,
    DropBatch,
    Finding,
    NumbersSetApart,
    PlanBatch,
    ReleaseBatch,
    RepairBatch,
)
from relevo.orders.company_batch.model import BatchPlan, CompanyNumber, groups_of
from relevo.porting.multiple.messages import (
    CancelMultiple,
    MultipleCancelled,
    MultipleCompleted,
    MultipleConfirmed,
    RequestMultiple,
)
from relevo.porting.port_in.messages import Witness
from relevo.testing.vocabulary.cast import AT, DONOR, HOLDER, ORDER, OTHER_DONOR, RECIPIENT, RULES
from relevo.testing.vocabulary.cast import window as window_in
from relevo.testing.vocabulary.company import rejected
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

PROCESS = company_batch_process()
WINDOW = window_in(4)


def number(n: int, *, on: int | None = None, card: bool = False) -> CompanyNumber:
    return CompanyNumber(
        number=Msisdn(f"+3460010010{n}"),
        new_iccid=make_iccid("893407", n),
        donor_iccid=make_iccid("893401", n) if card else None,
        depends_on=None if on is None else Msisdn(f"+3460010010{on}"),
    )


class Batch:
    """One batch, spoken to step by step."""

    def __init__(self, *numbers: CompanyNumber) -> None:
        self.state: Any = PROCESS.blank(f"{ORDER}/batch/7")
        self.last = Decision()
        self.refusal: Refusal | None = None
        self.plan = BatchPlan(
            order=ORDER,
            numbers=numbers,
            donor=DONOR,
            recipient=RECIPIENT,
            holder=HOLDER,
            rules=RULES,
            consent_at=AT,
        )
        self.hear(PlanBatch(plan=self.plan)).released()

    def hear(self, message: object) -> Batch:
        step = advance(PROCESS, self.state, message, AT)
        self.last, self.refusal = Decision(), None
        if isinstance(step, Refusal):
            self.refusal = step
        else:
            self.state, self.last = step.state, step.decision
        return self

    def released(self) -> Batch:
        return self.hear(ReleaseBatch(window=WINDOW))

    def told(self, fact: Any) -> Batch:
        source = f"{ORDER}/multiple/7/{self.state.attempt}"
        return self.hear(Heard(source=source, fact=fact))

    def facts(self, kind: type) -> list[Any]:
        return [fact for fact in self.last.facts if isinstance(fact, kind)]

    @property
    def pieces(self) -> dict[str, BatchPlan]:
        """The batches that the last message made, by their names."""
        return {
            tell.to.rpartition("/")[2]: tell.message.plan
            for tell in self.last.tells
            if isinstance(tell.message, PlanBatch)
        }


def confirmed(*numbers: Msisdn, fell_out: tuple[Msisdn, ...] = ()) -> MultipleConfirmed:
    return MultipleConfirmed(
        reference="MUL-1",
        window=WINDOW,
        cancel_until=AT,
        numbers=numbers,
        fell_out=fell_out,
        witness=Witness.MAILBOX,
    )


def all_of(batch: Batch) -> tuple[Msisdn, ...]:
    return tuple(each.number for each in batch.state.plan.numbers)


def test_its_request_names_the_groups_and_only_prepaid_lines_their_cards() -> None:
    prepaid = replace(number(3, card=True), prepaid=True)
    batch = Batch(number(1), number(2, on=1), prepaid, number(4, card=True))
    (tell,) = batch.last.tells
    assert isinstance(tell.message, RequestMultiple)
    assert tell.message.groups == ((Msisdn("+34600100101"), Msisdn("+34600100102")),)
    assert [each.donor_iccid for each in tell.message.numbers] == [
        None, None, prepaid.donor_iccid, None,
    ]  # fmt: skip


def test_what_fell_out_goes_on_alone_and_the_others_are_served_when_they_moved() -> None:
    batch = Batch(number(1), number(2), number(3))
    one, two, three = all_of(batch)
    batch.told(confirmed(one, three, fell_out=(two,)))
    assert {name: [n.number for n in plan.numbers] for name, plan in batch.pieces.items()} == {
        "7.1": [two]
    }
    batch.told(confirmed(one, three, fell_out=(two,)))  # said again
    assert batch.pieces == {}
    moved = MultipleCompleted(
        numbers=(one, three), donor=DONOR, recipient=RECIPIENT, at=AT, witness=Witness.FILE
    )
    (tell,) = batch.told(moved).last.tells
    assert isinstance(tell.message, ServeFleet)
    assert [line.number for line in tell.message.lines] == [one, three]
    batch.hear(Heard(source=f"{ORDER}/fleet/7", fact=FleetWorks(at=AT)))
    assert batch.state.phase == "done"


def test_a_torn_group_goes_alone_and_the_rest_is_asked_again() -> None:
    batch = Batch(number(1), number(2, on=1), number(3))
    one, two, three = all_of(batch)
    batch.told(rejected((), "incomplete", code="group_would_split", out=(two,)))
    assert [n.number for n in batch.pieces["7.1"].numbers] == [one, two]
    assert batch.state.phase == "waiting"
    (tell,) = batch.released().last.tells
    assert [each.number for each in tell.message.numbers] == [three]
    assert tell.to.endswith("/multiple/7/2")


def test_who_is_elsewhere_is_asked_for_elsewhere_and_the_rest_again() -> None:
    batch = Batch(number(1), number(2), number(3))
    _, two, _ = all_of(batch)
    batch.told(rejected((), "number_unknown"))
    assert batch.state.phase == "checking"
    batch.hear(BatchChecked(findings=(Finding(number=two, why="elsewhere", serving="cantil"),)))
    assert batch.pieces["7.1"].donor == "cantil"
    assert two not in all_of(batch)
    assert batch.state.phase == "waiting"


@pytest.mark.parametrize("answer", [BatchChecked(findings=()), TimerFired(name="check_due")])
def test_when_our_own_look_finds_nobody_the_batch_is_halved_without_splitting_a_group(
    answer: object,
) -> None:
    batch = Batch(number(1), number(2, on=1), number(3), number(4, on=3))
    batch.told(rejected((), "holder_mismatch")).hear(answer)
    halves = [plan.numbers for plan in batch.pieces.values()]
    assert [len(half) for half in halves] == [2, 2]
    assert all(len(groups_of(half)) == 1 for half in halves)
    assert batch.facts(BatchDivided)[0].into == ("7.1", "7.2")
    assert batch.state.phase == "divided"


def test_one_that_stands_alone_is_a_person_s_task_with_its_cause() -> None:
    batch = Batch(number(1)).told(rejected((), "holder_mismatch", code="RECH_IDENT"))
    (stopped,) = batch.facts(BatchStopped)
    assert (stopped.code, stopped.reason) == ("RECH_IDENT", "holder_mismatch")


def test_a_prepaid_line_that_was_listed_with_a_contract_is_repaired_without_a_person() -> None:
    batch = Batch(number(1, card=True)).told(rejected((), "card_mismatch"))
    (repaired,) = batch.facts(BatchRepaired)
    assert repaired.who == "rule"
    (tell,) = batch.released().last.tells
    assert tell.message.numbers[0].donor_iccid == make_iccid("893401", 1)
    batch.told(rejected((), "card_mismatch"))  # the card was not it either
    assert batch.state.phase == "stopped"


def test_one_of_another_donor_follows_him() -> None:
    batch = Batch(number(1)).told(rejected((), "number_unknown", right=OTHER_DONOR))
    assert batch.state.plan.donor == OTHER_DONOR
    batch.released().told(rejected((), "number_unknown", right=RECIPIENT))
    assert batch.state.phase == "stopped"


def test_silence_is_asked_again_but_not_for_ever() -> None:
    batch = Batch(number(1), number(2))
    for _ in range(2):
        batch.told(rejected((), "no_answer", code="RECH_NORES")).released()
    assert batch.state.phase == "asking"
    assert batch.told(rejected((), "no_answer", code="RECH_NORES")).state.phase == "stopped"


def test_a_code_that_nobody_knows_goes_to_the_desk_and_nothing_is_guessed() -> None:
    batch = Batch(number(1), number(2)).told(rejected((), "unrecognised", code="RECH_XXXXX"))
    (stopped,) = batch.facts(BatchStopped)
    assert stopped.who_acts == "desk"
    assert not batch.facts(NumbersSetApart)


def test_a_repair_has_to_change_something() -> None:
    batch = Batch(number(1)).told(rejected((), "holder_mismatch"))
    batch.hear(RepairBatch(plan=batch.plan, who="ana"))
    assert batch.refusal is not None
    assert batch.refusal.reason == "nothing_changed"
    batch.hear(RepairBatch(plan=replace(batch.plan, donor=OTHER_DONOR), who="ana"))
    assert batch.state.phase == "waiting"


def test_a_batch_is_dropped_before_its_request_and_taken_back_after() -> None:
    asking = Batch(number(1)).hear(DropBatch(who="ana", why="closed"))
    (tell,) = asking.last.tells
    assert isinstance(tell.message, CancelMultiple)
    asking.told(MultipleCancelled(why="customer"))
    assert asking.state.phase == "dropped"
    stopped = Batch(number(1)).told(rejected((), "holder_mismatch"))
    stopped.hear(DropBatch(who="ana", why="closed"))
    assert stopped.facts(BatchDropped)[0].who == "ana"


def test_what_an_earlier_request_says_changes_nothing() -> None:
    batch = Batch(number(1), number(2)).told(rejected((), "no_answer")).released()
    late = Heard(source=f"{ORDER}/multiple/7/1", fact=confirmed(*all_of(batch)))
    assert batch.hear(late).last == Decision()
