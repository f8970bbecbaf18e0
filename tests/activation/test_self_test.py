"""The customer's own test: evidence beside our probes, which alone make a line live or dead."""

from __future__ import annotations

from datetime import timedelta

from tests.activation.test_activation import (
    ACTIVATE,
    MINUTE,
    MORNING,
    NIGHT,
    NOON,
    PROCESS,
    RESERVE,
    WATCH,
    answered,
    given_,
    only,
    probe,
    when,
)

from relevo.activation.activation.messages import ArmWatch, LineSelfTested, TakeSelfTest
from relevo.activation.activation.model import Activation, Phase
from relevo.activation.ladder import Capability
from relevo.engine.process import NOTHING, Refusal, advance

AT_DONOR = ((WATCH, NOON),)
LIVE = (
    (WATCH, NOON),
    (RESERVE, NOON),
    (answered("reserved", NOON), NOON),
    (ACTIVATE, NIGHT),
    (answered("provisioned"), NIGHT),
    (answered("registered", NIGHT), NIGHT),
    (probe(at=NIGHT + 5 * MINUTE, good=NIGHT), NIGHT + 5 * MINUTE),
)


def tried(works: dict[str, bool], test_id: str = "t1") -> TakeSelfTest:
    return TakeSelfTest(test_id=test_id, works=works, by="customer", channel="page")


def live() -> Activation:
    state = given_(*LIVE)
    assert state.phase is Phase.LIVE
    return state


def test_a_test_that_agrees_is_kept_and_changes_nothing() -> None:
    decision = when(live(), tried({"calls_in": True, "data": True}), MORNING)
    kept = only(decision, LineSelfTested)
    assert kept.works == {"calls_in": True, "data": True}
    assert kept.disagrees == ()
    assert decision.effects == ()


def test_what_fails_for_him_is_looked_at_soon_but_only_probes_make_it_lost() -> None:
    state = live()
    step = advance(PROCESS, state, tried({"data": False}), MORNING)
    assert not isinstance(step, Refusal)
    assert only(step.decision, LineSelfTested).disagrees == (Capability.DATA,)
    assert only(step.decision, ArmWatch).every_minutes < 20
    assert step.state.phase is Phase.LIVE
    assert step.state.proven == state.proven


def test_what_we_know_to_fail_is_no_disagreement() -> None:
    lost = probe(at=MORNING, good=NIGHT, data=False)
    state = given_(*LIVE, (lost, MORNING))
    decision = when(state, tried({"data": False}), MORNING + MINUTE)
    assert only(decision, LineSelfTested).disagrees == ()


def test_a_number_that_dies_at_the_donor_may_be_told_by_its_owner() -> None:
    decision = when(given_(*AT_DONOR), tried({"calls_in": False}), NOON + timedelta(hours=1))
    assert only(decision, LineSelfTested).disagrees == (Capability.CALLS_IN,)
    assert only(decision, ArmWatch).every_minutes == 1


def test_the_same_test_twice_is_one_and_the_next_one_another() -> None:
    state = given_(*LIVE, (tried({"data": True}), MORNING))
    assert when(state, tried({"data": True}), MORNING) == NOTHING
    assert only(when(state, tried({"data": True}, "t2"), MORNING), LineSelfTested).test_id == "t2"


def test_a_test_of_something_that_the_line_cannot_do_is_refused() -> None:
    step = advance(PROCESS, live(), tried({"fax": True}), MORNING)
    assert step == Refusal(reason="no_such_capability", detail="fax")
    assert isinstance(advance(PROCESS, live(), tried({}), MORNING), Refusal)
