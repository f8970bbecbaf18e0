"""The recipient's side of a request for several numbers: what follows from each message, by phase.

It lives as a port-in does: three witnesses that may be late, doubled, lost or out of order, opening
hours and quotas, a deadline for taking it back (``porting.port_in``, whose rules it shares). What
is its own: the donor may say yes to some numbers only, and our agreement to that is asked for
(``answering``); and a no is one no for all, of which it is not said whom it means (``asking``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
    wire_name,
)
from relevo.porting.multiple.agreeing import agree, agreement_declined, look_at_answer
from relevo.porting.multiple.answering import accepted, look_for_port, look_for_reply, seen
from relevo.porting.multiple.asking import declined, draft, send_after_waiting, unreachable
from relevo.porting.multiple.folding import FACTS, evolve
from relevo.porting.multiple.lifecycle import LIFECYCLE
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    CancelMultiple,
    MultipleSeen,
    MultipleUnrecognised,
    QueryMultiple,
    RequestMultiple,
    SendMultipleRequest,
)
from relevo.porting.multiple.model import (
    AskedMultiple,
    Multiple,
    MultiplePhase,
    MultipleRefusal,
)
from relevo.porting.multiple.taking_back import (
    cancel_now,
    cancellation_declined,
    gone,
    look,
    missed,
    never_known,
    take_back,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.port_in.model import Standing
from relevo.porting.port_in.sending import SOON
from relevo.porting.port_in.taking_back import NO_ANSWER
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    CANCEL_DEADLINE,
    HUB_OPENS,
    REPLY_DUE,
    RETRY,
    TIMERS,
    WINDOW_OPENS,
    disarmed,
)
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment

KIND = "porting.multiple"
Book = Callable[[str], PortingProfile]
"""The edition of a country's rules that a process has pinned. Raises LookupError or ValueError."""

_REQUESTS = frozenset({wire_name(SendMultipleRequest), wire_name(SendPortRequest)})


