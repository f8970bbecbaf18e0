"""Plays of sketched worlds, and the laws that hold in every one of them, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import count

import pytest

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.engine.process import wire_name
from relevo.play.judge import judge, yardsticks
from relevo.play.order_form import check_order, rules_of
from relevo.play.plain_reading import names
from relevo.play.runner import Stage, play
from relevo.play.scenario import parse_scenario
from relevo.play.verdict import Verdict
from relevo.play.witnessed import Arrived, Interval, Witnessed
from relevo.porting.profile import HubKind
from relevo.testing.postgres import clone, session_server
from relevo.testing.world import Sketch
from relevo.tracking.timeline import Step
from relevo.values.moment import Moment

TOLD_WITHIN = timedelta(minutes=30)
"""From the moment a number dies until the customer knows (the figures to beat)."""

DESKS_CLOSE = time(20, 0)
CUSTOMER_MINUTES = 30
SAME_TEXT_WITHIN = timedelta(hours=1)

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A play and its verdict."""

    sketch: Sketch
    seen: Witnessed
    verdict: Verdict

    @property
    def losses(self) -> tuple[str, ...]:
        """Everything that was lost or broken; empty when the laws hold."""
        return tuple(each for law in LAWS for each in law(self))

    @property
    def is_finished(self) -> bool:
        """Whether the order closed."""
        return self.verdict.finished


class _Silence:
    def step(self, step: Step) -> None:
        """Nobody looks."""

    def moved(self, now: Moment, share: float) -> None:
        """Nobody waits."""


def perform(server: Server, sketch: Sketch, *, workers: int = 1) -> Played:
    """Play a sketch on a database of its own."""
    scenario = parse_scenario(sketch.text(), check_order)
    dsn = clone(server, f"simulation_{next(_NUMBERS)}")
    stage = Stage(dsn=dsn, rules=rules_of(scenario), workers=workers)
    seen = play(scenario, stage, _Silence())
    return Played(sketch=sketch, seen=seen, verdict=judge(seen, yardsticks(scenario.world.profile)))


@pytest.fixture(scope="session")
def play_server() -> Iterator[Server]:
    """A server with all tables of the product."""
    with session_server(wiring.SCHEMA_PACKAGES) as server:
        yield server


@pytest.fixture
def played(play_server: Server) -> Callable[[Sketch], Played]:
    """Plays a sketch."""

    def run(sketch: Sketch) -> Played:
        return perform(play_server, sketch)

    return run


# -- laws -----------------------------------------------------------------------------------------


def _nothing_is_given_up_by_the_engine(played: Played) -> Iterator[str]:
    yield from (f"parked: {each}" for each in played.seen.parked)


def _every_number_has_one_holder(played: Played) -> Iterator[str]:
    for name, line in played.verdict.lines.items():
        if name in _ceased(played):
            continue
        if line.custody in {"nobody", "hold"} or ":" in line.custody:
            yield f"{name} is with {line.custody}"


def _no_number_stays_dead(played: Played) -> Iterator[str]:
    for name, start, end in _dead_unasked(played):
        lasted = (end or played.seen.ended_at) - start
        if end is None or end > _back_by(played, start):
            yield f"{name} is dead from {start:%a %d %H:%M} for {lasted}"


def _whoever_is_cut_off_is_told_in_time(played: Played) -> Iterator[str]:
    numbers = {line.id: line.number for line in played.seen.scenario.world.lines}
    for name, start, end in _dead_unasked(played):
        told = _first_about(played.seen, numbers[name] or "", start)
        until = end or played.seen.ended_at
        if until - start > TOLD_WITHIN and (told is None or told - start > TOLD_WITHIN):
            late = "never" if told is None else f"after {told - start}"
            yield f"{name} dies {start:%a %d %H:%M}, the customer is told {late}"


def _nobody_is_told_what_is_not_so(played: Played) -> Iterator[str]:
    yield from (f"contradiction: {each}" for each in played.verdict.contradictions)
    if played.verdict.messages.asked_for_held:
        yield f"asked for what is held: {played.verdict.messages.asked_for_held}"


def _nothing_is_said_twice(played: Played) -> Iterator[str]:
    ours = [each for each in played.seen.arrived if each.is_ours]
    for place, message in enumerate(ours):
        for before in ours[:place]:
            is_same = before.text == message.text and not _tells_of_an_end(message)
            if is_same and message.at - before.at < SAME_TEXT_WITHIN:
                yield f"said twice at {message.at:%a %d %H:%M}: {message.text[:70]}"


def _promises_are_kept(played: Played) -> Iterator[str]:
    allowed = sum(
        int(each.get("times", 1))
        for each in played.sketch.faults
        if each["what"] == "promise_missed"
    )
    if played.verdict.promises.broken > allowed:
        broken = [
            recorded.process_id
            for recorded in played.seen.facts
            if wire_name(recorded.fact) == "promises.promise_broken"
        ]
        yield f"promises broken: {', '.join(broken)}"


def _the_system_sees_it_first(played: Played) -> Iterator[str]:
    if played.verdict.noticed_first_by not in {None, "system"}:
        yield f"noticed first by {played.verdict.noticed_first_by}"


def _the_customer_is_left_in_peace(played: Played) -> Iterator[str]:
    if played.verdict.customer_minutes > CUSTOMER_MINUTES:
        yield f"{played.verdict.customer_minutes} minutes of the customer's time"


def _what_is_owed_is_credited(played: Played) -> Iterator[str]:
    for name, line in played.verdict.lines.items():
        if not line.is_compensation_right and name not in _ceased(played):
            wanted = line.compensation_by_rule_eur
            yield f"{name}: compensation {line.compensation_eur}, the rule gives {wanted}"


LAWS: tuple[Callable[[Played], Iterator[str]], ...] = (
    _nothing_is_given_up_by_the_engine,
    _every_number_has_one_holder,
    _no_number_stays_dead,
    _whoever_is_cut_off_is_told_in_time,
    _nobody_is_told_what_is_not_so,
    _nothing_is_said_twice,
    _promises_are_kept,
    _the_system_sees_it_first,
    _the_customer_is_left_in_peace,
    _what_is_owed_is_credited,
)


def _dead_unasked(played: Played) -> Iterator[tuple[str, Moment, Moment | None]]:
    """Outages of numbers that the customer wants."""
    ceased = _ceased(played)
    return (outage for outage in _dead(played.seen) if outage[0] not in ceased)


def _ceased(played: Played) -> frozenset[str]:
    decides = played.sketch.customer.get("decides", {})
    return frozenset(name for name, choice in decides.items() if choice == "cease")


def _back_by(played: Played, start: Moment) -> Moment:
    """The end of the working day after (LGTel 70.3: one working day)."""
    calendar = rules_of(played.seen.scenario).calendar(HubKind.MOBILE)
    day = calendar.working_day_after(calendar.local(start).date(), 1)
    return calendar.at(day, DESKS_CLOSE)


def _tells_of_an_end(message: Arrived) -> bool:
    """That a number is back is said each time that it comes back."""
    return any(said in message.text for said in ("vuelve a recibir", "receive calls again"))


def _dead(seen: Witnessed) -> Iterator[tuple[str, Moment, Moment | None]]:
    for name, truth in seen.lines.items():
        interval: Interval
        for interval in truth.dead:
            yield name, *interval


def _first_about(seen: Witnessed, number: str, since: Moment) -> Moment | None:
    def is_about(message: Arrived) -> bool:
        return message.is_ours and message.at >= since and names(message.text, number)

    return next((each.at for each in seen.arrived if is_about(each)), None)
