"""What a witness says of a multiple request, number by number.

The donor says yes to all numbers, to some (``agreeing``), or no to all with one cause. As
everywhere, the furthest state that any witness has seen counts, and an end is believed from
whichever witness brings it first.
"""

from __future__ import annotations

from typing import Any

from relevo.engine.process import NOTHING, Decision, Timer
from relevo.porting.multiple.agreeing import alarm, folded, joined, reduced, verdicts
from relevo.porting.multiple.asking import query, rejected
from relevo.porting.multiple.lifecycle import FINAL
from relevo.porting.multiple.messages import (
    MultipleCancellationMissed,
    MultipleCompleted,
    MultipleConfirmed,
    MultipleDonorCorrected,
    MultipleRejected,
    MultipleReplyOverdue,
    MultipleRequested,
    MultipleSeen,
    MultipleUnrecognised,
)
from relevo.porting.multiple.model import AskedMultiple, Multiple, MultiplePhase
from relevo.porting.multiple.taking_back import cancel_now, gone
from relevo.porting.port_in.messages import HubAccepted, HubState, Witness
from relevo.porting.port_in.model import Standing
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    HUB_OPENS,
    REPLY_DUE,
    RETRY,
    WINDOW_GRACE,
    WINDOW_OPENS,
    disarmed,
    is_alarming,
    look_at,
    next_look,
)
from relevo.porting.port_in.witnessing import CANCELLED_BY_HUB, NOT_PORTED, STATE_UNKNOWN
from relevo.porting.profile import (
    Awaited,
    PortingProfile,
    RejectionReason,
    Resubmit,
    WhoActs,
)
from relevo.values.moment import Moment

GROUP_WOULD_SPLIT = "group_would_split"


def accepted(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    message: HubAccepted,
    at: Moment,
) -> Decision:
    """The hub has the request; if we want it back meanwhile, we say so now."""
    facts: tuple[Any, ...] = ()
    if message.donor not in {"", asked.donor}:
        corrected = MultipleDonorCorrected(
            numbers=asked.all_numbers, donor_was=asked.donor, donor=message.donor
        )
        facts = (corrected,)
    requested = MultipleRequested(
        reference=message.reference,
        donor=message.donor or asked.donor,
        window=message.window,
        reply_due=message.reply_due,
        cancel_until=rules.cancel_until(asked.hub, message.window),
    )
    facts = (*facts, requested)
    after = folded(multiple, facts)
    standing = after.standing
    if standing is None:
        return NOTHING
    first = Decision(
        facts=facts,
        timers=(
            *disarmed(HUB_OPENS, RETRY, ANSWER_DUE),
            Timer(
                name=REPLY_DUE,
                due=look_at(
                    rules, asked.hub, Awaited.DONOR, standing.reply_due, asked.contract_code
                ),
            ),
            Timer(name=WINDOW_OPENS, due=standing.window.opens + WINDOW_GRACE),
        ),
    )
    if after.phase is not MultiplePhase.CANCELLING:
        return first
    return joined(first, cancel_now(rules, after, asked, standing, at))


def seen(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    message: MultipleSeen,
    at: Moment,
) -> Decision:
    """A witness speaks."""
    standing = multiple.standing
    if standing is None:
        return _adopted(rules, multiple, asked, message, at)
    if message.reference != standing.reference:
        return NOTHING
    taking_back = multiple.phase is MultiplePhase.CANCELLING
    match message.state:
        case HubState.REQUESTED | HubState.CONFIRMED if taking_back:
            return NOTHING
        case HubState.REQUESTED:
            if message.awaits_agreement and multiple.phase is MultiplePhase.REQUESTED:
                return reduced(rules, asked, standing, message, at)
            return NOTHING
        case HubState.CONFIRMED:
            return _confirmed(rules, multiple, asked, standing, message)
        case HubState.REJECTED if taking_back:
            return gone(multiple.cancel_why)
        case HubState.REJECTED:
            return _rejected(rules, multiple, asked, message)
        case HubState.CANCELLED:
            return gone(multiple.cancel_why or CANCELLED_BY_HUB)
        case HubState.PORTED:
            return _completed(rules, multiple, asked, standing, message, at)


def look_for_reply(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, standing: Standing, at: Moment
) -> Decision:
    """The donor's limit is over and nothing was heard: a lost notice, or a hub that is away."""
    silent = is_alarming(rules, asked.hub, Awaited.DONOR, standing.reply_due, at)
    overdue = () if multiple.is_overdue else (MultipleReplyOverdue(due=standing.reply_due),)
    again = next_look(standing.reply_due, at)
    return Decision(
        facts=(*overdue, *alarm(multiple, asked, STATE_UNKNOWN, silent=silent)),
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=REPLY_DUE, due=again),),
    )


