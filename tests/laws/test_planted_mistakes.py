"""Checks that cannot fail are no checks: each planted mistake must be caught.

CONTRIBUTING.md lists these; a mistake is planted in a copy, never in the tree.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import relevo
from relevo.engine.process import Decision, Misstep, ProcessType
from relevo.promises.promise.decider import promise_process
from relevo.promises.promise.messages import PromiseAtRisk, PromiseKept
from relevo.testing.explore import explore
from relevo.testing.vocabulary.promises import promise_words

REPOSITORY = Path(relevo.__file__).parent.parent.parent


def _forgetting(evolve: Callable[[Any, Any], Any], forgotten: type) -> Callable[[Any, Any], Any]:
    return lambda state, fact: state if isinstance(fact, forgotten) else evolve(state, fact)


def _silent(decide: Callable[[Any, Any, Any], Any], unsaid: type) -> Callable[[Any, Any, Any], Any]:
    def decide_less(state: Any, message: Any, at: Any) -> Any:
        verdict = decide(state, message, at)
        if not isinstance(verdict, Decision):
            return verdict
        return replace(verdict, facts=tuple(f for f in verdict.facts if type(f) is not unsaid))

    return decide_less


def _timeless(decide: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    def decide_without_timers(state: Any, message: Any, at: Any) -> Any:
        verdict = decide(state, message, at)
        return replace(verdict, timers=()) if isinstance(verdict, Decision) else verdict

    return decide_without_timers


def test_the_explorer_finds_nothing_wrong_with_the_real_process() -> None:
    process = promise_process()
    assert explore(process, promise_words).unwalked(process) == []


def test_a_fact_that_evolve_forgets_leaves_an_edge_unwalked() -> None:
    process = promise_process()
    broken = replace(process, evolve=_forgetting(process.evolve, PromiseKept))
    missing = explore(broken, promise_words).unwalked(broken)
    assert any(entry.startswith("edge ") for entry in missing)


def test_a_fact_that_is_never_stated_is_missed() -> None:
    process = promise_process()
    broken = replace(process, decide=_silent(process.decide, PromiseAtRisk))
    missing = explore(broken, promise_words).unwalked(broken)
    assert "fact promises.promise_at_risk" in missing


def test_a_timer_that_is_never_armed_is_missed_and_leaves_a_wait_without_a_limit() -> None:
    process = promise_process()
    walk = explore(replace(process, decide=_timeless(process.decide)), promise_words)
    assert {"timer at_risk", "timer due"} <= set(walk.unwalked(process))
    assert "made" in walk.untimed


def test_a_decider_that_says_two_things_is_caught() -> None:
    process: ProcessType[Any] = promise_process()
    asked: list[object] = []

    def forgetful(state: Any, message: Any, at: Any) -> Any:
        asked.append(message)
        return process.decide(state, message, at) if len(asked) % 2 else Decision()

    with pytest.raises(AssertionError, match="in two ways"):
        explore(replace(process, decide=forgetful), promise_words)


def test_a_move_outside_the_table_is_a_misstep() -> None:
    process: ProcessType[Any] = promise_process()
    emptied = {phase: frozenset[Any]() for phase in process.lifecycle}
    first = next(iter(process.lifecycle))
    table = emptied | {first: process.lifecycle[first]}
    broken = replace(process, lifecycle={**process.lifecycle, **_without_last(table)})
    with pytest.raises(AssertionError, match=r"broke on|not in the table") as caught:
        explore(broken, promise_words)
    assert isinstance(caught.value.__cause__, Misstep)


def _without_last(table: dict[Any, frozenset[Any]]) -> dict[Any, frozenset[Any]]:
    """The table of a clerk who forgot where an open promise may go."""
    first = next(iter(table))
    opened = next(iter(table[first]))
    return {opened: frozenset({opened})}


@pytest.fixture
def copied_package(tmp_path: Path) -> Path:
    """The package and its contracts, to plant a mistake in."""
    shutil.copytree(
        REPOSITORY / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path / "pyproject.toml")
    shutil.copytree(
        REPOSITORY / "tests" / "tidy",
        tmp_path / "tests" / "tidy",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return tmp_path


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_engine_that_knows_of_porting_breaks_the_layers(copied_package: Path) -> None:
    stain = copied_package / "src" / "relevo" / "engine" / "clock.py"
    stain.write_text(stain.read_text() + "\nimport relevo.porting.profile  # planted\n")
    seen = _run(copied_package, str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert seen.returncode == 1, seen.stdout + seen.stderr
    assert "relevo.engine.clock -> relevo.porting.profile" in seen.stdout


def test_a_decider_that_reads_the_environment_is_not_pure(copied_package: Path) -> None:
    stain = copied_package / "src" / "relevo" / "promises" / "promise" / "decider.py"
    stain.write_text(stain.read_text() + "\nimport os  # planted\n")
    seen = _run(
        copied_package,
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "pyproject.toml",
        "tests/tidy/test_purity.py",
        "-k",
        "imports_only",
    )
    assert seen.returncode == 1, seen.stdout + seen.stderr
    assert "promises/promise/decider.py is core" in seen.stdout
