"""A migration: announced, filled number by number, watched, finished; never a port request.

Moving customers by single ports has been fined (porting-es 3.9.6), so nothing here can make one.
The numbers are rows of a table; the process brings them to the hub in batches, and asks for the
counts when it has to know whether all are through.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
from relevo.porting.migration.folding import FACTS, evolve
from relevo.porting.migration.lifecycle import LIFECYCLE
from relevo.porting.migration.messages import (
    CloseMigration,
    CountNumbers,
    FinishMigration,
    MigrateNumber,
    MigrationAccepted,
    MigrationClosing,
    MigrationCutShort,
    MigrationDeclined,
    MigrationFinished,
    MigrationLate,
    MigrationOpened,
    MigrationRefused,
    MigrationResumed,
    MigrationRetried,
    MigrationSeen,
    MigrationStarted,
    MigrationState,
    MigrationStuck,
    NumberMigrationDeclined,
    NumberMigrationSeen,
    NumberMigrationStated,
    NumbersCounted,
    NumbersReleased,
    NumbersSubmitted,
    NumbersTaken,
    OpenMigration,
    StartMigration,
    TakeNumbers,
    TryMigrationAgain,
)
from relevo.porting.migration.model import HUB, Migration, MigrationPlan, MigrationRefusal
from relevo.porting.migration.model import MigrationPhase as P
from relevo.porting.profile import PortingProfile, Reaction
from relevo.values.moment import Moment

KIND = "porting.migration"
SEND_DUE, LOOK_DUE, ENDS = "send_due", "look_due", "ends"
TIMERS = frozenset({SEND_DUE, LOOK_DUE, ENDS})
BATCH = 200
BATCH_EVERY = timedelta(minutes=1)
LOOK_EVERY = timedelta(hours=4)
DECLINED, NOT_REACHED = "declined", "not_reached"
Book = Callable[[str], PortingProfile]


def migration_id(key: str) -> str:
    """The process of the migration that people call so."""
    return f"migration-{key}/migration"


def decide(book: Book, it: Migration, message: Any, at: Moment) -> Decision | Refusal:
    """What follows from a message."""
    plan = it.plan
    if plan is None:
        return _when_blank(book, message, at)
    rules = book(plan.rules)
    match message:
        case StartMigration():
            return Refusal(reason=MigrationRefusal.STARTED, detail=it.phase.value)
        case TryMigrationAgain():
            return _again(rules, it, message, at)
        case CloseMigration():
            return _closed(rules, it, message, at)
        case TimerFired():
            return _on_time(rules, it, plan, message.name, at)
        case EffectParked():
            return _stuck(it, NOT_REACHED, message.reason)
        case _:
            return _told(rules, it, plan, message, at)


def _when_blank(book: Book, message: Any, at: Moment) -> Decision | Refusal:
    match message:
        case StartMigration(plan=plan, by=by):
            try:
                rules = book(plan.rules)
            except (LookupError, ValueError) as unknown:
                return Refusal(reason=MigrationRefusal.RULES_UNKNOWN, detail=f"rules: {unknown}")
            if not by.strip():
                return Refusal(reason=MigrationRefusal.NAME_MISSING, detail="say who opens it")
            if plan.volume < 1:
                return Refusal(reason=MigrationRefusal.NO_NUMBERS, detail="load its numbers first")
            started = MigrationStarted(plan=plan, by=by)
            return Decision(facts=(started,), timers=(_send(rules, at),))
        case TryMigrationAgain() | CloseMigration():
            return Refusal(reason=MigrationRefusal.NOT_STARTED)
        case _:
            return NOTHING


def _told(
    rules: PortingProfile, it: Migration, plan: MigrationPlan, message: Any, at: Moment
) -> Decision:
    match message:
        case MigrationAccepted() if it.phase is P.OPENING:
            opened = MigrationOpened(reference=message.reference, ends_by=message.ends_by)
            timers = (_send(rules, max(at, plan.starts_at)), Timer(name=ENDS, due=message.ends_by))
            return Decision(facts=(opened,), timers=timers)
        case MigrationDeclined(number=None):
            return _declined(rules, it, message, at)
        case MigrationDeclined() if message.number is not None and it.phase is P.MOVING:
            shut = rules.hub_answer(message.code).reaction is Reaction.RETRY_NEXT_OPENING
            no = NumberMigrationDeclined(
                number=message.number, code=message.code, text=message.text, comes_again=shut
            )
            return Decision(facts=(no,))
        case NumbersTaken() if it.phase is P.MOVING and message.batch == it.batch + 1:
            return _taken(rules, it, plan, message, at)
        case NumbersCounted() if it.phase is P.MOVING:
            return _counted(rules, it, message, at)
        case NumberMigrationSeen() if it.reference == message.reference:
            stated = NumberMigrationStated(
                number=message.number, state=message.state, at=message.at
            )
            return Decision(facts=(stated,))
        case MigrationSeen(state=MigrationState.FINISHED) if (
            it.reference == message.reference and it.phase in {P.MOVING, P.FINISHING}
        ):
            ended = MigrationFinished(reference=it.reference, at=message.at)
            return Decision(facts=(ended,), timers=_off(SEND_DUE, LOOK_DUE, ENDS))
        case _:
            return NOTHING


def _declined(
    rules: PortingProfile, it: Migration, message: MigrationDeclined, at: Moment
) -> Decision:
    """The hub's no to the whole. When it was only shut, it is told again at its opening."""
    if rules.hub_answer(message.code).reaction is Reaction.RETRY_NEXT_OPENING:
        return Decision(timers=(_send(rules, at),)) if it.phase is not P.REFUSED else NOTHING
    match it.phase:
        case P.OPENING:
            refused = MigrationRefused(code=message.code, text=message.text)
            return Decision(facts=(refused,), timers=_off(SEND_DUE))
        case P.FINISHING:
            resumed = MigrationResumed(code=message.code, text=message.text)
            timers = (_look(rules, at), *_off(SEND_DUE))
            return Decision(facts=(resumed,), timers=timers)
        case _:
            return NOTHING


