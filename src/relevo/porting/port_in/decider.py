"""The recipient's side of a port: what follows from each message, by phase.

The hub is the authority on the state of a request, and tells it by three witnesses of which any
may be late, doubled, lost or out of order (``witnessing``). It is open at certain hours and has
quotas (``sending``). It lets a request be taken back until a deadline (``taking_back``). Silence
of the donor is a rejection, which the hub itself pronounces; silence of the hub is answered with
a look of our own (``timing``). Whatever is not understood is said so, and is somebody's task.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    TimerFired,
    wire_name,
)
from relevo.porting.port_in.folding import FACTS, evolve
from relevo.porting.port_in.lifecycle import FINAL, LIFECYCLE
from relevo.porting.port_in.messages import (
    CancelPortIn,
    HubAccepted,
    HubDeclined,
    PerformPort,
    PortInUnread,
    PortInUnrecognised,
    PortNotInFile,
    PortStateSeen,
    QueryPort,
    RequestPortIn,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInPhase, PortInRefusal, Standing
from relevo.porting.port_in.sending import (
    declined,
    draft,
    given_up,
    send_after_waiting,
    unreachable,
)
from relevo.porting.port_in.taking_back import (
    NO_ANSWER,
    cancel_now,
    cancellation_declined,
    gone,
    look,
    missed,
    never_known,
    take_back,
)
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    CANCEL_DEADLINE,
    HUB_OPENS,
    REPLY_DUE,
    RETRY,
    TIMERS,
    WINDOW_OPENS,
)
from relevo.porting.port_in.witnessing import (
    accepted,
    look_for_port,
    look_for_reply,
    not_in_file,
    seen,
)
from relevo.porting.profile import PortingProfile, Reaction
from relevo.values.moment import Moment

KIND = "porting.port_in"
Book = Callable[[str], PortingProfile]
"""The edition of a country's rules that a process has pinned. Raises LookupError or ValueError."""


