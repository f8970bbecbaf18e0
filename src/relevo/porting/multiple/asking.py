"""Writing a multiple request down, bringing it to the hub, and what to do about the hub's no.

How long a request waits at our side, and how often, is the same as for one number (``sending`` of
the port-in). What differs: the hub's no to many numbers does not say which of them it means, so
that the request ends and whoever made it finds out.
"""

from __future__ import annotations

from typing import Any

from relevo.engine.process import Decision, Refusal, Timer
from relevo.porting.multiple.folding import asked_in
from relevo.porting.multiple.messages import (
    MultipleDrafted,
    MultipleQueued,
    MultipleRejected,
    MultipleSent,
    MultipleUnrecognised,
    QueryMultiple,
    RequestMultiple,
    SendMultipleRequest,
)
from relevo.porting.multiple.model import AskedMultiple, Multiple, MultipleRefusal
from relevo.porting.port_in.messages import HubDeclined, QueryPort, SendPortRequest, Witness
from relevo.porting.port_in.model import Wait
from relevo.porting.port_in.sending import (
    CONTRACT_FREE_PART,
    WAITS_MAX,
    WINDOW_TOO_NEAR,
    waits_for,
    waits_until,
)
from relevo.porting.port_in.timing import ANSWER_DUE, ANSWER_LIMIT, HUB_OPENS, RETRY, disarmed
from relevo.porting.profile import (
    PortingProfile,
    Reaction,
    RejectionReason,
    Resubmit,
    WhoActs,
)
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment


def draft(
    rules: PortingProfile, multiple: Multiple, message: RequestMultiple, at: Moment
) -> Decision | Refusal:
    """Write the request down and send it as soon as the hub is open."""
    ours = rules.operator(message.recipient)
    if ours is None:
        return Refusal(
            reason=MultipleRefusal.OPERATOR_UNKNOWN,
            detail=f"recipient: {message.recipient!r} is not an operator of {rules.code}",
        )
    if not message.numbers:
        return Refusal(reason=MultipleRefusal.NO_NUMBERS, detail="numbers: name one or more")
    drafted = MultipleDrafted(
        numbers=message.numbers,
        groups=message.groups,
        hub=message.hub,
        donor=message.donor,
        recipient=message.recipient,
        holder=message.holder,
        order=message.order,
        rules=message.rules,
        consent_at=message.consent_at,
        contract_code=ours.mobile_code + code(CONTRACT_FREE_PART, READABLE, multiple.process_id),
        window=message.window,
    )
    return send(rules, asked_in(drafted), at, sendings=0, before=(drafted,))


def send(
    rules: PortingProfile,
    asked: AskedMultiple,
    at: Moment,
    *,
    sendings: int,
    before: tuple[Any, ...] = (),
) -> Decision:
    """Send it now if the hub is open for us, else when it opens."""
    opens = rules.opens_at(asked.hub, at)
    if opens > at:
        queued = MultipleQueued(until=opens, why=Wait.HUB_CLOSED)
        return Decision(
            facts=(*before, queued),
            timers=(Timer(name=HUB_OPENS, due=opens), *disarmed(RETRY, ANSWER_DUE)),
        )
    return Decision(
        facts=(*before, MultipleSent(sending=sendings + 1)),
        effects=(_request(asked),),
        timers=(Timer(name=ANSWER_DUE, due=at + ANSWER_LIMIT), *disarmed(HUB_OPENS, RETRY)),
    )


def send_after_waiting(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, at: Moment
) -> Decision:
    """The wait is over. If it ate the time before the chosen window, the request ends here: a new
    window is not ours to choose."""
    earliest = rules.default_window(asked.hub, rules.opens_at(asked.hub, at))
    if asked.window is None or asked.window.opens >= earliest.opens:
        return send(rules, asked, at, sendings=multiple.sendings)
    ended = rejected(
        asked,
        WINDOW_TOO_NEAR,
        reason=RejectionReason.NO_ANSWER,
        who_acts=WhoActs.NOBODY,
        resubmit=Resubmit.AT_ONCE,
    )
    return Decision(facts=(ended,))


def declined(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    message: HubDeclined,
    at: Moment,
) -> Decision:
    """The hub did not take the request; its code says what follows."""
    reaction = rules.hub_answer(message.code).reaction
    why = waits_for(reaction, multiple.waits)
    if why is not None:
        return _wait(rules, multiple, asked, at, why)
    match reaction:
        case Reaction.CORRECT_DONOR if message.right_donor not in {"", asked.donor}:
            return _number_elsewhere(asked, message)
        case Reaction.OUR_FAULT:
            return given_up(
                asked, message.code, text=_said(message), reason=RejectionReason.INCOMPLETE
            )
        case Reaction.CORRECT_DONOR | Reaction.ADOPT_EXISTING:
            return given_up(asked, message.code, text=_said(message))
        case _:
            return given_up(asked, message.code, text=_said(message), resubmit=Resubmit.NEVER)


