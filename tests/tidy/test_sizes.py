"""Small pieces: limits in code lines (no blanks, comments, docstrings), with a ratchet.

An exception is written down in limits.toml with its reason, and must go when it is not needed.
"""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import relevo
from relevo.testing.source import Source, sources

FUNCTION, FILE, PARAMETERS, METHODS = 50, 300, 7, 12
PACKAGE = Path(relevo.__file__).parent
EXCEPTIONS: dict[str, dict[str, object]] = tomllib.loads(
    Path(__file__).with_name("limits.toml").read_text(encoding="utf-8")
)


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    spec = function.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def _public_methods(cls: ast.ClassDef) -> int:
    return len(
        [
            node
            for node in cls.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
        ]
    )


def _sizes(source: Source) -> dict[str, tuple[int, int]]:
    """What is measured in a file -> (its size, its limit)."""
    sizes = {source.name: (len(source.code_lines), FILE)}
    for function in source.functions():
        key = f"{source.name}:{function.name}"
        sizes[key] = (source.code_lines_of(function), FUNCTION)
        sizes[f"{key}()"] = (_parameters(function), PARAMETERS)
    for cls in source.classes():
        sizes[f"{source.name}:{cls.name}"] = (_public_methods(cls), METHODS)
    return sizes


@cache
def _too_large() -> dict[str, tuple[int, int]]:
    return {
        key: (size, limit)
        for source in sources(PACKAGE)
        for key, (size, limit) in _sizes(source).items()
        if size > limit
    }


def test_no_file_function_or_class_outgrows_its_limit() -> None:
    grown = [
        f"{key}: {size} (limit {limit})"
        for key, (size, limit) in _too_large().items()
        if key not in EXCEPTIONS or size > int(str(EXCEPTIONS[key]["size"]))
    ]
    assert not grown, "split it, or record why not in tests/tidy/limits.toml:\n" + "\n".join(grown)


def test_an_exception_that_is_not_needed_any_more_is_removed() -> None:
    large = _too_large()
    idle = [key for key in EXCEPTIONS if key not in large]
    assert not idle, f"remove from limits.toml: {', '.join(idle)}"


def test_every_exception_says_why() -> None:
    assert all(str(entry.get("why", "")).strip() for entry in EXCEPTIONS.values())
