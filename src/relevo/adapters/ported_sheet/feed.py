"""Files of ported numbers, read by the million.

A file is text: one line that says what it is, then one line for each number.

    relevo-ported;full;20261123;3
    +34600000101;704914
    +34600000102;704914
    +34976000100;704021

``full`` replaces all that was known; ``difference`` changes the numbers that it names, and an empty
routing number takes a number back to the operator of its range. Then come the number of the file,
which rises by one with every difference, and how many lines follow: a file that was cut off is
known by it. The layouts of the clearing houses' own files are not public, except for what their
notices carry, number and NRN (porting-es, 10); whoever receives them writes these two columns.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from relevo.adapters.ported_sheet.sheet import DIGITS_MAX
from relevo.values.malformed import Malformed

Numbers = NDArray[np.uint64]
_Bytes = NDArray[np.uint8]

CHUNK_BYTES = 8 << 20
KIND_OF_FILE = b"relevo-ported"
_HEAD_MAX = 200
_PLUS, _SEMICOLON, _NEWLINE, _RETURN, _ZERO = b"+;\n\r0"
_SHOWN_MAX = 60


class BadFeed(Malformed):
    """The file cannot be taken in; the text names the line, and nothing was changed."""


class Kind(StrEnum):
    FULL = "full"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of the file. ``routes`` is 0 where a number goes back to its range."""

    first_line: int
    numbers: Numbers  # without the plus sign
    routes: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A file that is about to be read."""

    path: Path
    kind: Kind
    sequence: int
    rows: int
    body_at: int  # bytes
    size_bytes: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read its first line. Raises BadFeed, OSError."""
        with path.open("rb") as file:
            head = file.readline(_HEAD_MAX)
            size_bytes = os.fstat(file.fileno()).st_size
        words = head.rstrip(b"\r\n").split(b";")
        if len(words) != 4 or words[0] != KIND_OF_FILE:
            raise BadFeed(
                f"{path.name}, line 1: {_shown(head)} does not say what the file is",
                "begin it with relevo-ported;full;NUMBER OF THE FILE;LINES THAT FOLLOW",
                "no_head",
            )
        kind = words[1].decode("ascii", "replace")
        if kind not in tuple(Kind):
            raise BadFeed(
                f"{path.name}, line 1, kind: {kind!r} is neither full nor difference",
                "say which of the two it is",
                "unknown_kind",
            )
        for name, word in (("number of the file", words[2]), ("lines", words[3])):
            if not word.isdigit() or len(word) > DIGITS_MAX:
                raise BadFeed(
                    f"{path.name}, line 1, {name}: {_shown(word)} is not a number",
                    "write it with digits only",
                    "no_number",
                )
        return cls(
            path=path,
            kind=Kind(kind),
            sequence=int(words[2]),
            rows=int(words[3]),
            body_at=len(head),
            size_bytes=size_bytes,
        )

    def parts(self) -> Iterator[Part]:
        """All lines, some at a time. Raises BadFeed where one is wrong or some are missing."""
        line = 2
        with self.path.open("rb") as file:
            file.seek(self.body_at)
            for raw in _whole_lines(file):
                part = self._read(raw, line)
                yield part
                line += len(part.numbers)
        if line - 2 != self.rows:
            raise BadFeed(
                f"{self.path.name}: {line - 2} lines follow the first, and it says {self.rows}",
                "the file was cut off or changed: fetch it again",
                "wrong_count",
            )

    def rows_as_text(self) -> Iterator[tuple[str, str]]:
        """All lines: number and routing number, if it has one. Raises BadFeed, as ``parts``."""
        for part in self.parts():
            for number, routed in zip(part.numbers.tolist(), part.routes.tolist(), strict=True):
                yield f"+{number}", str(routed or "")

    def _read(self, raw: bytes, line: int) -> Part:
        read = _columns(np.frombuffer(raw, np.uint8), takes_back=self.kind is Kind.DIFFERENCE)
        if isinstance(read, int):
            wrong = raw.split(b"\n")[read]
            raise BadFeed(
                f"{self.path.name}, line {line + read}: {_shown(wrong)} is not a number, a "
                "semicolon and a routing number",
                "write the number with plus sign and country code, and both with at most "
                f"{DIGITS_MAX} digits, for example +34600000101;704914",
                "bad_line",
            )
        return Part(line, *read)


def _whole_lines(file: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(CHUNK_BYTES):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
            if len(rest) > CHUNK_BYTES:  # no line is so long: let it be refused as what it is
                break
    if rest:
        yield rest + b"\n"


def _columns(raw: _Bytes, *, takes_back: bool) -> tuple[Numbers, Numbers] | int:
    """Numbers and routing numbers of the lines, or which line is the first wrong one."""
    ends = np.flatnonzero(raw == _NEWLINE)
    starts = np.concatenate(([0], ends[:-1] + 1))
    splits = np.flatnonzero(raw == _SEMICOLON)
    if len(splits) != len(ends) or not bool(((splits >= starts) & (splits < ends)).all()):
        return _first_without_one(raw, starts, ends)
    ends = ends - (raw[ends - 1] == _RETURN)  # as Windows writes it
    is_wrong = raw[starts] != _PLUS
    numbers, bad_number = _figures(raw, starts + 1, splits)
    routes, bad_route = _figures(raw, splits + 1, ends, may_be_empty=takes_back)
    is_wrong |= bad_number | bad_route | (numbers == 0)
    if bool(is_wrong.any()):
        return int(np.flatnonzero(is_wrong)[0])
    return numbers, routes


def _figures(
    raw: _Bytes, begin: NDArray[np.intp], end: NDArray[np.intp], *, may_be_empty: bool = False
) -> tuple[Numbers, NDArray[np.bool_]]:
    """The digits from ``begin`` to ``end`` as a number each, and where they are not one."""
    length = end - begin
    is_bad = (length > DIGITS_MAX) | (length < (0 if may_be_empty else 1))
    value = np.zeros(len(begin), np.uint64)
    for place in range(min(int(length.max(initial=0)), DIGITS_MAX)):
        is_there = length > place
        digit = raw[np.where(is_there, end - 1 - place, begin)] - np.uint8(_ZERO)
        is_bad |= is_there & (digit > 9)  # below "0" it wraps around
        value += np.where(is_there, digit, 0).astype(np.uint64) * np.uint64(10**place)
    first = raw[np.minimum(begin, len(raw) - 1)]
    is_bad |= (length > 0) & (first == _ZERO)  # a leading zero would be lost
    return value, is_bad


def _first_without_one(raw: _Bytes, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> int:
    seen = np.add.reduceat((raw == _SEMICOLON).astype(np.int64), starts)
    wrong = np.flatnonzero(seen != 1)
    return int(wrong[0]) if len(wrong) else len(ends) - 1


def _shown(raw: bytes) -> str:
    text = raw.rstrip(b"\r\n").decode("utf-8", "replace")
    return repr(text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…")
