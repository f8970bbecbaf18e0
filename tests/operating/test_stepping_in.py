"""A person steps in from a terminal; the process carries it out and remembers who and why."""

from __future__ import annotations

import pytest
from tests.operating.conftest import Connection, Engines, Grid
from typer.testing import CliRunner

from relevo.cli import app
from relevo.engine.acts import OperatorActed, Verb
from relevo.engine.history import facts_of_process, state_of
from relevo.engine.operator import NothingToDo
from relevo.engine.performer import Permanent
from relevo.operating.stepping_in import Act, step_in, waiting_for_a_person
from relevo.testing.lamps import ShortCircuit, SwitchOn, lamps


def act(verb: Verb) -> Act:
    return Act(verb=verb, who="ana", reason="the grid is back")


def test_all_of_one_kind_can_be_taken_up_again_at_once(
    engines: Engines, grid: Grid, dsn: str, connection: Connection
) -> None:
    grid.fault = Permanent("no grid")
    engine = engines()
    for number in range(5):
        engine.tell("lamps.lamp", f"lamp-{number}", SwitchOn(watts=5), key="on")
    engine.tell("lamps.lamp", "lamp-9", ShortCircuit(), key="short")
    engine.run_until_quiet()
    assert len(waiting_for_a_person(dsn)) == 6
    effects = waiting_for_a_person(dsn, name="lamps.send_power")
    assert len(effects) == 5
    assert len(waiting_for_a_person(dsn, role="message")) == 1
    grid.fault = None
    assert step_in(dsn, lamps(), act(Verb.RETRY), [each.parked_id for each in effects]) == 5
    engine.run_until_quiet()
    assert not waiting_for_a_person(dsn, role="effect")
    acted = [
        each.fact
        for each in facts_of_process(connection, "lamp-3")
        if isinstance(each.fact, OperatorActed)
    ]
    assert [(each.who, each.reason) for each in acted] == [("ana", "the grid is back")]


def test_what_is_skipped_is_gone(engines: Engines, dsn: str) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", ShortCircuit(), key="short")
    engine.run_until_quiet()
    (parked,) = waiting_for_a_person(dsn)
    step_in(dsn, lamps(), act(Verb.SKIP), [parked.parked_id])
    engine.run_until_quiet()
    assert not waiting_for_a_person(dsn)


def test_a_process_that_rests_goes_on_when_it_is_told(
    engines: Engines, dsn: str, connection: Connection
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", SwitchOn(watts=5), key="on")
    step_in(dsn, lamps(), act(Verb.PAUSE), ["lamp-1"])
    engine.run_until_quiet()
    assert str(state_of(connection, "lamp-1").phase) == "ordered"
    step_in(dsn, lamps(), act(Verb.RESUME), ["lamp-1"])
    engine.run_until_quiet()
    assert str(state_of(connection, "lamp-1").phase) == "lit"


def test_what_is_not_there_is_named_and_what_came_before_it_is_done(
    engines: Engines, dsn: str
) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", ShortCircuit(), key="short")
    engine.run_until_quiet()
    (parked,) = waiting_for_a_person(dsn)
    with pytest.raises(NothingToDo, match="nowhere"):
        step_in(dsn, lamps(), act(Verb.SKIP), [parked.parked_id, "nowhere"])
    engine.run_until_quiet()
    assert not waiting_for_a_person(dsn)


def run(*words: str, dsn: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words), env={"DATABASE_URL": dsn})
    return done.exit_code, done.output


def test_the_commands_say_what_they_did_and_what_they_need(engines: Engines, dsn: str) -> None:
    engine = engines()
    engine.tell("lamps.lamp", "lamp-1", ShortCircuit(), key="short")
    engine.run_until_quiet()
    code, said = run("parked", dsn=dsn)
    assert code == 0
    assert said.splitlines()[0] == "lamp-1:short"
    assert "RuntimeError: the lamp is wired wrongly" in said
    assert said.splitlines()[-1] == "1 parked"
    code, said = run("skip", "lamp-1:short", "--who", "ana", "--reason", "broken", dsn=dsn)
    assert (code, said) == (0, "skip: 1 asked for; a worker carries it out\n")
    engine.run_until_quiet()
    assert run("parked", dsn=dsn)[1] == "0 parked\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("retry", "nowhere", "--who", "ana", "--reason", "x"), "nothing is parked or waiting"),
        (("retry", "--who", "ana", "--reason", "x"), "either ids, or --name"),
        (
            ("retry", "one", "--name", "two", "--who", "ana", "--reason", "x"),
            "either ids, or --name",
        ),
        (("skip", "one", "--who", " ", "--reason", "x"), "say who acts and why"),
        (("pause", "nobody", "--who", "ana", "--reason", "x"), "there is no process 'nobody'"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_and_does_nothing(
    dsn: str, words: tuple[str, ...], said: str
) -> None:
    code, output = run(*words, dsn=dsn)
    assert code == 2
    assert said in output
