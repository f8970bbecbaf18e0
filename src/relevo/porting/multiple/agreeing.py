"""The donor said yes to some numbers only: our yes or no to the reduced list (porting-es 3.9.2).

We agree unless going on would tear a group apart: a line must not leave without those that live on
its card. Then we say no, and what is left is asked for in another way.
"""

from __future__ import annotations

from typing import Any

from relevo.engine.process import Decision, Timer
from relevo.porting.multiple.asking import query
from relevo.porting.multiple.folding import evolve
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    MultipleReduced,
    MultipleSeen,
    MultipleUnrecognised,
)
from relevo.porting.multiple.model import AskedMultiple, Multiple
from relevo.porting.port_in.messages import HubDeclined
from relevo.porting.port_in.model import Standing
from relevo.porting.port_in.sending import SOON
from relevo.porting.port_in.timing import (
    ANSWER_DUE,
    CANCELLATION_LOOK,
    HUB_OPENS,
    REPLY_DUE,
    RETRY,
    disarmed,
    is_alarming,
    next_look,
)
from relevo.porting.port_in.witnessing import STATE_UNKNOWN
from relevo.porting.profile import Awaited, PortingProfile
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

AGREEMENT_REFUSED = "agreement_refused"


def reduced(
    rules: PortingProfile,
    asked: AskedMultiple,
    standing: Standing,
    message: MultipleSeen,
    at: Moment,
) -> Decision:
    confirmed, fell_out = verdicts(asked, message)
    fact = MultipleReduced(
        confirmed=confirmed,
        fell_out=fell_out,
        agrees=not asked.splits(frozenset(confirmed)),
        witness=message.witness,
    )
    first = Decision(facts=(fact,), timers=disarmed(REPLY_DUE))
    return joined(first, agree(rules, asked, standing, at, agrees=fact.agrees))


def verdicts(
    asked: AskedMultiple, message: MultipleSeen
) -> tuple[tuple[Msisdn, ...], tuple[Msisdn, ...]]:
    """What the donor said yes to, and what fell out; a list that names none of ours means all."""
    named = set(message.confirmed)
    confirmed = tuple(number for number in asked.all_numbers if number in named)
    confirmed = confirmed or asked.all_numbers
    yes = set(confirmed)
    return confirmed, tuple(number for number in asked.all_numbers if number not in yes)


def agree(
    rules: PortingProfile, asked: AskedMultiple, standing: Standing, at: Moment, *, agrees: bool
) -> Decision:
    """Say yes or no to the reduced list, as soon as the hub is open for us."""
    opens = rules.opens_at(asked.hub, at)
    if opens > at:
        return Decision(timers=(Timer(name=HUB_OPENS, due=opens), *disarmed(RETRY, ANSWER_DUE)))
    answer = AgreeToReduced(
        hub=asked.hub,
        reference=standing.reference,
        contract_code=asked.contract_code,
        recipient=asked.recipient,
        agrees=agrees,
    )
    return Decision(
        effects=(answer,),
        timers=(
            Timer(name=ANSWER_DUE, due=at + CANCELLATION_LOOK),
            *disarmed(HUB_OPENS, RETRY),
        ),
    )


def agreement_declined(
    rules: PortingProfile,
    multiple: Multiple,
    asked: AskedMultiple,
    message: HubDeclined,
    at: Moment,
) -> Decision:
    """The hub did not take our answer: somebody looks at why, and we look at what it has."""
    facts: tuple[Any, ...] = ()
    if AGREEMENT_REFUSED not in multiple.puzzles:
        text = f"{message.code}: {message.text}"
        facts = (MultipleUnrecognised(code=AGREEMENT_REFUSED, text=text),)
    again = rules.opens_at(asked.hub, at + SOON)
    return Decision(facts=facts, timers=(Timer(name=RETRY, due=again), *disarmed(ANSWER_DUE)))


def look_at_answer(
    rules: PortingProfile, multiple: Multiple, asked: AskedMultiple, standing: Standing, at: Moment
) -> Decision:
    """Our answer to the reduced list is with the hub: ask what became of the request."""
    is_early = at < standing.reply_due
    again = at + CANCELLATION_LOOK if is_early else next_look(standing.reply_due, at)
    silent = is_alarming(rules, asked.hub, Awaited.DONOR, standing.reply_due, at)
    return Decision(
        facts=alarm(multiple, asked, STATE_UNKNOWN, silent=silent),
        effects=(query(asked, standing.reference),),
        timers=(Timer(name=ANSWER_DUE, due=again),),
    )


def alarm(multiple: Multiple, asked: AskedMultiple, code: str, *, silent: bool) -> tuple[Any, ...]:
    if not silent or code in multiple.puzzles:
        return ()
    text = f"no witness tells what became of the request {asked.contract_code}"
    return (MultipleUnrecognised(code=code, text=text),)


def folded(multiple: Multiple, facts: tuple[Any, ...]) -> Multiple:
    """The request after these facts."""
    for fact in facts:
        multiple = evolve(multiple, fact)
    return multiple


def joined(first: Decision, then: Decision) -> Decision:
    """Both; of a timer that both name, the second counts."""
    named = {timer.name: timer for timer in (*first.timers, *then.timers)}
    return Decision(
        facts=(*first.facts, *then.facts),
        effects=(*first.effects, *then.effects),
        timers=tuple(named.values()),
    )
