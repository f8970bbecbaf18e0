"""What our registry is asked for, what it answers, and what it turns out to hold: pure.

A request is one PUT of the whole wanted record, so that asking again does no harm. An answer that
does not come is looked for (the record is read), and counts as a failure only when it is not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.activation.activation import rhythm
from relevo.activation.activation.messages import (
    CardRegistered,
    LifeSignLost,
    LineProvisioned,
    LineReserved,
    NetworkAnswered,
    ProvisioningAsked,
    ProvisioningFailed,
    PutSubscription,
    ReadSubscription,
    RecordRead,
    RecordRestored,
    RecordVanished,
    ReservationAsked,
)
from relevo.activation.activation.model import Activation, Phase
from relevo.engine.process import NOTHING, Decision, Refusal, Timer
from relevo.values.moment import Moment
from relevo.values.simcard import Iccid


def ask_reservation(state: Activation, iccid: Iccid | None, attempt: int, at: Moment) -> Decision:
    """Put the line into the registry before it is ours, so that its absence shows early."""
    asked = ReservationAsked(subject=state.subject, iccid=iccid, attempt=attempt, at=at)
    return Decision(
        facts=(asked,),
        effects=(_put(state, iccid, "reserved"),),
        timers=_awaiting(at),
    )


def ask_service(
    state: Activation,
    iccid: Iccid | None,
    attempt: int,
    at: Moment,
    *,
    moved_at: Moment | None = None,
) -> Decision:
    """Have the line served, with everything it has to be able to do."""
    asked = ProvisioningAsked(
        subject=state.subject, iccid=iccid, attempt=attempt, at=at, moved_at=moved_at
    )
    return Decision(
        facts=(asked,),
        effects=(_put(state, iccid, "active"),),
        timers=_awaiting(at),
    )


def serve(state: Activation, iccid: Iccid | None, moved_at: Moment, at: Moment) -> Decision:
    """The number is ours: have it served, and look soon."""
    asked = ask_service(state, iccid, 1, at, moved_at=moved_at)
    off = ("move_due", "window_opens", "watch_ends")
    return replace(
        asked,
        effects=(*asked.effects, *rhythm.look(state.subject, rhythm.PROVING_MINUTES)),
        timers=(
            *asked.timers,
            *(rhythm.on(name, None) for name in off),
            rhythm.on("grace_ends", at + rhythm.GRACE),
        ),
    )


def ask_again(state: Activation, at: Moment, *, attempt: int = 1) -> Decision:
    """Ask once more for what is wanted."""
    ask = ask_service if state.wanted == "active" else ask_reservation
    return ask(state, state.iccid, attempt, at)


def fail(state: Activation, reason: str, at: Moment) -> Decision:
    """A request failed: try again soon, then slowly, and say when a person has to act."""
    is_quick = state.attempt < rhythm.QUICK_ATTEMPTS
    failed = ProvisioningFailed(
        subject=state.subject,
        line=state.line,
        reason=reason,
        attempt=state.attempt,
        who_acts="nobody" if is_quick else "network",
    )
    return Decision(
        facts=(failed,),
        timers=(
            rhythm.on("answer_due", None),
            rhythm.on("retry", rhythm.retry_at(state.attempt, at)),
        ),
    )


def take_answer(state: Activation, answer: NetworkAnswered, at: Moment) -> Decision | Refusal:
    """The registry says what it did."""
    match answer.event:
        case "reserved":
            return _reserved(state, at=answer.at, now=at)
        case "provisioned":
            return _provisioned(state, at=answer.at, now=at)
        case "failed":
            return fail(state, answer.reason, at) if state.asked_at is not None else NOTHING
        case "registered":
            return _registered(state, answer.at)
        case "withdrawn":
            return _withdrawn(state)
        case _:
            return Refusal(reason="unrecognised_event", detail=answer.event)


def take_record(state: Activation, record: RecordRead, at: Moment) -> Decision:
    """The registry was asked what it holds; compare it with what is wanted."""
    if not state.wanted:
        return NOTHING
    if _fits(state, record):
        return _found(state, record, at)
    if state.asked_at is not None:
        gone = (_vanished(state, record),) if state.held == state.wanted else ()
        if _is_under_way(state, at):
            return Decision(facts=gone) if gone else NOTHING
        failed = fail(state, "no_answer", at)
        return replace(failed, facts=(*gone, *failed.facts))
    if state.held != state.wanted:
        return NOTHING  # the last request failed, and its next attempt is armed
    again = ask_again(state, at)
    return Decision(
        facts=(*_dead_by_record(state, record), _vanished(state, record), *again.facts),
        effects=again.effects,
        timers=again.timers,
    )


def read(state: Activation) -> tuple[ReadSubscription]:
    """Have the record read."""
    return (ReadSubscription(subject=state.subject),)


def _put(state: Activation, iccid: Iccid | None, wanted: str) -> PutSubscription:
    return PutSubscription(
        subject=state.subject, iccid=iccid, state=wanted, capabilities=state.capabilities
    )


def _awaiting(at: Moment) -> tuple[Timer, ...]:
    return (
        rhythm.on("retry", None),
        rhythm.on("answer_due", at + rhythm.ANSWER_WITHIN),
        rhythm.on("record_check", rhythm.next_tick(at, rhythm.RECORD_MINUTES)),
    )


def _reserved(state: Activation, *, at: Moment, now: Moment) -> Decision:
    if state.wanted != "reserved" or (state.held == "reserved" and state.asked_at is None):
        return NOTHING
    back: Any = (
        RecordRestored(subject=state.subject, line=state.line, at=at)
        if state.is_vanished
        else LineReserved(subject=state.subject, line=state.line, iccid=state.iccid)
    )
    return Decision(facts=(back,), timers=_answered(now))


def _provisioned(state: Activation, *, at: Moment, now: Moment) -> Decision:
    if state.wanted != "active" or (state.held == "active" and state.asked_at is None):
        return NOTHING
    is_back = state.is_vanished and state.phase is not Phase.MOVING
    word = RecordRestored if is_back else LineProvisioned
    first = state.phase is Phase.MOVING
    due = (rhythm.on("proof_due", now + rhythm.PROOF_WITHIN),) if first else ()
    look = (
        rhythm.look(state.subject, rhythm.DEAD_MINUTES)
        if state.outage is not None
        else rhythm.look_for_proof(state.subject, has_phone=state.has_phone)
    )
    return Decision(
        facts=(word(subject=state.subject, line=state.line, at=at),),
        effects=look,
        timers=(*_answered(now), rhythm.on("grace_ends", None), *due),
    )


def _answered(now: Moment) -> tuple[Timer, ...]:
    return (
        rhythm.on("retry", None),
        rhythm.on("answer_due", None),
        rhythm.on("record_check", rhythm.next_tick(now, rhythm.RECORD_MINUTES)),
    )


def _registered(state: Activation, at: Moment) -> Decision:
    if state.phase not in {Phase.PROVING, Phase.LIVE} or state.is_registered:
        return NOTHING
    seen = CardRegistered(subject=state.subject, line=state.line, at=at)
    look = rhythm.look_for_proof(state.subject, has_phone=True)
    return Decision(facts=(seen,), effects=look)


def _withdrawn(state: Activation) -> Decision:
    """Nobody here withdrew it: look what the registry holds."""
    return Decision(effects=read(state)) if state.wanted else NOTHING


def _is_under_way(state: Activation, at: Moment) -> bool:
    return state.asked_at is not None and at < state.asked_at + rhythm.ANSWER_WITHIN


def _is_older(state: Activation, done_at: Moment) -> bool:
    return state.asked_at is not None and done_at < state.asked_at


def _fits(state: Activation, record: RecordRead) -> bool:
    is_same_card = state.iccid is None or record.iccid == state.iccid
    return record.present and record.state == state.wanted and is_same_card


def _found(state: Activation, record: RecordRead, at: Moment) -> Decision:
    """The record is right. If its answer was lost on the way, this is the answer."""
    if state.held == state.wanted and state.asked_at is None:
        return NOTHING
    done_at = record.changed_at or record.at
    if state.wanted == "active":
        if state.held == "active" and _is_under_way(state, at) and _is_older(state, done_at):
            return NOTHING  # the record of before; the new request is still under way
        return _provisioned(state, at=done_at, now=at)
    return _reserved(state, at=done_at, now=at)


def _vanished(state: Activation, record: RecordRead) -> RecordVanished:
    return RecordVanished(
        subject=state.subject, line=state.line, at=record.at, since=_lost_at(record)
    )


def _dead_by_record(state: Activation, record: RecordRead) -> tuple[LifeSignLost, ...]:
    """A subscriber that our own registry does not know cannot be called, whoever calls."""
    if state.held != "active" or state.outage is not None or record.present:
        return ()
    return (
        LifeSignLost(
            subject=state.subject,
            line=state.line,
            serving=state.recipient,
            at_donor=False,
            last_good_at=_lost_at(record) or record.at,
            at=record.at,
        ),
    )


def _lost_at(record: RecordRead) -> Moment | None:
    """When the registry's own log says that the record went away."""
    if record.present or not record.log or record.log[-1].state != "absent":
        return None
    return record.log[-1].at
