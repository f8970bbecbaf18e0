"""A migration: announced, filled in batches, watched, finished; never a port request."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.porting.conftest import Play

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import connect
from relevo.engine.process import TimerFired
from relevo.porting.migration.actions import load_numbers, migration_id
from relevo.porting.migration.decider import migration_process
from relevo.porting.migration.messages import (
    CloseMigration,
    MigrationAccepted,
    MigrationDeclined,
    MigrationFinished,
    MigrationLate,
    MigrationSeen,
    MigrationState,
    NumbersCounted,
    NumbersSubmitted,
    NumbersTaken,
    StartMigration,
    TryMigrationAgain,
)
from relevo.porting.migration.model import MigrationPlan, MigrationScenario, NumberMove
from relevo.porting.migration.queries import next_numbers, volume
from relevo.porting.port_in.messages import SendPortRequest, Witness
from relevo.porting.profile import PortingProfile
from relevo.testing.postgres import clone, wipe
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn

MONDAY, TUESDAY = "2019-01-14T10:00:00+01:00", "2019-01-15T10:00:00+01:00"
REFERENCE = "90290131190114100000001"
ENDS = "2019-02-14T20:00:00+01:00"
PLAN = MigrationPlan(
    operator="brisa",
    scenario=MigrationScenario.CHANGE_OF_HOST,
    starts_at=instant(TUESDAY),
    volume=2,
    service_operators_from=("brisa",),
    networks_from=("altamar",),
    network_to="cantil",
    rules="es@2012-06-01",
)
MOVE = NumberMove(
    number=Msisdn("+34600000101"),
    network_from="altamar",
    service_from="brisa",
    service_to="brisa",
)
ALL_THROUGH = NumbersCounted(waiting=0, on_their_way=0, declined=0)


@pytest.fixture
def it(book: Callable[[str], PortingProfile]) -> Play:
    """A migration that somebody opens."""
    play = Play(migration_process(book), migration_id("spring"))
    return play.when(StartMigration(plan=PLAN, by="ana"), MONDAY)


@pytest.fixture
def moving(it: Play) -> Play:
    """The hub has it, and its day has come."""
    it.when(TimerFired(name="send_due"), MONDAY)
    it.when(MigrationAccepted(reference=REFERENCE, ends_by=instant(ENDS)), MONDAY)
    return it.when(TimerFired(name="send_due"), TUESDAY)


def test_it_is_announced_and_waits_for_its_day(it: Play) -> None:
    assert it.when(TimerFired(name="send_due"), MONDAY).names == ["OpenMigration"]
    it.when(MigrationAccepted(reference=REFERENCE, ends_by=instant(ENDS)), MONDAY)
    assert (it.timers["send_due"], it.timers["ends"]) == (instant(TUESDAY), instant(ENDS))


def test_its_numbers_are_brought_in_batches_until_none_is_left(moving: Play) -> None:
    assert moving.names == ["TakeNumbers"]
    moving.when(NumbersTaken(batch=1, moves=(MOVE,), left_out=()), TUESDAY)
    assert moving.names == ["NumbersSubmitted", "MigrateNumber"]
    assert moving.when(NumbersTaken(batch=1, moves=(MOVE,), left_out=()), TUESDAY).names == []
    moving.when(TimerFired(name="send_due"), TUESDAY)
    assert moving.when(NumbersTaken(batch=2, moves=(), left_out=()), TUESDAY).names == [
        "CountNumbers"
    ]
    assert "send_due" not in moving.timers


def test_a_number_that_is_being_ported_is_left_out_and_told(moving: Play) -> None:
    other = Msisdn("+34600000102")
    moving.when(NumbersTaken(batch=1, moves=(MOVE,), left_out=(other,)), TUESDAY)
    assert moving.fact(NumbersSubmitted).left_out == (other,)
    assert [each.number for each in moving.last.effects] == [MOVE.number]


def test_it_is_finished_when_all_are_through_and_the_hub_says_so(moving: Play) -> None:
    on_their_way = NumbersCounted(waiting=0, on_their_way=1, declined=0)
    assert moving.when(on_their_way, TUESDAY).names == []
    assert moving.when(ALL_THROUGH, TUESDAY).names == ["MigrationClosing"]
    assert moving.when(TimerFired(name="send_due"), TUESDAY).names == ["FinishMigration"]
    done = MigrationSeen(
        reference=REFERENCE,
        state=MigrationState.FINISHED,
        witness=Witness.MAILBOX,
        at=instant(TUESDAY),
    )
    moving.when(done, TUESDAY)
    assert moving.fact(MigrationFinished).reference == REFERENCE
    assert moving.timers == {}


def test_what_the_hub_declined_waits_for_a_person(moving: Play) -> None:
    declined = NumbersCounted(waiting=0, on_their_way=0, declined=3)
    assert moving.when(declined, TUESDAY).names == ["MigrationStuck"]
    assert moving.when(declined, TUESDAY).names == []
    assert moving.when(TryMigrationAgain(by="ana"), TUESDAY).names == ["NumbersReleased"]
    assert moving.when(CloseMigration(by="ana", why="agreed"), TUESDAY).names == [
        "MigrationCutShort",
        "CountNumbers",
    ]
    assert moving.when(declined, TUESDAY).names == ["MigrationClosing"]


def test_at_the_hubs_latest_date_somebody_has_to_know(moving: Play) -> None:
    moving.when(TimerFired(name="ends"), ENDS)
    assert moving.fact(MigrationLate).ends_by == instant(ENDS)


def test_a_refused_announcement_is_a_persons(it: Play) -> None:
    it.when(TimerFired(name="send_due"), MONDAY)
    it.when(MigrationDeclined(code="GENE INFOR", text="volumen"), MONDAY)
    assert (it.names, it.state.phase) == (["MigrationRefused"], "refused")
    it.when(TryMigrationAgain(by="ana"), MONDAY)
    assert it.when(TimerFired(name="send_due"), MONDAY).names == ["OpenMigration"]


def test_an_announcement_without_an_answer_is_not_repeated(it: Play) -> None:
    it.when(TimerFired(name="send_due"), MONDAY)
    assert it.when(TimerFired(name="look_due"), "2019-01-14T14:30:00+01:00").names == [
        "MigrationStuck"
    ]


def test_it_cannot_make_a_port_request(book: Callable[[str], PortingProfile]) -> None:
    assert SendPortRequest not in migration_process(book).effects


@pytest.fixture
def database(postgres: Server) -> Iterator[str]:
    dsn = clone(postgres, "migrations")
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    yield dsn
    wipe(dsn)


@pytest.mark.service
def test_twenty_thousand_numbers_are_loaded_and_read_in_batches(database: str) -> None:
    rows = (
        {
            "number": f"+346{n:08}",
            "network_from": "altamar",
            "service_from": "brisa",
            "service_to": "brisa" if n else "",
        }
        for n in range(20_001)
    )
    process_id = migration_id("spring")
    with connect(database, name="test", autocommit=True) as connection:
        done = load_numbers(connection, process_id, rows, at=instant(MONDAY))
        assert (done.written, done.faulty) == (20_000, 1)
        assert done.faults == ["row 2: write service_to"]
        assert volume(connection, process_id) == 20_000
        moves, left_out = next_numbers(connection, process_id, 200)
        assert (len(moves), left_out) == (200, ())
        again = load_numbers(
            connection, migration_id("autumn"), [vars_of(moves[0])], at=instant(MONDAY)
        )
        assert (again.written, again.known) == (0, 1)


def vars_of(move: NumberMove) -> dict[str, str]:
    return {
        "number": move.number,
        "network_from": move.network_from,
        "service_from": move.service_from,
        "service_to": move.service_to,
    }
