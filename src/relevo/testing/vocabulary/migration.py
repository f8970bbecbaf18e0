"""What may happen to a migration: announced, filled, seen, counted, closed; and in disorder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relevo.engine.process import EffectParked, TimerFired
from relevo.porting.migration.decider import TIMERS
from relevo.porting.migration.messages import (
    CloseMigration,
    MigrationAccepted,
    MigrationDeclined,
    MigrationSeen,
    MigrationState,
    NumberMigrationSeen,
    NumberMigrationState,
    NumbersCounted,
    NumbersTaken,
    StartMigration,
    TryMigrationAgain,
)
from relevo.porting.migration.model import Migration, MigrationPlan, MigrationScenario, NumberMove
from relevo.porting.port_in.messages import Witness
from relevo.testing.vocabulary.cast import (
    AT,
    DAY,
    DONOR,
    MAIN_NUMBER,
    MINUTE,
    OTHER_DONOR,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
)
from relevo.values.moment import Moment

MIGRATION = "90290131190114100000001"
BATCHES_MAX = 2
PLAN = MigrationPlan(
    operator=RECIPIENT,
    scenario=MigrationScenario.CHANGE_OF_HOST,
    starts_at=AT + DAY,
    volume=2,
    service_operators_from=(RECIPIENT,),
    networks_from=(DONOR,),
    network_to=OTHER_DONOR,
    rules=RULES,
)
MOVE = NumberMove(
    number=MAIN_NUMBER, network_from=DONOR, service_from=RECIPIENT, service_to=RECIPIENT
)


def migration_words(it: Migration) -> Iterator[tuple[object, Moment]]:
    """Started, announced, filled, seen, ended by each side."""
    for by in ("ana", " "):
        yield StartMigration(plan=PLAN, by=by), AT
        yield TryMigrationAgain(by=by), AT
        yield CloseMigration(by=by, why="agreed"), AT
    yield StartMigration(plan=replace(PLAN, volume=0), by="ana"), AT
    yield StartMigration(plan=replace(PLAN, rules="es@1999-01-01"), by="ana"), AT
    for name in sorted(TIMERS):
        yield TimerFired(name=name), AT
    yield MigrationAccepted(reference=MIGRATION, ends_by=AT + 31 * DAY), AT + MINUTE
    for number in (None, MAIN_NUMBER):
        for code in ("ACCS PERME", "GENE INFOR"):
            yield MigrationDeclined(code=code, text="no", number=number), AT + MINUTE
    if it.batch < BATCHES_MAX:
        batch = it.batch + 1
        yield NumbersTaken(batch=batch, moves=(MOVE,), left_out=(SECOND_NUMBER,)), AT + DAY
    yield NumbersTaken(batch=it.batch + 1, moves=(), left_out=()), AT + DAY
    for waiting, on_their_way, declined in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)):
        counted = NumbersCounted(waiting=waiting, on_their_way=on_their_way, declined=declined)
        yield counted, AT + DAY
    for state in NumberMigrationState:
        yield _number_seen(state), AT + DAY
    for whole in MigrationState:
        seen = MigrationSeen(reference=MIGRATION, state=whole, witness=Witness.FILE, at=AT)
        yield seen, AT + DAY
    yield EffectParked(effect_id="e", effect="porting.migrate_number", reason="away"), AT + DAY


def _number_seen(state: NumberMigrationState) -> NumberMigrationSeen:
    return NumberMigrationSeen(
        reference=MIGRATION, number=MAIN_NUMBER, state=state, witness=Witness.FILE, at=AT
    )
