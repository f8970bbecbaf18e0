"""The package's own source as data, for the tests that hold the house rules."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SHELL_NAMES = frozenset(
    {
        "actions", "queries", "perform", "listener", "stream", "gateway", "intake", "custody",
        "projections",
    }
)  # fmt: skip
"""Files of a capability that may touch the world; every other file of it is core."""

CORE_FOLDERS = frozenset(
    {
        "values", "profiles", "activation", "billing", "care", "catalog", "claims", "compensation",
        "customers", "notices", "numbering", "orders", "porting", "promises", "sims", "tracking",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    root: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """The path below the root, with slashes."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def top(self) -> str:
        """The capability (or layer) that the file belongs to."""
        return self.name.split("/")[0].removesuffix(".py")

    @property
    def is_core(self) -> bool:
        return self.top in CORE_FOLDERS and self.path.stem not in SHELL_NAMES

    @cached_property
    def code_lines(self) -> frozenset[int]:
        """Numbers of lines that hold code: no blanks, comments or docstrings."""
        skipped = {
            tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
            tokenize.ENCODING, tokenize.ENDMARKER,
        }  # fmt: skip
        lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in skipped:
                lines.update(range(token.start[0], token.end[0] + 1))
        return frozenset(lines - self._docstring_lines())

    def _docstring_lines(self) -> set[int]:
        lines: set[int] = set()
        for node in ast.walk(self.tree):
            body = getattr(node, "body", None)
            if not isinstance(body, list):
                continue
            for statement in body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    lines.update(range(statement.lineno, (statement.end_lineno or 0) + 1))
        return lines

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def classes(self) -> Iterator[ast.ClassDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node

    def code_lines_of(self, node: ast.stmt) -> int:
        """How many lines of code a definition has, its decorators not counted."""
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        return sum(1 for line in span if line in self.code_lines)

    def imports(self) -> Iterator[str]:
        """Full names of imported modules."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def sources(root: Path) -> tuple[Source, ...]:
    """Every Python file below a folder, in a stable order."""
    return tuple(Source(path, root) for path in sorted(root.rglob("*.py")))