def decide(book: Book, multiple: Multiple, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    asked, standing = multiple.asked, multiple.standing
    if multiple.phase is MultiplePhase.BLANK or asked is None:
        return _when_blank(book, multiple, message, at)
    rules = book(asked.rules)
    match message:
        case RequestMultiple():
            return Refusal(reason=MultipleRefusal.ALREADY_ASKED, detail=asked.contract_code)
        case MultipleSeen():
            return seen(rules, multiple, asked, message, at)
        case PortStateSeen():
            return seen(rules, multiple, asked, _of_the_only(message), at)
        case HubAccepted() if standing is None and message.reference:
            return accepted(rules, multiple, asked, message, at)
        case CancelMultiple() if multiple.phase is not MultiplePhase.CANCELLING:
            return take_back(rules, multiple, asked, message.why, at)
        case _:
            pass
    if standing is None:
        return _before_the_hub(rules, multiple, asked, message, at)
    match multiple.phase:
        case MultiplePhase.CANCELLING:
            return _when_cancelling(rules, multiple, asked, message, at)
        case MultiplePhase.AGREEING:
            return _when_agreeing(rules, multiple, asked, message, at)
        case _:
            return _when_at_the_hub(rules, multiple, asked, standing, message, at)


def _when_blank(book: Book, multiple: Multiple, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case RequestMultiple():
            try:
                rules = book(message.rules)
            except (LookupError, ValueError) as unknown:
                return Refusal(reason=MultipleRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
            return draft(rules, multiple, message, at)
        case CancelMultiple():
            return Refusal(reason=MultipleRefusal.NOTHING_TO_CANCEL)
        case _:
            return NOTHING


def _before_the_hub(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, message: Any, at: Moment
) -> Decision:
    """Queued, sent, or wanted back before the hub has said whether it has it."""
    match multiple.phase:
        case MultiplePhase.QUEUED:
            is_due = isinstance(message, TimerFired) and message.name in {HUB_OPENS, RETRY}
            return send_after_waiting(rules, multiple, asked, at) if is_due else NOTHING
        case MultiplePhase.SENT:
            return _when_sent(rules, multiple, asked, message, at)
        case _:
            return _when_cancelling_unanswered(multiple, message)


def _when_sent(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, message: Any, at: Moment
) -> Decision:
    match message:
        case HubDeclined(of="request"):
            return declined(rules, multiple, asked, message, at)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return unreachable(rules, multiple, asked, "the hub has not answered", at)
        case EffectParked() if message.effect in _REQUESTS:
            return unreachable(rules, multiple, asked, message.reason, at)
        case _:
            return NOTHING


def _when_at_the_hub(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    standing: Standing,
    message: Any,
    at: Moment,
) -> Decision:
    match message:
        case TimerFired(name=name) if name == REPLY_DUE:
            is_open = multiple.phase is MultiplePhase.REQUESTED
            return look_for_reply(rules, multiple, asked, standing, at) if is_open else NOTHING
        case TimerFired(name=name) if name == WINDOW_OPENS:
            return look_for_port(rules, multiple, asked, standing, at)
        case EffectParked():
            return _effect_parked(multiple, message)
        case _:
            return NOTHING


def _when_agreeing(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, message: Any, at: Moment
) -> Decision:
    standing = _standing(multiple)
    match message:
        case TimerFired(name=name) if name in {HUB_OPENS, RETRY}:
            return agree(rules, asked, standing, at, agrees=multiple.agrees)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return look_at_answer(rules, multiple, asked, standing, at)
        case HubDeclined(of=of) if of not in {"request", "cancellation"}:
            return agreement_declined(rules, multiple, asked, message, at)
        case EffectParked() if message.effect == wire_name(AgreeToReduced):
            again = Timer(name=RETRY, due=rules.opens_at(asked.hub, at + SOON))
            said = _effect_parked(multiple, message)
            return Decision(facts=said.facts, timers=(again, *disarmed(ANSWER_DUE)))
        case _:
            return _when_at_the_hub(rules, multiple, asked, standing, message, at)


def _when_cancelling(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, message: Any, at: Moment
) -> Decision:
    standing = _standing(multiple)
    match message:
        case HubDeclined(of="cancellation"):
            return cancellation_declined(rules, multiple, asked, standing, message, at)
        case TimerFired(name=name) if name in {HUB_OPENS, RETRY}:
            return cancel_now(rules, multiple, asked, standing, at)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return look(asked, standing, at)
        case TimerFired(name=name) if name == CANCEL_DEADLINE:
            return missed(asked, standing, multiple.cancel_why, NO_ANSWER)
        case EffectParked() if message.effect == wire_name(SendPortCancellation):
            return missed(asked, standing, multiple.cancel_why, "hub_unreachable")
        case _:
            return _when_at_the_hub(rules, multiple, asked, standing, message, at)


def _when_cancelling_unanswered(multiple: Multiple, message: Any) -> Decision:
    """The request was on its way when we wanted it back; the hub has not said whether it has it."""
    match message:
        case HubDeclined(of="request"):  # whatever its reason: the hub does not have it
            return gone(multiple.cancel_why)
        case TimerFired(name=name) if name == ANSWER_DUE:
            return never_known(multiple.cancel_why, "the hub has not answered")
        case EffectParked():
            return never_known(multiple.cancel_why, message.reason)
        case _:
            return NOTHING


def _effect_parked(multiple: Multiple, message: EffectParked) -> Decision:
    """A query was given up. The mailbox and the file go on; somebody looks at the hub."""
    if message.effect in multiple.puzzles:
        return NOTHING
    return Decision(facts=(MultipleUnrecognised(code=message.effect, text=message.reason),))


def _of_the_only(message: PortStateSeen) -> MultipleSeen:
    """One number alone is followed as a port-in is; what is said of it, is said of all of them."""
    return MultipleSeen(
        reference=message.reference,
        state=message.state,
        witness=message.witness,
        at=message.at,
        cause=message.cause,
        window=message.window,
    )


def _standing(multiple: Multiple) -> Standing:
    if multiple.standing is None:
        raise AssertionError(f"{multiple.phase} without what the hub made of it")
    return multiple.standing


def multiple_process(book: Book) -> ProcessType[Multiple]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: Multiple(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Multiple,
        messages=(
            RequestMultiple,
            CancelMultiple,
            HubAccepted,
            HubDeclined,
            PortStateSeen,
            MultipleSeen,
        ),
        facts=FACTS,
        effects=(
            SendMultipleRequest,
            SendPortRequest,
            SendPortCancellation,
            AgreeToReduced,
            QueryMultiple,
            QueryPort,
        ),
        timers=TIMERS,
    )
