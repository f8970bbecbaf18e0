"""A line and the hub: asking, being answered, going back, moving.

The plan says when to ask; a line says what an answer means for it. Whatever the operator holds
already is never asked of the customer: when the donor doubts the holder or the card, its desk
gets what we hold, and only then is the same number asked for again (porting-es 3.9.4).
"""

from __future__ import annotations

from datetime import time, timedelta

from relevo.activation.activation.messages import (
    ActivateLine,
    CallOffMove,
    MoveExpected,
    WithdrawLine,
)
from relevo.engine.process import NOTHING, Decision, Tell, Timer, family
from relevo.orders.line.cards import stop_card
from relevo.orders.line.desk import DOUBTS, ask_desk, stuck
from relevo.orders.line.mending import AS_PREPAID, is_prepaid_after_all, mended
from relevo.orders.line.messages import (
    AskPort,
    LineConfirmed,
    LineCorrected,
    LineDonorCorrected,
    LineGoingBack,
    LineMended,
    LineMoved,
    LineNotTakenBack,
    LinePortAsked,
    LinePortFailed,
    LineTakenBack,
    LineTakenOut,
)
from relevo.orders.line.model import Line, Phase
from relevo.orders.process_ids import (
    ACTIVATION,
    PORT_IN,
    RECOVERY,
    activation_process,
    child_of_line,
)
from relevo.porting.port_in.messages import (
    CancellationMissed,
    CancelPortIn,
    DonorCorrected,
    PortInCancelled,
    PortInCompleted,
    PortInConfirmed,
    PortInRejected,
    RequestPortIn,
)
from relevo.porting.profile import (
    HubKind,
    PortingProfile,
    RejectionReason,
    Resubmit,
    WhoActs,
    Window,
)
from relevo.porting.recovery.messages import NumberHasMoved
from relevo.values.moment import Moment

REJECTIONS_MAX = 6
"""In a row, of any kind: then a person looks."""

ALIVE_CHECK_AFTER = timedelta(hours=1)  # two rounds of the watch
ANSWER_GRACE = timedelta(days=3)  # the port itself looks at the hub long before
RETURN_GRACE = timedelta(days=4)  # over a long weekend
MOVE_GRACE = timedelta(days=1)
PROOF_GRACE = timedelta(days=2)

PortFact = (
    DonorCorrected
    | PortInConfirmed
    | PortInRejected
    | PortInCancelled
    | CancellationMissed
    | PortInCompleted
)


def ask(rules: PortingProfile, line: Line, asked: AskPort, at: Moment) -> Decision:
    """Ask the donor for the number; a line without a number has nobody to ask."""
    assert line.line is not None
    assert line.customer is not None
    assert line.consent_at is not None
    held, number = line.line, line.line.number
    attempt = line.attempt + 1
    fact = LinePortAsked(line=held.id, attempt=attempt, window=asked.window)
    if number is None:
        return _agree_by_ourselves(rules, line, fact, at)
    hub = line.hub
    request = RequestPortIn(
        number=number,
        hub=hub,
        donor=held.donor,
        recipient=line.recipient,
        holder=line.customer.holder,
        order=family(line.process_id),
        line=held.id,
        rules=line.rules,
        consent_at=line.consent_at,
        window=asked.window,
        donor_iccid=held.donor_iccid,
        prepaid=held.prepaid,
        held_at_donor=line.is_dead and line.dead_at_donor,
        address=line.customer.address,
    )
    due = rules.reply_due(hub, rules.opens_at(hub, at)) + ANSWER_GRACE
    to = child_of_line(line.process_id, "port", attempt)
    return Decision(
        facts=(fact,),
        tells=(Tell(kind=PORT_IN, to=to, message=request), *_hope(line, asked.window)),
        timers=(Timer(name="progress_due", due=due), Timer(name="ask_again", due=None)),
    )


def take_back(line: Line, why: str, at: Moment) -> Decision:
    """Back to the donor. Where nothing was asked, nothing is to be taken back."""
    assert line.line is not None
    if line.phase in {Phase.BOUND, Phase.MOVED, Phase.LIVE}:
        return Decision(facts=(LineNotTakenBack(line=line.line.id, why="too_late"),))
    if line.phase is Phase.GOING_BACK:
        return NOTHING
    if not line.at_the_hub or line.line.number is None:
        off = (Timer(name="window_opens", due=None), Timer(name="progress_due", due=None))
        back = LineTakenBack(line=line.line.id, why=why)
        return Decision(facts=(back,), tells=_call_off(line), timers=off)
    return _cancel(line, why, at, out=False)


