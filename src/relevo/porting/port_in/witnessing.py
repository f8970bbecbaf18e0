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
    DonorCorrected,
    HubAccepted,
    HubState,
    PerformPort,
    PortInRejected,
    PortInRequested,
    PortInUnrecognised,
    PortNotInFile,
    PortStateSeen,
    ReplyOverdue,
    Witness,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInPhase, Standing
from relevo.porting.port_in.moving import (
    CLOCKS_APART_MAX,
    announced,
    completed,
    confirmed,
    joined,
    queued_at_hub,
    when_announced,
)
from relevo.porting.port_in.taking_back import (
    NO_ANSWER,
    cancel_now,
    gone,
    query,
    take_back,
)
from relevo.porting.port_in.timing import (
    REPLY_DUE,
    WINDOW_OPENS,
    is_alarming,
    look_at,
    next_look,
    standing_timers,
)
from relevo.porting.profile import (
    Awaited,
    PortingProfile,
    RejectionReason,
    Resubmit,
    WhoActs,
)
from relevo.values.moment import Moment

CANCELLED_BY_HUB = "cancelled_by_hub"
NOT_PORTED = "not_ported"
STATE_UNKNOWN = "state_unknown"
NOT_IN_FILE = "not_in_file"
DONOR_ASKS = "donor_asks_to_cancel"


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
    look = look_at(rules, asked.hub, Awaited.DONOR, standing.reply_due, asked.contract_code)
    first = Decision(facts=facts, timers=standing_timers(standing, look))
    if after.phase is not PortInPhase.CANCELLING:
        return first
    return joined(first, cancel_now(rules, after, asked, at))


def seen(
    rules: PortingProfile, port: PortIn, asked: Asked, message: PortStateSeen, at: Moment
) -> Decision:
    """A witness speaks."""
    standing = port.standing
    if standing is None:
        return _adopted(rules, port, asked, message, at)
    if message.reference != standing.reference:
        return NOTHING
    if message.donor_cancellation and DONOR_ASKS not in port.puzzles and port.phase not in FINAL:
        return joined(
            _donor_asks(asked, message), _state(rules, port, asked, standing, message, at)
        )
    return _state(rules, port, asked, standing, message, at)


def _donor_asks(asked: Asked, message: PortStateSeen) -> Decision:
    """The old way: the donor has a paper that the customer wants to stay. A person decides, as
    only the recipient cancels (porting-es 3.1, P4)."""
    text = f"under the code {message.donor_cancellation}; look at its evidence, ask the customer"
    puzzle = PortInUnrecognised(number=asked.number, code=DONOR_ASKS, text=text)
    return Decision(facts=(puzzle,))


def _state(
    rules: PortingProfile,
    port: PortIn,
    asked: Asked,
    standing: Standing,
    message: PortStateSeen,
    at: Moment,
) -> Decision:
    taking_back = port.phase is PortInPhase.CANCELLING
    match message.state:
        case HubState.REQUESTED:
            return queued_at_hub(rules, port, asked, message.expected_on)
        case HubState.CONFIRMED:
            return NOTHING if taking_back else confirmed(rules, port, asked, standing, message)
        case HubState.REJECTED if taking_back:
            return gone(asked, port.cancel_why)
        case HubState.REJECTED:
            return _rejected(rules, asked, message)
        case HubState.CANCELLED:
            return gone(asked, port.cancel_why or CANCELLED_BY_HUB)
        case HubState.PORTED if message.at > at + CLOCKS_APART_MAX:
            return announced(rules, port, asked, message)
        case HubState.PORTED:
            return completed(port, asked, message.witness, min(message.at, at))


def look_for_reply(rules: PortingProfile, port: PortIn, asked: Asked, at: Moment) -> Decision:
    """The donor's limit is over and nothing was heard: a lost notice, or a hub that is away.

    Where the hub does not turn the donor's silence into a rejection, we take the request back, so
    that it can be made again.
    """
    standing = port.standing
    if port.phase is not PortInPhase.REQUESTED or standing is None:
        return NOTHING
    awaited = Awaited.QUEUE if port.expected_on else Awaited.DONOR
    silent = is_alarming(rules, asked.hub, awaited, standing.reply_due, at)
    overdue = () if port.is_overdue else (_overdue(asked, standing),)
    alarm = Decision(facts=(*overdue, *_alarm(port, asked, STATE_UNKNOWN, silent=silent)))
    if silent and not rules.conduct(asked.hub).ends_silence:
        return joined(alarm, take_back(rules, port, asked, NO_ANSWER, at))
    again = next_look(standing.reply_due, at)
    look = Decision(
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=REPLY_DUE, due=again),),
    )
    return joined(alarm, look)


def look_for_port(
    rules: PortingProfile, port: PortIn, asked: Asked, standing: Standing, at: Moment
) -> Decision:
    """The window is open: has the number moved? At some hubs it has when we say so."""
    if port.announced_at is not None:
        return when_announced(port, asked, port.announced_at, at)
    again = next_look(standing.window.opens, at)
    if again is None and port.phase is not PortInPhase.CANCELLING:
        return _never_ported(asked)
    silent = is_alarming(rules, asked.hub, Awaited.CHANGE, standing.window.opens, at)
    is_ours = port.phase is PortInPhase.CONFIRMED and not rules.conduct(asked.hub).moves_numbers
    return Decision(
        facts=_alarm(port, asked, NOT_PORTED, silent=silent),
        effects=(
            _perform(asked, standing.reference) if is_ours else query(asked, standing.reference),
        ),
        timers=(Timer(name=WINDOW_OPENS, due=again),),
    )


def not_in_file(port: PortIn, asked: Asked, message: PortNotInFile) -> Decision:
    """The list of all processes does not show it: we look ourselves, and so does somebody."""
    if port.standing is None:
        return NOTHING
    puzzle: tuple[Any, ...] = ()
    if NOT_IN_FILE not in port.puzzles:
        text = f"{message.file} does not list {port.standing.reference}"
        puzzle = (PortInUnrecognised(number=asked.number, code=NOT_IN_FILE, text=text),)
    return Decision(facts=puzzle, effects=(query(asked, port.standing.reference),))


def _perform(asked: Asked, reference: str) -> PerformPort:
    return PerformPort(
        hub=asked.hub,
        number=asked.number,
        reference=reference,
        contract_code=asked.contract_code,
        donor=asked.donor,
        recipient=asked.recipient,
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
        donor=message.donor,
        window=window,
        reply_due=rules.reply_due(asked.hub, at),
    )
    first = accepted(rules, port, asked, stored, at)
    after = _folded(port, first.facts)
    if message.window is None:
        first = joined(first, Decision(effects=(query(asked, message.reference),)))
    both = joined(first, seen(rules, after, asked, message, at))
    if _folded(port, both.facts).phase in FINAL:  # then there is nothing left to wait for
        return Decision(facts=both.facts)
    return both


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
