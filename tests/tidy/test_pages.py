"""Pages keep their promises: words in both languages, nothing inline, nobody in by forgetting."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import relevo.pages
from relevo.pages.app import AREAS
from relevo.pages.words import LANGUAGES, words

PAGES = Path(relevo.pages.__file__).parent
TEMPLATES = sorted((PAGES / "templates").rglob("*.html"))
CODE = sorted(PAGES.rglob("*.py"))
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
SENTENCE = re.compile(r"[^\W\d_]{3,}\s+[^\W\d_]{2,}")
INLINE = re.compile(r"\s(?:style|on[a-z]+|hx-on[\w:-]*)\s*=|<style|<script(?![^>]*\ssrc=)")
KEY = re.compile(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""")


def short(path: Path) -> str:
    return str(path.relative_to(PAGES))


def test_both_languages_have_the_same_texts() -> None:
    keys = {language: set(words(language).texts) for language in LANGUAGES}
    assert not keys["es"] ^ keys["en"]


def test_both_languages_fill_the_same_slots() -> None:
    spanish, english = words("es").texts, words("en").texts
    slots = re.compile(r"{(\w*)")
    different = [
        key
        for key in spanish.keys() & english.keys()
        if set(slots.findall(spanish[key])) != set(slots.findall(english[key]))
    ]
    assert not different


def test_every_text_that_a_page_asks_for_is_there() -> None:
    there = words("en").texts
    missing = [
        f"{short(path)}: {key}"
        for path in (*TEMPLATES, *CODE)
        for key in KEY.findall(path.read_text(encoding="utf-8"))
        if "." in key and key not in there
    ]
    assert not missing


@pytest.mark.parametrize("template", TEMPLATES, ids=short)
def test_a_template_holds_no_sentence_of_its_own(template: Path) -> None:
    bare = JINJA.sub("", template.read_text(encoding="utf-8"))
    said = re.sub(r"<[^>]*>", "\n", bare)
    assert not [line for line in said.splitlines() if SENTENCE.search(line)]


@pytest.mark.parametrize("template", TEMPLATES, ids=short)
def test_a_template_holds_no_script_and_no_style(template: Path) -> None:
    """The policy of the pages forbids them to browsers, so they would just not work."""
    assert not INLINE.search(JINJA.sub("", template.read_text(encoding="utf-8")))


@pytest.mark.parametrize("area", [area for area in AREAS if area != "following"])
def test_every_address_says_who_may_come(area: str) -> None:
    routes = import_module(f"relevo.pages.{area}.routes").ROUTES
    unguarded = [
        route.path for route in routes if route.endpoint.__module__ != "relevo.pages.guard"
    ]
    assert not unguarded
