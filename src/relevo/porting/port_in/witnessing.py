"""What a witness says of a request, held against what is known.

The state of a request is the furthest that any witness has seen (porting-es 3.10). News that are
late, doubled or out of order change nothing; news of an end are believed from whichever witness
brings them first.
"""

from __future__ import annotations

from typing import Any

from relevo.engine.process import NOTHING, Decision, Timer
from relevo.porting.port_in.folding import evolve
from relevo.porting.port_in.lifecycle import FINAL
from relevo.porting.port_in.messages import (
    CancellationMissed,
    DonorCorrected,
    HubAccepted,
    HubState,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
    PortInRequested,
    PortInUnrecognised,
    PortStateSeen,
    ReplyOverdue,
    Witness,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInPhase, Standing
from relevo.porting.port_in.taking_back import (
    NO_ANSWER,
    cancel_now,
    gone,
    query,
    take_back,
)
from relevo.porting.port_in.timing import (
    LOOKS_ALARM,
    REPLY_DUE,
    WINDOW_GRACE,
    WINDOW_OPENS,
    disarmed,
    next_look,
    standing_timers,
)
from relevo.porting.profile import (
    HubKind,
    PortingProfile,
    RejectionReason,
    Resubmit,
    WhoActs,
    Window,
)
from relevo.values.moment import Moment

CANCELLED_BY_HUB = "cancelled_by_hub"
NOT_PORTED = "not_ported"
STATE_UNKNOWN = "state_unknown"


def accepted(
    rules: PortingProfile, port: PortIn, asked: Asked, message: HubAccepted, at: Moment
) -> Decision:
    """The hub has the request; if we want it back meanwhile, we say so now."""
    facts: tuple[Any, ...] = ()
    if message.donor not in {"", asked.donor}:
        facts = (DonorCorrected(number=asked.number, donor_was=asked.donor, donor=message.donor),)
    requested = PortInRequested(
        number=asked.number,
        reference=message.reference,
        donor=message.donor or asked.donor,
        window=message.window,
        reply_due=message.reply_due,
        cancel_until=rules.cancel_until(asked.hub, message.window),
    )
    facts = (*facts, requested)
    after = _folded(port, facts)
    standing = after.standing
    if standing is None:
        return NOTHING
    first = Decision(facts=facts, timers=standing_timers(standing))
    if after.phase is not PortInPhase.CANCELLING:
        return first
    return _joined(first, cancel_now(rules, after, asked, standing, at))


def seen(
    rules: PortingProfile, port: PortIn, asked: Asked, message: PortStateSeen, at: Moment
) -> Decision:
    """A witness speaks."""
    standing = port.standing
    if standing is None:
        return _adopted(rules, port, asked, message, at)
    if message.reference != standing.reference:
        return NOTHING
    taking_back = port.phase is PortInPhase.CANCELLING
    match message.state:
        case HubState.REQUESTED:
            return NOTHING
        case HubState.CONFIRMED:
            return NOTHING if taking_back else _confirmed(rules, port, asked, standing, message)
        case HubState.REJECTED if taking_back:
            return gone(asked, port.cancel_why)
        case HubState.REJECTED:
            return _rejected(rules, asked, message)
        case HubState.CANCELLED:
            return gone(asked, port.cancel_why or CANCELLED_BY_HUB)
        case HubState.PORTED:
            return _completed(port, asked, message, at)


def look_for_reply(rules: PortingProfile, port: PortIn, asked: Asked, at: Moment) -> Decision:
    """The donor's limit is over and nothing was heard: a lost notice, or a hub that is away.

    The mobile hub itself turns the donor's silence into a rejection. The fixed hub does not, and
    cannot be asked: there we take the request back, so that it can be made again.
    """
    standing = port.standing
    if port.phase is not PortInPhase.REQUESTED or standing is None:
        return NOTHING
    silent = at - standing.reply_due > LOOKS_ALARM
    overdue = () if port.is_overdue else (_overdue(asked, standing),)
    alarm = Decision(facts=(*overdue, *_alarm(port, asked, STATE_UNKNOWN, silent=silent)))
    if silent and asked.hub is HubKind.FIXED:
        return _joined(alarm, take_back(rules, port, asked, NO_ANSWER, at))
    again = next_look(standing.reply_due, at)
    look = Decision(
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=REPLY_DUE, due=again),),
    )
    return _joined(alarm, look)


def look_for_port(port: PortIn, asked: Asked, standing: Standing, at: Moment) -> Decision:
    """The window is open: has the number moved?"""
    again = next_look(standing.window.opens, at)
    if again is None and port.phase is not PortInPhase.CANCELLING:
        return _never_ported(asked)
    silent = at - standing.window.opens > LOOKS_ALARM
    return Decision(
        facts=_alarm(port, asked, NOT_PORTED, silent=silent),
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=WINDOW_OPENS, due=again),),
    )


