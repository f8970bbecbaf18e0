"""Families are hashed into a fixed number of buckets; one bucket has one writer at a time.

The number is fixed for ever: it is part of every stored row.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from relevo.engine.process import family

BUCKETS = 64


@lru_cache(maxsize=65536)
def bucket_of(process_id: str) -> int:
    """The bucket of a process: the same in every program and on every machine."""
    return crc32(family(process_id).encode()) % BUCKETS
