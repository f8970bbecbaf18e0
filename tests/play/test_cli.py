"""The commands: help with an example, exit codes, and one clear text instead of a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from relevo.cli import app
from relevo.engine.signals import POINTS

STORIES = Path(__file__).parents[2] / "stories"


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), env=env)


@pytest.mark.parametrize("command", ["play", "tour", "bench", "doctor", "migrate"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = run(command, "--help")
    assert shown.exit_code == 0
    assert "Example:" in shown.output


def test_help_answers_at_once_because_it_loads_nothing() -> None:
    code = "import sys, relevo.cli; print([m for m in sys.modules if m.startswith('relevo.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['relevo.cli']"


def test_the_package_can_be_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "relevo", "--help"], capture_output=True, text=True, check=True
    )
    assert "relevo" in done.stdout


def test_the_points_of_a_crash_are_listed() -> None:
    assert run("play", "--points").output.split() == list(POINTS)


def test_without_a_file_play_says_what_to_type() -> None:
    done = run("play")
    assert done.exit_code == 2
    assert "stories/clean.toml" in done.output


def test_a_wrong_file_exits_2_and_names_key_and_line(tmp_path: Path) -> None:
    text = (STORIES / "clean.toml").read_text(encoding="utf-8")
    file = tmp_path / "bad.toml"
    text = text.replace("B99286320", "B99286321").replace("sim ", "sym ")
    file.write_text(text, encoding="utf-8")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "B99286321" in each)
    done = run("play", str(file))
    assert done.exit_code == 2
    assert f"line {line}: customer.document.number:" in done.output
    assert "order.sym" in done.output
    assert "Traceback" not in done.output


def test_a_missing_file_exits_2(tmp_path: Path) -> None:
    done = run("play", str(tmp_path / "none.toml"))
    assert done.exit_code == 2
    assert "no such file" in done.output


def test_a_result_file_in_a_folder_that_is_not_there_is_refused_before_playing() -> None:
    done = run("play", str(STORIES / "clean.toml"), "--json", "/no/such/folder/x.json")
    assert done.exit_code == 2
    assert "--json" in done.output


def test_migrate_without_a_database_says_what_to_set() -> None:
    done = run("migrate", env={"DATABASE_URL": ""})
    assert done.exit_code == 2
    assert "DATABASE_URL" in done.output


def test_a_database_that_does_not_answer_exits_3() -> None:
    done = run(
        "play", str(STORIES / "clean.toml"), env={"DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    )
    assert done.exit_code == 3
    assert "DATABASE_URL" in done.output
    assert "Traceback" not in done.output


@pytest.mark.service
def test_the_doctor_finds_this_machine_well() -> None:
    done = run("doctor", env={"DATABASE_URL": ""})
    assert done.exit_code == 0, done.output
    assert "bundled PostgreSQL" in done.output
