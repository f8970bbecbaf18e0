"""What a line writes to the donor's desk about a rejection, and what the answer means.

The desk gets what the operator holds already: the customer is not asked for it again. The donor
that insists all the same is a case, not a correspondence.
"""

from __future__ import annotations

from datetime import time

from relevo.engine.process import NOTHING, Decision, Timer, family
from relevo.orders.line.messages import LineAskedAfter, LineMended, LineStuck
from relevo.orders.line.model import Line
from relevo.porting.profile import PortingProfile, RejectionReason, WhoActs
from relevo.porting.recovery.messages import AskDonorDesk, DeskAnswered
from relevo.values.moment import Moment

DOUBTS = frozenset({RejectionReason.HOLDER_MISMATCH, RejectionReason.CARD_MISMATCH})
"""Rejections that what we hold can answer."""

DESK_ROUNDS_MAX = 2
HOLDER_CHECK = "holder_check"
GROUNDS = "LGTel 70.5; RD 2296/2004 arts. 42-46: the holder's data are attached as we hold them"
WORKDAY_ENDS = time(20, 0)


def desk_answered(line: Line, answer: DeskAnswered) -> Decision:
    """What the donor's desk says about a rejection."""
    assert line.line is not None
    if answer.topic != HOLDER_CHECK or line.against not in DOUBTS:
        return NOTHING
    off = (Timer(name="desk_due", due=None),)
    match answer.verdict:
        case "as_given" | "done":
            mended = LineMended(line=line.line.id, how="held_evidence_attached")
            return Decision(facts=(mended,), timers=off)
        case "accepted":
            return NOTHING  # they look; their answer has its own limit
        case _:
            return Decision(facts=(stuck(line, WhoActs.DESK, "donor_insists"),), timers=off)


def ask_desk(rules: PortingProfile, line: Line, at: Moment) -> Decision:
    """Send the donor's desk what we hold; after two rounds a person takes it up."""
    assert line.line is not None
    assert line.line.number is not None
    round_ = line.desk_rounds + 1
    if round_ > DESK_ROUNDS_MAX:
        return Decision(facts=(stuck(line, WhoActs.DESK, "donor_insists"),))
    letter = AskDonorDesk(
        operator=line.line.donor,
        sender=line.recipient,
        topic=HOLDER_CHECK,
        number=line.line.number,
        order=family(line.process_id),
        grounds=GROUNDS,
        attempt=round_,
    )
    calendar = rules.calendar(line.hub)
    day = calendar.working_day_after(calendar.local(at).date(), 1)
    return Decision(
        facts=(LineAskedAfter(line=line.line.id, topic=HOLDER_CHECK, round=round_),),
        effects=(letter,),
        timers=(Timer(name="desk_due", due=calendar.at(day, WORKDAY_ENDS)),),
    )


def stuck(line: Line, who: WhoActs, why: str) -> LineStuck:
    """Somebody has to act."""
    assert line.line is not None
    return LineStuck(line=line.line.id, who=who, why=why)