def _adopted(
    rules: PortingProfile, port: PortIn, asked: Asked, message: PortStateSeen, at: Moment
) -> Decision:
    """The hub knows it, though its answer was lost: take its word, and ask for the rest."""
    if not message.reference:
        return NOTHING
    window = message.window or asked.window or rules.default_window(asked.hub, at)
    stored = HubAccepted(
        reference=message.reference,
        donor="",
        window=window,
        reply_due=rules.reply_due(asked.hub, at),
    )
    first = accepted(rules, port, asked, stored, at)
    after = _folded(port, first.facts)
    if message.window is None:
        first = _joined(first, Decision(effects=(query(asked, message.reference),)))
    both = _joined(first, seen(rules, after, asked, message, at))
    if _folded(port, both.facts).phase in FINAL:  # then there is nothing left to wait for
        return Decision(facts=both.facts)
    return both


def _confirmed(
    rules: PortingProfile,
    port: PortIn,
    asked: Asked,
    standing: Standing,
    message: PortStateSeen,
) -> Decision:
    window = message.window or standing.window
    if port.is_confirmed and window == standing.window:
        return NOTHING
    confirmed = PortInConfirmed(
        number=asked.number,
        reference=standing.reference,
        window=window,  # it may have moved: the one at the confirmation counts (porting-es 6.1)
        cancel_until=_cancel_until(rules, asked, standing, window),
        witness=message.witness,
    )
    opens = Timer(name=WINDOW_OPENS, due=window.opens + WINDOW_GRACE)
    return Decision(facts=(confirmed,), timers=(opens, *disarmed(REPLY_DUE)))


def _cancel_until(
    rules: PortingProfile, asked: Asked, standing: Standing, window: Window
) -> Moment:
    if window == standing.window:
        return standing.cancel_until
    return rules.cancel_until(asked.hub, window)


def _rejected(rules: PortingProfile, asked: Asked, message: PortStateSeen) -> Decision:
    meaning = rules.rejection(asked.hub, message.cause)
    facts: tuple[Any, ...] = ()
    if meaning.reason is RejectionReason.UNRECOGNISED:
        text = f"rejected with {message.cause!r}, seen in the {message.witness}"
        facts = (PortInUnrecognised(number=asked.number, code=message.cause, text=text),)
    ended = PortInRejected(
        number=asked.number,
        code=message.cause,
        reason=meaning.reason,
        who_acts=meaning.who_acts,
        resubmit=meaning.resubmit,
        witness=message.witness,
    )
    return Decision(facts=(*facts, ended))


def _completed(port: PortIn, asked: Asked, message: PortStateSeen, at: Moment) -> Decision:
    facts: tuple[Any, ...] = ()
    if port.phase is PortInPhase.CANCELLING:
        late = CancellationMissed(number=asked.number, why=port.cancel_why, code="ported")
        facts = (late,)
    completed = PortInCompleted(
        number=asked.number,
        donor=asked.donor,
        recipient=asked.recipient,
        at=min(message.at, at),  # a hub's clock may be ahead of ours; the ledger's is not
        witness=message.witness,
    )
    return Decision(facts=(*facts, completed))


def _never_ported(asked: Asked) -> Decision:
    text = "confirmed, but no witness has seen it ported for thirty days"
    puzzle = PortInUnrecognised(number=asked.number, code=NOT_PORTED, text=text)
    ended = PortInRejected(
        number=asked.number,
        code=NOT_PORTED,
        reason=RejectionReason.NO_ANSWER,
        who_acts=WhoActs.DESK,
        resubmit=Resubmit.AFTER_REPAIR,
        witness=Witness.QUERY,
    )
    return Decision(facts=(puzzle, ended))


def _overdue(asked: Asked, standing: Standing) -> ReplyOverdue:
    return ReplyOverdue(number=asked.number, due=standing.reply_due)


def _alarm(port: PortIn, asked: Asked, code: str, *, silent: bool) -> tuple[Any, ...]:
    if not silent or code in port.puzzles:
        return ()
    text = f"no witness tells what became of the request {asked.contract_code}"
    return (PortInUnrecognised(number=asked.number, code=code, text=text),)


def _folded(port: PortIn, facts: tuple[Any, ...]) -> PortIn:
    for fact in facts:
        port = evolve(port, fact)
    return port


def _joined(first: Decision, then: Decision) -> Decision:
    named = {timer.name: timer for timer in (*first.timers, *then.timers)}
    return Decision(
        facts=(*first.facts, *then.facts),
        effects=(*first.effects, *then.effects),
        timers=tuple(named.values()),
    )
