"""Taking files of ported numbers in: a whole country's, and the differences of a day.

Nothing is half-done. A full file becomes a new sheet beside the old one, which it replaces in one
step when it is whole and on the disk. Differences are read to their end before the first is
written, and only then the sheet says that they are under way; broken off there, by a crash or a
power cut, they are to be taken in again, and each of them says the same as the first time.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from relevo.adapters.ported_sheet.feed import BadFeed, Feed, Kind, Numbers, Part
from relevo.adapters.ported_sheet.sheet import (
    BLOCK_BYTES,
    BLOCKS_AT,
    BLOCKS_MAX,
    HEADER,
    LIST_AT,
    NUMBERS_IN_A_BLOCK,
    ROUTE_BYTES,
    ROUTES_AT,
    ROUTES_MAX,
    Header,
    NoSheet,
    read_header,
)

Progress = Callable[[int], None]
"""Told how many bytes of the file are done."""

_BLOCKS_AT_FIRST = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a file. ``is_news`` is false for differences that were taken in before."""

    kind: Kind
    sequence: int
    rows: int
    numbers: int  # ported now
    is_news: bool = True


def take_in(feed: Feed, sheet: Path, *, progress: Progress | None = None) -> Taken:
    """Take a file into the sheet. Raises BadFeed, NoSheet, OSError; then nothing has changed."""
    if feed.kind is Kind.FULL:
        return _replace(feed, sheet, progress or _nobody)
    return _change(feed, sheet)


