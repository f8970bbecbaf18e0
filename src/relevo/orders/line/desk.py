"""What a doubt of the donor leads to: first its desk, then once the customer, then a person.

The desk gets what the operator holds already: the customer is not asked for it again. A donor that
insists all the same is shown a paper that only the customer has (porting-es 3.9.4), and he is asked
for it once, in hours in which he can call back. What stands after that is a case, not a
correspondence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

from relevo.engine.process import NOTHING, Decision, Timer, family
from relevo.orders.line.messages import LineAskedAfter, LineMended, LineStuck
from relevo.orders.line.model import Line
from relevo.porting.profile import HubKind, PortingProfile, RejectionReason, WhoActs
from relevo.porting.recovery.messages import AskDonorDesk, DeskAnswered
from relevo.values.moment import Moment

DOUBTS = frozenset({RejectionReason.HOLDER_MISMATCH, RejectionReason.CARD_MISMATCH})
"""Rejections that what we hold can answer."""

PAPERS: Mapping[str, str] = {
    RejectionReason.HOLDER_MISMATCH: "last_invoice",
    RejectionReason.NUMBER_IN_CEASE: "last_invoice",
    RejectionReason.CARD_MISMATCH: "card_photo",
}
"""What the customer is asked for once the donor's desk has not helped; the key of its text."""

DESK_ROUNDS_MAX = 2
HOLDER_CHECK = "holder_check"
GROUNDS = "LGTel 70.5; RD 2296/2004 arts. 42-46: the holder's data are attached as we hold them"
WORKDAY_ENDS = time(20, 0)
HELPED = "held_evidence_attached"
CUSTOMER_DUE = "customer_due"


def desk_answered(rules: PortingProfile, line: Line, answer: DeskAnswered, at: Moment) -> Decision:
    """What the donor's desk says about a rejection."""
    assert line.line is not None
    if answer.topic != HOLDER_CHECK or line.against not in PAPERS:
        return NOTHING
    off = Timer(name="desk_due", due=None)
    match answer.verdict:
        case "as_given" | "done":
            mended = LineMended(line=line.line.id, how=HELPED)
            return Decision(facts=(mended,), timers=(off, Timer(name=CUSTOMER_DUE, due=None)))
        case "accepted":
            return NOTHING  # they look; their answer has its own limit
        case _:
            follows = ask_customer(rules, line, line.against, at)
            return Decision(facts=follows.facts, timers=(off, *follows.timers))


def ask_desk(rules: PortingProfile, line: Line, reason: str, at: Moment) -> Decision:
    """Send the donor's desk what we hold; after two rounds it is the customer's turn."""
    assert line.line is not None
    assert line.line.number is not None
    round_ = line.desk_rounds + 1
    if round_ > DESK_ROUNDS_MAX:
        return ask_customer(rules, line, reason, at)
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


def ask_customer(rules: PortingProfile, line: Line, reason: str, at: Moment) -> Decision:
    """Ask him for the one paper that helps, never twice, and at an hour at which he can call."""
    paper = PAPERS.get(reason, "")
    if not paper or paper in line.papers:
        return Decision(facts=(stuck(line, WhoActs.DESK, "donor_insists"),))
    due = _when_he_can_call(rules, line.hub, at)
    if due > at:
        return Decision(timers=(Timer(name=CUSTOMER_DUE, due=due),))
    return Decision(facts=(stuck(line, WhoActs.CUSTOMER, paper),))


def stuck(line: Line, who: WhoActs, why: str) -> LineStuck:
    """Somebody has to act."""
    assert line.line is not None
    return LineStuck(line=line.line.id, who=who, why=why)


def _when_he_can_call(rules: PortingProfile, hub: HubKind, at: Moment) -> Moment:
    terms, calendar = rules.recipient(hub), rules.calendar(hub)
    local = calendar.local(at)
    if terms.ask_customer_from <= local.time() < terms.ask_customer_until:
        return at
    is_early = local.time() < terms.ask_customer_from
    day = local.date() if is_early else local.date() + timedelta(days=1)
    return calendar.at(day, terms.ask_customer_from)