def decide(book: Book, port: PortIn, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    asked, standing = port.asked, port.standing
    if port.phase is PortInPhase.BLANK or asked is None:
        return _when_blank(book, port, message, at)
    rules = book(asked.rules)
    match message:
        case RequestPortIn():
            return Refusal(reason=PortInRefusal.ALREADY_ASKED, detail=asked.contract_code)
        case PortStateSeen():
            return seen(rules, port, asked, message, at)
        case PortNotInFile() if port.phase not in FINAL:
            return not_in_file(port, asked, message)
        case HubAccepted() if standing is None and message.reference:
            return accepted(rules, port, asked, message, at)
        case CancelPortIn() if port.phase is not PortInPhase.CANCELLING:
            return take_back(rules, port, asked, message.why, at)
        case HubDeclined(of="notice") if port.phase not in FINAL:
            return _puzzled(port, asked, message.code, message.text)
        case _:
            return _by_phase(rules, port, asked, message, at)


def _by_phase(
    rules: PortingProfile, port: PortIn, asked: Asked, message: Any, at: Moment
) -> Decision:
    match port.phase:
        case PortInPhase.QUEUED:
            return _when_queued(rules, port, asked, message, at)
        case PortInPhase.SENT:
            return _when_sent(rules, port, asked, message, at)
        case PortInPhase.CANCELLING:
            return _when_cancelling(rules, port, asked, message, at)
        case PortInPhase.REQUESTED | PortInPhase.CONFIRMED if port.standing is not None:
            return _when_at_the_hub(rules, port, asked, message, at)
        case _:
            return NOTHING


def _when_blank(book: Book, port: PortIn, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case RequestPortIn():
            try:
                rules = book(message.rules)
            except (LookupError, ValueError) as unknown:
                return Refusal(reason=PortInRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
            return draft(rules, port, message, at)
        case CancelPortIn():
            return Refusal(reason=PortInRefusal.NOTHING_TO_CANCEL)
        case _:
            return NOTHING


def _when_queued(
    rules: PortingProfile, port: PortIn, asked: Asked, message: Any, at: Moment
) -> Decision:
    match message:
        case TimerFired(name=name) if name in {HUB_OPENS, RETRY}:
            return send_after_waiting(rules, port, asked, at)
        case _:
            return NOTHING


def _when_sent(
    rules: PortingProfile, port: PortIn, asked: Asked, message: Any, at: Moment
) -> Decision:
    match message:
        case HubDeclined(of="request"):
            return declined(rules, port, asked, message, at)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return unreachable(rules, port, asked, "the hub has not answered", at)
        case EffectParked() if message.effect == wire_name(SendPortRequest):
            return unreachable(rules, port, asked, message.reason, at)
        case _:
            return NOTHING


def _when_at_the_hub(
    rules: PortingProfile, port: PortIn, asked: Asked, message: Any, at: Moment
) -> Decision:
    standing = _standing(port)
    match message:
        case TimerFired(name=name) if name == REPLY_DUE:
            return look_for_reply(rules, port, asked, at)
        case TimerFired(name=name) if name == WINDOW_OPENS:
            return look_for_port(rules, port, asked, standing, at)
        case HubDeclined(of="request") if not rules.conduct(asked.hub).checks_at_once:
            return _declined_after_upload(rules, port, asked, message)
        case EffectParked():
            return _effect_parked(port, asked, message)
        case _:
            return NOTHING


def _when_cancelling(
    rules: PortingProfile, port: PortIn, asked: Asked, message: Any, at: Moment
) -> Decision:
    standing = port.standing
    if standing is None:
        return _when_cancelling_unanswered(port, asked, message)
    match message:
        case HubDeclined(of="cancellation"):
            return cancellation_declined(rules, port, asked, standing, message, at)
        case TimerFired(name=name) if name in {HUB_OPENS, RETRY}:
            return cancel_now(rules, port, asked, at)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return look(asked, standing, at)
        case TimerFired(name=name) if name == CANCEL_DEADLINE:
            return missed(asked, standing, port.cancel_why, NO_ANSWER, confirmed=port.is_confirmed)
        case TimerFired(name=name) if name == WINDOW_OPENS:
            return look_for_port(rules, port, asked, standing, at)
        case HubDeclined(of="request") if not rules.conduct(asked.hub).checks_at_once:
            return _unread_while_cancelling(port, asked, standing, message)
        case EffectParked() if message.effect == wire_name(SendPortCancellation):
            return missed(
                asked, standing, port.cancel_why, "hub_unreachable", confirmed=port.is_confirmed
            )
        case EffectParked():
            return _effect_parked(port, asked, message)
        case _:
            return NOTHING


def _when_cancelling_unanswered(port: PortIn, asked: Asked, message: Any) -> Decision:
    """The request was on its way when we wanted it back; the hub has not said whether it has it."""
    match message:
        case HubDeclined(of="request"):  # whatever its reason: the hub does not have it
            return gone(asked, port.cancel_why)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return never_known(port, asked, "the hub has not answered")
        case EffectParked():
            return never_known(port, asked, message.reason)
        case _:
            return NOTHING


def _declined_after_upload(
    rules: PortingProfile, port: PortIn, asked: Asked, message: HubDeclined
) -> Decision:
    """A hub that takes first and checks then says only later what is wrong."""
    is_harmless = {Reaction.ACCEPTED, Reaction.ALREADY_DONE}
    if _said_of(message) in port.unread or rules.hub_answer(message.code).reaction in is_harmless:
        return NOTHING
    return given_up(asked, message.code, text=f"{message.field}: {message.text}")


def _unread_while_cancelling(
    port: PortIn, asked: Asked, standing: Standing, message: HubDeclined
) -> Decision:
    """Something was wrong; whether with the request or with its cancellation is not said. The
    request counts as alive, and the same word told again does not count as one about it."""
    if _said_of(message) in port.unread:
        return NOTHING
    unread = PortInUnread(number=asked.number, said=_said_of(message))
    late = missed(asked, standing, port.cancel_why, message.code, confirmed=port.is_confirmed)
    return replace(late, facts=(unread, *late.facts))


def _said_of(message: HubDeclined) -> str:
    """What makes a word of the hub the same word when it comes twice."""
    return f"{message.code} {message.field}: {message.text}"


def _effect_parked(port: PortIn, asked: Asked, message: EffectParked) -> Decision:
    """A query was given up. The mailbox and the file go on; somebody looks at the hub."""
    return _puzzled(port, asked, message.effect, message.reason)


def _puzzled(port: PortIn, asked: Asked, code: str, text: str) -> Decision:
    """Somebody looks at it; once for each code."""
    if code in port.puzzles:
        return NOTHING
    return Decision(facts=(PortInUnrecognised(number=asked.number, code=code, text=text),))


def _standing(port: PortIn) -> Standing:
    if port.standing is None:
        raise AssertionError(f"{port.phase} without what the hub made of it")
    return port.standing


def port_in_process(book: Book) -> ProcessType[PortIn]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: PortIn(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=PortIn,
        messages=(
            RequestPortIn,
            CancelPortIn,
            HubAccepted,
            HubDeclined,
            PortStateSeen,
            PortNotInFile,
        ),
        facts=FACTS,
        effects=(SendPortRequest, SendPortCancellation, PerformPort, QueryPort),
        timers=TIMERS,
    )