def take_out(line: Line, why: str, at: Moment) -> Decision:
    """Out of the order; while its number is dead the watch stays, until it lives again."""
    assert line.line is not None
    name = line.line.id
    if line.phase in {Phase.BOUND, Phase.MOVED, Phase.LIVE}:
        return Decision(facts=(LineNotTakenBack(line=name, why="has_moved"),))
    if line.phase is Phase.GOING_BACK:
        again = LineGoingBack(line=name, why=why, out=True)
        return NOTHING if line.leaving else Decision(facts=(again,))
    if line.at_the_hub and line.line.number is not None:
        return _cancel(line, why, at, out=True)
    back = (LineTakenBack(line=name, why=why),) if line.at_the_hub else ()
    leave = out(line, why)
    if line.is_dead:
        leaving = LineGoingBack(line=name, why=why, out=True)
        leave = Decision(facts=(leaving,), tells=stop_card(line, why))
    return Decision(
        facts=(*back, *leave.facts),
        tells=leave.tells,
        timers=(Timer(name="window_opens", due=None),),
    )


def out(line: Line, why: str) -> Decision:
    """The line leaves the order."""
    assert line.line is not None
    withdraw = WithdrawLine(why=why)
    to = activation_process(line.process_id)
    return Decision(
        facts=(LineTakenOut(line=line.line.id, why=why),),
        tells=(*stop_card(line, why), Tell(kind=ACTIVATION, to=to, message=withdraw)),
    )


def hear_of_port(
    rules: PortingProfile, line: Line, source: str, fact: PortFact, at: Moment
) -> Decision:
    """News of a port of this line; of an earlier one only that the number moved."""
    assert line.line is not None
    name = line.line.id
    if line.line.number is None or line.attempt == 0:
        return NOTHING  # nothing of ours was ever asked for
    if isinstance(fact, PortInCompleted):
        return move(line, fact.at, at)
    if source != child_of_line(line.process_id, "port", line.attempt) or not line.at_the_hub:
        return NOTHING
    match fact:
        case DonorCorrected():
            return Decision(facts=(LineDonorCorrected(line=name, donor=fact.donor),))
        case PortInConfirmed() if line.phase is Phase.ASKED:
            return _confirmed(line, fact)
        case PortInRejected() if line.phase is Phase.ASKED or line.phase is Phase.CONFIRMED:
            return _rejected(rules, line, fact, at)
        case CancellationMissed() if line.phase is Phase.GOING_BACK:
            due = Timer(name="progress_due", due=_move_due(line, at))
            missed = LineNotTakenBack(line=name, why=fact.why)
            return Decision(facts=(missed,), timers=(due,))
        case PortInCancelled() | PortInRejected():
            why = fact.why if isinstance(fact, PortInCancelled) else fact.reason
            return _returned(line, why)
        case _:
            return NOTHING


def move(line: Line, moved_at: Moment, at: Moment) -> Decision:
    """The number is the recipient's: serve it, at once."""
    if line.line is None or line.phase not in {
        Phase.WAITING,
        Phase.ASKED,
        Phase.CONFIRMED,
        Phase.GOING_BACK,
        Phase.BOUND,
    }:
        return NOTHING
    fact = LineMoved(line=line.line.id, number=line.line.number, at=moved_at, iccid=line.iccid)
    serve = ActivateLine(iccid=line.iccid, at=moved_at)
    tells = [Tell(kind=ACTIVATION, to=activation_process(line.process_id), message=serve)]
    if line.is_dead and line.dead_at_donor and line.recoveries:
        to = child_of_line(line.process_id, "recovery", line.recoveries)
        tells.append(Tell(kind=RECOVERY, to=to, message=NumberHasMoved(at=moved_at)))
    off = ("ask_again", "alive_check", "desk_due", "hold_ask", "window_opens")
    return Decision(
        facts=(fact,),
        tells=tuple(tells),
        timers=(
            Timer(name="progress_due", due=at + PROOF_GRACE),
            *(Timer(name=name, due=None) for name in off),
        ),
    )


def _agree_by_ourselves(
    rules: PortingProfile, line: Line, asked: LinePortAsked, at: Moment
) -> Decision:
    """A fibre without a number is not ported: it moves in the window of its fixed line."""
    window = asked.window or rules.default_window(HubKind.FIXED, at)
    until = rules.cancel_until(HubKind.FIXED, window)
    confirmed = LineConfirmed(line=asked.line, window=window, cancel_until=until)
    return Decision(
        facts=(asked, confirmed),
        tells=(_expect(line, window),),
        timers=(Timer(name="window_opens", due=window.opens),),
    )


def _cancel(line: Line, why: str, at: Moment, *, out: bool) -> Decision:
    assert line.line is not None
    to = child_of_line(line.process_id, "port", line.attempt)
    cancel = CancelPortIn(why="customer" if out else why)
    return Decision(
        facts=(LineGoingBack(line=line.line.id, why=why, out=out),),
        tells=(Tell(kind=PORT_IN, to=to, message=cancel), *(stop_card(line, why) if out else ())),
        timers=(Timer(name="progress_due", due=at + RETURN_GRACE),),
    )


