"""Numbers of a company in service: each proven by test calls, and what dies is served again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relevo.activation.fleet.decider import WATCH, fleet_process
from relevo.activation.fleet.messages import (
    FleetLost,
    FleetProbed,
    FleetProven,
    FleetReleased,
    FleetUnproven,
    FleetWorks,
    Lack,
    ProbeFleet,
    PutFleet,
    ServeFleet,
)
from relevo.activation.fleet.model import FleetLine
from relevo.activation.fleet.perform import lack_in
from relevo.activation.gateway import Seen
from relevo.activation.ladder import Capability
from relevo.engine.process import Decision, Refusal, TimerFired, advance
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

PROCESS = fleet_process()
A, B = Msisdn("+34600000201"), Msisdn("+34600000202")
LINES = (
    FleetLine(number=A, iccid=make_iccid("893407", 1)),
    FleetLine(number=B, iccid=make_iccid("893407", 2)),
)
MOVED = instant("2019-01-16T02:00:15+01:00")


class Fleet:
    """One fleet, spoken to step by step."""

    def __init__(self) -> None:
        self.state: Any = PROCESS.blank("C7K2QW9M/fleet/1")
        self.timers: dict[str, Moment] = {}
        self.last = Decision()
        self.hear(ServeFleet(lines=LINES, at=MOVED), MOVED)

    def hear(self, message: object, at: Moment) -> Fleet:
        step = advance(PROCESS, self.state, message, at)
        assert not isinstance(step, Refusal)
        self.state, self.last = step.state, step.decision
        for timer in step.decision.timers:
            self.timers.pop(timer.name, None)
            if timer.due is not None:
                self.timers[timer.name] = timer.due
        return self

    def probed(self, *works: Msisdn, dead: tuple[Msisdn, ...] = ()) -> Fleet:
        lacks = tuple(
            Lack(number=each, missing=(Capability.CALLS_IN,), is_dead=True) for each in dead
        )
        at = self.timers["probe_due"]
        self.hear(TimerFired(name="probe_due"), at)
        (look,) = self.last.effects
        assert look == ProbeFleet(numbers=(A, B))
        return self.hear(FleetProbed(works=works, lacks=lacks, at=at), at)

    @property
    def facts(self) -> list[type]:
        return [type(fact) for fact in self.last.facts]


def test_each_number_is_proven_by_itself_and_the_last_one_ends_the_wait() -> None:
    fleet = Fleet()
    assert fleet.last.effects == (PutFleet(lines=LINES),)
    assert fleet.probed(A).facts == [FleetProven]
    assert fleet.probed(A).facts == []
    assert fleet.probed(A, B).facts == [FleetProven, FleetWorks]


def test_a_number_that_is_dead_is_served_again_at_once_and_looked_at_soon() -> None:
    fleet = Fleet().probed(A, dead=(B,))
    assert fleet.last.effects == (PutFleet(lines=LINES[1:]),)
    assert fleet.timers["probe_due"] - MOVED <= timedelta(minutes=15)


def test_one_that_worked_and_died_is_said_and_proven_anew() -> None:
    fleet = Fleet().probed(A, B).probed(A, dead=(B,))
    assert fleet.facts == [FleetLost]
    assert fleet.state.phase == "proving"
    assert fleet.probed(A, B).facts == [FleetProven, FleetWorks]


def test_a_phone_that_is_off_in_the_week_after_is_no_loss() -> None:
    fleet = Fleet().probed(A, B)
    lack = Lack(number=B, missing=(Capability.CALLS_IN,), is_dead=False)
    at = fleet.timers["probe_due"]
    assert fleet.hear(FleetProbed(works=(A,), lacks=(lack,), at=at), at).last == Decision()


def test_what_is_not_proven_in_a_day_is_somebody_s_task_every_day() -> None:
    fleet = Fleet().probed(A)
    fleet.hear(TimerFired(name="reminder_due"), MOVED + timedelta(days=1))
    (fact,) = fleet.last.facts
    assert isinstance(fact, FleetUnproven)
    assert fact.lacks == (B,)


def test_the_watch_ends_after_a_week() -> None:
    fleet = Fleet().probed(A, B)
    begun = fleet.state.watched_since
    while fleet.timers["probe_due"] - begun < WATCH:
        fleet.probed(A, B)
    fleet.hear(TimerFired(name="probe_due"), fleet.timers["probe_due"])
    assert fleet.facts == [FleetReleased]


def test_a_probe_is_a_proof_only_when_every_origin_gets_through_and_all_else_works() -> None:
    works = {each.value: True for each in Capability if each is not Capability.CALLS_IN}
    reached = {"altamar": 200, "cantil": 200}
    assert lack_in(A, Seen(calls_in=reached, works=works, registered=True)) is None
    stale = lack_in(A, Seen(calls_in={**reached, "cantil": 404}, works=works, registered=True))
    assert stale is not None
    assert (stale.missing, stale.is_dead) == ((Capability.CALLS_IN,), False)
    nowhere = dict.fromkeys(reached, 404)
    dead = lack_in(A, Seen(calls_in=nowhere, works={}, registered=False))
    assert dead is not None
    assert dead.is_dead
    assert dead.missing == tuple(Capability)
