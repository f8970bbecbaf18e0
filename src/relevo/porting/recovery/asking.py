"""Asking the donor's desk for a number, chasing it, and going one step up."""

from __future__ import annotations

from relevo.engine.process import NOTHING, Decision, Timer
from relevo.porting.profile import PortingProfile
from relevo.porting.recovery.messages import (
    AskDonorDesk,
    ReactivationAsked,
    RecoveryEscalated,
    RecoveryReminded,
)
from relevo.porting.recovery.model import Cut, Recovery
from relevo.porting.recovery.timing import (
    ANSWER_DUE,
    LEVEL_MAX,
    patience,
    working,
)
from relevo.values.moment import Moment

GROUNDS = "LGTel 70.3; Directive (EU) 2018/1972 art. 106.6"
REACTIVATE, STATUS = "reactivate", "status"


def chase(rules: PortingProfile, recovery: Recovery, cut: Cut, why: str, at: Moment) -> Decision:
    """The desk did not do what it owes: one step up, and it is asked again."""
    higher = escalated(recovery, cut, why)
    again = ask_again(rules, recovery, cut, at)
    return Decision(facts=(*higher.facts, *again.facts), effects=again.effects, timers=again.timers)


def ask_again(rules: PortingProfile, recovery: Recovery, cut: Cut, at: Moment) -> Decision:
    """A letter to the desk, and until when it has to answer."""
    attempt = recovery.attempt + 1
    asked = ReactivationAsked(number=cut.number, donor=cut.donor, attempt=attempt)
    return Decision(
        facts=(asked,),
        effects=(letter(cut, REACTIVATE, attempt),),
        timers=(Timer(name=ANSWER_DUE, due=working(rules, at, patience(recovery, attempt))),),
    )


def escalated(recovery: Recovery, cut: Cut, why: str) -> Decision:
    """One step up the ladder, and the case hears it; at its top, one reminder for each letter."""
    level = min(recovery.level + 1, LEVEL_MAX)
    if recovery.level < LEVEL_MAX:
        return Decision(facts=(RecoveryEscalated(number=cut.number, level=level, why=why),))
    attempt = recovery.attempt
    if recovery.reminded >= attempt:
        return NOTHING
    reminded = RecoveryReminded(number=cut.number, level=level, why=why, attempt=attempt)
    return Decision(facts=(reminded,))


def letter(cut: Cut, topic: str, attempt: int) -> AskDonorDesk:
    """What we write to the donor's desk, with its ground in law."""
    return AskDonorDesk(
        operator=cut.donor,
        sender=cut.recipient,
        topic=topic,
        number=cut.number,
        order=cut.order,
        grounds=GROUNDS,
        attempt=attempt,
    )
