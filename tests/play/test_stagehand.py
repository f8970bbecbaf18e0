"""Staff who err and a worker that is killed: when it happens, and through whose hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from relevo.engine import signals
from relevo.play.fault_kinds import HELD_ITEMS
from relevo.play.plain_reading import asks_for
from relevo.play.scenario import load_scenario
from relevo.play.stagehand import StaffActs, Stagehand
from relevo.simulators.plan import FaultPlan

WORLD = load_scenario(Path(__file__).parents[2] / "stories" / "clean.toml").world
STARTS = datetime(2019, 1, 13, 10, 59, tzinfo=UTC)  # a Sunday
MONDAY_EIGHT = datetime(2019, 1, 14, 7, 0, tzinfo=UTC)
LIE = FaultPlan(where="care", what="wrong_answer", text="No.", channel="call")


class Desk:
    """Takes down what staff do."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    def acts(self) -> StaffActs:
        return StaffActs(propose_reply=self._take, promise_call_back=self._take)

    def _take(self, **said: Any) -> None:
        self.done.append(said)


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    signals.disarm()


def stagehand(*faults: FaultPlan) -> Stagehand:
    return Stagehand(replace(WORLD, faults=faults))


def test_staff_err_at_the_given_time_but_only_in_working_hours() -> None:
    waiting = stagehand(replace(LIE, after=timedelta(hours=1)))
    assert waiting.next_due() == MONDAY_EIGHT


def test_without_a_time_staff_err_once_there_is_a_case() -> None:
    waiting = stagehand(LIE)
    waiting.fact_recorded("care.case_opened", "", MONDAY_EIGHT)
    assert waiting.next_due() == MONDAY_EIGHT + timedelta(hours=1)


def test_without_time_or_case_staff_err_on_the_next_working_day() -> None:
    assert stagehand(LIE).next_due() == MONDAY_EIGHT + timedelta(hours=3, minutes=59)


def test_a_fault_may_wait_for_a_fact_of_its_line() -> None:
    waiting = stagehand(replace(LIE, on="porting.port_in_rejected", line="M2"))
    waiting.fact_recorded("porting.port_in_rejected", "M1", STARTS)
    assert waiting.next_due() is None
    waiting.fact_recorded("porting.port_in_rejected", "M2", MONDAY_EIGHT)
    assert waiting.next_due() == MONDAY_EIGHT


def test_a_wrong_answer_goes_through_the_products_own_action() -> None:
    desk, hand = Desk(), stagehand(replace(LIE, at=MONDAY_EIGHT, times=2))
    assert hand.act(MONDAY_EIGHT, desk.acts()) == 1
    assert hand.act(MONDAY_EIGHT, desk.acts()) == 0
    assert (desk.done[0]["text"], desk.done[0]["channel"]) == ("No.", "sms")
    assert hand.next_due() == MONDAY_EIGHT + timedelta(hours=1)
    assert hand.struck()[0].struck_at == MONDAY_EIGHT


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("item", HELD_ITEMS)
def test_what_staff_ask_for_is_understood_by_the_judge(item: str, language: str) -> None:
    fault = FaultPlan(where="care", what="asks_for_held", item=item, at=MONDAY_EIGHT)
    customer = replace(WORLD.customer, language=language)
    desk, hand = Desk(), Stagehand(replace(WORLD, customer=customer, faults=(fault,)))
    hand.act(MONDAY_EIGHT, desk.acts())
    assert item in asks_for(desk.done[0]["text"])


def test_a_call_is_promised_and_nobody_calls() -> None:
    desk = Desk()
    hand = stagehand(FaultPlan(where="care", what="promise_missed", at=MONDAY_EIGHT))
    hand.act(MONDAY_EIGHT, desk.acts())
    assert desk.done[0]["due"] == MONDAY_EIGHT + timedelta(hours=2)
    assert hand.next_due() is None


def test_a_crash_is_armed_at_its_point_and_as_often_as_asked() -> None:
    fault = FaultPlan(where="order", what="crash", at_point="worker.decided", times=2)
    hand = stagehand(fault)
    for _ in range(2):
        assert hand.act(STARTS, None) == 1
        with pytest.raises(signals.WorkerKilled):
            signals.reach("worker.decided")
        hand.worker_killed("worker.decided", STARTS)
    assert hand.act(STARTS, None) == 0
    signals.reach("worker.decided")


def test_a_crash_anywhere_strikes_in_the_next_batch() -> None:
    hand = stagehand(FaultPlan(where="order", what="crash"))
    hand.act(STARTS, None)

    def one_turn() -> None:
        for point in signals.POINTS:
            signals.reach(point)

    with pytest.raises(signals.WorkerKilled, match=r"worker\."):
        one_turn()
