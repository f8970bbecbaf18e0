"""Reads one TOML table key by key, and gathers every fault instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from relevo.play.keys import Path, line_of, written
from relevo.play.readings import Reading
from relevo.values.malformed import Malformed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScenarioFault:
    """One thing that is wrong in a scenario file, where, and what to do about it."""

    key: str
    line: int
    why: str
    remedy: str

    @property
    def shown(self) -> str:
        """In one line."""
        return f"line {self.line}: {self.key}: {self.why}; {self.remedy}"


class Findings:
    """All faults of one file, each key at most once."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self._faults: dict[Path, ScenarioFault] = {}

    def add(self, path: Path, why: str, remedy: str) -> None:
        """Note a fault, unless this key or one of its parts already has one."""
        if not any(known[: len(path)] == path or path[: len(known)] == known for known in self):
            line = line_of(self._lines, path)
            self._faults[path] = ScenarioFault(written(path) or "file", line, why, remedy)

    def __iter__(self) -> Iterator[Path]:
        return iter(self._faults)

    def listed(self) -> tuple[ScenarioFault, ...]:
        """In the order of the file."""
        return tuple(sorted(self._faults.values(), key=lambda fault: (fault.line, fault.key)))


class Table:
    """One table of the file. What is not asked for is unknown, and ``close`` says so."""

    def __init__(self, content: Mapping[str, object], path: Path, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self._content = content
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the file has this key here."""
        return key in self._content

    def need(self, key: str, reading: Reading[T], otherwise: T) -> T:
        """The value of a key that must be there; ``otherwise`` goes on after a fault."""
        if key not in self._content:
            self._asked.add(key)
            self.fault(key, "is missing", f"add {key} to {_place(self.path)}")
            return otherwise
        return self.take(key, reading, otherwise)

    def take(self, key: str, reading: Reading[T], otherwise: T) -> T:
        """The value of a key that may be left out."""
        self._asked.add(key)
        if key not in self._content:
            return otherwise
        try:
            return reading(self._content[key])
        except Malformed as wrong:
            self.fault(key, wrong.why, wrong.remedy)
            return otherwise

    def tables(self, key: str, *, many: bool) -> list[Table]:
        """The tables under a key: those of an array (``[[line]]``), or the one (``[order]``)."""
        self._asked.add(key)
        content = self._content.get(key)
        if content is None:
            return []
        listed: list[object] = content if isinstance(content, list) else [content]
        found = [one for one in listed if isinstance(one, dict)]
        if isinstance(content, list) != many or len(found) < len(listed):
            sign = f"[[{key}]]" if many else f"[{key}]"
            self.fault(key, "is not written as such a table", f"write it as {sign}")
            return []
        if not many:
            return [Table(found[0], (*self.path, key), self.findings)]
        return [Table(one, (*self.path, key, at), self.findings) for at, one in enumerate(found)]

    def every(self, reading: Callable[[str, object], T]) -> dict[str, T]:
        """All keys of a table whose keys are names that the file itself brings."""
        values: dict[str, T] = {}
        for key, value in self._content.items():
            try:
                values[key] = reading(key, value)
            except Malformed as wrong:
                self.fault(key, wrong.why, wrong.remedy)
        return values

    def fault(self, key: str, why: str, remedy: str) -> None:
        """Note a fault of this key."""
        self.findings.add((*self.path, key), why, remedy)

    def close(self) -> None:
        """Every key that nobody asked for is a fault."""
        for key in self._content:
            if key not in self._asked:
                near = get_close_matches(key, sorted(self._asked), n=1)
                known = ", ".join(sorted(self._asked))
                remedy = f"write {near[0]!r}" if near else f"the keys here are: {known}"
                self.fault(key, "is not a key of the format", remedy)


def _place(path: Path) -> str:
    tables = [str(part) for part in path if isinstance(part, str)]
    if not tables:
        return "the top of the file"
    in_array = any(isinstance(part, int) for part in path)
    return f"this [[{'.'.join(tables)}]]" if in_array else f"[{'.'.join(tables)}]"
