"""Names: the field's words, one idea each; persisted names for ever."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import relevo
from relevo.engine.process import WORDS
from relevo.testing.source import sources

PACKAGE = Path(relevo.__file__).parent
REPOSITORY = PACKAGE.parent.parent
BANNED_MODULES = {
    "utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc", "core",
}  # fmt: skip
BANNED_WORDS = {"data", "info", "object", "item", "handle", "flag", "temp", "sla", "eta"}
LOCK = REPOSITORY / "tests" / "wire" / "names.lock"


def _is_ours(word: type) -> bool:
    """Declared by the product; the invented processes of ``testing`` are stored nowhere."""
    return word.__module__.startswith("relevo.") and not word.__module__.startswith(
        "relevo.testing."
    )


def _load_everything() -> None:
    for module in pkgutil.walk_packages(relevo.__path__, "relevo."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    empty = [s.name for s in sources(PACKAGE) if s.path.stem in BANNED_MODULES]
    assert not empty


def test_public_names_use_words_that_mean_something() -> None:
    """``held_items`` and the like are allowed where a published contract says so."""
    vague = [
        f"{source.name}: {node.name}"
        for source in sources(PACKAGE)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and BANNED_WORDS & set(re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower().split("_"))
        and not node.name.startswith("handle_")  # names that aiosmtpd calls
        and node.name != "data_received"  # and asyncio
    ]
    assert not vague, "; ".join(vague)


def test_a_persisted_name_is_never_renamed_and_never_vanishes() -> None:
    """Histories of years are read by these names. New ones are added to names.lock."""
    _load_everything()
    known = LOCK.read_text(encoding="utf-8").split()
    present = sorted(name for name, word in WORDS.items() if _is_ours(word.type))
    gone = sorted(set(known) - set(present))
    new = sorted(set(present) - set(known))
    assert not gone, f"these names are in people's databases: {', '.join(gone)}"
    assert not new, f"add to tests/wire/names.lock: {' '.join(new)}"


def test_a_wire_name_begins_with_its_capability() -> None:
    _load_everything()
    astray = [
        f"{name} in {word.type.__module__}"
        for name, word in WORDS.items()
        if _is_ours(word.type) and word.type.__module__.split(".")[1] != name.split(".")[0]
    ]
    assert not astray, "; ".join(astray)


def test_the_source_holds_no_unfinished_business() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    found = [
        f"{source.name}:{number}"
        for source in sources(PACKAGE)
        for number, line in enumerate(source.text.splitlines(), 1)
        if unfinished.search(line)
    ]
    assert not found, "; ".join(found)


def test_what_customers_read_stands_in_texts_and_not_in_code() -> None:
    """A Spanish letter in a string outside of these folders is a sentence in the wrong place."""
    allowed = {"claims", "simulators", "profiles", "testing"}
    found = [
        f"{source.name}:{node.lineno}: {node.value[:50]!r}"
        for source in sources(PACKAGE)
        if source.top not in allowed
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.lineno in source.code_lines
        and re.search(r"[áéíóúñ¿¡]", node.value)
    ]
    assert not found, "; ".join(found)