def look_for_port(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, standing: Standing, at: Moment
) -> Decision:
    """The window is open: have the numbers moved?"""
    again = next_look(standing.window.opens, at)
    if again is None and multiple.phase is not MultiplePhase.CANCELLING:
        return _never_ported(asked)
    silent = is_alarming(rules, asked.hub, Awaited.CHANGE, standing.window.opens, at)
    return Decision(
        facts=alarm(multiple, asked, NOT_PORTED, silent=silent),
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=WINDOW_OPENS, due=again),),
    )


def _adopted(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    message: MultipleSeen,
    at: Moment,
) -> Decision:
    """The hub knows it, though its answer was lost: take its word, and ask for the rest."""
    if not message.reference:
        return NOTHING
    stored = HubAccepted(
        reference=message.reference,
        donor="",
        window=message.window or asked.window or rules.default_window(asked.hub, at),
        reply_due=rules.reply_due(asked.hub, at),
    )
    first = accepted(rules, multiple, asked, stored, at)
    after = folded(multiple, first.facts)
    if message.window is None:
        first = joined(first, Decision(effects=(query(asked, message.reference),)))
    both = joined(first, seen(rules, after, asked, message, at))
    if folded(multiple, both.facts).phase in FINAL:  # then there is nothing left to wait for
        return Decision(facts=both.facts)
    return both


def _confirmed(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    standing: Standing,
    message: MultipleSeen,
) -> Decision:
    window = message.window or standing.window
    if multiple.is_confirmed and window == standing.window:
        return NOTHING
    known = multiple.confirmed and not message.confirmed
    confirmed, fell_out = verdicts(asked, message)
    if known:
        confirmed = multiple.confirmed
        fell_out = tuple(each for each in asked.all_numbers if each not in set(confirmed))
    moved = window != standing.window
    fact = MultipleConfirmed(
        reference=standing.reference,
        window=window,  # it may have moved: the one at the confirmation counts (porting-es 6.1)
        cancel_until=(rules.cancel_until(asked.hub, window) if moved else standing.cancel_until),
        numbers=confirmed,
        fell_out=fell_out,
        witness=message.witness,
    )
    opens = Timer(name=WINDOW_OPENS, due=window.opens + WINDOW_GRACE)
    off = disarmed(REPLY_DUE, ANSWER_DUE, HUB_OPENS, RETRY)
    return Decision(facts=(fact,), timers=(opens, *off))


def _rejected(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, message: MultipleSeen
) -> Decision:
    if multiple.phase is MultiplePhase.AGREEING and not multiple.agrees:
        kept = set(multiple.confirmed)
        ours = MultipleRejected(
            numbers=asked.all_numbers,
            code=GROUP_WOULD_SPLIT,
            reason=RejectionReason.INCOMPLETE,
            who_acts=WhoActs.NOBODY,
            resubmit=Resubmit.AFTER_REPAIR,
            witness=message.witness,
            split_avoided=tuple(each for each in asked.all_numbers if each not in kept),
        )
        return Decision(facts=(ours,))
    meaning = rules.rejection(asked.hub, message.cause)
    facts: tuple[Any, ...] = ()
    if meaning.reason is RejectionReason.UNRECOGNISED:
        text = f"rejected with {message.cause!r}, seen in the {message.witness}"
        facts = (MultipleUnrecognised(code=message.cause, text=text),)
    ended = rejected(
        asked,
        message.cause,
        reason=meaning.reason,
        who_acts=meaning.who_acts,
        resubmit=meaning.resubmit,
        witness=message.witness,
    )
    return Decision(facts=(*facts, ended))


def _completed(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    standing: Standing,
    message: MultipleSeen,
    at: Moment,
) -> Decision:
    facts: tuple[Any, ...] = ()
    if multiple.phase is MultiplePhase.CANCELLING:
        facts = (MultipleCancellationMissed(why=multiple.cancel_why, code="ported"),)
    after = folded(multiple, facts)
    if not after.is_confirmed:  # nobody told us of the donor's yes: it was there all the same
        facts = (*facts, *_confirmed(rules, after, asked, standing, message).facts)
        after = folded(multiple, facts)
    completed = MultipleCompleted(
        numbers=after.confirmed,
        donor=asked.donor,
        recipient=asked.recipient,
        at=min(message.at, at),  # a hub's clock may be ahead of ours; the ledger's is not
        witness=message.witness,
    )
    return Decision(facts=(*facts, completed))


def _never_ported(asked: AskedMultiple) -> Decision:
    text = "confirmed, but no witness has seen it ported for thirty days"
    ended = rejected(
        asked,
        NOT_PORTED,
        reason=RejectionReason.NO_ANSWER,
        who_acts=WhoActs.DESK,
        resubmit=Resubmit.AFTER_REPAIR,
        witness=Witness.QUERY,
    )
    return Decision(facts=(MultipleUnrecognised(code=NOT_PORTED, text=text), ended))
