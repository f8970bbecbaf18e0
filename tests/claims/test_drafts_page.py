"""What is published of the check's quality is what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    made = subprocess.run(
        [sys.executable, "tools/drafts.py", "--check", "docs/benchmarks"],
        cwd=REPOSITORY,
        check=False,
    )
    assert made.returncode == 0, "run: uv run python tools/drafts.py --into docs/benchmarks"