def _taken(
    rules: PortingProfile, it: Migration, plan: MigrationPlan, taken: NumbersTaken, at: Moment
) -> Decision:
    """The next batch goes to the hub; when none is left, it is waited for."""
    if not (taken.moves or taken.left_out):
        return Decision(
            effects=(CountNumbers(migration=it.process_id),),
            timers=(_look(rules, at), *_off(SEND_DUE)),
        )
    submitted = NumbersSubmitted(
        batch=taken.batch,
        numbers=tuple(move.number for move in taken.moves),
        left_out=taken.left_out,
    )
    moves = tuple(
        MigrateNumber(
            reference=it.reference,
            number=move.number,
            network_from=move.network_from,
            network_to=plan.network_to,
            service_from=move.service_from,
            service_to=move.service_to,
        )
        for move in taken.moves
    )
    return Decision(facts=(submitted,), effects=moves, timers=(_send(rules, at + BATCH_EVERY),))


def _counted(rules: PortingProfile, it: Migration, counted: NumbersCounted, at: Moment) -> Decision:
    """Through is what has migrated or was left out; what the hub declined is a person's."""
    if counted.waiting:
        return Decision(timers=(_send(rules, at),))
    if counted.on_their_way:
        return NOTHING
    if counted.declined and not it.leaves_declined:
        return _stuck(it, DECLINED, f"the hub declined {counted.declined} of the numbers")
    closing = MigrationClosing()
    return Decision(facts=(closing,), timers=(_send(rules, at), *_off(LOOK_DUE)))


def _again(
    rules: PortingProfile, it: Migration, message: TryMigrationAgain, at: Moment
) -> Decision | Refusal:
    if not message.by.strip():
        return Refusal(reason=MigrationRefusal.NAME_MISSING, detail="say who")
    if it.phase is P.REFUSED:
        return Decision(facts=(MigrationRetried(by=message.by),), timers=(_send(rules, at),))
    if it.phase is P.MOVING:
        return Decision(facts=(NumbersReleased(by=message.by),), timers=(_send(rules, at),))
    return Decision(timers=(_send(rules, at),))


