"""Writing a request down, bringing it to the hub, and what to do about the hub's no.

Opening hours and quotas make a queue, not a call (porting-es 3.7, 3.9.4). Whatever makes a
request wait is counted, and has a bound: then the request ends and the desk looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from relevo.engine.process import NOTHING, Decision, Refusal, Timer
from relevo.porting.port_in.folding import asked_in
from relevo.porting.port_in.messages import (
    DonorCorrected,
    HubDeclined,
    PortInDrafted,
    PortInQueued,
    PortInRejected,
    PortInSent,
    PortInUnrecognised,
    RequestPortIn,
    SendPortRequest,
    Witness,
)
from relevo.porting.port_in.model import Asked, PortIn, PortInRefusal, Wait
from relevo.porting.port_in.releasing import released_at
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    ANSWER_LIMIT,
    HUB_OPENS,
    RETRY,
    disarmed,
)
from relevo.porting.profile import (
    HubKind,
    PortingProfile,
    Reaction,
    RejectionReason,
    Resubmit,
    WhoActs,
)
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

SOON = timedelta(minutes=10)  # porting-es 3.5 and 3.9.4: resent about every ten minutes
CLOSED_AGAINST_CALENDAR = timedelta(hours=1)  # a holiday that our table does not know
UNREACHABLE_PAUSE = timedelta(minutes=15)
CONTRACT_FREE_PART = 8  # porting-es 2.2: three digits of the recipient, eight of its own choice

WINDOW_TOO_NEAR = "window_too_near"

CORRECTIONS_MAX = 3
"""A number may have moved on meanwhile; a hub that names yet another donor has to be looked at."""

WAITS_MAX: Mapping[Wait, int] = {
    Wait.RETRY_SOON: 18,
    Wait.HUB_SAYS_CLOSED: 24,
    Wait.RELAUNCH: 1,
    Wait.QUOTA: 10,
    Wait.HUB_UNREACHABLE: 60,  # each is two hours of tries: an outage ends before a request does
}


def draft(
    rules: PortingProfile, port: PortIn, message: RequestPortIn, at: Moment
) -> Decision | Refusal:
    """Write the request down and send it as soon as the hub is open."""
    ours = rules.operator(message.recipient)
    if ours is None:
        return Refusal(
            reason=PortInRefusal.OPERATOR_UNKNOWN,
            detail=f"recipient: {message.recipient!r} is not an operator of {rules.code}",
        )
    drafted = PortInDrafted(
        number=message.number,
        hub=message.hub,
        donor=message.donor,
        recipient=message.recipient,
        holder=message.holder,
        order=message.order,
        line=message.line,
        rules=message.rules,
        consent_at=message.consent_at,
        contract_code=ours.mobile_code + code(CONTRACT_FREE_PART, READABLE, port.process_id),
        window=message.window,
        donor_iccid=message.donor_iccid,
        prepaid=message.prepaid,
        held_at_donor=message.held_at_donor,
        address=message.address,
    )
    return send(rules, asked_in(drafted), at, sendings=0, before=(drafted,))


def send(
    rules: PortingProfile,
    asked: Asked,
    at: Moment,
    *,
    sendings: int,
    before: tuple[Any, ...] = (),
) -> Decision:
    """Send it now if the hub is open for us, else when it opens."""
    opens = rules.opens_at(asked.hub, at)
    if opens > at:
        due = released_at(rules, asked.hub, opens, asked.window, asked.contract_code)
        queued = PortInQueued(number=asked.number, until=due, why=Wait.HUB_CLOSED)
        return Decision(
            facts=(*before, queued),
            timers=(Timer(name=HUB_OPENS, due=due), *disarmed(RETRY, ANSWER_DUE)),
        )
    return Decision(
        facts=(*before, PortInSent(number=asked.number, sending=sendings + 1)),
        effects=(_request(asked),),
        timers=(Timer(name=ANSWER_DUE, due=at + ANSWER_LIMIT), *disarmed(HUB_OPENS, RETRY)),
    )


def send_after_waiting(rules: PortingProfile, port: PortIn, asked: Asked, at: Moment) -> Decision:
    """The wait is over. If it ate the time before the chosen window, the request ends here: the
    hub would not take that window any more (AREC HORFV), and a new one is not ours to choose."""
    earliest = rules.default_window(asked.hub, rules.opens_at(asked.hub, at))
    if asked.window is None or asked.window.opens >= earliest.opens:
        return send(rules, asked, at, sendings=port.sendings)
    ended = PortInRejected(
        number=asked.number,
        code=WINDOW_TOO_NEAR,
        reason=RejectionReason.NO_ANSWER,
        who_acts=WhoActs.NOBODY,
        resubmit=Resubmit.AT_ONCE,
        witness=Witness.REPLY,
    )
    return Decision(facts=(ended,))


def declined(
    rules: PortingProfile, port: PortIn, asked: Asked, message: HubDeclined, at: Moment
) -> Decision:
    """The hub did not take the request; its code says what follows."""
    reaction = rules.hub_answer(message.code).reaction
    why = waits_for(reaction, port.waits)
    if why is not None:
        return _wait(rules, port, asked, at, why)
    match reaction:
        case Reaction.CORRECT_DONOR:
            return _to_the_right_donor(rules, port, asked, message, at)
        case Reaction.OUR_FAULT:
            return given_up(
                asked, message.code, text=_said(message), reason=RejectionReason.INCOMPLETE
            )
        case Reaction.ADOPT_EXISTING:
            # Our own earlier request is adopted by the performer; this one is somebody else's.
            return given_up(asked, message.code, text=_said(message))
        case _:
            return given_up(asked, message.code, text=_said(message), resubmit=Resubmit.NEVER)


def waits_for(reaction: Reaction, waits: tuple[Wait, ...]) -> Wait | None:
    """What a request that was not taken waits for at our side; None when waiting does not help."""
    match reaction:
        case Reaction.RETRY_SOON | Reaction.LOG_IN_AGAIN:
            return Wait.RETRY_SOON
        case Reaction.RETRY_NEXT_OPENING:
            return Wait.HUB_SAYS_CLOSED
        case Reaction.PARK_DONOR_UNTIL_TOMORROW:
            return Wait.QUOTA
        case Reaction.RELAUNCH_ONCE:
            is_spent = waits.count(Wait.RELAUNCH) >= WAITS_MAX[Wait.RELAUNCH]
            return Wait.QUOTA if is_spent else Wait.RELAUNCH
        case _:
            return None


def unreachable(
    rules: PortingProfile, port: PortIn, asked: Asked, reason: str, at: Moment
) -> Decision:
    """Nobody knows whether the hub has it: somebody looks, and we ask again (it knows doubles)."""
    code_ = Wait.HUB_UNREACHABLE.value
    if port.waited(Wait.HUB_UNREACHABLE):
        return _wait(rules, port, asked, at, Wait.HUB_UNREACHABLE)
    puzzle = PortInUnrecognised(number=asked.number, code=code_, text=reason)
    return _wait(rules, port, asked, at, Wait.HUB_UNREACHABLE, before=(puzzle,))


def given_up(
    asked: Asked,
    code_: str,
    *,
    text: str,
    reason: RejectionReason = RejectionReason.UNRECOGNISED,
    resubmit: Resubmit = Resubmit.AFTER_REPAIR,
) -> Decision:
    """The request ends, and the desk finds out why."""
    puzzle = PortInUnrecognised(number=asked.number, code=code_, text=text)
    ended = PortInRejected(
        number=asked.number,
        code=code_,
        reason=reason,
        who_acts=WhoActs.DESK,
        resubmit=resubmit,
        witness=Witness.REPLY,
    )
    return Decision(facts=(puzzle, ended))


def _to_the_right_donor(
    rules: PortingProfile, port: PortIn, asked: Asked, message: HubDeclined, at: Moment
) -> Decision:
    right = message.right_donor
    if port.was_corrected and right == asked.donor:
        return NOTHING  # the answer to the request before this one, told twice
    is_enough = port.corrections >= CORRECTIONS_MAX
    if is_enough or right in {"", asked.donor, asked.recipient}:
        return given_up(asked, message.code, text=_said(message))
    corrected = DonorCorrected(number=asked.number, donor_was=asked.donor, donor=right)
    again = replace(asked, donor=right)
    return send(rules, again, at, sendings=port.sendings, before=(corrected,))


def _wait(
    rules: PortingProfile,
    port: PortIn,
    asked: Asked,
    at: Moment,
    why: Wait,
    *,
    before: tuple[Any, ...] = (),
) -> Decision:
    if port.waited(why) >= WAITS_MAX[why]:
        return given_up(asked, why.value, text=f"given up after {port.waited(why)} times")
    until = waits_until(rules, asked.hub, why, at)
    if rules.calendar(asked.hub).local(until).date() > rules.calendar(asked.hub).local(at).date():
        until = released_at(rules, asked.hub, until, asked.window, asked.contract_code)
    return Decision(
        facts=(*before, PortInQueued(number=asked.number, until=until, why=why)),
        timers=(Timer(name=RETRY, due=until), *disarmed(ANSWER_DUE, HUB_OPENS)),
    )


def waits_until(rules: PortingProfile, hub: HubKind, why: Wait, at: Moment) -> Moment:
    """When a request that waits for this may go out again."""
    match why:
        case Wait.RETRY_SOON | Wait.RELAUNCH:
            return rules.opens_at(hub, at + SOON)
        case Wait.HUB_SAYS_CLOSED | Wait.HUB_CLOSED:
            opens = rules.opens_at(hub, at)
            return opens if opens > at else rules.opens_at(hub, at + CLOSED_AGAINST_CALENDAR)
        case Wait.QUOTA:
            calendar = rules.calendar(hub)
            tomorrow = calendar.working_day_after(calendar.local(at).date())
            return rules.opens_at(hub, calendar.at(tomorrow, time()))
        case Wait.HUB_UNREACHABLE:
            return rules.opens_at(hub, at + UNREACHABLE_PAUSE)


def _request(asked: Asked) -> SendPortRequest:
    return SendPortRequest(
        hub=asked.hub,
        number=asked.number,
        donor=asked.donor,
        recipient=asked.recipient,
        holder=asked.holder,
        contract_code=asked.contract_code,
        rules=asked.rules,
        consent_at=asked.consent_at,
        window=asked.window,
        donor_iccid=asked.donor_iccid,
        prepaid=asked.prepaid,
        address=asked.address,
    )


def _said(message: HubDeclined) -> str:
    field = f"{message.field}: " if message.field else ""
    existing = f" ({message.live_reference})" if message.live_reference else ""
    return f"{field}{message.text}{existing}"
