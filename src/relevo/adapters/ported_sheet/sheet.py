"""The sheet: for each number of a country two bytes that say how it is routed.

All-call-query asks this before every call, so it must be faster than anything that hashes, and
small. The numbers of a plan are dense: where one of ten thousand has been ported, many have. So the
file has a block for every ten thousand numbers of which at least one is ported, with two bytes for
each: the place of its routing number in a short list, or 0 for "not ported, as its range says". It
is mapped into memory: the processes of a machine share one copy, and opening it takes no time.

    header · list of routing numbers · list of blocks · blocks

A full load makes a new file and puts it in the old one's place. The differences of a day are
written into the file where it is: each is two bytes at one place, so whoever looks up meanwhile
sees the old or the new, never a mixture; one that was broken off is done again, with the same end.
Its integers are in the machine's own order: a sheet is loaded where it is used, not copied.
"""

from __future__ import annotations

import mmap
import os
import struct
from array import array
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from relevo.values.msisdn import Msisdn

NUMBERS_IN_A_BLOCK = 10_000
BLOCK_BYTES = 2 * NUMBERS_IN_A_BLOCK
ROUTES_MAX = 65_535
BLOCKS_MAX = 1 << 20
DIGITS_MAX = 15  # of a number without its plus sign, and of a routing number (E.164)

MAGIC = b"relevoPN"
HEADER = struct.Struct("=8sIIQQII")
"""Magic, form, whether differences are under way, their number, numbers, blocks, routes."""
FORM = 1
ROUTES_AT = 4096
ROUTE_BYTES = 16
LIST_AT = ROUTES_AT + (ROUTES_MAX + 1) * ROUTE_BYTES
BLOCKS_AT = LIST_AT + BLOCKS_MAX * 8


class NoSheet(RuntimeError):
    """There is no sheet there, or it cannot be read; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the sheet says of itself. ``sequence`` is that of the last file that was taken in."""

    sequence: int
    numbers: int
    blocks: int
    routes: int
    is_under_way: bool = False  # differences with the next sequence were begun and not finished

    def is_outgrown(self, blocks: int, routes: int) -> bool:
        """Whether there are more than the sheet says."""
        return (blocks, routes) != (self.blocks, self.routes)

    def packed(self) -> bytes:
        """As it stands in the file."""
        return HEADER.pack(
            MAGIC, FORM, self.is_under_way, self.sequence, self.numbers, self.blocks, self.routes
        )


class Sheet:
    """The sheet, to be read. Many threads and processes may, while one writes differences."""

    def __init__(self, path: Path) -> None:
        """Raises NoSheet."""
        self._path = path
        try:
            with path.open("rb") as file:
                self._of_file = _identity(file.fileno())
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as wrong:
            raise NoSheet(
                f"{path}: no sheet of ported numbers ({wrong}); make one with "
                "`relevo ported load FILE`"
            ) from wrong
        self._places: dict[int, int] = {}
        self._routes: list[str | None] = []
        self._learn()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def header(self) -> Header:
        """As it is now."""
        return read_header(self._map, self._path)

    def route_of(self, number: Msisdn) -> str | None:
        """The routing number of a ported number; None: not ported, it goes as its range says."""
        block, place = divmod(int(number), NUMBERS_IN_A_BLOCK)
        at = self._places.get(block)
        if at is None:
            if not self._has_grown():
                return None
            at = self._places.get(block)
            if at is None:
                return None
        code = self._cells[at + place]
        try:
            return self._routes[code]
        except IndexError:  # a routing number that came with the differences of a moment ago
            self._learn()
            return self._routes[code]

    def is_current(self) -> bool:
        """Whether this is still the file at that path, and not one that was replaced."""
        try:
            with self._path.open("rb") as file:
                return _identity(file.fileno()) == self._of_file
        except OSError:
            return True  # better an old sheet than none

    def close(self) -> None:
        """Give the memory back."""
        self._cells.release()
        self._map.close()

    def _has_grown(self) -> bool:
        if self.header.blocks == len(self._places):
            return False
        self._learn()
        return True

    def _learn(self) -> None:
        """Read the two lists; the file may have grown since it was mapped."""
        header = self.header
        if BLOCKS_AT + header.blocks * BLOCK_BYTES > len(self._map):
            self._map_again()
        listed = array("Q", self._map[LIST_AT : LIST_AT + 8 * header.blocks])
        names = self._map[ROUTES_AT : ROUTES_AT + (header.routes + 1) * ROUTE_BYTES]
        self._cells = memoryview(self._map)[BLOCKS_AT:].cast("H")
        self._routes = [None, *(route for route in _routes_in(names) if route)]
        self._places = {block: n * NUMBERS_IN_A_BLOCK for n, block in enumerate(listed)}

    def _map_again(self) -> None:
        """Views of other threads on the old map stay valid: it goes with the last of them."""
        with self._path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def read_header(raw: mmap.mmap | bytes, path: Path) -> Header:
    """Raises NoSheet where it is none."""
    if len(raw) < BLOCKS_AT:
        raise NoSheet(f"{path}: too short for a sheet of ported numbers; load the full file again")
    magic, form, under_way, sequence, numbers, blocks, routes = HEADER.unpack(raw[: HEADER.size])
    if magic != MAGIC or form != FORM:
        raise NoSheet(
            f"{path}: not a sheet of ported numbers of form {FORM}; load the full file again"
        )
    return Header(sequence, numbers, blocks, routes, bool(under_way))


def _routes_in(names: bytes) -> list[str]:
    each = (names[at : at + ROUTE_BYTES] for at in range(0, len(names), ROUTE_BYTES))
    return [name.rstrip(b"\0").decode("ascii") for name in each]


def _identity(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino
