"""The commands: help with an example, exit codes, and one clear text instead of a traceback."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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
    loaded = done.stdout.strip()
    assert "relevo.play'" not in loaded
    assert "relevo.engine" not in loaded


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


@pytest.mark.parametrize("url", ["nonsense", "mysql://somebody:secret@host/name"])
@pytest.mark.parametrize("command", [["play", str(STORIES / "clean.toml")], ["migrate"]])
def test_a_database_url_that_is_none_is_refused_without_repeating_it(
    url: str, command: list[str]
) -> None:
    done = run(*command, env={"DATABASE_URL": url})
    assert done.exit_code == 3
    assert "DATABASE_URL is no connection string" in done.output
    assert url not in done.output


def test_a_result_that_could_not_be_written_is_refused_before_playing(tmp_path: Path) -> None:
    done = run("play", str(STORIES / "clean.toml"), "--json", str(tmp_path))
    assert done.exit_code == 2
    assert "is a folder" in done.output


def test_of_very_many_mistakes_the_first_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    clean = (STORIES / "clean.toml").read_text(encoding="utf-8")
    file.write_text(clean + '[[fault]]\nwhere = "nowhere"\nwhat = "x"\n' * 50, encoding="utf-8")
    done = run("play", str(file))
    assert done.exit_code == 2
    assert len(done.output.splitlines()) == 22
    assert "and 30 more" in done.output
    assert "50 mistakes" in done.output


def test_one_mistake_is_counted_as_one(tmp_path: Path) -> None:
    done = run("play", str(tmp_path / "none.toml"))
    assert "one mistake in the file" in done.output


def test_a_folder_of_somebody_else_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"relevo-{os.geteuid()}").symlink_to(tmp_path / "elsewhere")
    unset = {"DATABASE_URL": "", "RELEVO_HOME": "", "XDG_CACHE_HOME": ""}
    done = run("play", str(STORIES / "clean.toml"), env=unset)
    assert done.exit_code == 3
    assert "RELEVO_HOME" in done.output
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the server's account can reach also when root runs the tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


_SMALL_BYTES = 4096


@pytest.mark.service
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_play_that_is_stopped_leaves_no_server_behind(told: int, home: Path) -> None:
    unset = {"DATABASE_URL": "", "RELEVO_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    # Whoever runs the tests may have chosen not to hear of a hang-up: a play is started anew.
    hears = ["env", "--default-signal=HUP,INT,TERM"]
    command = [*hears, sys.executable, "-m", "relevo", "play", str(STORIES / "clean.toml")]
    with subprocess.Popen(
        command,
        bufsize=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | unset,
    ) as playing:
        assert playing.stdout is not None
        # It has more to say than fits in there, so it cannot come to its end before it is stopped.
        fcntl.fcntl(playing.stdout, fcntl.F_SETPIPE_SZ, _SMALL_BYTES)
        next(line for line in playing.stdout if b"order accepted" in line)
        assert list(home.rglob("postmaster.pid"))
        playing.send_signal(told)
        said = playing.stdout.read().decode()
        assert playing.wait() == 130
    assert said.endswith("stopped\n")
    assert "Traceback" not in said
    assert not list(home.rglob("postmaster.pid"))
