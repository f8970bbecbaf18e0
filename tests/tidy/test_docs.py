"""Pages and code say the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import relevo

PACKAGE = Path(relevo.__file__).parent
REPOSITORY = PACKAGE.parent.parent
DECISIONS = sorted((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))
PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
    *sorted((REPOSITORY / "stories").glob("*.md")),
]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: str(page.stem))
def test_a_decision_says_what_enforces_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    assert "enforced by" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    dead = [link for link in links if not (page.parent / link).exists()]
    assert not dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_files_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:src|docs|tests|stories|tools)/[\w./-]+)`", page.read_text(encoding="utf-8")
    )
    missing = [name for name in named if not (REPOSITORY / name).exists()]
    assert not missing


def test_the_readme_shows_exactly_two_commands() -> None:
    blocks = re.findall(
        r"```(?:sh|console)\n(.*?)```",
        (REPOSITORY / "README.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    commands = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert commands == ["./dev tour", "./dev test"]


def test_every_capability_has_its_words_in_the_glossary() -> None:
    glossary = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    folders = [
        path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()
    ]
    assert not [name for name in folders if f"`{name}`" not in glossary]


def test_the_page_of_processes_is_as_the_code_says() -> None:
    """``./dev docs`` makes it."""
    made = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"], cwd=REPOSITORY, check=False
    )
    assert made.returncode == 0, "run ./dev docs"
