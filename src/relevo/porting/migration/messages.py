"""The words of a migration between hosts or companies, number by number (porting-es 3.9.6).

It is a process of its own at the hub, with its own states and its own end date. Emulating it with
single ports has been fined, hence nothing here ever makes a port request.
"""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import effect, fact, message
from relevo.porting.migration.model import MigrationPlan, MigrationScenario, NumberMove
from relevo.porting.port_in.messages import Witness
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


class MigrationState(StrEnum):
    SENT = "sent"  # MENV
    IN_PROGRESS = "in_progress"  # MPRC
    FINISHED = "finished"  # MFIN


class NumberMigrationState(StrEnum):
    SENT = "sent"  # NENV
    CONFIRMED = "confirmed"  # NCON
    MIGRATED = "migrated"  # NMIG


@message("porting.migration_accepted")
class MigrationAccepted:
    reference: str
    ends_by: Moment  # the hub's latest date


@message("porting.migration_declined")
class MigrationDeclined:
    code: str
    text: str
    number: Msisdn | None = None  # None: the migration as a whole


@message("porting.migration_seen")
class MigrationSeen:
    reference: str
    state: MigrationState
    witness: Witness
    at: Moment


@message("porting.number_migration_seen")
class NumberMigrationSeen:
    reference: str
    number: Msisdn
    state: NumberMigrationState
    witness: Witness
    at: Moment


@effect("porting.open_migration")
class OpenMigration:
    operator: str  # us
    scenario: MigrationScenario
    starts_at: Moment
    volume: int
    service_operators_from: tuple[str, ...]
    networks_from: tuple[str, ...]
    network_to: str


@effect("porting.migrate_number")
class MigrateNumber:
    reference: str
    number: Msisdn
    network_from: str
    network_to: str
    service_from: str
    service_to: str


@effect("porting.finish_migration")
class FinishMigration:
    reference: str
    operator: str


@message("porting.start_migration")
class StartMigration:
    """Its numbers have been loaded; ``by`` is kept with it."""

    plan: MigrationPlan
    by: str


@message("porting.try_migration_again")
class TryMigrationAgain:
    """What the hub declined is brought once more."""

    by: str


@message("porting.close_migration")
class CloseMigration:
    """A person: finish it without the numbers that the hub declined."""

    by: str
    why: str


@message("porting.numbers_taken")
class NumbersTaken:
    """The next numbers. Those that are being ported are left out."""

    batch: int
    moves: tuple[NumberMove, ...]
    left_out: tuple[Msisdn, ...]


@message("porting.numbers_counted")
class NumbersCounted:
    """How many numbers stand how."""

    waiting: int  # not brought to the hub yet
    on_their_way: int
    declined: int


@fact("porting.migration_started")
class MigrationStarted:
    plan: MigrationPlan
    by: str


@fact("porting.migration_opened")
class MigrationOpened:
    reference: str
    ends_by: Moment


@fact("porting.migration_refused")
class MigrationRefused:
    """The hub does not want it: somebody's task."""

    code: str
    text: str


@fact("porting.migration_retried")
class MigrationRetried:
    """The refused migration is announced anew."""

    by: str


@fact("porting.numbers_submitted")
class NumbersSubmitted:
    """Brought to the hub. ``left_out`` are being ported: they stay what they are, and are told."""

    batch: int
    numbers: tuple[Msisdn, ...]
    left_out: tuple[Msisdn, ...]


@fact("porting.number_migration_stated")
class NumberMigrationStated:
    """Its row remembers it. Custody, when it has migrated and its operator is another one."""

    number: Msisdn
    state: NumberMigrationState
    at: Moment


@fact("porting.number_migration_declined")
class NumberMigrationDeclined:
    number: Msisdn
    code: str
    text: str
    comes_again: bool  # the hub was only shut


@fact("porting.numbers_released")
class NumbersReleased:
    """Whatever is not through is brought to the hub once more."""

    by: str


@fact("porting.migration_closing")
class MigrationClosing:
    """All that can be is through; the hub is told."""


@fact("porting.migration_resumed")
class MigrationResumed:
    """The hub does not let it end yet."""

    code: str
    text: str


@fact("porting.migration_cut_short")
class MigrationCutShort:
    """Finished without what the hub declined."""

    by: str
    why: str


@fact("porting.migration_stuck")
class MigrationStuck:
    """It goes on, but somebody should look."""

    code: str
    text: str


@fact("porting.migration_late")
class MigrationLate:
    """The hub's latest date has come, and it is not finished."""

    ends_by: Moment


@fact("porting.migration_finished")
class MigrationFinished:
    reference: str
    at: Moment


@effect("porting.take_numbers")
class TakeNumbers:
    """Read the next numbers of the list."""

    migration: str  # the process
    batch: int
    most: int


@effect("porting.count_numbers")
class CountNumbers:
    """See how the numbers stand."""

    migration: str
