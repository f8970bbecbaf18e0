"""A card that needs no courier: ordered, offered as a code, installed by the customer.

"Installed" is not "works" (rights-care 4.3): it ends the errand of this process, and the activation
goes on from there with probes. An eSIM that was only the second road, beside a parcel that was
late, may lapse without harm; one that was ordered as the card of the line fails aloud.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, assert_never

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.sims.esim.lifecycle import LIFECYCLE
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
from relevo.sims.esim.model import Esim, Phase
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

RELEASE_WITHIN = timedelta(hours=12)
"""Retries of the transport included."""

INSTALL_WITHIN = timedelta(days=14)

_TIMERS = ("release_due", "install_due")


def decide(state: Esim, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match state.phase:
        case Phase.UNISSUED:
            return _when_unissued(message, at)
        case Phase.ORDERED:
            return _when_ordered(state, message, at)
        case Phase.OFFERED:
            return _when_offered(state, message)
        case Phase.INSTALLED | Phase.FAILED | Phase.LAPSED:
            return NOTHING
        case _:
            assert_never(state.phase)


def _when_unissued(message: Any, at: Moment) -> Decision | Refusal:
    if not isinstance(message, IssueEsim):
        return Refusal(reason="no_esim_yet")
    ordered = EsimOrdered(
        number=message.number,
        iccid=message.iccid,
        order=message.order,
        line=message.line,
        why=message.why,
    )
    return Decision(
        facts=(ordered,),
        effects=(OrderEsim(number=message.number, iccid=message.iccid),),
        timers=(Timer(name="release_due", due=at + RELEASE_WITHIN),),
    )


def _when_ordered(state: Esim, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case EsimReleased(activation_code=activation_code) if activation_code:
            return _offer(state, activation_code, at)
        case TimerFired(name="release_due") | EffectParked():
            return _fail(state, "not_released")
        case _:
            return _whatever_the_phase(state, message)


def _when_offered(state: Esim, message: Any) -> Decision | Refusal:
    match message:
        case TimerFired(name="install_due"):
            return _not_installed(state)
        case _:
            return _whatever_the_phase(state, message)


def _whatever_the_phase(state: Esim, message: Any) -> Decision | Refusal:
    match message:
        case EsimSeen(state="installed"):
            return _installed(state, message.at)
        case EsimSeen(state="error"):
            return _fail(state, "not_installed: the phone reported an error")
        case IssueEsim(iccid=iccid):
            return NOTHING if iccid == state.iccid else Refusal(reason="another_esim")
        case EsimSeen() | EsimReleased() | TimerFired() | EffectParked():
            return NOTHING
        case _:
            return Refusal(reason="not_understood")


def _offer(state: Esim, activation_code: str, at: Moment) -> Decision:
    number, iccid = _card(state)
    offered = EsimOffered(
        number=number,
        line=state.line,
        iccid=iccid,
        activation_code=activation_code,
        why=state.why,
    )
    return Decision(
        facts=(offered,),
        timers=(
            Timer(name="release_due", due=None),
            Timer(name="install_due", due=at + INSTALL_WITHIN),
        ),
    )


def _installed(state: Esim, at: Moment) -> Decision:
    number, iccid = _card(state)
    installed = EsimInstalled(number=number, line=state.line, iccid=iccid, at=at)
    return Decision(facts=(installed,), timers=_no_waits())


def _fail(state: Esim, why: str) -> Decision:
    number, iccid = _card(state)
    failed = EsimFailed(number=number, line=state.line, iccid=iccid, why=why)
    return Decision(facts=(failed,), timers=_no_waits())


def _not_installed(state: Esim) -> Decision:
    if state.why == "ordered":
        return _fail(state, "not_installed")
    number, iccid = _card(state)
    lapsed = EsimLapsed(number=number, line=state.line, iccid=iccid)
    return Decision(facts=(lapsed,), timers=_no_waits())


def _card(state: Esim) -> tuple[Msisdn, Iccid]:
    if state.number is None or state.iccid is None:
        raise AssertionError(f"{state.id}: no card is tied")
    return state.number, state.iccid


def _no_waits() -> tuple[Timer, ...]:
    return tuple(Timer(name=name, due=None) for name in _TIMERS)


def evolve(state: Esim, fact: Any) -> Esim:
    """What a fact changes."""
    match fact:
        case EsimOrdered():
            return replace(
                state,
                phase=Phase.ORDERED,
                number=fact.number,
                iccid=fact.iccid,
                order=fact.order,
                line=fact.line,
                why=fact.why,
            )
        case EsimOffered(activation_code=activation_code):
            return replace(state, phase=Phase.OFFERED, activation_code=activation_code)
        case EsimInstalled():
            return replace(state, phase=Phase.INSTALLED)
        case EsimFailed():
            return replace(state, phase=Phase.FAILED)
        case EsimLapsed():
            return replace(state, phase=Phase.LAPSED)
        case _:
            return state


def esim_process() -> ProcessType[Esim]:
    """The process as the engine runs it."""
    return ProcessType(
        kind="sims.esim",
        version=1,
        blank=lambda process_id: Esim(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Esim,
        messages=(IssueEsim, EsimReleased, EsimSeen),
        facts=(EsimOrdered, EsimOffered, EsimInstalled, EsimFailed, EsimLapsed),
        effects=(OrderEsim,),
        timers=frozenset(_TIMERS),
    )
