"""The core knows no country: what differs comes from a profile, never from an ``if``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import relevo
from relevo.profiles.book import load_book
from relevo.testing.source import Source, sources

PACKAGE = Path(relevo.__file__).parent
COUNTRIES = {code for name in load_book().countries for code in (name, name.upper())}
RIM = {"profiles", "adapters", "simulators"}
LANGUAGE = "language"
"""`es` is a language, too: a comparison is about that when the other side says so."""


def _says(node: ast.AST) -> set[str]:
    """Every name and attribute below this node."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    found |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return {name.lower() for name in found}


def _is_country(node: ast.AST) -> bool:
    constants = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return any(
        isinstance(value, str) and (value in COUNTRIES or value.partition("@")[0] in COUNTRIES)
        for value in constants
    )


def branches_on_countries(source: Source) -> list[str]:
    """Where a file decides by the code of a country, or by something that is called country."""
    if not any(code in source.text for code in (*COUNTRIES, "country")):
        return []
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare) and _is_country(node):
            if not any(LANGUAGE in name or name == "lang" for name in _says(node)):
                found.append(f"{source.name}:{node.lineno} compares with a country's code")
        elif isinstance(node, ast.match_case) and _is_country(node.pattern):
            found.append(f"{source.name}:{node.pattern.lineno} has a case for a country")
        elif isinstance(node, ast.If | ast.IfExp | ast.While) and "country" in _says(node.test):
            found.append(f"{source.name}:{node.lineno} asks which country it is")
    return found


def test_nothing_in_the_core_asks_which_country_it_is() -> None:
    core = [source for source in sources(PACKAGE) if source.top not in RIM]
    assert [found for source in core for found in branches_on_countries(source)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "if country == 'es': pass",
        "x = 1 if rules.code == 'nl@2022-02-01' else 2",
        "match code:\n    case 'es': pass",
        "if order.country: pass",
    ],
)
def test_a_planted_country_is_found(planted: str, tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    path.write_text(planted, encoding="utf-8")
    assert branches_on_countries(Source(path, tmp_path))
