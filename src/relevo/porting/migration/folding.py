"""What each fact changes in a migration; what it changes in a number is in that number's row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from relevo.porting.migration.messages import (
    MigrationClosing,
    MigrationCutShort,
    MigrationFinished,
    MigrationLate,
    MigrationOpened,
    MigrationRefused,
    MigrationResumed,
    MigrationRetried,
    MigrationStarted,
    MigrationStuck,
    NumberMigrationDeclined,
    NumberMigrationStated,
    NumbersReleased,
    NumbersSubmitted,
)
from relevo.porting.migration.model import Migration
from relevo.porting.migration.model import MigrationPhase as P

PHASES: dict[type, P] = {
    MigrationStarted: P.OPENING,
    MigrationRetried: P.OPENING,
    MigrationOpened: P.MOVING,
    MigrationResumed: P.MOVING,
    MigrationClosing: P.FINISHING,
    MigrationRefused: P.REFUSED,
    MigrationFinished: P.FINISHED,
}
FACTS: tuple[type, ...] = (
    *PHASES,
    NumbersSubmitted,
    NumberMigrationStated,
    NumberMigrationDeclined,
    NumbersReleased,
    MigrationCutShort,
    MigrationStuck,
    MigrationLate,
)


def evolve(it: Migration, fact: Any) -> Migration:
    """The migration after this fact."""
    phase = PHASES.get(type(fact), it.phase)
    match fact:
        case MigrationStarted():
            return replace(it, phase=phase, plan=fact.plan)
        case MigrationOpened():
            return replace(it, phase=phase, reference=fact.reference, ends_by=fact.ends_by)
        case NumbersSubmitted():
            return replace(it, batch=fact.batch)
        case NumbersReleased():
            return replace(it, puzzle="")
        case MigrationStuck() | MigrationResumed():
            return replace(it, phase=phase, puzzle=fact.code)
        case MigrationCutShort():
            return replace(it, leaves_declined=True)
        case MigrationLate():
            return replace(it, is_late=True)
        case _:
            return replace(it, phase=phase)