def _replace(feed: Feed, sheet: Path, progress: Progress) -> Taken:
    fresh = sheet.with_name(f"{sheet.name}.new")
    try:
        with _locked(sheet), fresh.open("w+b") as file, _Pages(file, None) as pages:
            for part in feed.parts():
                _write(feed, pages, part, once=True)
                progress(pages.rows_seen * feed.size_bytes // max(feed.rows, 1))
            header = pages.finish(feed.sequence)
            fresh.replace(sheet)
            _keep_folder(sheet.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return Taken(kind=feed.kind, sequence=feed.sequence, rows=feed.rows, numbers=header.numbers)


def _change(feed: Feed, sheet: Path) -> Taken:
    with _locked(sheet), _opened(sheet) as file, _Pages(file, sheet) as pages:
        known = pages.header
        if feed.sequence <= known.sequence:
            return Taken(
                kind=feed.kind,
                sequence=feed.sequence,
                rows=feed.rows,
                numbers=known.numbers,
                is_news=False,
            )
        if feed.sequence != known.sequence + 1:
            raise BadFeed(
                f"{feed.path.name}, line 1, number of the file: it is {feed.sequence}, and the "
                f"last one that was taken in is {known.sequence}",
                f"take in {known.sequence + 1} first, or a full file",
                "gap",
            )
        parts = list(feed.parts())  # a wrong line is found before anything is written
        pages.begin()
        for part in parts:
            _write(feed, pages, part, once=False)
        header = pages.finish(feed.sequence)
    return Taken(kind=feed.kind, sequence=feed.sequence, rows=feed.rows, numbers=header.numbers)


def _write(feed: Feed, pages: _Pages, part: Part, *, once: bool) -> None:
    try:
        wrong = pages.write(part, once=once)
    except _TooMany as many:
        raise BadFeed(
            f"{feed.path.name}, from line {part.first_line}: {many}",
            "see whether it is one country's file",
            "too_many",
        ) from None
    if wrong is not None:
        raise BadFeed(
            f"{feed.path.name}, line {part.first_line + wrong}: "
            f"+{part.numbers[wrong]} stands there twice, with two routing numbers",
            "ask who made the file which of them is so",
            "contradiction",
        )


class _TooMany(Exception):
    """More blocks or routing numbers than a sheet has room for."""


class _Pages:
    """A sheet that is being written. Grows as numbers come that it has no block for."""

    def __init__(self, file: BinaryIO, path: Path | None) -> None:
        """``path`` is that of a sheet that is there; None: a new one."""
        self._file = file
        self._is_read = path is not None
        self.rows_seen = 0
        if path is None:
            self.header = Header(sequence=0, numbers=0, blocks=0, routes=0)
            self._make_room(_BLOCKS_AT_FIRST)
            self._blocks: list[int] = []
            self._routes: list[int] = []
        else:
            self._map = mmap.mmap(file.fileno(), 0)
            self.header = read_header(self._map, path)
            self._room = (len(self._map) - BLOCKS_AT) // BLOCK_BYTES
            listed = np.frombuffer(self._map, np.uint64, self.header.blocks, LIST_AT)
            self._blocks = [int(each) for each in listed]
            self._routes = [self._route(code) for code in range(1, self.header.routes + 1)]
        self._sort_lists()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(BufferError):  # arrays of a write that was broken off; they end with it
            self._map.close()

    def begin(self) -> None:
        """From here to ``finish`` the sheet says that differences are under way."""
        self._say(self.header.sequence, self.header.numbers, is_under_way=True)

    def write(self, part: Part, *, once: bool) -> int | None:
        """The lines of a part; with ``once``, gives the first that contradicts an earlier one."""
        codes = self._codes(part.routes)
        at = self._cells_of(part.numbers)
        if self._is_read and self.header.is_outgrown(len(self._blocks), len(self._routes)):
            self.begin()  # who reads a cell must find what it points to
        cells = np.frombuffer(self._map, np.uint16, self._room * NUMBERS_IN_A_BLOCK, BLOCKS_AT)
        if once:
            before = cells[at]
            is_other = (before != 0) & (before != codes)
            if bool(is_other.any()):
                return int(np.flatnonzero(is_other)[0])
        cells[at] = codes
        if once:
            is_other = cells[at] != codes  # twice in this part: the last one stands
            if bool(is_other.any()):
                twice = part.numbers[np.flatnonzero(is_other)[0]]
                return int(np.flatnonzero(part.numbers == twice)[1])
        self.rows_seen += len(at)
        return None

    def finish(self, sequence: int) -> Header:
        """All is on the disk before the sheet says that it is whole."""
        used = len(self._blocks) * NUMBERS_IN_A_BLOCK
        cells = np.frombuffer(self._map, np.uint16, used, BLOCKS_AT)
        numbers = int(np.count_nonzero(cells))
        del cells
        self._map.flush()
        if self._room != len(self._blocks):
            self._make_room(len(self._blocks))
        self._say(sequence, numbers, is_under_way=False)
        return self.header

    def _codes(self, routes: Numbers) -> NDArray[np.uint16]:
        """The places of the routing numbers in the list, 0 for none; new ones are added."""
        codes = _find(self._known_routes, self._codes_of_routes, routes)
        is_new = (codes == 0) & (routes != 0)
        if bool(is_new.any()):
            fresh = [int(each) for each in np.unique(routes[is_new])]
            if len(self._routes) + len(fresh) > ROUTES_MAX:
                raise _TooMany(f"more than {ROUTES_MAX} routing numbers")
            for route in fresh:
                self._routes.append(route)
                at = ROUTES_AT + len(self._routes) * ROUTE_BYTES
                self._map[at : at + ROUTE_BYTES] = b"%d" % route + bytes(
                    ROUTE_BYTES - len(str(route))
                )
            self._sort_lists()
            codes = _find(self._known_routes, self._codes_of_routes, routes)
        return codes.astype(np.uint16)

    def _cells_of(self, numbers: Numbers) -> NDArray[np.int64]:
        """Where in the blocks the numbers are; blocks that are missing are added."""
        blocks = numbers // np.uint64(NUMBERS_IN_A_BLOCK)
        places = (numbers - blocks * np.uint64(NUMBERS_IN_A_BLOCK)).astype(np.int64)
        found = _find(self._known_blocks, self._places_of_blocks, blocks)
        is_new = found == 0
        if bool(is_new.any()):
            self._add_blocks([int(each) for each in np.unique(blocks[is_new])])
            found = _find(self._known_blocks, self._places_of_blocks, blocks)
        return (found - 1) * NUMBERS_IN_A_BLOCK + places

    def _add_blocks(self, fresh: list[int]) -> None:
        many = len(self._blocks) + len(fresh)
        if many > BLOCKS_MAX:
            raise _TooMany(f"numbers of more than {BLOCKS_MAX} blocks of ten thousand")
        if many > self._room:
            self._make_room(min(max(many, 2 * self._room), BLOCKS_MAX))
        listed = np.frombuffer(self._map, np.uint64, BLOCKS_MAX, LIST_AT)
        listed[len(self._blocks) : many] = fresh
        del listed
        self._blocks += fresh
        self._sort_lists()

    def _make_room(self, blocks: int) -> None:
        """The file is sparse: what is not written takes no room on the disk."""
        if hasattr(self, "_map"):
            self._map.flush()
            self._map.close()
        self._file.truncate(BLOCKS_AT + blocks * BLOCK_BYTES)
        self._map = mmap.mmap(self._file.fileno(), BLOCKS_AT + blocks * BLOCK_BYTES)
        self._room = blocks

    def _sort_lists(self) -> None:
        self._known_blocks, self._places_of_blocks = _sorted(self._blocks)
        self._known_routes, self._codes_of_routes = _sorted(self._routes)

    def _route(self, code: int) -> int:
        at = ROUTES_AT + code * ROUTE_BYTES
        return int(self._map[at : at + ROUTE_BYTES].rstrip(b"\0"))

    def _say(self, sequence: int, numbers: int, *, is_under_way: bool) -> None:
        self.header = Header(
            sequence=sequence,
            numbers=numbers,
            blocks=len(self._blocks),
            routes=len(self._routes),
            is_under_way=is_under_way,
        )
        self._map[: HEADER.size] = self.header.packed()
        self._map.flush()
        os.fsync(self._file.fileno())


def _sorted(values: list[int]) -> tuple[Numbers, NDArray[np.int64]]:
    """The values in order, and of each its place among the unordered, from 1."""
    raw = np.array(values, np.uint64)
    order = np.argsort(raw, kind="stable")
    return raw[order], order.astype(np.int64) + 1


def _find(known: Numbers, places: NDArray[np.int64], wanted: Numbers) -> NDArray[np.int64]:
    """The place of each that is wanted; 0 where it is not known."""
    if not len(known):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, places[at], 0)


def _opened(sheet: Path) -> BinaryIO:
    try:
        return sheet.open("r+b")
    except FileNotFoundError:
        raise NoSheet(
            f"{sheet}: there is no sheet to be changed; take in a full file first"
        ) from None


@contextmanager
def _locked(sheet: Path) -> Iterator[None]:
    """One at a time, also where two were started by mistake."""
    with sheet.with_name(f"{sheet.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _nobody(_done: int) -> None:
    """Nobody wants to know."""
