"""A promise: made, watched, moved in time or broken aloud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from relevo.engine.process import Decision, Refusal, Step, TimerFired, advance
from relevo.promises.promise.decider import promise_process
from relevo.promises.promise.messages import (
    KeepPromise,
    MakePromise,
    MovePromise,
    PromiseAtRisk,
    PromiseBroken,
    PromiseKept,
    PromiseKeptLate,
    PromiseMoved,
    PromiseReleased,
    ReleasePromise,
)
from relevo.promises.promise.model import Phase, Promise, Reason
from relevo.testing.explore import explore
from relevo.values.moment import Moment, instant

PROMISE = promise_process()
MADE_AT = instant("2019-01-14T10:00:00+01:00")
DUE = instant("2019-01-18T20:00:00+01:00")
LATER = instant("2019-01-22T20:00:00+01:00")
HOUR = timedelta(hours=1)
MAKE = MakePromise(what="bundle_works", to="R1", due=DUE, owner="porting_desk", rests_on=("wish",))
KEEP = KeepPromise(evidence="lines_live:M1")
RELEASE = ReleasePromise(why="withdrawn")


def tell(state: Promise, message: object, at: Moment) -> tuple[Promise, Decision]:
    step = advance(PROMISE, state, message, at)
    assert isinstance(step, Step), step
    return step.state, step.decision


def refused(state: Promise, message: object, at: Moment) -> str:
    verdict = advance(PROMISE, state, message, at)
    assert isinstance(verdict, Refusal)
    return verdict.reason


@pytest.fixture
def made() -> Promise:
    return tell(PROMISE.blank("R1/promise/bundle_works/1"), MAKE, MADE_AT)[0]


def test_it_is_at_risk_after_four_fifths_of_its_span() -> None:
    blank = PROMISE.blank("R1/promise/bundle_works/1")
    _, decision = tell(blank, MAKE, MADE_AT)
    timers = {timer.name: timer.due for timer in decision.timers}
    assert timers == {"at_risk": MADE_AT + (DUE - MADE_AT) * 4 / 5, "due": DUE}


def test_when_it_is_at_risk_its_owner_hears_of_it(made: Promise) -> None:
    state, decision = tell(made, TimerFired(name="at_risk"), DUE - HOUR)
    assert decision.facts == (PromiseAtRisk(what="bundle_works", due=DUE, owner="porting_desk"),)
    assert state.phase is Phase.AT_RISK


def test_kept_in_time_it_ends(made: Promise) -> None:
    state, decision = tell(made, KEEP, DUE)
    assert isinstance(decision.facts[0], PromiseKept)
    assert state.phase is Phase.KEPT


def test_it_is_moved_before_it_is_due_and_stays_open(made: Promise) -> None:
    state, decision = tell(made, MovePromise(due=LATER, why="card_not_in_hand"), DUE - HOUR)
    moved = PromiseMoved(what="bundle_works", was_due=DUE, due=LATER, why="card_not_in_hand")
    assert decision.facts == (moved,)
    assert state.phase is Phase.MADE
    assert {timer.name for timer in decision.timers} == {"at_risk", "due"}


def test_it_cannot_be_moved_once_it_is_due(made: Promise) -> None:
    late = MovePromise(due=LATER, why="card_not_in_hand")
    assert refused(made, late, DUE) == Reason.TOO_LATE_TO_MOVE
    broken, _ = tell(made, TimerFired(name="due"), DUE)
    assert refused(broken, late, DUE + HOUR) == Reason.TOO_LATE_TO_MOVE


def test_it_cannot_be_moved_into_the_past(made: Promise) -> None:
    assert refused(made, MovePromise(due=MADE_AT, why="x"), DUE - HOUR) == Reason.DUE_IN_THE_PAST


def test_due_and_not_kept_it_says_so_and_is_kept_late(made: Promise) -> None:
    broken, decision = tell(made, TimerFired(name="due"), DUE)
    assert decision.facts == (PromiseBroken(what="bundle_works", due=DUE, owner="porting_desk"),)
    kept, decision = tell(broken, KEEP, DUE + HOUR)
    assert isinstance(decision.facts[0], PromiseKeptLate)
    assert kept.phase is Phase.KEPT_LATE


def test_a_late_keeping_is_late_even_before_its_timer_fires(made: Promise) -> None:
    _, decision = tell(made, KEEP, DUE + timedelta(seconds=1))
    assert isinstance(decision.facts[0], PromiseBroken)
    assert isinstance(decision.facts[1], PromiseKeptLate)


def test_the_customer_can_release_us(made: Promise) -> None:
    state, decision = tell(made, RELEASE, DUE - HOUR)
    assert decision.facts == (PromiseReleased(what="bundle_works", why="withdrawn"),)
    assert state.phase is Phase.RELEASED


def test_made_twice_alike_it_is_one_promise_and_otherwise_refused(made: Promise) -> None:
    assert tell(made, MAKE, DUE - HOUR)[1] == Decision()
    other = MakePromise(what="call_back", to="R1", due=DUE, owner="x", rests_on=())
    assert refused(made, other, DUE - HOUR) == Reason.ALREADY_MADE


def test_what_was_never_made_is_neither_moved_nor_kept_nor_released() -> None:
    blank = PROMISE.blank("R1/promise/call_back/1")
    for message in (KEEP, RELEASE, MovePromise(due=LATER, why="x")):
        assert refused(blank, message, MADE_AT) == Reason.NEVER_MADE


def test_every_edge_of_a_promise_is_walked_and_no_other() -> None:
    def tries(_: Any) -> Iterator[tuple[object, Moment]]:
        for at in (MADE_AT, DUE - HOUR, DUE, LATER):
            for message in (
                MAKE,
                KEEP,
                RELEASE,
                MovePromise(due=LATER, why="late"),
                TimerFired(name="at_risk"),
                TimerFired(name="due"),
            ):
                yield message, at

    walk = explore(PROMISE, tries, process_id="R1/promise/bundle_works/1", states_max=500)
    assert walk.unwalked(PROMISE) == []