def _closed(
    rules: PortingProfile, it: Migration, message: CloseMigration, at: Moment
) -> Decision | Refusal:
    if not (message.by.strip() and message.why.strip()):
        return Refusal(reason=MigrationRefusal.NAME_MISSING, detail="say who, and why")
    if it.phase is not P.MOVING:
        return Refusal(reason=MigrationRefusal.NOT_NOW, detail=it.phase.value)
    cut = MigrationCutShort(by=message.by, why=message.why)
    return Decision(facts=(cut,), effects=(CountNumbers(migration=it.process_id),))


def _on_time(
    rules: PortingProfile, it: Migration, plan: MigrationPlan, name: str, at: Moment
) -> Decision:
    match it.phase:
        case _ if name == ENDS:
            late = () if it.is_late or it.ends_by is None else (MigrationLate(ends_by=it.ends_by),)
            return Decision(facts=late)
        case P.OPENING if name == SEND_DUE:
            return Decision(effects=(_announcement(plan),), timers=(_look(rules, at),))
        case P.OPENING if name == LOOK_DUE:
            text = "the hub has not said whether it has the migration; look there first"
            told = _stuck(it, NOT_REACHED, text)
            return Decision(facts=told.facts, timers=(_look(rules, at),))
        case P.MOVING if name == SEND_DUE:
            take = TakeNumbers(migration=it.process_id, batch=it.batch + 1, most=BATCH)
            return Decision(effects=(take,), timers=(_look(rules, at),))
        case P.MOVING if name == LOOK_DUE:
            count = CountNumbers(migration=it.process_id)
            return Decision(effects=(count,), timers=(_look(rules, at),))
        case P.FINISHING if name == SEND_DUE:
            finish = FinishMigration(reference=it.reference, operator=plan.operator)
            return Decision(effects=(finish,), timers=(_send(rules, at + LOOK_EVERY),))
        case _:
            return NOTHING


def _announcement(plan: MigrationPlan) -> OpenMigration:
    return OpenMigration(
        operator=plan.operator,
        scenario=plan.scenario,
        starts_at=plan.starts_at,
        volume=plan.volume,
        service_operators_from=plan.service_operators_from,
        networks_from=plan.networks_from,
        network_to=plan.network_to,
    )


def _stuck(it: Migration, code: str, text: str) -> Decision:
    """Said once; it goes on by itself where it can."""
    if it.puzzle == code:
        return NOTHING
    return Decision(facts=(MigrationStuck(code=code, text=text),))


def _send(rules: PortingProfile, at: Moment) -> Timer:
    return Timer(name=SEND_DUE, due=rules.opens_at(HUB, at))


def _look(rules: PortingProfile, at: Moment) -> Timer:
    return Timer(name=LOOK_DUE, due=rules.opens_at(HUB, at + LOOK_EVERY))


def _off(*names: str) -> tuple[Timer, ...]:
    return tuple(Timer(name=name, due=None) for name in names)


def migration_process(book: Book) -> ProcessType[Migration]:
    """The process, under the rules that ``book`` gives for a pinned edition."""
    return ProcessType(
        kind=KIND,
        version=1,
        blank=lambda process_id: Migration(process_id=process_id),
        decide=partial(decide, book),
        evolve=evolve,
        lifecycle=LIFECYCLE,
        state=Migration,
        messages=(
            StartMigration,
            TryMigrationAgain,
            CloseMigration,
            NumbersTaken,
            NumbersCounted,
            MigrationAccepted,
            MigrationDeclined,
            MigrationSeen,
            NumberMigrationSeen,
        ),
        facts=FACTS,
        effects=(
            OpenMigration,
            TakeNumbers,
            CountNumbers,
            MigrateNumber,
            FinishMigration,
        ),
        timers=TIMERS,
    )
