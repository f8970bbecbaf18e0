"""The core decides and the shell does: what a core file may import is a list, not a habit."""

from __future__ import annotations

from pathlib import Path

import pytest

import relevo
from relevo.testing.source import CORE_FOLDERS, Source, sources

PACKAGE = Path(relevo.__file__).parent
ALL = sources(PACKAGE)

STANDARD = frozenset(
    {
        "__future__", "base64", "bisect", "calendar", "collections", "collections.abc",
        "dataclasses", "datetime", "decimal", "difflib", "enum", "functools", "hashlib", "heapq",
        "itertools",
        "math", "operator", "re", "string", "types", "typing", "unicodedata", "zoneinfo",
    }
)  # fmt: skip
# Value libraries without input or output, and readers of data files shipped with the package.
LIBRARIES_OF = {
    "values": {"phonenumbers", "stdnum", "holidays"},
    "profiles": {
        "holidays", "tomllib", "csv", "gzip", "io", "importlib", "defusedxml", "xml", "msgspec",
        "pathlib", "stdnum",
    },
    "notices": {"tomllib", "importlib", "email", "html", "typing_extensions"},
    "claims": {"tomllib", "importlib"},
    "care": {"tomllib", "importlib"},
    "catalog": {"tomllib", "importlib"},
    "tracking": {"tomllib", "importlib"},
}  # fmt: skip


def _allowed(source: Source, module: str) -> bool:
    if module in STANDARD:
        return True
    parts = module.split(".")
    if parts[0] == "relevo":
        if len(parts) == 1:
            return False
        if parts[1] == "engine":
            return parts[2:] == ["process"]
        # Shell files of core folders are told apart by their name, wherever they lie.
        target = PACKAGE.joinpath(*parts[1:]).with_suffix(".py")
        return parts[1] in CORE_FOLDERS and (not target.exists() or Source(target, PACKAGE).is_core)
    return parts[0] in LIBRARIES_OF.get(source.top, set())


@pytest.mark.parametrize(
    "source", [s for s in ALL if s.is_core], ids=lambda source: str(source.name)
)
def test_a_core_file_imports_only_what_is_pure(source: Source) -> None:
    foreign = sorted({m for m in source.imports() if not _allowed(source, m)})
    assert not foreign, f"{source.name} is core (it decides) but imports {', '.join(foreign)}"


@pytest.mark.parametrize("private", ["decider", "lifecycle", "perform", "custody", "projections"])
def test_how_a_capability_decides_is_seen_by_itself_and_by_the_wiring_only(private: str) -> None:
    strangers = [
        f"{source.name} imports {module}"
        for source in ALL
        for module in source.imports()
        if module.startswith("relevo.")
        and module.split(".")[-1] == private
        and source.top not in {module.split(".")[1], "wiring", "routing", "bench", "testing"}
    ]
    assert not strangers, "; ".join(strangers)


def test_only_the_engine_knows_the_engine_s_tables() -> None:
    tables = ("journal", "mailbox", "outbox", "handled", "lease")
    verbs = ("insert into ", "update ", "delete from ", "copy ")
    strangers = [
        f"{path.relative_to(PACKAGE)}: {verb}{table}"
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in {".py", ".sql"}
        and path.relative_to(PACKAGE).parts[0] not in {"engine", "testing", "bench"}
        for verb in verbs
        for table in tables
        if f"{verb}{table} " in path.read_text(encoding="utf-8").lower()
    ]
    assert not strangers, "; ".join(strangers)


def test_the_simulators_speak_the_wire_with_code_of_their_own() -> None:
    """A mistake in our codec must not cancel out against the world that tries it."""
    borrowed = [
        f"{source.name} imports {module}"
        for source in ALL
        if source.top == "simulators"
        for module in source.imports()
        if module.startswith(("relevo.profiles", "relevo.adapters"))
    ]
    assert not borrowed, "; ".join(borrowed)


def test_only_the_voice_reaches_a_channel() -> None:
    strangers = [
        f"{source.name} imports {module}"
        for source in ALL
        for module in source.imports()
        if module == "relevo.notices.gateway"
        and source.top not in {"notices", "adapters", "wiring"}
    ]
    assert not strangers, "; ".join(strangers)
