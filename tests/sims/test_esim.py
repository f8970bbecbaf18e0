"""A card that needs no courier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Refusal,
    TimerFired,
    advance,
    replay,
)
from relevo.sims.esim.decider import esim_process
from relevo.sims.esim.messages import (
    EsimFailed,
    EsimInstalled,
    EsimLapsed,
    EsimOffered,
    EsimOrdered,
    EsimReleased,
    EsimSeen,
    IssueEsim,
    OrderEsim,
)
from relevo.sims.esim.model import Esim
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import make_iccid

PROCESS = esim_process()
AT = instant("2019-01-15T16:10:00+01:00")
ICCID = make_iccid("893407", 9)
CODE = "LPA:1$smdp.relevo.example$ABCD"


def issue(why: str = "parcel_troubled") -> IssueEsim:
    return IssueEsim(number=Msisdn("+34600000102"), iccid=ICCID, order="R1", line="M2", why=why)


def given_(*messages: Any) -> Esim:
    state = PROCESS.blank("R1/esim/M2/1")
    for message in messages:
        step = advance(PROCESS, state, message, AT)
        assert not isinstance(step, Refusal)
        state = step.state
    return state


def when(state: Esim, message: Any) -> Decision:
    step = advance(PROCESS, state, message, AT)
    assert not isinstance(step, Refusal)
    return step.decision


OFFERED = (issue(), EsimReleased(activation_code=CODE))
INSTALLED = EsimSeen(state="installed", at=AT + timedelta(minutes=5))


def test_an_esim_is_tied_to_its_number_when_it_is_ordered() -> None:
    decision = when(given_(), issue())
    assert [type(each) for each in decision.facts] == [EsimOrdered]
    assert [type(each) for each in decision.effects] == [OrderEsim]


def test_a_released_profile_is_offered_with_its_code_and_the_reason() -> None:
    (offered,) = when(given_(issue()), OFFERED[1]).facts
    assert isinstance(offered, EsimOffered)
    assert (offered.activation_code, offered.why) == (CODE, "parcel_troubled")
    assert when(given_(*OFFERED), OFFERED[1]) == NOTHING


def test_loaded_is_not_installed() -> None:
    assert when(given_(*OFFERED), EsimSeen(state="downloaded", at=AT)) == NOTHING


@pytest.mark.parametrize("before", [(issue(),), OFFERED])
def test_an_installed_profile_ends_the_errand(before: tuple[Any, ...]) -> None:
    (installed,) = when(given_(*before), INSTALLED).facts
    assert isinstance(installed, EsimInstalled)
    assert installed.at == INSTALLED.at


@pytest.mark.parametrize(
    "message",
    [
        TimerFired(name="release_due"),
        EffectParked(effect_id="e", effect="sims.order_esim", reason="the ICCID is unknown"),
        EsimSeen(state="error", at=AT),
    ],
)
def test_a_profile_that_cannot_be_had_fails_aloud(message: Any) -> None:
    assert [type(each) for each in when(given_(issue()), message).facts] == [EsimFailed]


def test_an_esim_that_was_the_card_of_the_line_fails_when_nobody_installs_it() -> None:
    ordered = given_(issue("ordered"), OFFERED[1])
    (failed,) = when(ordered, TimerFired(name="install_due")).facts
    assert isinstance(failed, EsimFailed)


def test_an_esim_beside_a_late_parcel_may_lapse() -> None:
    (lapsed,) = when(given_(*OFFERED), TimerFired(name="install_due")).facts
    assert isinstance(lapsed, EsimLapsed)


def test_another_esim_is_another_process() -> None:
    other = IssueEsim(
        number=Msisdn("+34600000102"),
        iccid=make_iccid("893407", 10),
        order="R1",
        line="M2",
        why="ordered",
    )
    assert advance(PROCESS, given_(issue()), other, AT) == Refusal(reason="another_esim")


MESSAGES = st.sampled_from(
    [
        issue(),
        issue("ordered"),
        OFFERED[1],
        EsimReleased(activation_code=""),
        INSTALLED,
        EsimSeen(state="downloaded", at=AT),
        EsimSeen(state="error", at=AT),
        EsimSeen(state="enabled", at=AT),
        EffectParked(effect_id="e", effect="sims.order_esim", reason="no"),
        *(TimerFired(name=name) for name in (*sorted(PROCESS.timers), "unknown")),
        "a word of another process",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(MESSAGES, max_size=8))
def test_no_sequence_of_messages_leaves_the_table_or_raises(story: list[Any]) -> None:
    state = PROCESS.blank("R1/esim/M2/1")
    facts: list[Any] = []
    for message in story:
        step = advance(PROCESS, state, message, AT)
        if not isinstance(step, Refusal):
            state = step.state
            facts += step.decision.facts
    assert replay(PROCESS, "R1/esim/M2/1", tuple(facts)) == state
