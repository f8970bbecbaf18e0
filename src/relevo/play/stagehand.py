"""The faults that do not happen in the outside world: staff who err, and a worker that is killed.

The runner plays the member of staff through the product's own actions, as a person at a screen
would. The product knows nothing of it: what it stops, it stops by its own checks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from relevo.engine import signals
from relevo.play.witnessed import Struck
from relevo.simulators.hours import Hours
from relevo.simulators.plan import FaultPlan, UnduePlan, WorldPlan
from relevo.values.ids import draw_between
from relevo.values.moment import Moment, utc
from relevo.values.msisdn import Msisdn, spoken

CALL_BACK_WITHIN = timedelta(hours=2)
AFTER_THE_CASE = 60  # working minutes after a case is opened until somebody errs
WITHOUT_A_CASE = timedelta(hours=24)
NEXT_ERROR = 60  # working minutes
_BATCH_POINTS = tuple(point for point in signals.POINTS if point.startswith("worker."))
_PRODUCT_CHANNELS = {"email": "email", "sms": "sms", "call": "sms", "social": "sms"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActs:
    """What a member of staff can do in the product."""

    propose_reply: Callable[..., object]  # (channel, text, by, draft_id)
    promise_call_back: Callable[..., object]  # (due, by, promise_id)


@dataclass(slots=True)
class _Planned:
    """One fault of ours, and where it stands."""

    number: int
    plan: FaultPlan
    due: Moment | None
    left: int
    struck_at: Moment | None = None
    armed: bool = False  # crash: the point is armed


class Stagehand:
    """Lets the faults of ``care`` and the crashes of ``order`` happen."""

    def __init__(self, world: WorldPlan) -> None:
        self._world = world
        self._reports = sorted(world.undue_ports, key=lambda plan: plan.due)
        self._hours = Hours(frozenset(world.more_holidays), frozenset(world.fewer_holidays))
        self._planned = [
            _Planned(number, plan, self._due(plan), plan.times)
            for number, plan in enumerate(world.faults)
            if is_ours(plan)
        ]

    def has_plans(self) -> bool:
        """Whether any of our faults is still to happen."""
        return bool(self._reports) or any(each.left for each in self._planned)

    def next_due(self) -> Moment | None:
        """When the next of our faults is to happen."""
        waiting = [each.due for each in self._planned if each.due and each.left and not each.armed]
        waiting += [utc(plan.due) for plan in self._reports]
        return min(waiting, default=None)

    def fact_recorded(self, name: str, line: str, at: Moment) -> None:
        """Some faults wait for a fact, and staff err once there is a case."""
        for each in self._planned:
            plan = each.plan
            if plan.on == name and each.due is None and plan.line in (None, line):
                each.due = at
            elif name == "care.case_opened" and _has_no_time(plan) and each.struck_at is None:
                soon = self._hours.add_working_minutes(at, AFTER_THE_CASE)
                each.due = soon if each.due is None else min(each.due, soon)

    def act(self, now: Moment, acts: StaffActs | None) -> int:
        """Do what is due; how much that was. Without ``acts`` nobody is at work yet."""
        done = 0
        for each in self._planned:
            if each.due is None or each.due > now or not each.left or each.armed:
                continue
            if each.plan.what == "crash":
                self._arm(each)
                done += 1
            elif acts is not None:
                self._err(each, now, acts)
                done += 1
        return done

    def take_reports(self, now: Moment) -> list[UnduePlan]:
        """What our desk learns now of ports that nobody owed; each once."""
        due = [plan for plan in self._reports if utc(plan.due) <= now]
        del self._reports[: len(due)]
        return due

    def worker_killed(self, point: str, at: Moment) -> None:
        """A point that was armed has struck, for all who armed it."""
        for each in self._planned:
            if each.armed and self._point(each) == point:
                each.armed = False
                each.left -= 1
                each.struck_at = each.struck_at or at
                each.due = at

    def struck(self) -> Mapping[int, Struck]:
        """Our faults, by their place in the file."""
        return {
            each.number: Struck(plan=each.plan, struck_at=each.struck_at, line=each.plan.line)
            for each in self._planned
        }

    def _due(self, plan: FaultPlan) -> Moment | None:
        starts = utc(self._world.starts)
        if plan.on is not None:
            return None
        if plan.what == "crash":
            return utc(plan.at) if plan.at else starts + (plan.after or timedelta())
        if plan.at is None and plan.after is None:
            return self._hours.next_opening(starts + WITHOUT_A_CASE)
        return self._hours.next_opening(utc(plan.at) if plan.at else starts + _after(plan))

    def _arm(self, each: _Planned) -> None:
        each.armed = True
        signals.kill_at(self._point(each))

    def _point(self, each: _Planned) -> str:
        if each.plan.at_point is not None:
            return each.plan.at_point
        names = ("crash", str(each.number), str(each.left))
        return _BATCH_POINTS[draw_between(0, len(_BATCH_POINTS) - 1, self._world.seed, *names)]

    def _err(self, each: _Planned, now: Moment, acts: StaffActs) -> None:
        by = _staff()["names"][each.number % len(_staff()["names"])]
        act_id = f"staff:{each.number}:{each.left}"
        if each.plan.what == "promise_missed":
            acts.promise_call_back(due=now + CALL_BACK_WITHIN, by=by, promise_id=act_id)
        else:
            acts.propose_reply(
                channel=_PRODUCT_CHANNELS[each.plan.channel or "email"],
                text=each.plan.text or self._request(each.plan),
                by=by,
                draft_id=act_id,
            )
        each.left -= 1
        each.struck_at = each.struck_at or now
        each.due = self._hours.add_working_minutes(now, NEXT_ERROR)

    def _request(self, plan: FaultPlan) -> str:
        sentences = _staff()[self._world.customer.language]
        lines = {line.id: line for line in self._world.lines}
        asked = lines.get(plan.line or "")
        dependent = next((line for line in self._world.lines if line.depends_on), None)
        line = asked or dependent or next(line for line in self._world.lines if line.number)
        number = spoken(Msisdn(line.number)) if line.number else line.id
        return str(sentences[plan.item]).format(number=number)


def is_ours(plan: FaultPlan) -> bool:
    """Whether the runner, and not the world, lets it happen."""
    return plan.where == "care" or (plan.where, plan.what) == ("order", "crash")


def _has_no_time(plan: FaultPlan) -> bool:
    is_timed = plan.at is not None or plan.after is not None or plan.on is not None
    return plan.where == "care" and not is_timed


def _after(plan: FaultPlan) -> timedelta:
    return plan.after if plan.after is not None else timedelta()


@lru_cache(maxsize=1)
def _staff() -> Mapping[str, Any]:
    file = files("relevo.play").joinpath("staff.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
