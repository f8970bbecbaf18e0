"""The entry script, as far as it answers before it sets anything up."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

DEV = Path(__file__).parents[2] / "dev"


def dev(*words: str, at: Path = DEV.parent, **env: str) -> subprocess.CompletedProcess[str]:
    called = os.path.relpath(DEV, at)
    if "/" not in called:
        called = f"./{called}"
    return subprocess.run(
        [called, *words], cwd=at, env=os.environ | env, capture_output=True, text=True, check=False
    )


def test_without_a_word_it_lists_its_commands_wherever_it_is_called(tmp_path: Path) -> None:
    done = dev(at=tmp_path, CDPATH=str(tmp_path))
    assert done.returncode == 0
    assert done.stdout.count("./dev ") >= 6


@pytest.mark.parametrize(
    "words", [["tuor"], ["lint", "--fox"], ["lint", "--fix", "x"], ["docs", "--all"]]
)
def test_a_word_that_it_does_not_know_is_named(words: list[str]) -> None:
    done = dev(*words)
    assert done.returncode == 2
    assert f"'{words[-1]}'" in done.stderr
    assert "./dev help" in done.stderr


def test_it_is_plain_posix_shell() -> None:
    assert DEV.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", str(DEV)], check=True)
