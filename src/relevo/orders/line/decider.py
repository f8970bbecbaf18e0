"""What a line decides: it owns its port, its cards and its recovery, and tells its order facts.

The order says when to ask and when to go back; it never speaks to a hub, a courier or a network.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, assert_never, get_args

from relevo.engine.process import (
    NOTHING,
    Decision,
    EffectParked,
    Heard,
    ProcessType,
    Refusal,
    Timer,
    TimerFired,
)
from relevo.orders.line import cards, desk, life, mending, ports, visits
from relevo.orders.line.folding import LineOwnFact, evolve
from relevo.orders.line.lifecycle import LIFECYCLE
from relevo.orders.line.messages import (
    AskPort,
    LineStuck,
    LineWatchClosing,
    MendLine,
    PrepareLine,
    TakeLineOut,
    TakePortBack,
    WatchHeldLine,
)
from relevo.orders.line.model import Line, Phase, Reason
from relevo.porting.profile import PortingProfile, RejectionReason, WhoActs
from relevo.porting.recovery.messages import AskDonorDesk, DeskAnswered
from relevo.values.moment import Moment

Book = Callable[[str], PortingProfile]

HELD_WATCH_AFTER_CLOSING = timedelta(days=7)
"""A line that stays is watched as long as those that moved (architecture, idea 3)."""

OVERDUE = {
    Phase.ASKED: "port_silent",
    Phase.GOING_BACK: "cancellation_silent",
    Phase.CONFIRMED: "port_overdue",
    Phase.BOUND: "port_overdue",
    Phase.MOVED: "not_proven",
}
"""What it means that a phase lasts longer than it may; a person looks."""

TIMERS = frozenset(
    {
        "progress_due",
        "ask_again",
        "alive_check",
        "desk_due",
        desk.CUSTOMER_DUE,
        "hold_ask",
        "window_opens",
        "held_watch_ends",
    }
)


def line_process(book: Book) -> ProcessType[Line]:
    """The kind of process that is one line; ``book`` gives the rules that it pinned."""

    def decide(line: Line, message: Any, at: Moment) -> Decision | Refusal:
        match line.phase:
            case Phase.NEW:
                return _when_new(book, line, message)
            case Phase.HELD:
                return _when_held(book, line, message, at)
            case Phase.TAKEN_OUT | Phase.SETTLED:
                return NOTHING
            case Phase.WAITING:
                return _when_waiting(book(line.rules), line, message, at)
            case Phase.ASKED | Phase.CONFIRMED | Phase.GOING_BACK | Phase.BOUND:
                return _when_at_the_hub(book(line.rules), line, message, at)
            case Phase.MOVED | Phase.LIVE:
                return _when_ours(book(line.rules), line, message, at)
            case _:
                assert_never(line.phase)

    return ProcessType(
        kind="orders.line",
        version=1,
        blank=lambda process_id: Line(process_id=process_id),
        decide=decide,
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Line,
        messages=(
            PrepareLine,
            WatchHeldLine,
            AskPort,
            TakePortBack,
            TakeLineOut,
            MendLine,
            DeskAnswered,
        ),
        facts=get_args(LineOwnFact),
        effects=(AskDonorDesk,),
        hears=(
            *get_args(ports.PortFact),
            *get_args(cards.CardFact),
            *get_args(visits.VisitFact),
            *get_args(life.LifeFact),
        ),
        timers=TIMERS,
    )


def _when_new(book: Book, line: Line, message: Any) -> Decision | Refusal:
    match message:
        case PrepareLine():
            return cards.prepare(book(message.rules), line, message)
        case WatchHeldLine():
            return cards.watch_only(line, message)
        case AskPort() | TakePortBack() | TakeLineOut() | MendLine():
            return Refusal(reason=Reason.NOT_PREPARED)
        case _:
            return NOTHING


def _when_held(book: Book, line: Line, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case PrepareLine():  # the customer decided to take it along
            return cards.prepare(book(message.rules), line, message)
        case WatchHeldLine():
            return NOTHING
        case AskPort() | TakePortBack():
            return Refusal(reason=Reason.NOT_PREPARED)
        case TakeLineOut(why="order_closed"):
            until = at + HELD_WATCH_AFTER_CLOSING
            closing = LineWatchClosing(line=_name(line), until=until)
            return Decision(facts=(closing,), timers=(Timer(name="held_watch_ends", due=until),))
        case TimerFired(name="held_watch_ends"):
            return ports.take_out(line, "watch_ended", at)
        case _:
            return _whatever_the_phase(book(line.rules), line, message, at)


def _when_waiting(
    rules: PortingProfile, line: Line, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case AskPort():
            return ports.ask(rules, line, message, at)
        case TimerFired(name="ask_again") if line.against:
            return mending.mended(line, "next_day")
        case TimerFired(name="alive_check"):
            ceased = line.against == RejectionReason.NUMBER_IN_CEASE
            return mending.mended(line, "alive") if ceased and not line.is_dead else NOTHING
        case TimerFired(name="desk_due") if line.against in desk.PAPERS:
            return desk.ask_desk(rules, line, line.against, at)
        case TimerFired(name=name) if name == desk.CUSTOMER_DUE and line.against in desk.PAPERS:
            return desk.ask_customer(rules, line, line.against, at)
        case TimerFired(name="hold_ask"):
            return life.ask_out_of_hold(rules, line)
        case MendLine() if visits.is_waiting_for(line):
            return visits.mend(line, message.how)
        case MendLine():
            known = Refusal(reason=Reason.NOTHING_TO_MEND)
            return mending.mended_by_hand(line, message) if line.against else known
        case DeskAnswered():
            return desk.desk_answered(rules, line, message, at)
        case _:
            return _whatever_the_phase(rules, line, message, at)


def _when_at_the_hub(
    rules: PortingProfile, line: Line, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case AskPort():
            return Refusal(reason=Reason.NOT_WAITING, detail=line.phase)
        case TimerFired(name="window_opens") if line.phase is Phase.CONFIRMED:
            return ports.move(line, at, at)
        case TimerFired(name="progress_due"):
            return _overdue(line)
        case _:
            return _whatever_the_phase(rules, line, message, at)


def _when_ours(rules: PortingProfile, line: Line, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case AskPort():
            return Refusal(reason=Reason.NOT_WAITING, detail=line.phase)
        case TimerFired(name="progress_due") if line.phase is Phase.MOVED:
            return _overdue(line)
        case _:
            return _whatever_the_phase(rules, line, message, at)


def _whatever_the_phase(
    rules: PortingProfile, line: Line, message: Any, at: Moment
) -> Decision | Refusal:
    match message:
        case Heard(source=source, fact=fact):
            return _hear(rules, line, source, fact, at)
        case TakePortBack(why=why):
            return ports.take_back(line, why, at)
        case TakeLineOut(why=why):
            return ports.take_out(line, why, at)
        case PrepareLine() | WatchHeldLine():
            return Refusal(reason=Reason.ALREADY_PREPARED)
        case MendLine() if visits.is_waiting_for(line):
            return visits.mend(line, message.how)
        case MendLine():
            return Refusal(reason=Reason.NOTHING_TO_MEND)
        case EffectParked():  # our letter to the donor's desk cannot be delivered
            stuck = LineStuck(line=_name(line), who=WhoActs.DESK, why="desk_unreachable")
            return Decision(facts=(stuck,), timers=(Timer(name="desk_due", due=None),))
        case _:
            return NOTHING


def _hear(rules: PortingProfile, line: Line, source: str, fact: Any, at: Moment) -> Decision:
    if isinstance(fact, ports.PortFact):
        return ports.hear_of_port(rules, line, source, fact, at)
    if isinstance(fact, cards.CardFact):
        return cards.hear_of_card(rules, line, fact)
    if isinstance(fact, visits.VisitFact):
        return visits.hear_of_visit(line, fact)
    if isinstance(fact, life.LifeFact):
        return life.hear_of_life(rules, line, fact, at)
    return NOTHING


def _overdue(line: Line) -> Decision:
    stuck = LineStuck(line=_name(line), who=WhoActs.DESK, why=OVERDUE[line.phase])
    return Decision(facts=(stuck,))


def _name(line: Line) -> str:
    assert line.line is not None
    return line.line.id
