"""One number's life on the network: what is done next, and what each fact means.

The line is watched from the acceptance of its order, at the donor first, because that is where the
number of the true story died: three days before anybody of the operator knew. After the move our
own network is asked to serve it, and then nothing is believed but test calls: the record says
"provisioned", a probe says "works". When something that worked stops, the line goes back to
proving, the record is put again at once, and the watch of seven days begins anew after the repair.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

from relevo.activation.activation import probing, provisioning, rhythm, self_test
from relevo.activation.activation.awaiting import await_activation, await_move, call_off, held
from relevo.activation.activation.fold import evolve
from relevo.activation.activation.lifecycle import LIFECYCLE
from relevo.activation.activation.messages import (
    ActivateLine,
    ArmWatch,
    CallOffMove,
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    DisarmWatch,
    DropSubscription,
    LifeSignBack,
    LifeSignLost,
    LineDoubted,
    LineProbed,
    LineProvisioned,
    LineReserved,
    LineSelfTested,
    LineUnproven,
    LineWorks,
    MoveAwaited,
    MoveCalledOff,
    MoveExpected,
    NetworkAnswered,
    NumberHeld,
    ProvisioningAsked,
    ProvisioningFailed,
    PutSubscription,
    ReadSubscription,
    RecordRead,
    RecordRestored,
    RecordVanished,
    ReservationAsked,
    ReserveLine,
    TakeSelfTest,
    WatchEnded,
    WatchLine,
    WatchStarted,
    WithdrawLine,
)
from relevo.activation.activation.model import Activation, Phase
from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    TimerFired,
    wire_name,
)
from relevo.values.moment import Moment

_AT_DONOR = ("move_due", "window_opens", "grace_ends")
TIMERS = frozenset({*_AT_DONOR, "record_check", "answer_due", "retry", "proof_due", "watch_ends"})


def decide(state: Activation, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    match state.phase:
        case Phase.UNWATCHED:
            return _when_unwatched(state, message, at)
        case Phase.WATCHED:
            return _when_watched(state, message, at)
        case Phase.MOVING:
            return _when_moving(state, message, at)
        case Phase.PROVING:
            return _when_proving(state, message, at)
        case Phase.LIVE:
            return _when_live(state, message, at)
        case Phase.RELEASED | Phase.WITHDRAWN:
            return NOTHING
        case _:
            assert_never(state.phase)


def _when_unwatched(_: Activation, message: Any, at: Moment) -> Decision | Refusal:
    if not isinstance(message, WatchLine):
        return Refusal(reason="not_watched_yet")
    started = WatchStarted(
        subject=message.subject,
        line=message.line,
        order=message.order,
        donor=message.donor,
        recipient=message.recipient,
        capabilities=message.capabilities,
        rules=message.rules,
        at=at,
    )
    return Decision(
        facts=(started,),
        effects=rhythm.look(message.subject, rhythm.AT_DONOR_MINUTES),
        timers=(rhythm.on("watch_ends", at + rhythm.DONOR_WATCH),),
    )


def _when_watched(state: Activation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case ReserveLine() | ActivateLine() | MoveExpected() if state.stays:
            return Refusal(reason="line_stays_at_donor", detail=state.donor)
        case ReserveLine(iccid=iccid):
            is_there = state.wanted == "reserved" and state.iccid == iccid
            return NOTHING if is_there else provisioning.ask_reservation(state, iccid, 1, at)
        case MoveExpected():
            return await_move(state, opens=message.opens, closes=message.closes, at=at)
        case CallOffMove():
            return call_off(state, at)
        case ActivateLine() if message.at > at:
            return await_activation(state, message)
        case ActivateLine():
            return provisioning.serve(state, message.iccid or state.iccid, message.at, at)
        case WithdrawLine(why=why):
            return _end(state, why)
        case LineProbed():
            return probing.at_donor(state, message, at)
        case TakeSelfTest():
            return self_test.taken(state, message, rhythm.IN_DOUBT_MINUTES, at)
        case TimerFired():
            return _due_at_donor(state, message, at)
        case _:
            return _whatever_the_phase(state, message, at)


def _due_at_donor(state: Activation, fired: TimerFired, at: Moment) -> Decision | Refusal:
    match fired.name:
        case "move_due":
            return provisioning.serve(state, state.iccid, state.move_opens or at, at)
        case "window_opens" if state.outage is None:
            return Decision(effects=rhythm.look(state.subject, rhythm.IN_DOUBT_MINUTES))
        case "grace_ends" if state.outage is None:
            return Decision(effects=rhythm.look(state.subject, rhythm.AT_DONOR_MINUTES))
        case "watch_ends":
            return _end(state, "watch_limit")
        case _:
            return _whatever_the_phase(state, fired, at)


def _when_moving(state: Activation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case ReserveLine(iccid=iccid) | ActivateLine(iccid=iccid):
            return _change_card(state, iccid, at)
        case TimerFired(name="grace_ends"):
            return Decision(effects=rhythm.look(state.subject, rhythm.DEAD_MINUTES))
        case LineProbed():
            return probing.while_moving(state, message, at)
        case TakeSelfTest():
            return self_test.taken(state, message, rhythm.DEAD_MINUTES, at)
        case _:
            return _whatever_the_phase(state, message, at)


def _when_proving(state: Activation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case ReserveLine(iccid=iccid) | ActivateLine(iccid=iccid):
            return _change_card(state, iccid, at)
        case TimerFired(name="proof_due"):
            return _remind(state, at)
        case NumberHeld(holder=holder):
            return held(state, holder)
        case LineProbed():
            return probing.on_our_network(state, message, at)
        case TakeSelfTest():
            return self_test.taken(state, message, rhythm.PROVING_MINUTES, at)
        case _:
            return _whatever_the_phase(state, message, at)


def _when_live(state: Activation, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case ActivateLine(iccid=iccid) if iccid in {None, state.iccid}:
            # It was served before we were told that it had moved: what was seen is told again.
            works = LineWorks(subject=state.subject, line=state.line, at=at)
            return Decision(facts=(works,))
        case ReserveLine(iccid=iccid) | ActivateLine(iccid=iccid):
            return _change_card(state, iccid, at)
        case TimerFired(name="watch_ends"):
            return _end(state, "watched")
        case NumberHeld(holder=holder):
            return held(state, holder)
        case LineProbed():
            return probing.on_our_network(state, message, at)
        case TakeSelfTest():
            return self_test.taken(state, message, rhythm.PROVING_MINUTES, at)
        case _:
            return _whatever_the_phase(state, message, at)


def _whatever_the_phase(state: Activation, message: Any, at: Moment) -> Decision | Refusal:
    """What means the same from the watch at the donor to the end."""
    match message:
        case WatchLine():
            is_same = (message.subject, message.line) == (state.subject, state.line)
            return NOTHING if is_same else Refusal(reason="watches_another_line")
        case NetworkAnswered():
            return provisioning.take_answer(state, message, at)
        case RecordRead():
            return provisioning.take_record(state, message, at)
        case TimerFired(name="record_check") if state.phase is Phase.LIVE:
            return NOTHING  # calls prove it three times an hour, and a dead line is read at once
        case TimerFired(name="record_check"):
            is_held = state.phase is Phase.WATCHED and state.held == "reserved"
            tick = rhythm.next_record(at, moves_at=state.move_opens, is_held=is_held)
            due = rhythm.on("record_check", tick)
            return Decision(effects=provisioning.read(state), timers=(due,))
        case TimerFired(name="answer_due"):
            is_awaited = state.asked_at is not None
            return Decision(effects=provisioning.read(state)) if is_awaited else NOTHING
        case TimerFired(name="retry"):
            is_wanted = bool(state.wanted) and state.asked_at is None
            again = provisioning.ask_again(state, at, attempt=state.attempt + 1)
            return again if is_wanted else NOTHING
        case EffectParked():
            return _parked(state, message, at)
        case WithdrawLine():
            return Refusal(reason="line_has_moved", detail=state.recipient)
        case TimerFired() | MoveExpected() | CallOffMove() | NumberHeld():
            return NOTHING
        case _:
            return Refusal(reason="not_understood")


def _change_card(state: Activation, iccid: Any, at: Moment) -> Decision:
    """Another card for a number that is ours already, for example an eSIM."""
    if iccid is None or iccid == state.iccid:
        return NOTHING
    asked = provisioning.ask_service(state, iccid, 1, at)
    if state.phase is Phase.MOVING:
        return asked
    return replace(
        asked,
        effects=(*asked.effects, *rhythm.look(state.subject, rhythm.PROVING_MINUTES)),
        timers=(
            *asked.timers,
            rhythm.on("watch_ends", None),
            rhythm.on("proof_due", at + rhythm.PROOF_WITHIN),
        ),
    )


def _remind(state: Activation, at: Moment) -> Decision:
    """A day has passed and something was never seen to work."""
    if state.reminders >= rhythm.PROOF_REMINDERS_MAX:
        return _end(state, "never_proven")
    has_no_card = state.iccid is not None and not state.is_registered
    reminder = LineUnproven(
        subject=state.subject,
        line=state.line,
        missing=tuple(each for each in state.capabilities if each not in state.proven),
        who_acts="customer" if has_no_card else "network",
        reminder=state.reminders + 1,
        at=at,
    )
    return Decision(facts=(reminder,), timers=(rhythm.on("proof_due", at + rhythm.PROOF_WITHIN),))


def _end(state: Activation, why: str) -> Decision:
    is_ours = state.phase is not Phase.WATCHED
    drop = (DropSubscription(subject=state.subject),) if state.wanted and not is_ours else ()
    return Decision(
        facts=(WatchEnded(subject=state.subject, line=state.line, why=why),),
        effects=(DisarmWatch(subject=state.subject), *drop),
    )


def _parked(state: Activation, parked: EffectParked, at: Moment) -> Decision:
    if parked.effect == wire_name(PutSubscription) and state.asked_at is not None:
        return provisioning.fail(state, f"not_sent: {parked.reason}", at)
    if parked.effect == wire_name(ArmWatch):
        # A line that nobody looks at is the one thing that must not happen.
        is_ours = state.phase is not Phase.WATCHED
        minutes = rhythm.PROVING_MINUTES if is_ours else rhythm.AT_DONOR_MINUTES
        return Decision(effects=rhythm.look(state.subject, minutes))
    return NOTHING


def activation_process() -> ProcessType[Activation]:
    """The process as the engine runs it."""
    return ProcessType(
        kind="activation.activation",
        version=1,
        blank=lambda process_id: Activation(id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Activation,
        messages=(
            WatchLine,
            ReserveLine,
            ActivateLine,
            MoveExpected,
            CallOffMove,
            WithdrawLine,
            NetworkAnswered,
            LineProbed,
            RecordRead,
            NumberHeld,
            TakeSelfTest,
        ),
        facts=(
            WatchStarted,
            LineDoubted,
            MoveAwaited,
            MoveCalledOff,
            LifeSignLost,
            LifeSignBack,
            ReservationAsked,
            LineReserved,
            RecordVanished,
            RecordRestored,
            ProvisioningAsked,
            ProvisioningFailed,
            LineProvisioned,
            CardRegistered,
            CapabilityProven,
            CapabilityLost,
            LineSelfTested,
            LineWorks,
            LineUnproven,
            WatchEnded,
        ),
        effects=(PutSubscription, DropSubscription, ReadSubscription, ArmWatch, DisarmWatch),
        timers=TIMERS,
    )
