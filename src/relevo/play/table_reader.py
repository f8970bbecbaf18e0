"""Reads one TOML table key by key, and gathers every fault instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from relevo.play.keys import Path, line_of, written
from relevo.play.readings import NoSuchLine, Reading
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
        """In one line. What is wrong with the whole file has no line."""
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key}: {self.why}; {self.remedy}"


class Findings:
    """All faults of one file, each key at most once."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self._faults: dict[Path, ScenarioFault] = {}
        self._around: set[Path] = set()  # every key that has a fault somewhere in it
        self._forgiven: set[Path] = set()
        self._dangling: dict[Path, str] = {}  # faults that may only follow from another

    def add(self, path: Path, why: str, remedy: str, *, seeks: str = "") -> None:
        """Note a fault, unless this key or one of its parts already has one.

        ``seeks``: it names the ``id`` or ``number`` of a ``[[line]]`` and there is none such. When
        a line is to be mended in that very key, the fault follows from it and is not listed.
        """
        above = [path[:length] for length in range(len(path) + 1)]
        if path in self._around or any(each in self._faults for each in above):
            return
        self._around.update(above)
        line = line_of(self._lines, path)
        self._faults[path] = ScenarioFault(written(path) or "file", line, why, remedy)
        if seeks:
            self._dangling[path] = seeks

    def forgive(self, path: Path) -> None:
        """Take a fault back: another one says it better."""
        self._forgiven.add(path)

    def listed(self) -> tuple[ScenarioFault, ...]:
        """In the order of the file."""
        unsound = {  # "id", "number", or "line" when there is no line at all
            path[-1]
            for path in self._faults
            if path[:1] == ("line",) and path not in self._dangling
        }
        faults = (
            fault
            for path, fault in self._faults.items()
            if path not in self._forgiven
            and not (path in self._dangling and unsound & {self._dangling[path], "line"})
        )
        return tuple(sorted(faults, key=lambda fault: (fault.line, fault.key)))


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
            self._refuse(key, wrong)
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
                self._refuse(key, wrong)
        return values

    def fault(self, key: str, why: str, remedy: str) -> None:
        """Note a fault of this key."""
        self.findings.add((*self.path, key), why, remedy)

    def _refuse(self, key: str, wrong: Malformed) -> None:
        seeks = wrong.seeks if isinstance(wrong, NoSuchLine) else ""
        self.findings.add((*self.path, key), wrong.why, wrong.remedy, seeks=seeks)

    def close(self) -> None:
        """Every key that nobody asked for is a fault; it is most often another one, misspelt."""
        for key in self._content:
            if key not in self._asked:
                near = get_close_matches(key, sorted(self._asked), n=1)
                known = ", ".join(sorted(self._asked))
                remedy = f"write {near[0]!r}" if near else f"the keys here are: {known}"
                self.fault(key, "is not a key of the format", remedy)
                if near and near[0] not in self._content:
                    self.findings.forgive((*self.path, near[0]))


def _place(path: Path) -> str:
    tables = [str(part) for part in path if isinstance(part, str)]
    if not tables:
        return "the top of the file"
    in_array = any(isinstance(part, int) for part in path)
    return f"this [[{'.'.join(tables)}]]" if in_array else f"[{'.'.join(tables)}]"