def _confirmed(line: Line, fact: PortInConfirmed) -> Decision:
    assert line.line is not None
    confirmed = LineConfirmed(line=line.line.id, window=fact.window, cancel_until=fact.cancel_until)
    return Decision(
        facts=(confirmed,),
        tells=(_expect(line, fact.window),),
        timers=(Timer(name="progress_due", due=fact.window.closes + MOVE_GRACE),),
    )


def _rejected(rules: PortingProfile, line: Line, fact: PortInRejected, at: Moment) -> Decision:
    """``who_acts`` is our own reading: a doubt about holder or card is never the customer's."""
    assert line.line is not None
    name = line.line.id
    doubted = fact.reason in DOUBTS
    failed = LinePortFailed(
        line=name,
        code=fact.code,
        reason=fact.reason,
        who_acts=WhoActs.DESK if doubted else fact.who_acts,
        resubmit=fact.resubmit,
    )
    off = Timer(name="progress_due", due=None)
    follows = _reaction(rules, line, fact, at)
    return Decision(
        facts=(failed, *follows.facts),
        effects=follows.effects,
        tells=_call_off(line),
        timers=(off, *follows.timers),
    )


def _reaction(rules: PortingProfile, line: Line, fact: PortInRejected, at: Moment) -> Decision:
    assert line.line is not None
    if line.rejections + 1 >= REJECTIONS_MAX:
        return Decision(facts=(stuck(line, WhoActs.DESK, "rejected_too_often"),))
    if fact.reason == RejectionReason.NUMBER_IN_CEASE:
        lives_on = line.cease_denials and not line.is_dead
        return ask_desk(rules, line, fact.reason, at) if lives_on else _await_life(line, at)
    if fact.reason == RejectionReason.CARD_MISMATCH and is_prepaid_after_all(line):
        corrected = LineCorrected(line=line.line.id, by="rule", prepaid=True)
        again = LineMended(line=line.line.id, how=AS_PREPAID)
        return Decision(facts=(corrected, again))
    if fact.reason in DOUBTS:
        return ask_desk(rules, line, fact.reason, at)
    if fact.who_acts == WhoActs.CUSTOMER:
        # What he does about it nobody tells us: we see it when we ask again.
        acts = stuck(line, WhoActs.CUSTOMER, fact.reason)
        return Decision(facts=(acts,), timers=(_next_day(rules, line, at),))
    if fact.resubmit == Resubmit.AT_ONCE:
        return mended(line, "asked_again")
    if fact.resubmit == Resubmit.NEXT_DAY:
        return Decision(timers=(_next_day(rules, line, at),))
    return Decision(facts=(stuck(line, WhoActs.DESK, fact.reason),))


def _next_day(rules: PortingProfile, line: Line, at: Moment) -> Timer:
    calendar = rules.calendar(line.hub)
    day = calendar.working_day_after(calendar.local(at).date(), 1)
    return Timer(name="ask_again", due=rules.opens_at(line.hub, calendar.at(day, time(0, 0))))


def _await_life(line: Line, at: Moment) -> Decision:
    """The donor says that the number is being ceased: its recovery runs, or will in an hour."""
    if line.is_dead:
        return Decision(timers=(Timer(name="hold_ask", due=at + 2 * MOVE_GRACE),))
    return Decision(timers=(Timer(name="alive_check", due=at + ALIVE_CHECK_AFTER),))


def _returned(line: Line, why: str) -> Decision:
    assert line.line is not None
    off = (Timer(name="progress_due", due=None),)
    back = LineTakenBack(line=line.line.id, why=why)
    if not line.leaving or line.is_dead:
        return Decision(facts=(back,), tells=_call_off(line), timers=off)
    leave = out(line, line.leaving)
    return Decision(facts=(back, *leave.facts), tells=leave.tells)


def _call_off(line: Line) -> tuple[Tell, ...]:
    """Its window means nothing any more: who is dead in it then is dead."""
    if line.window is None:
        return ()
    return (Tell(kind=ACTIVATION, to=activation_process(line.process_id), message=CallOffMove()),)


def _expect(line: Line, window: Window) -> Tell:
    expected = MoveExpected(opens=window.opens, closes=window.closes)
    return Tell(kind=ACTIVATION, to=activation_process(line.process_id), message=expected)


def _hope(line: Line, window: Window | None) -> tuple[Tell, ...]:
    """The confirmation may be lost with the hub: a number that dies in this window has moved."""
    return () if window is None else (_expect(line, window),)


def _move_due(line: Line, at: Moment) -> Moment:
    return max(at, line.window.closes if line.window else at) + MOVE_GRACE