def unreachable(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, reason: str, at: Moment
) -> Decision:
    """Nobody knows whether the hub has it: somebody looks, and we ask again (it knows doubles)."""
    before: tuple[Any, ...] = ()
    if not multiple.waited(Wait.HUB_UNREACHABLE):
        before = (MultipleUnrecognised(code=Wait.HUB_UNREACHABLE.value, text=reason),)
    return _wait(rules, multiple, asked, at, Wait.HUB_UNREACHABLE, before=before)


def given_up(
    asked: AskedMultiple,
    code_: str,
    *,
    text: str,
    reason: RejectionReason = RejectionReason.UNRECOGNISED,
    resubmit: Resubmit = Resubmit.AFTER_REPAIR,
) -> Decision:
    """The request ends, and the desk finds out why."""
    ended = rejected(asked, code_, reason=reason, who_acts=WhoActs.DESK, resubmit=resubmit)
    return Decision(facts=(MultipleUnrecognised(code=code_, text=text), ended))


def rejected(
    asked: AskedMultiple,
    code_: str,
    *,
    reason: RejectionReason,
    who_acts: WhoActs,
    resubmit: Resubmit,
    witness: Witness = Witness.REPLY,
) -> MultipleRejected:
    """The end of the whole request."""
    return MultipleRejected(
        numbers=asked.all_numbers,
        code=code_,
        reason=reason,
        who_acts=who_acts,
        resubmit=resubmit,
        witness=witness,
    )


def query(asked: AskedMultiple, reference: str) -> QueryMultiple | QueryPort:
    """Ask the hub in which state the request is."""
    if len(asked.numbers) == 1:
        return QueryPort(
            hub=asked.hub,
            number=asked.numbers[0].number,
            reference=reference,
            contract_code=asked.contract_code,
            recipient=asked.recipient,
        )
    return QueryMultiple(
        hub=asked.hub,
        reference=reference,
        contract_code=asked.contract_code,
        recipient=asked.recipient,
    )


def _number_elsewhere(asked: AskedMultiple, message: HubDeclined) -> Decision:
    """The hub names another donor, but not the number: whoever made the request looks it up."""
    ended = MultipleRejected(
        numbers=asked.all_numbers,
        code=message.code,
        reason=RejectionReason.NUMBER_UNKNOWN,
        who_acts=WhoActs.NOBODY,
        resubmit=Resubmit.AFTER_REPAIR,
        witness=Witness.REPLY,
        right_donor=message.right_donor,
    )
    return Decision(facts=(ended,))


def _wait(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    at: Moment,
    why: Wait,
    *,
    before: tuple[Any, ...] = (),
) -> Decision:
    if multiple.waited(why) >= WAITS_MAX[why]:
        return given_up(asked, why.value, text=f"given up after {multiple.waited(why)} times")
    until = waits_until(rules, asked.hub, why, at)
    return Decision(
        facts=(*before, MultipleQueued(until=until, why=why)),
        timers=(Timer(name=RETRY, due=until), *disarmed(ANSWER_DUE, HUB_OPENS)),
    )


def _request(asked: AskedMultiple) -> SendMultipleRequest | SendPortRequest:
    if len(asked.numbers) == 1:
        (only,) = asked.numbers
        return SendPortRequest(
            hub=asked.hub,
            number=only.number,
            donor=asked.donor,
            recipient=asked.recipient,
            holder=asked.holder,
            contract_code=asked.contract_code,
            rules=asked.rules,
            consent_at=asked.consent_at,
            window=asked.window,
            donor_iccid=only.donor_iccid,
            prepaid=only.donor_iccid is not None,
        )
    return SendMultipleRequest(
        hub=asked.hub,
        numbers=asked.numbers,
        donor=asked.donor,
        recipient=asked.recipient,
        holder=asked.holder,
        contract_code=asked.contract_code,
        rules=asked.rules,
        consent_at=asked.consent_at,
        window=asked.window,
    )


def _said(message: HubDeclined) -> str:
    field = f"{message.field}: " if message.field else ""
    existing = f" ({message.live_reference})" if message.live_reference else ""
    return f"{field}{message.text}{existing}"
