"""Until the hub has our answer: check, judge, say it, say it again, shout in time.

The rule answers; nobody has to look. Two things hold the rule back: a plan of force majeure that a
second person has not approved yet (until it is void), and a reason that this hub has no code for.
The latter is somebody's task, with the alarms running.
"""

from __future__ import annotations

from typing import Any

from relevo.engine.process import NOTHING, Decision, Refusal, Timer
from relevo.porting.port_in.messages import Witness
from relevo.porting.port_in.timing import next_look
from relevo.porting.port_out.judging import judge
from relevo.porting.port_out.messages import (
    ApproveForceMajeure,
    ConfirmPortOut,
    ForceMajeureApproved,
    ForceMajeureProposed,
    ForceMajeureVoided,
    LookUpServed,
    PortOutAnswerAtRisk,
    PortOutAnswerRefused,
    PortOutAsked,
    PortOutChecked,
    PortOutChecking,
    PortOutReceived,
    PortOutRejected,
    PortOutUnrecognised,
    ProposeForceMajeure,
    QueryPortOut,
    RejectPortOut,
    ServedFound,
)
from relevo.porting.port_out.model import Asked, PortOut, PortOutPhase, PortOutRefusal, Verdict
from relevo.porting.port_out.timing import (
    ALARM,
    ANSWER_DUE,
    REPLY_OVER,
    RETRY,
    disarmed,
    next_alarm,
    plan_void_at,
    retry_at,
    waiting_timers,
)
from relevo.porting.profile import PortingProfile, Reaction, RejectionReason
from relevo.values.moment import Moment

NO_CODE = "no_code"
STATE_UNKNOWN = "state_unknown"
ANSWER_PARKED = "answer_parked"
_LATER = frozenset({Reaction.RETRY_SOON, Reaction.LOG_IN_AGAIN, Reaction.RETRY_NEXT_OPENING})


def received(rules: PortingProfile, message: PortOutAsked, at: Moment) -> Decision:
    """A request to us: it is written down, and answered at its moment."""
    asked = Asked(
        reference=message.reference,
        hub=message.hub,
        donor=message.donor,
        recipient=message.recipient,
        document_type=message.document_type,
        document_number=message.document_number,
        numbers=message.numbers,
        is_multiple=message.is_multiple,
        asked_at=message.asked_at,
        answer_from=message.answer_from,
        answer_until=message.answer_until,
        window=message.window,
        rules=message.rules,
        is_admitted=message.is_admitted,
    )
    return Decision(facts=(PortOutReceived(asked=asked),), timers=waiting_timers(rules, asked, at))


def answer_due(port: PortOut, asked: Asked) -> Decision:
    """The moment of answering has come; a plan that nobody approved until now is void."""
    checking = check(asked)
    if port.plan is None:
        return checking
    voided = ForceMajeureVoided(proposed_by=port.plan.by, why="nobody else approved it in time")
    return Decision(facts=(voided, *checking.facts), effects=checking.effects)


def check(asked: Asked, by: str = "") -> Decision:
    """Look at what we serve, now."""
    look = LookUpServed(
        reference=asked.reference, numbers=tuple(each.number for each in asked.numbers)
    )
    return Decision(facts=(PortOutChecking(by=by),), effects=(look,))


def found(rules: PortingProfile, asked: Asked, message: ServedFound, at: Moment) -> Decision:
    """What we serve is known: judge it, and say so."""
    verdict = judge(rules, asked, message, at)
    checked = PortOutChecked(
        numbers=verdict.numbers,
        reason=verdict.reason,
        code=verdict.code,
        endings=verdict.endings,
        reader=verdict.reader,
    )
    if verdict.reason and not verdict.code:
        text = f"{verdict.reason} has no code at the hub of {asked.hub} numbers; answer by hand"
        return Decision(facts=(checked, _puzzle(asked, NO_CODE, text)))
    return Decision(facts=(checked,), effects=(answer(asked, verdict),))


def answer(asked: Asked, verdict: Verdict) -> ConfirmPortOut | RejectPortOut:
    """What goes to the hub."""
    if verdict.reason:
        return RejectPortOut(
            hub=asked.hub, reference=asked.reference, donor=asked.donor, cause=verdict.code
        )
    return ConfirmPortOut(
        hub=asked.hub,
        reference=asked.reference,
        donor=asked.donor,
        numbers=verdict.confirmed,
        is_multiple=asked.is_multiple,
        window=asked.window,
    )


def say_again(asked: Asked, verdict: Verdict | None) -> Decision:
    """The same answer; the hub takes a repeated one like the first (porting-es 3.3)."""
    if verdict is None or (verdict.reason and not verdict.code):
        return NOTHING
    return Decision(effects=(answer(asked, verdict),))


def unreached(rules: PortingProfile, asked: Asked, at: Moment) -> Decision:
    """The hub is away: again, and more often the nearer the limit is."""
    return Decision(timers=(Timer(name=RETRY, due=retry_at(rules, asked, at)),))


