"""Columns of a batch as arrays of PostgreSQL, in its binary format.

Every set-based statement of the engine takes its rows as one array for each column. The driver's
own way for lists looks at each element to find out what it is; here the column says so, which
takes a third of the time (docs/decisions/0008).

    cursor.execute("… unnest(%(name)b::text[], …)", {"name": texts(names)})
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from typing_extensions import override

from relevo.values.moment import Moment

_LENGTH = struct.Struct("!i").pack
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BOOL, _INT2, _INT4, _INT8, _TEXT, _TIMESTAMPTZ = 16, 21, 23, 20, 25, 1184


class _Column:
    """An array that is ready to be sent."""

    __slots__ = ("wire",)

    def __init__(self, element_oid: int, count: int, elements: bytes) -> None:
        """One dimension, no nulls, counted from 1."""
        head = struct.pack("!5i", 1 if count else 0, 0, element_oid, count, 1)
        self.wire = head + elements if count else head[:12]


class Texts(_Column):
    """text[]"""


class Booleans(_Column):
    """boolean[]"""


class Smallints(_Column):
    """smallint[]"""


class Integers(_Column):
    """integer[]"""


class Bigints(_Column):
    """bigint[]"""


class Moments(_Column):
    """timestamptz[]"""


def texts(values: Iterable[str]) -> Texts:
    """A column of texts."""
    encoded = [value.encode() for value in values]
    elements = [b""] * (2 * len(encoded))
    elements[::2] = [_LENGTH(len(each)) for each in encoded]
    elements[1::2] = encoded
    return Texts(_TEXT, len(encoded), b"".join(elements))


def booleans(values: Iterable[bool]) -> Booleans:
    """A column of truth values."""
    elements = [b"\0\0\0\1\1" if value else b"\0\0\0\1\0" for value in values]
    return Booleans(_BOOL, len(elements), b"".join(elements))


def smallints(values: Iterable[int]) -> Smallints:
    """A column of numbers of two bytes."""
    return Smallints(_INT2, *_numbers("ih", 2, values))


def integers(values: Iterable[int]) -> Integers:
    """A column of numbers of four bytes."""
    return Integers(_INT4, *_numbers("ii", 4, values))


def bigints(values: Iterable[int]) -> Bigints:
    """A column of numbers of eight bytes."""
    return Bigints(_INT8, *_numbers("iq", 8, values))


def moments(values: Iterable[Moment]) -> Moments:
    """A column of instants; most of a batch are the same one."""
    known: dict[Moment, int] = {}
    micros = []
    for value in values:
        since = known.get(value)
        if since is None:
            since = known[value] = (value - _EPOCH) // _MICROSECOND
        micros.append(since)
    return Moments(_TIMESTAMPTZ, *_numbers("iq", 8, micros))


def _numbers(pair: str, size: int, values: Iterable[int]) -> tuple[int, bytes]:
    given = list(values)
    flat = [size] * (2 * len(given))
    flat[1::2] = given
    return len(given), struct.pack("!" + pair * len(given), *flat)


class _AsIs(Dumper):
    format = Format.BINARY

    @override
    def dump(self, obj: _Column) -> bytes:
        return obj.wire


def _dumper_of(array_oid: int) -> type[Dumper]:
    return type("ColumnDumper", (_AsIs,), {"oid": array_oid})


for _column, _array_oid in (
    (Booleans, 1000),
    (Smallints, 1005),
    (Integers, 1007),
    (Bigints, 1016),
    (Texts, 1009),
    (Moments, 1185),
):
    psycopg.adapters.register_dumper(_column, _dumper_of(_array_oid))
