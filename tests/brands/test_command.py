"""``relevo brand``, as an administrator, a duty manager and an auditor use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.brands.conftest import Group
from typer.testing import CliRunner, Result

from relevo.cli import app

Run = Callable[..., Result]


@pytest.fixture
def run(group: Group, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", group.dsn)
    monkeypatch.setenv("RELEVO_PEOPLE_DATABASE_URL", group.page_dsn)
    monkeypatch.setenv("COLUMNS", "200")

    def brand(*words: str) -> Result:
        return CliRunner().invoke(app, ["brand", *words])

    return brand


ACT = ("--who", "root", "--reason", "for a test")


def test_from_hiring_to_a_look_that_an_auditor_finds(group: Group, run: Run) -> None:
    for name, brand, role in (("dana", "brisa", "duty_manager"), ("aldo", "altamar", "auditor")):
        assert run("hire", name, "--brand", brand, "--role", role, *ACT).exit_code == 0
    dana, aldo = (run("sign-in", name).output.strip() for name in ("dana", "aldo"))
    why = ("--reason", "her customer is on the phone")
    assert group.altamars not in run("seen", "--ticket", dana).output
    assert run("look", group.altamars, *why, "--ticket", dana).exit_code == 0
    assert group.altamars in run("seen", "--ticket", dana).output
    assert "dana of brisa" in run("looks", "--ticket", aldo).output
    assert run("dismiss", "dana", *ACT).exit_code == 0
    assert run("seen", "--ticket", dana).exit_code == 2


def test_the_wall_says_whether_it_is_safe(
    group: Group, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe = run("wall", "--check")
    assert (safe.exit_code, "the wall is up" in safe.output) == (0, True)
    monkeypatch.setenv("RELEVO_PEOPLE_DATABASE_URL", group.dsn)
    unsafe = run("wall", "--check")
    assert (unsafe.exit_code, "could step over it" in unsafe.output) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hire", "x", "--brand", "nobody", "--role", "agent", *ACT), "brand: there is no"),
        (("hire", "x", "--brand", "brisa", "--role", "king", *ACT), "role: there is no"),
        (("dismiss", "nobody", *ACT), "name: nobody called"),
        (("sign-in", "nobody"), "name: nobody called"),
        (("seen", "--ticket", "guessed"), "sign in again"),
        (("look", "R1", "--reason", "  ", "--ticket", "guessed"), "sign in again"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output
