"""A line's number lives or dies: the recovery at the donor, and when asking makes sense again."""

from __future__ import annotations

from datetime import time

from relevo.activation.activation.messages import (
    CapabilityLost,
    LifeSignBack,
    LifeSignLost,
    LineWorks,
    WatchEnded,
)
from relevo.engine.process import NOTHING, Decision, Tell, Timer, family
from relevo.orders.line import visits
from relevo.orders.line.messages import (
    LineAlive,
    LineDead,
    LineImpaired,
    LineLive,
    LineMended,
    LineSettled,
    LineStuck,
)
from relevo.orders.line.model import Line, Phase
from relevo.orders.line.ports import PROOF_GRACE, out
from relevo.orders.process_ids import RECOVERY, child_of_line
from relevo.orders.view import FROM_HOLD
from relevo.porting.profile import PortingProfile, RejectionReason, WhoActs
from relevo.porting.recovery.messages import (
    HoldEnded,
    NumberRecovered,
    NumberSeenAlive,
    RecoverNumber,
)
from relevo.values.moment import Moment

HOLD_ASK_WORKING_DAYS = 2
"""So long the donor has to give a number back (LGTel 70.3 gives it one working day) before the
port is asked for out of its hold, which lasts a month (LGTel 70.2)."""

MORNING = time(9, 0)

LifeFact = (
    LifeSignLost
    | LifeSignBack
    | NumberRecovered
    | HoldEnded
    | LineWorks
    | CapabilityLost
    | WatchEnded
)


def hear_of_life(rules: PortingProfile, line: Line, fact: LifeFact, at: Moment) -> Decision:
    """What a sign of life, or its absence, means for the line."""
    assert line.line is not None
    name = line.line.id
    match fact:
        case LifeSignLost() if not line.is_dead:
            return _died(rules, line, fact, at)
        case LifeSignBack():
            return _lives(line, fact.dead_until, tells=_tell_recovery(line, fact))
        case NumberRecovered():
            return _lives(line, fact.dead_until)
        case HoldEnded():
            stuck = LineStuck(line=name, who=WhoActs.DESK, why="hold_ended")
            return Decision(facts=(stuck,))
        case LineWorks() if line.phase is Phase.MOVED:
            alive = (LineAlive(line=name, at=fact.at),) if line.is_dead else ()
            live = LineLive(line=name, at=fact.at)
            released = visits.release(line, fact.at)
            return Decision(
                facts=(*alive, live, *released), timers=(Timer(name="progress_due", due=None),)
            )
        case CapabilityLost() if line.phase is Phase.LIVE:
            impaired = LineImpaired(line=name, capability=fact.capability, at=fact.at)
            due = Timer(name="progress_due", due=at + PROOF_GRACE)
            return Decision(facts=(impaired,), timers=(due,))
        case WatchEnded() if line.phase is Phase.LIVE:
            return Decision(facts=(LineSettled(line=name),))
        case _:
            return NOTHING


def ask_out_of_hold(rules: PortingProfile, line: Line) -> Decision:
    """The donor does not give it back: port it out of the hold, where the rules let us.

    Whether the number is of the donor's own range we cannot see; a no costs one rejection.
    """
    against = line.against in {"", RejectionReason.NUMBER_IN_CEASE}
    gone = line.is_dead and line.dead_at_donor and line.phase is Phase.WAITING
    if line.line is None or not gone or not against or not rules.may_port_while_held(False):
        return NOTHING
    return Decision(facts=(LineMended(line=line.line.id, how=FROM_HOLD),))


def _died(rules: PortingProfile, line: Line, fact: LifeSignLost, at: Moment) -> Decision:
    assert line.line is not None
    held = line.line
    is_ours = line.phase in {Phase.MOVED, Phase.LIVE}
    dead = LineDead(line=held.id, at_donor=fact.at_donor and not is_ours, at=fact.at)
    if not fact.at_donor and not is_ours:
        # It has left its donor and the hub is silent about it: there is nothing to ask the donor
        # for, and what is waited for is still the hub's word.
        return Decision(facts=(dead,))
    if is_ours:
        due = Timer(name="progress_due", due=at + PROOF_GRACE)
        return Decision(facts=(dead,), timers=(due,))
    if held.number is None:
        stuck = LineStuck(line=held.id, who=WhoActs.DESK, why="dead_without_number")
        return Decision(facts=(dead, stuck))
    recover = RecoverNumber(
        number=held.number,
        donor=held.donor,
        order=family(line.process_id),
        line=held.id,
        rules=line.rules,
        last_good_at=fact.last_good_at,
        noticed_at=fact.at,
        recipient=line.recipient,
    )
    to = child_of_line(line.process_id, "recovery", line.recoveries + 1)
    calendar = rules.calendar(line.hub)
    day = calendar.working_day_after(calendar.local(at).date(), HOLD_ASK_WORKING_DAYS)
    return Decision(
        facts=(dead,),
        tells=(Tell(kind=RECOVERY, to=to, message=recover),),
        timers=(Timer(name="hold_ask", due=calendar.at(day, MORNING)),),
    )


def _lives(line: Line, since: Moment, *, tells: tuple[Tell, ...] = ()) -> Decision:
    assert line.line is not None
    if not line.is_dead:
        return Decision(tells=tells) if tells else NOTHING
    alive = LineAlive(line=line.line.id, at=since)
    off = (Timer(name="hold_ask", due=None),)
    if line.leaving and not line.at_the_hub:
        leave = out(line, line.leaving)
        return Decision(facts=(alive, *leave.facts), tells=(*tells, *leave.tells), timers=off)
    if line.against != RejectionReason.NUMBER_IN_CEASE:
        return Decision(facts=(alive,), tells=tells, timers=off)
    mended = LineMended(line=line.line.id, how="recovered")
    return Decision(facts=(alive, mended), tells=tells, timers=off)


def _tell_recovery(line: Line, fact: LifeSignBack) -> tuple[Tell, ...]:
    if not (line.recoveries and line.is_dead and line.dead_at_donor):
        return ()
    to = child_of_line(line.process_id, "recovery", line.recoveries)
    return (Tell(kind=RECOVERY, to=to, message=NumberSeenAlive(at=fact.dead_until)),)
