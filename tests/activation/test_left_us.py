"""A number that has left us is no outage: whoever watched it lets go of it."""

from __future__ import annotations

from typing import Any

import pytest

from relevo.activation.activation.decider import activation_process
from relevo.activation.activation.messages import DisarmWatch, NumberHeld, WatchEnded
from relevo.activation.activation.model import Activation, Phase
from relevo.engine.process import Step, advance
from relevo.testing.vocabulary.cast import AT, CARD, DONOR, OTHER_DONOR, RECIPIENT

PROCESS = activation_process()
NUMBER = "+34600000101"


def told(phase: Phase, holder: str) -> Step[Any]:
    """A line of ours in this phase, and who has its number."""
    state = Activation(
        id="R7/activation/M1",
        phase=phase,
        subject=NUMBER,
        line="M1",
        donor=DONOR,
        recipient=RECIPIENT,
        iccid=CARD,
        wanted="active",
    )
    step = advance(PROCESS, state, NumberHeld(holder=holder), AT)
    assert isinstance(step, Step)
    return step


@pytest.mark.parametrize("phase", [Phase.PROVING, Phase.LIVE])
def test_once_another_operator_has_it_the_watch_ends_without_an_alarm(phase: Phase) -> None:
    step = told(phase, OTHER_DONOR)
    (ended,) = step.decision.facts
    assert isinstance(ended, WatchEnded)
    assert ended.why == "ported_out"
    assert step.decision.effects == (DisarmWatch(subject=NUMBER),), "who stops it is the port-out"
    assert step.state.phase is Phase.RELEASED


@pytest.mark.parametrize("phase", [Phase.PROVING, Phase.LIVE])
def test_one_that_came_back_to_us_is_watched_on(phase: Phase) -> None:
    assert told(phase, RECIPIENT).state.phase is phase


def test_at_its_donor_a_line_is_watched_whoever_has_had_it() -> None:
    assert told(Phase.WATCHED, OTHER_DONOR).state.phase is Phase.WATCHED