def refused(
    rules: PortingProfile, port: PortOut, asked: Asked, message: PortOutAnswerRefused, at: Moment
) -> Decision:
    """The hub did not take it: for a passing reason, or it is somebody's task."""
    if rules.hub_answer(message.code).reaction in _LATER:
        return unreached(rules, asked, at)
    text = f"the hub refused our answer: {message.code} {message.text}".strip()
    return Decision(facts=puzzled(port, asked, message.code, text), effects=(query(asked),))


def at_risk(rules: PortingProfile, port: PortOut, asked: Asked, at: Moment) -> Decision:
    """Half of the time is over, or only its last hour is left."""
    alarm = PortOutAnswerAtRisk(
        reference=asked.reference,
        limit=asked.answer_until,
        alarm=port.alarms + 1,
        stands=port.phase.value,
    )
    second = next_alarm(rules, asked, at) if port.alarms == 0 else None
    return Decision(facts=(alarm,), timers=(Timer(name=ALARM, due=second),))


def look_for_end(port: PortOut, asked: Asked, at: Moment) -> Decision:
    """The limit is over: what became of it? No mailbox tells a donor of his own silence."""
    again = next_look(asked.answer_until, at)
    if again is None:
        text = "no witness tells what became of the request for thirty days after its limit"
        ended = PortOutRejected(
            code=STATE_UNKNOWN,
            reason=RejectionReason.UNRECOGNISED.value,
            ours=False,
            witness=Witness.QUERY,
        )
        return Decision(facts=(*puzzled(port, asked, STATE_UNKNOWN, text), ended))
    return Decision(effects=(query(asked),), timers=(Timer(name=REPLY_OVER, due=again),))


def propose(
    rules: PortingProfile, port: PortOut, asked: Asked, message: ProposeForceMajeure, at: Moment
) -> Decision | Refusal:
    """One person wants to refuse for force majeure; the answer waits for another one."""
    if port.phase not in {PortOutPhase.ASKED, PortOutPhase.ANSWERING}:
        return Refusal(reason=PortOutRefusal.ANSWERED_ALREADY, detail=port.phase.value)
    if not (message.by.strip() and message.why.strip()):
        return Refusal(reason=PortOutRefusal.NAME_MISSING, detail="give a name and a reason")
    proposed = ForceMajeureProposed(by=message.by, why=message.why)
    if port.phase is PortOutPhase.ANSWERING:
        return Decision(facts=(proposed,))
    void = Timer(name=ANSWER_DUE, due=plan_void_at(rules, asked, at))
    return Decision(facts=(proposed,), timers=(void,))


def approve(
    rules: PortingProfile, port: PortOut, asked: Asked, message: ApproveForceMajeure, at: Moment
) -> Decision | Refusal:
    """Another person agrees: the refusal goes out, inside the reply window."""
    plan = port.plan
    if plan is None or port.phase not in {PortOutPhase.ASKED, PortOutPhase.ANSWERING}:
        return Refusal(reason=PortOutRefusal.NOTHING_TO_APPROVE, detail=port.phase.value)
    if not message.by.strip():
        return Refusal(reason=PortOutRefusal.NAME_MISSING, detail="give a name")
    if message.by.strip().casefold() == plan.by.strip().casefold():
        return Refusal(reason=PortOutRefusal.SAME_PERSON, detail=f"{plan.by} has proposed it")
    code = rules.donor(asked.hub).causes.get(RejectionReason.FORCE_MAJEURE, "")
    if not code:
        return Refusal(reason=PortOutRefusal.CANNOT_BE_SAID, detail=asked.hub.value)
    approved = ForceMajeureApproved(by=message.by, proposed_by=plan.by, why=plan.why, code=code)
    sends = max(at, asked.answer_from)
    return Decision(facts=(approved,), timers=(Timer(name=RETRY, due=sends), *disarmed(ANSWER_DUE)))


def puzzled(port: PortOut, asked: Asked, code: str, text: str) -> tuple[PortOutUnrecognised, ...]:
    """Somebody's task, once for each code."""
    return () if code in port.puzzles else (_puzzle(asked, code, text),)


def query(asked: Asked) -> QueryPortOut:
    """Ask the hub in which state the request is."""
    return QueryPortOut(hub=asked.hub, reference=asked.reference, donor=asked.donor)


def _puzzle(asked: Asked, code: str, text: str) -> PortOutUnrecognised:
    return PortOutUnrecognised(reference=asked.reference, code=code, text=text)


def joined(first: Decision, then: Decision) -> Decision:
    """Both, the second after the first."""
    named: dict[str, Any] = {timer.name: timer for timer in (*first.timers, *then.timers)}
    return Decision(
        facts=(*first.facts, *then.facts),
        effects=(*first.effects, *then.effects),
        tells=(*first.tells, *then.tells),
        timers=tuple(named.values()),
    )
