"""Back-up and restore: to a moment, on another machine, and proved by the history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from relevo.engine.connection import connect
from relevo.engine.replay import digest, verify_all
from relevo.testing import cluster
from relevo.testing.cluster import Machine
from relevo.testing.crew import Crew
from relevo.testing.lamp_worker import street_lamps
from relevo.testing.patience import until
from relevo.testing.street import Outcome, Street

pytestmark = pytest.mark.service

HOUSES, LAMPS = 40, 2


@pytest.fixture
def archiving(golden: Machine, machines: Path) -> Machine:
    """A machine that archives its log."""
    made = cluster.copied(golden, machines / "first")
    archive = machines / "archive"
    made.account.owns(archive)
    part = f"{archive}/%f.part"
    command = f"test ! -f {archive}/%f && cp %p {part} && mv {part} {archive}/%f"
    made.start(archive_mode="on", archive_command=command)
    return made


def back_up(first: Machine) -> Machine:
    """``pg_basebackup`` onto the machine that is to be restored one day."""
    second = cluster.machine(first.folder.parent / "second")
    first.back_up(second, "-X", "none")
    return second


def lose(first: Machine) -> None:
    """The machine is lost, a moment after the log up to now was archived."""
    row = first.ask("select pg_walfile_name(pg_switch_wal())")
    assert row is not None
    wanted = first.folder.parent / "archive" / str(row[0])
    until(wanted.exists, "the log is archived")
    first.lose_power()


def restore(second: Machine, **target: str) -> None:
    """As docs/howto/back-up-and-restore.md says; returns when it may be written."""
    archive = second.folder.parent / "archive"
    (second.cluster / "recovery.signal").touch()
    second.start(
        restore_command=f'cp {archive}/%f "%p"', recovery_target_action="promote", **target
    )
    until(lambda: second.ask("select pg_is_in_recovery()") == (False,), "it is restored")


def seen(dsn: str) -> tuple[str, int]:
    with connect(dsn, autocommit=True) as connection:
        verified = verify_all(connection, street_lamps())
        return digest(connection), verified


def test_a_database_is_restored_to_a_moment_and_holds_what_it_held_then(
    archiving: Machine,
    place: Callable[[str, int, int], Street],
    hire: Callable[..., Crew],
) -> None:
    first = archiving
    second = back_up(first)
    street = place(first.dsn_of("street"), HOUSES, LAMPS)
    crew = hire(street)
    crew.start("w1")
    street.light_up()
    street.settle()
    row = first.ask("select clock_timestamp()::text")
    assert row is not None
    then = seen(street.dsn)
    street.dim()
    street.settle()
    assert seen(street.dsn)[0] != then[0]
    crew.dismiss()
    lose(first)
    restore(second, recovery_target_time=str(row[0]))
    assert seen(second.dsn_of("street")) == then


def test_a_database_restored_to_the_middle_of_a_load_goes_on_to_the_same_end(
    archiving: Machine,
    place: Callable[[str, int, int], Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
) -> None:
    first = archiving
    second = back_up(first)
    street = place(first.dsn_of("street"), HOUSES, LAMPS)
    street.light_up()
    crew = hire(street)
    crew.start("w1", kill_at="worker.after_commit:8")
    crew.exit_code("w1")
    first.ask("select pg_create_restore_point('in_mid_load')")
    held = street.facts()
    crew.start("w1")
    street.settle()
    assert street.facts() > held > 0
    crew.dismiss()
    lose(first)
    restore(second, recovery_target_name="in_mid_load")
    again = place(second.dsn_of("street"), HOUSES, LAMPS)
    assert again.facts() == held
    later = hire(again)
    later.start("w1")
    again.settle()
    again.dim()
    again.settle()
    again.burn_down()
    assert again.outcome() == peaceful(HOUSES, LAMPS)
    later.dismiss()
