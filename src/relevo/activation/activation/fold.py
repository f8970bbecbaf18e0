"""What each fact of an activation changes: the state is nothing but their sum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.activation.activation.messages import (
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    LifeSignBack,
    LifeSignLost,
    LineDoubted,
    LineProvisioned,
    LineReserved,
    LineSelfTested,
    LineUnproven,
    LineWorks,
    MoveAwaited,
    MoveCalledOff,
    ProvisioningAsked,
    ProvisioningFailed,
    RecordRestored,
    RecordVanished,
    ReservationAsked,
    WatchEnded,
    WatchStarted,
)
from relevo.activation.activation.model import Activation, Loss, Outage, Phase


def evolve(state: Activation, fact: Any) -> Activation:
    """What a fact changes."""
    match fact:
        case WatchStarted():
            return _watched(state, fact)
        case MoveAwaited() | MoveCalledOff():
            return _expected(state, fact)
        case LineDoubted(at=at):
            return replace(state, doubted_at=at)
        case ReservationAsked() | ProvisioningAsked():
            return _asked(state, fact)
        case ProvisioningFailed():
            return replace(state, asked_at=None)
        case LineReserved() | LineProvisioned() | RecordRestored():
            return _held(state, fact)
        case RecordVanished():
            return replace(state, held="", is_vanished=True, vanished_at=fact.since)
        case LifeSignLost():
            return _dead(state, fact)
        case LifeSignBack():
            return replace(state, outage=None, doubted_at=None, vanished_at=None)
        case WatchEnded():
            is_ours = state.phase is not Phase.WATCHED
            return replace(state, phase=Phase.RELEASED if is_ours else Phase.WITHDRAWN)
        case _:
            return _proof(state, fact)


def _proof(state: Activation, fact: Any) -> Activation:
    match fact:
        case CardRegistered():
            return replace(state, is_registered=True)
        case CapabilityProven(capability=capability):
            return replace(
                state,
                proven=(*(each for each in state.proven if each != capability), capability),
                lost=tuple(each for each in state.lost if each.capability != capability),
            )
        case CapabilityLost(capability=capability):
            others = tuple(each for each in state.lost if each.capability != capability)
            return replace(
                state,
                phase=Phase.PROVING,
                proven=tuple(each for each in state.proven if each != capability),
                lost=(*others, Loss(capability=capability, except_from=fact.except_from)),
            )
        case LineWorks():
            return replace(state, phase=Phase.LIVE, reminders=0)
        case LineUnproven(reminder=reminder):
            return replace(state, reminders=reminder)
        case LineSelfTested(test_id=test_id):
            return replace(state, self_test=test_id)
        case _:
            return state


def _watched(state: Activation, fact: WatchStarted) -> Activation:
    return replace(
        state,
        phase=Phase.WATCHED,
        subject=fact.subject,
        line=fact.line,
        order=fact.order,
        donor=fact.donor,
        recipient=fact.recipient,
        capabilities=fact.capabilities,
        rules=fact.rules,
        watched_at=fact.at,
    )


def _expected(state: Activation, fact: MoveAwaited | MoveCalledOff) -> Activation:
    if isinstance(fact, MoveCalledOff):
        return replace(state, move_opens=None, move_closes=None)
    return replace(state, move_opens=fact.opens, move_closes=fact.closes, iccid=fact.iccid)


def _asked(state: Activation, fact: ReservationAsked | ProvisioningAsked) -> Activation:
    asked = replace(state, iccid=fact.iccid, attempt=fact.attempt, asked_at=fact.at)
    if isinstance(fact, ReservationAsked):
        return replace(asked, wanted="reserved")
    if state.phase is Phase.WATCHED:
        return replace(
            asked,
            phase=Phase.MOVING,
            wanted="active",
            moving_since=fact.at,
            moved_at=fact.moved_at or fact.at,
        )
    if fact.iccid == state.iccid or state.phase is Phase.MOVING:
        return asked
    return replace(asked, phase=Phase.PROVING, is_registered=False, proven=(), lost=())


def _held(state: Activation, fact: LineReserved | LineProvisioned | RecordRestored) -> Activation:
    held = replace(state, held=state.wanted, asked_at=None, is_vanished=False)
    if isinstance(fact, LineReserved) or state.wanted != "active":
        return held
    phase = Phase.PROVING if state.phase is Phase.MOVING else state.phase
    return replace(held, phase=phase, served_at=fact.at)


def _dead(state: Activation, fact: LifeSignLost) -> Activation:
    outage = Outage(since=fact.last_good_at, noticed_at=fact.at, at_donor=fact.at_donor)
    if state.phase in {Phase.PROVING, Phase.LIVE}:
        return replace(state, phase=Phase.PROVING, outage=outage, proven=(), lost=())
    return replace(state, outage=outage)
