"""Getting a number back that its donor stopped serving although it had to go on.

The law: the donor reactivates and serves on the old terms until the port is done, and nobody may
be without service for more than one working day (LGTel 70.3; Directive (EU) 2018/1972 art. 106);
the number can be ported for at least a month after it was ceased (LGTel 70.2). So the donor's
desk is asked, chased and escalated, and the days of the hold are counted.

What the desk says is not the end: a number is back when a probe reached it. When it was dead is
needed exactly, since money depends on it: the desk's times are taken where they are possible,
and the probes' where they are not.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.porting.profile import PortingProfile
from relevo.porting.recovery.asking import (
    REACTIVATE,
    STATUS,
    ask_again,
    chase,
    escalated,
    letter,
)
from relevo.porting.recovery.folding import FACTS, evolve
from relevo.porting.recovery.lifecycle import LIFECYCLE
from relevo.porting.recovery.messages import (
    AskDonorDesk,
    DeskAnswered,
    HoldEnded,
    NumberCut,
    NumberHasMoved,
    NumberLeftHold,
    NumberReached,
    NumberRecovered,
    NumberSeenAlive,
    ReactivationPromised,
    ReactivationReported,
    RecoverNumber,
    RecoveryOvertaken,
)
from relevo.porting.recovery.model import Cut, Recovery, RecoveryPhase
from relevo.porting.recovery.timing import (
    ANSWER_DUE,
    HOLD_ENDS,
    PROMISE_GRACE,
    PROMISED_BY,
    PROOF_DUE,
    PROOF_LIMIT,
    SETTLE_DUE,
    SETTLE_WORKING_MINUTES,
    TIMERS,
    UNNAMED_PROMISE_WORKING_MINUTES,
    dead_from,
    patience,
    possible_cease,
    possible_return,
    working,
)
from relevo.values.moment import Moment

KIND = "porting.recovery"
Book = Callable[[str], PortingProfile]


def decide(book: Book, recovery: Recovery, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    cut = recovery.cut
    if recovery.phase is RecoveryPhase.BLANK or cut is None:
        return _when_blank(book, message, at)
    rules = book(cut.rules)
    match recovery.phase:
        case RecoveryPhase.ASKED:
            return _when_asked(rules, recovery, cut, message, at)
        case RecoveryPhase.PROMISED:
            return _when_promised(rules, recovery, cut, message, at)
        case RecoveryPhase.REPORTED:
            return _when_reported(rules, recovery, cut, message, at)
        case RecoveryPhase.REACHED:
            return _when_reached(recovery, cut, message)
        case RecoveryPhase.LEFT:
            return _when_left(recovery, cut, message)
        case _:
            return NOTHING


def _when_blank(book: Book, message: Any, at: Moment) -> Decision | Refusal:
    if not isinstance(message, RecoverNumber):
        return NOTHING
    try:
        rules = book(message.rules)
    except (LookupError, ValueError) as unknown:
        return Refusal(reason="rules_unknown", detail=f"rules: {unknown}")
    held_until = rules.hold_until(message.last_good_at)
    noticed = NumberCut(
        number=message.number,
        donor=message.donor,
        order=message.order,
        line=message.line,
        at=message.last_good_at,
        held_until=held_until,
        rules=message.rules,
        recipient=message.recipient,
        noticed_at=message.noticed_at,
    )
    blank = evolve(Recovery(process_id=""), noticed)
    asked = ask_again(rules, blank, _known(blank), at)
    return Decision(
        facts=(noticed, *asked.facts),
        effects=asked.effects,
        timers=(*asked.timers, Timer(name=HOLD_ENDS, due=held_until)),
    )


def _when_asked(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: Any, at: Moment
) -> Decision:
    match message:
        case TimerFired(name=name) if name == ANSWER_DUE:
            return chase(rules, recovery, cut, "no_answer", at)
        case EffectParked():
            return escalated(recovery, cut, "desk_unreachable")
        case _:
            return _while_cut(rules, recovery, cut, message, at)


def _when_promised(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: Any, at: Moment
) -> Decision:
    match message:
        case TimerFired(name=name) if name == PROMISED_BY:
            return chase(rules, recovery, cut, "promise_missed", at)
        case _:
            return _while_cut(rules, recovery, cut, message, at)


def _when_reported(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: Any, at: Moment
) -> Decision:
    match message:
        case NumberSeenAlive():
            until = possible_return(recovery, recovery.served_again_at, message.at) or message.at
            return _recovered(recovery, cut, until)
        case TimerFired(name=name) if name == PROOF_DUE:
            return chase(rules, recovery, cut, "said_done_but_dead", at)
        case DeskAnswered(verdict="refused"):
            return escalated(recovery, cut, "refused")
        case _:
            return _any_end(rules, recovery, cut, message, at)


def _when_reached(recovery: Recovery, cut: Cut, message: Any) -> Decision:
    reached_at = recovery.reached_at
    if reached_at is None:
        return NOTHING
    match message:
        case DeskAnswered(topic=topic) if topic in {REACTIVATE, STATUS}:
            exact = possible_return(recovery, message.served_again_at, reached_at)
            if exact is None:
                return NOTHING
            return _recovered(recovery, cut, exact, ceased_at=message.ceased_at)
        case TimerFired(name=name) if name == SETTLE_DUE:
            return _recovered(recovery, cut, reached_at)
        case NumberHasMoved() | EffectParked():
            return _recovered(recovery, cut, reached_at)
        case _:
            return NOTHING


def _when_left(recovery: Recovery, cut: Cut, message: Any) -> Decision:
    match message:
        case DeskAnswered(topic=topic) if topic in {REACTIVATE, STATUS}:
            exact = possible_cease(cut, message.ceased_at)
            return NOTHING if exact is None else _overtaken(recovery, cut, exact)
        case TimerFired(name=name) if name == SETTLE_DUE:
            return _overtaken(recovery, cut, dead_from(recovery, cut))
        case EffectParked():
            return _overtaken(recovery, cut, dead_from(recovery, cut))
        case _:
            return NOTHING


def _while_cut(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: Any, at: Moment
) -> Decision:
    match message:
        case NumberSeenAlive():
            return _reached(rules, recovery, cut, message, at)
        case DeskAnswered(topic=topic) if topic in {REACTIVATE, STATUS}:
            return _answered(rules, recovery, cut, message, at)
        case _:
            return _any_end(rules, recovery, cut, message, at)


def _any_end(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: Any, at: Moment
) -> Decision:
    match message:
        case NumberHasMoved():
            return _left(rules, recovery, cut, message, at)
        case TimerFired(name=name) if name == HOLD_ENDS:
            return Decision(facts=(HoldEnded(number=cut.number, donor=cut.donor),))
        case _:
            return NOTHING


def _answered(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: DeskAnswered, at: Moment
) -> Decision:
    match message.verdict:
        case "accepted":
            return _promised(rules, recovery, cut, message, at)
        case "done" | "as_given":
            return _reported(recovery, cut, message, at)
        case "refused":
            again = working(rules, at, patience(recovery, recovery.attempt))
            wait = ANSWER_DUE if recovery.phase is RecoveryPhase.ASKED else PROMISED_BY
            higher = escalated(recovery, cut, "refused")
            return Decision(facts=higher.facts, timers=(Timer(name=wait, due=again),))
        case _:
            return escalated(recovery, cut, f"not_understood:{message.verdict}")


def _promised(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: DeskAnswered, at: Moment
) -> Decision:
    by = message.expected_by
    if by is None or by <= at:
        by = working(rules, at, UNNAMED_PROMISE_WORKING_MINUTES)
    if recovery.promised_by == by and recovery.phase is RecoveryPhase.PROMISED:
        return NOTHING
    promised = ReactivationPromised(
        number=cut.number,
        donor=cut.donor,
        by=by,
        ceased_at=possible_cease(cut, message.ceased_at),
    )
    return Decision(
        facts=(promised,),
        timers=(
            Timer(name=PROMISED_BY, due=by + PROMISE_GRACE),
            Timer(name=ANSWER_DUE, due=None),
        ),
    )


def _reported(recovery: Recovery, cut: Cut, message: DeskAnswered, at: Moment) -> Decision:
    reported = ReactivationReported(
        number=cut.number,
        donor=cut.donor,
        line=cut.line,
        served_again_at=possible_return(recovery, message.served_again_at, at),
        ceased_at=possible_cease(cut, message.ceased_at),
    )
    return Decision(
        facts=(reported,),
        timers=(
            Timer(name=PROOF_DUE, due=at + PROOF_LIMIT),
            Timer(name=ANSWER_DUE, due=None),
            Timer(name=PROMISED_BY, due=None),
        ),
    )


def _reached(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: NumberSeenAlive, at: Moment
) -> Decision:
    """It is back; the desk is asked since when, and waited for no longer than two working hours."""
    reached = NumberReached(number=cut.number, donor=cut.donor, line=cut.line, at=message.at)
    return Decision(
        facts=(reached,),
        effects=(letter(cut, STATUS, recovery.attempt),),
        timers=(
            Timer(name=SETTLE_DUE, due=working(rules, at, SETTLE_WORKING_MINUTES)),
            Timer(name=ANSWER_DUE, due=None),
            Timer(name=PROMISED_BY, due=None),
            Timer(name=HOLD_ENDS, due=None),
        ),
    )


def _left(
    rules: PortingProfile, recovery: Recovery, cut: Cut, message: NumberHasMoved, at: Moment
) -> Decision:
    """Ported out of the hold; unless it is known, the desk is asked since when it was cut."""
    left = NumberLeftHold(number=cut.number, donor=cut.donor, line=cut.line, at=message.at)
    if recovery.ceased_at is not None:
        after = evolve(recovery, left)
        return Decision(facts=(left, *_overtaken(after, cut, recovery.ceased_at).facts))
    return Decision(
        facts=(left,),
        effects=(letter(cut, STATUS, recovery.attempt),),
        timers=(
            Timer(name=SETTLE_DUE, due=working(rules, at, SETTLE_WORKING_MINUTES)),
            *(Timer(name=name, due=None) for name in (ANSWER_DUE, PROMISED_BY, PROOF_DUE)),
            Timer(name=HOLD_ENDS, due=None),
        ),
    )


def _overtaken(recovery: Recovery, cut: Cut, since: Moment) -> Decision:
    until = max(recovery.left_at or since, since)
    ended = RecoveryOvertaken(number=cut.number, line=cut.line, dead_from=since, dead_until=until)
    return Decision(facts=(ended,))


def _recovered(
    recovery: Recovery, cut: Cut, until: Moment, *, ceased_at: Moment | None = None
) -> Decision:
    since = possible_cease(cut, ceased_at) or dead_from(recovery, cut)
    recovered = NumberRecovered(
        number=cut.number,
        donor=cut.donor,
        line=cut.line,
        dead_from=since,
        dead_until=max(until, since),
    )
    return Decision(facts=(recovered,))


def _known(recovery: Recovery) -> Cut:
    if recovery.cut is None:
        raise AssertionError("a recovery without a number")
    return recovery.cut


def recovery_process(book: Book) -> ProcessType[Recovery]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: Recovery(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Recovery,
        messages=(RecoverNumber, DeskAnswered, NumberSeenAlive, NumberHasMoved),
        facts=FACTS,
        effects=(AskDonorDesk,),
        timers=TIMERS,
    )
